// SPDX-License-Identifier: MIT
#pragma once

#include "trust/Permissions.h"

#include <QDialog>

#include <string>
#include <vector>

class QVBoxLayout;

namespace millrace {

/// What is asked for, and what is another than when the same was agreed to before.
struct AskedPermission
{
    Permission permission;
    std::vector<std::string> changes;
};

/// Asks before the first run of what a file brings along: shows each step with the command or code that it would execute, and with
/// the files that it would write or read. accepted() is "Run and trust"; Escape and closing are "Cancel", which has the
/// focus at first.
class TrustSheet : public QDialog
{
    Q_OBJECT

public:
    /// `digest`: of all of it, for `millrace run --trust`.
    TrustSheet(const QString &file, const std::vector<AskedPermission> &asked, const QString &digest, QWidget *window);

private:
    QWidget *makeList(const std::vector<AskedPermission> &asked);
    static void addRows(QVBoxLayout &rows, const AskedPermission &asked);
};

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "trust/Executables.h"

#include <QDialog>

namespace millrace {

/// Asks before the first run of what a file brings along: shows each step with the command or code that it would execute.
/// accepted() is "Run and trust"; Escape and closing are "Cancel", which has the focus at first.
class TrustSheet : public QDialog
{
    Q_OBJECT

public:
    TrustSheet(const QString &file, const Executables &executables, QWidget *window);

private:
    QWidget *makeList(const Executables &executables);
};

} // namespace millrace

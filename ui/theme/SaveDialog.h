// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <QStringList>

class QWidget;

namespace millrace {

/// Asks where to save something, and before a file is replaced, also one whose suffix wasn't typed. `start`: the path that is proposed.
/// `filters`: as QFileDialog has them, such as "CSV (*.csv)"; a name without a suffix gets the first of the filter that is chosen. Empty:
/// nothing is to be saved.
QString askWhereToSave(QWidget *parent, const QString &title, const QString &start, const QStringList &filters);

} // namespace millrace

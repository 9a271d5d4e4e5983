// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/LogRecord.h"

#include <QTableView>

#include <cstdint>
#include <set>
#include <vector>

namespace millrace {

class LogModel;

/// The log as a table: columns as wide as what they show, and what a person reads stays selected and in its place while
/// records come in.
class LogTable : public QTableView
{
    Q_OBJECT

public:
    LogTable(LogModel &model, double scale, QWidget *parent = nullptr);

    /// The column of the steps is as wide as their names need, or as a person made it; that of repeats is there where there
    /// are any.
    void fitColumns(const QStringList &steps);
    /// Widens columns for what is wider than all before.
    void fitNumbers(const std::vector<LogRecord> &added);
    /// The selected rows from above, a line each, their cells apart by tabs.
    QString selectedText() const;
    std::vector<int> selectedRows() const;

private:
    void widen(int column, QString widest, int &known, int most);
    void keepPlace();
    void holdSelection();
    void restoreSelection();
    void followOrder();

    LogModel &m_model;
    double m_scale;
    int m_itemWidth, m_timesWidth; ///< that their columns' contents needed so far
    bool m_isFitting = false;
    std::set<uint64_t> m_held; ///< numbers of the selected records, while the rows are made anew
    uint64_t m_heldCurrent = 0;
    int m_heldScroll = 0;
};

} // namespace millrace

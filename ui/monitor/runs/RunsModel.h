// SPDX-License-Identifier: MIT
#pragma once

#include "report/PastRun.h"
#include "theme/Theme.h"

#include <QAbstractTableModel>

#include <functional>
#include <string>
#include <vector>

namespace millrace {

/// The runs of a pipeline that are on record, newest first: a row for each.
class RunsModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column : uint8_t { Start, Took, End, Read, Written, Errors, Rate, LimitedBy, Changed, ColumnCount };

    explicit RunsModel(Theme &theme, QObject *parent = nullptr) : QAbstractTableModel(parent), m_theme(theme) {}

    /// `nameOf`: how a step's id is shown.
    void setRuns(std::vector<PastRun> runs, std::function<QString(const std::string &)> nameOf);
    const std::vector<PastRun> &runs() const { return m_runs; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString text(const PastRun &run, int column) const;
    QString changesOf(const PastRun &run) const;

    const Theme &m_theme;
    std::vector<PastRun> m_runs;
    std::function<QString(const std::string &)> m_nameOf;
};

/// "2026-11-30 12:05", on this machine's clock.
QString startText(const PastRun &run);
/// "finished", "12 failed items", "failed", "stopped".
QString endText(const PastRun &run);
/// As elsewhere: green where all went well, amber with failed items, red where
/// it failed.
QColor endColor(const PastRun &run, const Colors &colors);

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "report/PastRun.h"
#include "theme/Theme.h"

#include <QWidget>

#include <optional>
#include <vector>

namespace millrace {

/// The items a second of past runs as bars, the newest at the right, in the
/// colour of how each ended. A click chooses a run; the keyboard has the table
/// beside it for that.
class RunTrend : public QWidget
{
    Q_OBJECT

public:
    explicit RunTrend(Theme &theme, QWidget *parent = nullptr);

    /// Newest first.
    void setRuns(std::vector<PastRun> runs);
    /// The rows that stand out.
    void setChosen(std::vector<int> rows);
    /// Where a run's bar is.
    QRectF barOf(int row) const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {120, sizeHint().height()}; }

Q_SIGNALS:
    /// A row, of the newest first; `adds`: to what is chosen already.
    void chosen(int row, bool adds);

protected:
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;

private:
    std::optional<int> rowAt(QPointF at) const;
    QRectF plot() const;
    double most() const;

    const Theme &m_theme;
    std::vector<PastRun> m_runs;
    std::vector<int> m_chosen;
};

} // namespace millrace

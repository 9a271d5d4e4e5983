// SPDX-License-Identifier: MIT
#pragma once

#include "model/RunHistory.h"
#include "theme/Theme.h"

#include <QWidget>

#include <functional>
#include <optional>
#include <string>

namespace millrace {

/// Items a second of each step over the run, drawn from the kept samples. The step that is selected stands out; the
/// pointer shows the figures of a moment.
class ThroughputChart : public QWidget
{
    Q_OBJECT

public:
    explicit ThroughputChart(Theme &theme, QWidget *parent = nullptr);

    /// Borrowed: must live as long as the chart. `nameOf` turns a step's id into what people read.
    void setHistory(const RunHistory *history, std::function<QString(const std::string &)> nameOf);
    void setSelected(const std::string &step);
    QSize sizeHint() const override { return {500, 160}; }

protected:
    void paintEvent(QPaintEvent *) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *) override;

private:
    QRectF plot() const;
    QColor colorOf(size_t series) const;
    void paintAxes(QPainter &painter, double most, double seconds) const;
    void paintSeries(QPainter &painter, double most, double seconds) const;
    void paintLegend(QPainter &painter) const;

    const Theme &m_theme;
    const RunHistory *m_history = nullptr;
    std::function<QString(const std::string &)> m_nameOf;
    std::string m_selected;
    std::optional<double> m_pointer; ///< x of the pointer
};

/// The smallest of 1, 2, 5, 10, … that is at least `value`.
double niceCeiling(double value);

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "model/recording/RunRecording.h"
#include "model/RunHistory.h"
#include "monitor/throughput/ChartCell.h"
#include "theme/Theme.h"

#include <QAbstractScrollArea>
#include <QTimer>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace millrace {

/// Small charts of steps beside and below one another, with one axis of time: items a second and the queue, marks where
/// settings were changed, the figures of the moment under the pointer or the keys. Ctrl+wheel, + and - zoom, a drag zooms to
/// what it passes over, a double click shows all. Paints what is seen, four times a second at the most.
class StepCharts : public QAbstractScrollArea
{
    Q_OBJECT

public:
    explicit StepCharts(Theme &theme, QWidget *parent = nullptr);

    /// Borrowed: they must live as long as the charts. `nameOf` turns a step's id into what people read.
    void setSources(const RunHistory *history,
                    const RunRecording *recording,
                    std::function<QString(const std::string &)> nameOf);
    /// Their places among the history's steps.
    void setSteps(std::vector<size_t> steps);
    const std::vector<size_t> &steps() const { return m_steps; }
    void setSelected(const std::string &step);
    /// The history has more, or is another one.
    void follow();

    void zoomBy(double factor);
    void showAll();
    const TimeStretch &stretch() const { return m_stretch; }
    std::optional<double> cursor() const { return m_cursor; }
    /// Where a step's chart is, in the viewport; an empty rectangle where it has none.
    QRectF cellOf(size_t step) const;
    QColor colorOf(size_t step) const;

Q_SIGNALS:
    /// A step's name was clicked.
    void stepWanted(const std::string &step);
    void zoomed();

protected:
    bool viewportEvent(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    bool hasChart() const;
    int columns() const;
    double rowHeight() const;
    double axisHeight() const;
    QRectF cellAt(size_t place) const;
    std::optional<size_t> placeAt(QPointF at) const;
    std::optional<double> secondsAt(QPointF at) const;
    ChartCell::Content contentOf(size_t step) const;
    ChartFrame frame() const;
    void setCursorTo(std::optional<double> seconds);
    void arrange();
    void describe();
    void paintAxis(QPainter &painter) const;
    void paintDrag(QPainter &painter) const;

    const Theme &m_theme;
    const RunHistory *m_history = nullptr;
    const RunRecording *m_recording = nullptr;
    std::function<QString(const std::string &)> m_nameOf;
    ChartCell m_cell;
    std::vector<size_t> m_steps;
    std::string m_selected;
    TimeStretch m_stretch;
    std::optional<double> m_cursor; ///< second
    std::optional<QPointF> m_press; ///< where a drag began
    QPointF m_drag;
    QTimer m_soon; ///< until it is painted again
};

} // namespace millrace

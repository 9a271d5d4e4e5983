// SPDX-License-Identifier: MIT
#pragma once

#include <QWidget>

namespace millrace {

class CanvasView;

/// The whole drawing in the corner, in the cards' state colours, with a frame around what the canvas shows. Drag it to travel.
class Minimap : public QWidget
{
    Q_OBJECT

public:
    explicit Minimap(CanvasView &view);

    QSize sizeHint() const override { return {150, 88}; }

protected:
    void paintEvent(QPaintEvent *) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;

private:
    /// From the scene to this widget.
    QTransform sceneToMap() const;
    void travel(QPointF point);

    CanvasView &m_view;
};

} // namespace millrace

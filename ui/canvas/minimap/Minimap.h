// SPDX-License-Identifier: MIT
#pragma once

#include <QTransform>
#include <QWidget>

#include <optional>

class QPainter;

namespace millrace {

class CanvasPane;

/// The whole drawing in the corner, in the cards' state colours, with a frame around what the canvas shows. Drag it to travel.
class Minimap : public QWidget
{
    Q_OBJECT

public:
    explicit Minimap(CanvasPane &view);

    static constexpr QSize FoldedSize{34, 24};

    QSize sizeHint() const override { return {150, 88}; }
    bool isHeld() const { return m_held.has_value(); }
    /// The pointer is over it.
    bool isTouched() const { return m_isTouched; }
    /// Folded, it is a sign of itself that shows nothing of the drawing.
    bool isFolded() const { return m_isFolded; }
    void setFolded(bool isFolded) { m_isFolded = isFolded; }

Q_SIGNALS:
    void touched(bool isTouched);

protected:
    void enterEvent(QEnterEvent *) override;
    void leaveEvent(QEvent *) override;
    void hideEvent(QHideEvent *) override;
    void paintEvent(QPaintEvent *) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;

private:
    /// From the scene to this widget.
    QTransform sceneToMap() const;
    void travel(QPointF point);
    void paintSign(QPainter &painter) const;

    CanvasPane &m_view;
    std::optional<QTransform> m_held; ///< while the hand drags: a map that shifts under it would run away
    QPointF m_grip;                   ///< from the hand to the middle of the frame, in the scene
    bool m_isTouched = false, m_isFolded = false;
};

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "canvas/CanvasPane.h"
#include "canvas/Navigation.h"

#include <memory>

namespace millrace {

class Hand;
class KeyboardLink;
class MinimapCorner;

/// The window onto the scene: gives what mouse and keys do to the hand and to links that are drawn by keys, takes what is
/// dropped, and opens fields for names. Changes nothing by itself: what a person wants is told by signals, and comes back as a
/// new drawing.
class CanvasView : public CanvasPane
{
    Q_OBJECT

public:
    explicit CanvasView(CanvasScene &scene, QWidget *parent = nullptr);
    ~CanvasView() override;

    /// After a new drawing, for instance because a check has found problems, and after the paper has moved: what a hand holds
    /// stays under it. Where that has gone, or was put elsewhere, the hand is empty.
    void keepHold();
    /// Whether a gesture is under way.
    bool isHolding() const;
    /// See MinimapCorner.
    void setMinimapShown(bool isShown);
    bool isMinimapShown() const;
    /// The minimap's place in pixels of the view, also while there is no need of one; nothing where it is switched off.
    std::optional<QRect> minimapPlace() const;
    /// True: the wheel pans and Ctrl+wheel zooms; false: the other way round.
    void setWheelPans(bool pans) { m_wheelPans = pans; }

    /// Links from the selected step by keyboard, or takes the selected link's end to another step: see KeyboardLink.
    void startKeyboardLink();
    /// A field over the card's name; told by renamed().
    void renameInPlace(const std::string &id);
    /// A field over the frame's heading; told by frameRenamed().
    void renameFrame(const std::string &id);

protected:
    void followZoom() override;
    std::optional<QRect> coveredCorner() const override;

    bool event(QEvent *event) override;
    void drawForeground(QPainter *painter, const QRectF &rect) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void keyReleaseEvent(QKeyEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dragMoveEvent(QDragMoveEvent *event) override;
    void dragLeaveEvent(QDragLeaveEvent *event) override;
    void dropEvent(QDropEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void leaveEvent(QEvent *event) override;
    bool viewportEvent(QEvent *event) override;

private:
    void makeHint();
    /// On an empty canvas: what a beginner can do there.
    void placeHint();
    void goTo(Direction direction);
    void openField(QWidget *field);

    CanvasScene &m_scene;
    MinimapCorner *m_corner;
    QLabel *m_hint;
    std::unique_ptr<Hand> m_hand;
    std::unique_ptr<KeyboardLink> m_link;
    bool m_wheelPans = false;
};

} // namespace millrace

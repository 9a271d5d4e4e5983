// SPDX-License-Identifier: MIT
#pragma once

#include "canvas/cards/StepGeometry.h"
#include "canvas/gestures/Gesture.h"
#include "canvas/Navigation.h"
#include "model/Drawing.h"

#include <QGraphicsView>
#include <QTimer>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

class QLabel;

namespace millrace {

class CanvasScene;
class LinkItem;
class Minimap;
class StepItem;

/// The window onto the scene: zoom, pan, selection, and the gestures that the hand makes. Changes nothing by itself: what a
/// person wants is told by signals, and comes back as a new drawing.
class CanvasView : public QGraphicsView
{
    Q_OBJECT

public:
    static constexpr double LeastZoom = 0.1, MostZoom = 3.0;

    explicit CanvasView(CanvasScene &scene, QWidget *parent = nullptr);
    ~CanvasView() override;

    CanvasScene &canvas() const { return m_scene; }
    /// At 100 %, cards are as large as the desktop's font asks for: their text is never smaller than the window's.
    double zoom() const { return pixelScale() / m_textScale; }
    /// Pixels for one of the drawing.
    double pixelScale() const { return transform().m11(); }
    void setZoom(double zoom);
    void zoomAt(double zoom, QPointF viewPoint);
    /// Shows that part of the scene, as large as fits and at most at that zoom; not under the minimap.
    void zoomToFit(const QRectF &rect, double most = 1.0);
    /// Shows everything, also after the view has got another size, until somebody zooms, pans or changes what is drawn. With
    /// nothing drawn it is 100 %.
    void fitAll();
    void fitSelection();
    void panBy(QPointF pixels);
    /// A sentence beside that point of the viewport: why something can't be done there. Empty: none.
    void explain(const QString &sentence, QPointF viewPoint);
    /// After a new drawing, for instance because a check has found problems, and after the paper has moved: what a hand holds
    /// stays under it. Where that has gone, or was put elsewhere, the hand is empty.
    void keepHold();
    /// Whether a gesture is under way.
    bool isHolding() const { return bool(m_gesture); }
    void showStep(const std::string &id);
    QRectF visibleScene() const;
    /// Where quick-add and paste put things: under the pointer, else in the middle.
    QPointF handPosition() const;
    /// The minimap gives way to what a hand carries near it. Where it would cover cards or notes, it folds to a sign when the
    /// paper has come to rest, and unfolds under the pointer and while the paper moves. On a small canvas it is smaller.
    void setMinimapShown(bool isShown);
    bool isMinimapShown() const { return m_wantsMinimap; }
    /// True: the wheel pans and Ctrl+wheel zooms; false: the other way round.
    void setWheelPans(bool pans) { m_wheelPans = pans; }

    /// Links from the selected step by keyboard, or takes the selected link's end to another step: arrows choose the target,
    /// Enter links, Esc leaves it. Once more takes the source's next output, the error port after the others.
    void startKeyboardLink();
    /// A field over the card's name; told by renamed().
    void renameInPlace(const std::string &id);
    /// A field over the frame's heading; told by frameRenamed().
    void renameFrame(size_t index);

Q_SIGNALS:
    void moved(const std::map<std::string, QPointF> &steps,
               const std::map<size_t, QRectF> &notes,
               const std::map<size_t, QRectF> &frames,
               const std::optional<millrace::LinkView> &droppedOn);
    void nudged(QPointF delta);
    void duplicated(QPointF delta);
    /// `replaced`: the link whose end was taken along.
    void linkDrawn(const millrace::LinkView &link, const std::optional<millrace::LinkView> &replaced);
    void linkRemoved(const millrace::LinkView &link);
    /// One end of the link is empty: what is added there shall fit.
    void linkDropped(const millrace::LinkView &half, QPointF at);
    void addRequested(QPointF at);
    /// Escape is about to clear the selection.
    void escaped();
    void typeDropped(const QString &typeId, QPointF at, const std::optional<millrace::LinkView> &on);
    void filesDropped(const QStringList &paths, QPointF at);
    void renamed(const std::string &id, const QString &name);
    void frameRenamed(size_t index, const QString &text);
    void noteActivated(size_t index);
    /// Below its name, a step with code was double-clicked.
    void codeWanted(const std::string &step);
    void menuRequested(QPoint global);
    void zoomChanged(double zoom);
    /// A sentence for the status bar; empty: nothing to say any more.
    void told(const QString &sentence);

protected:
    bool event(QEvent *event) override;
    void drawBackground(QPainter *painter, const QRectF &rect) override;
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
    void scrollContentsBy(int dx, int dy) override;
    void leaveEvent(QEvent *event) override;
    bool viewportEvent(QEvent *event) override;

private:
    Pointer pointerOf(QPointF viewPoint, Qt::KeyboardModifiers modifiers) const;
    std::unique_ptr<Gesture> gestureFor(const QMouseEvent &event);
    std::unique_ptr<Gesture> moveFrom(QGraphicsItem &item, Qt::KeyboardModifiers modifiers);
    std::unique_ptr<Gesture> connectFrom(StepItem &step, const Port &port, Qt::KeyboardModifiers modifiers);
    std::unique_ptr<Gesture> resizeAt(QPointF at);
    std::unique_ptr<Gesture> rerouteFrom(const LinkItem &link, QPointF at);
    void select(QGraphicsItem &item, Qt::KeyboardModifiers modifiers);
    void begin(std::unique_ptr<Gesture> gesture, const Pointer &pointer);
    /// Cancels the gesture.
    void letGo();
    void updateOverlay();
    void hover(QPointF scenePoint);
    void scrollAtEdges();
    void goTo(Direction direction);
    bool keyboardLinkKey(int key);
    /// The link that Enter would draw.
    LinkView keyboardLink() const;
    QString whyNoKeyboardLink(const LinkView &link) const;
    void aimKeyboardLink(StepItem *target);
    void leaveKeyboardLink();
    void takeNextPort();
    void tellKeyboardLink();
    bool isSmall() const;
    QRect minimapPlace() const;
    /// Whether all of the drawing is in view.
    bool showsAll() const;
    void placeMinimap();
    void restMinimap();
    /// What a hand carries is there now, in the viewport's pixels; nothing: the hand is empty again.
    void carry(std::optional<QPointF> viewPoint);
    /// On an empty canvas: what a beginner can do there.
    void placeHint();
    /// Whether a card or a note stands under that part of the canvas, in its pixels.
    bool coversSomething(const QRect &place) const;
    /// A selected card, which is what somebody works on, or has just added.
    bool coversSelected(const QRect &place) const;
    bool coversFrame(const QRect &place) const;
    void setPixelScale(double scale);
    void updateSceneRect();
    void fitAgain();

    CanvasScene &m_scene;
    Minimap *m_minimap;
    QLabel *m_hint, *m_reason;
    std::unique_ptr<Gesture> m_gesture;
    Pointer m_pointer;
    QRectF m_overlay;
    std::optional<QPointF> m_carried; ///< see carry()
    QTimer m_scrollTimer;
    QTimer m_travel;                        ///< runs until the paper has been at rest for a while
    double m_textScale;                     ///< of the desktop's font
    std::string m_linkSource, m_linkTarget; ///< of the keyboard's link
    Port m_linkPort;                        ///< where it leaves its source
    std::optional<LinkView> m_linkReplaced; ///< whose end it takes along
    QRectF m_fitted;                        ///< what fitAll() has shown and nobody has moved since; empty: nothing
    bool m_isPlacing = false;               ///< the paper is moved by the view itself, not by a hand
    bool m_isSpaceHeld = false, m_spacePanned = false;
    bool m_wheelPans = false, m_wantsMinimap = true;
};

} // namespace millrace

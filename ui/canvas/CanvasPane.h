// SPDX-License-Identifier: MIT
#pragma once

#include "model/Drawing.h"

#include <QGraphicsView>
#include <QMargins>

#include <map>
#include <optional>
#include <string>

class QLabel;

namespace millrace {

class CanvasScene;

/// The scene in a pane: zoom and pan, and what is said at a place of it. All that lies on it, or works on it, tells by the pane's
/// signals what a person wants; it changes nothing by itself, and what is wanted comes back as a new drawing.
class CanvasPane : public QGraphicsView
{
    Q_OBJECT

public:
    static constexpr double LeastZoom = 0.1, MostZoom = 3.0;
    static constexpr double LeastOpening = 0.7, MostOpening = 1.4; ///< zoom of a drawing that is opened

    CanvasScene &canvas() const { return m_scene; }
    /// At 100 %, cards are as large as the desktop's font asks for: their text is never smaller than the window's.
    double zoom() const { return pixelScale() / m_textScale; }
    /// Pixels for one of the drawing.
    double pixelScale() const { return transform().m11(); }
    void setZoom(double zoom);
    void zoomAt(double zoom, QPointF viewPoint);
    /// What lies over the pane at its edges, in pixels: what is fitted or brought into view stands beside it.
    void setCovered(const QMargins &covered) { m_covered = covered; }
    /// The part of the viewport that nothing lies over.
    QRect freeRect() const { return viewport()->rect().marginsRemoved(m_covered); }
    /// Shows that part of the scene, as large as fits and at most at that zoom; not under what covers a corner.
    void zoomToFit(const QRectF &rect, double most = 1.0);
    /// Shows everything, also after the view has got another size, until somebody zooms, pans or changes what is drawn. With
    /// nothing drawn it is 100 %.
    void fitAll();
    /// As a drawing opens: as large as it fits, between 70 and 140 %. One that doesn't fit at 70 % begins at its first source.
    void showFromSource();
    void fitSelection();
    void panBy(QPointF pixels);
    /// A sentence beside that point of the viewport: why something can't be done there. Empty: none.
    void explain(const QString &sentence, QPointF viewPoint);
    void stopExplaining();
    void showStep(const std::string &id);
    QRectF visibleScene() const;
    /// Whether all of the drawing is in view.
    bool showsAll() const;
    /// Where quick-add and paste put things: under the pointer, else in the middle.
    QPointF handPosition() const;

Q_SIGNALS:
    void moved(const std::map<std::string, QPointF> &steps,
               const std::map<std::string, QRectF> &notes,
               const std::map<std::string, QRectF> &frames,
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
    void frameRenamed(const std::string &id, const QString &text);
    void noteActivated(const std::string &id);
    /// Below its name, a step with code was double-clicked.
    void codeWanted(const std::string &step);
    /// The same of one that stands for another pipeline.
    void insideWanted(const std::string &step);
    void menuRequested(QPoint global);
    void zoomChanged(double zoom);
    /// A sentence for the status bar; empty: nothing to say any more.
    void told(const QString &sentence);
    /// A step is to be seen, and was brought into view.
    void stepShown();
    /// The paper has moved under what lies on it.
    void scrolled();

protected:
    explicit CanvasPane(CanvasScene &scene, QWidget *parent = nullptr);
    ~CanvasPane() override;

    /// What lies on the paper follows a zoom.
    virtual void followZoom() = 0;
    /// A corner, in pixels of the view, that would be covered where there is more of the drawing than is in view.
    virtual std::optional<QRect> coveredCorner() const = 0;
    /// As wide as its text, but at most so many pixels: a longer one is broken into lines.
    static void fitText(QLabel &label, int most);
    /// After the pane has got another size: shows everything again where nobody has moved the paper since it did.
    void fitAgain();

    void drawBackground(QPainter *painter, const QRectF &rect) override;
    void resizeEvent(QResizeEvent *event) override;
    void scrollContentsBy(int dx, int dy) override;

private:
    void setPixelScale(double scale);
    void beginAtSource(const QRectF &all);
    void bringIntoView(const QRectF &rect);
    void updateSceneRect();

    CanvasScene &m_scene;
    QLabel *m_reason;
    double m_textScale; ///< of the desktop's font
    QMargins m_covered;
    QRectF m_fitted;             ///< what fitAll() has shown and nobody has moved since; empty: nothing
    bool m_isFromSource = false; ///< it was showFromSource()
    bool m_isPlacing = false;    ///< the paper is moved by the pane itself, not by a hand
};

} // namespace millrace

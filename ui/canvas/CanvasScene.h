// SPDX-License-Identifier: MIT
#pragma once

#include "canvas/cards/StepItem.h"
#include "canvas/cards/StepPainter.h"
#include "canvas/Glide.h"
#include "canvas/links/LinkItem.h"
#include "canvas/links/LinkLayer.h"
#include "canvas/notes/FrameItem.h"
#include "canvas/notes/NoteItem.h"
#include "pipeline/NoteIds.h"

#include <QGraphicsScene>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace millrace {

/// Maps ids to items. Holds no data of its own: it is told the drawing and the gauges, and learns by difference.
class CanvasScene : public QGraphicsScene
{
    Q_OBJECT

public:
    explicit CanvasScene(Theme &theme, QObject *parent = nullptr);
    ~CanvasScene() override;

    const Drawing &drawing() const { return m_drawing; }
    void setDrawing(const Drawing &drawing);
    void setGauges(const std::map<std::string, StepGauge> &steps, const std::vector<LinkGauge> &links);
    void clearGauges();
    /// Marks these cards, and no others, with what of them isn't part of the run yet: a sentence each. Those that the run has
    /// left out have a mark of their own.
    void setPending(const std::map<std::string, QString> &sentences, const std::set<std::string> &leftOut);
    /// What came of each step when the drawing was tried, in words. Steps that aren't named weren't.
    void setTried(const std::map<std::string, QString> &texts);
    /// From which share of its bound on a queue is amber, and red; the finder's is:full goes by them too.
    void setGaugeLimits(const GaugeLimits &limits);
    /// It is painted into a picture, where nothing runs: see StepPainter::setPicture().
    void setPicture() { m_stepPainter.setPicture(true); }

    const Theme &theme() const { return m_theme; }
    Glide &glide() { return m_glide; }
    const LinkPainter &linkPainter() const { return m_linkPainter; }
    const StepPainter &stepPainter() const { return m_stepPainter; }
    StepItem *step(const std::string &id) const;
    const std::vector<LinkItem *> &links() const { return m_links.items(); }
    const std::vector<NoteItem *> &notes() const { return m_notes; }
    const std::vector<FrameItem *> &frames() const { return m_frames; }
    /// By id; null where there is none.
    NoteItem *note(const std::string &id) const;
    FrameItem *frame(const std::string &id) const;
    /// In the order of the pipeline.
    std::vector<StepItem *> steps() const;
    /// Where their cards belong, also while a hand or an animation has one elsewhere; in the same order.
    std::vector<QRectF> cards() const;
    LinkItem *link(const LinkView &view) const { return m_links.item(view); }
    /// Marks the links with which this one, which is refused, would close a circle: those of all ways back. Nothing: none.
    void showCycleOf(const std::optional<LinkView> &refused);

    /// Marks the links between these steps, from and to: over them somebody waits, and nothing moves.
    void showWaits(const std::set<std::pair<std::string, std::string>> &waits) { m_links.showWaits(waits); }

    std::set<std::string> selectedSteps() const;
    NoteIds selectedNotes() const;
    NoteIds selectedFrames() const;
    std::vector<LinkView> selectedLinks() const { return m_links.selected(); }
    /// Selects these and nothing else.
    void select(const std::set<std::string> &steps, const NoteIds &notes = {}, const NoteIds &frames = {});

    /// Selects this link and nothing else.
    void selectLink(LinkItem &link);

    /// What a hand takes along.
    struct Load
    {
        std::set<std::string> steps;
        NoteIds notes, frames;

        bool isEmpty() const { return steps.empty() && notes.empty() && frames.empty(); }
    };
    /// What is selected, and what stands in the selected frames: cards and notes with their middle in them, whole frames.
    Load load() const;

    /// The step with a card at that point, or a port within reach of it.
    StepItem *stepAt(QPointF point) const;
    /// The name of the input that a link to a step leads to where nobody says which: the first that is free; else the first. `except`
    /// is a link that is taken along.
    std::string freeInputOf(const StepItem &step, const std::optional<LinkView> &except = {}) const;
    LinkItem *linkAt(QPointF point) const;
    NoteItem *noteAt(QPointF point) const;
    /// The innermost frame with its heading there, or its edge within that many pixels at 100 %.
    FrameItem *frameAt(QPointF point, double reach) const;
    /// A note or a frame that a hand can make larger there.
    struct GripHit
    {
        QGraphicsItem *item;
        Grip grip;
        QRectF rect; ///< of the item, now
    };
    /// Notes are held by their right and lower edges, frames by all.
    std::optional<GripHit> gripAt(QPointF point, double reach) const;
    /// What all cards, notes and frames cover.
    QRectF contentRect() const;

    /// Why a link can't be drawn, or empty: asked while one is drawn by hand. Set by the window, which knows the pipeline.
    std::function<QString(const LinkView &)> whyNoLink;
    /// What is said of a link that is kept, under the pointer.
    std::function<QString(const LinkView &)> linkHelp;

    /// Called by a card that has moved: its links follow.
    void stepHasMoved(const StepItem &item) { m_links.follow(item.id()); }

protected:
    void helpEvent(QGraphicsSceneHelpEvent *event) override;

private:
    void setSteps();
    template <class Item, class View>
    void setById(std::vector<Item *> &items, const std::vector<View> &views);
    void refresh();

    Theme &m_theme;
    StepPainter m_stepPainter;
    LinkPainter m_linkPainter;
    Drawing m_drawing;
    Glide m_glide{*this};
    std::unordered_map<std::string, StepItem *> m_steps;
    LinkLayer m_links;
    std::vector<NoteItem *> m_notes;
    std::vector<FrameItem *> m_frames;
};

} // namespace millrace

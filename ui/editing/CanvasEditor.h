// SPDX-License-Identifier: MIT
#pragma once

#include "canvas/CanvasScene.h"
#include "document/Document.h"
#include "model/Drawing.h"
#include "model/Edits.h"

#include <QObject>
#include <QPointF>

#include <optional>
#include <vector>

namespace millrace {

class CanvasView;
class QuickAdd;
class Theme;

/// Turns what the hand asks of the canvas into edits of the document, and the document's changes into a new drawing.
class CanvasEditor : public QObject
{
    Q_OBJECT

public:
    CanvasEditor(Document &document, CanvasView &view, Theme &theme, QObject *parent);

    const StepIds &selection() const { return m_selection; }
    void redraw();
    /// From now on what is wrong with steps that were just added is marked as of any other: a run was tried.
    void markNewSteps();
    /// Those that were just added, and in which nothing was filled in yet.
    StepIds newSteps() const;

    /// Adds a step there, or right of the only selected step and linked to it.
    void append(const QString &typeId);
    /// What is chosen is linked to the free end of `half`; without that it is inserted into the only selected link, or linked
    /// to the only selected step.
    void openQuickAdd(QPointF at, const std::optional<LinkView> &half = {});
    /// At the hand, opened to be written.
    void addNote();
    /// Around the selected steps and notes; without any, an empty one at the hand. Its heading is opened to be written.
    void addFrame();
    /// Colours the selected frames: a word of frameColorWords().
    void setFrameColor(const QString &word);
    /// Selects the next of the frames, or of the notes, from above to below and left to right, and brings it into view: what
    /// the mouse takes hold of is there for the keys.
    void selectNextFrame();
    void selectNextNote();
    /// The next link in the order of the pipeline; while a step is selected, first those of that step.
    void selectNextLink();
    /// Makes the selected notes and frames so much wider and higher, in pixels at 100 %; less where it is negative.
    void resizeSelection(QSizeF by);
    /// Opens the name of the only selected step, the heading of the only selected frame, or the text of the only note.
    void rename();
    void removeSelection();
    void dissolveSelection();
    void duplicate(QPointF delta);
    void copy() const;
    void cut();
    void paste();
    void selectAll();
    void selectReachable(bool upstream, bool downstream);
    /// Changes every selected step.
    void change(const QString &caption,
                const std::function<void(PipelineStep &, const Pipeline &)> &change,
                const QString &gestureKey = {});
    void toggleEnabled();
    void toggleBypassed();
    void changeWorkers(int by);
    /// Frames go with the steps in them.
    void layOut();
    /// What the selected cards come to share: an edge, the middle of a column or of a row, or the distance to the next.
    enum class Line : uint8_t { Left, Right, Center, Top, Bottom, Middle, Across, Down };
    void arrange(Line line);

Q_SIGNALS:
    void selectionChanged();
    void told(const QString &sentence);
    /// Before it is put into the drawing.
    void pasting(const Pipeline &part);

private:
    /// The step that what is added follows: the only selected one, or the one that was left; null: none.
    const StepItem *followed() const;
    void leaveSelection();
    void noteNew(const std::string &step);
    void softenNew(Drawing &drawing);
    void connectView();
    std::string addAt(Pipeline &pipeline, const StepType &type, QPointF at, const std::optional<LinkView> &half) const;
    void addStep(const QString &typeId, QPointF at, const std::optional<LinkView> &half);
    /// That place if no card stands there; else one beside what stands there: right of it, or, for what is to be linked, in the
    /// column before or behind the other end of the link, below what stands there.
    QPointF freePlace(const StepType &type, QPointF at, const std::optional<LinkView> &half) const;
    /// The card that a card there would touch; null where that place is free. `without`: a card that goes from where it is.
    const StepItem *takerOf(const QRectF &place, const std::string &without = {}) const;
    /// Where a card stands that comes into a link, and what makes room for it.
    struct Room
    {
        QPointF at;
        double shift; ///< pixels at 100 % to the right
        StepIds steps;
        std::set<size_t> notes, frames;
        std::set<size_t> wider; ///< frames that only some of their cards leave for the right
    };
    /// At the wanted place if it is free; else beside what feeds the link, in the row of what the link feeds, which moves right
    /// with all that is behind it. Notes move with the card that they lie beside, frames with the cards in them; a frame only
    /// some of whose cards move becomes wider. What any of these would come to stand on gives way likewise.
    Room roomWithin(const LinkView &on, const QRectF &wanted, const std::string &without = {}) const;
    /// Adds to what moves the notes and frames that go with it.
    void carry(Room &room) const;
    /// Adds to what moves what moves with it and what is in its way; true where there was something. `feeder` stays.
    bool takeAlong(Room &room, const std::string &feeder, const std::string &without) const;
    void makeRoom(Pipeline &pipeline, const Room &room) const;
    /// With its upper left corner there, or beside that as roomWithin() says.
    void insertStep(const QString &typeId, QPointF at, const LinkView &on);
    void addFiles(const QStringList &paths, QPointF at);
    /// Selects what was added: these steps, and the notes and frames from these places in the lists on.
    void selectAdded(const StepIds &steps, size_t firstNote, size_t firstFrame);
    /// The selection with what stands in its frames, as copy and duplicate take it.
    Pipeline selectedPart() const;
    void insert(const QString &caption, const Pipeline &part, Position corner);
    /// These things and the selected links.
    void remove(const QString &caption, const CanvasScene::Load &what);
    /// By frame: the steps with their middle in it.
    std::vector<StepIds> stepsInFrames() const;
    void selectAfter(const StepIds &steps);
    void noteSelection();

    Document &m_document;
    CanvasView &m_view;
    CanvasScene &m_scene;
    QuickAdd *m_quickAdd;
    StepIds m_selection;
    std::map<std::string, Members> m_new; ///< steps just added, with the parameters that they have had since
    std::string m_left; ///< the step that Escape has left: what is added next follows it as if it were selected
    QPointF m_quickAddAt;
    std::optional<LinkView> m_quickAddHalf, m_quickAddOn; ///< what is added is linked to, or inserted into
};

} // namespace millrace

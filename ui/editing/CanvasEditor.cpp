// SPDX-License-Identifier: MIT
#include "editing/CanvasEditor.h"

#include "canvas/CanvasScene.h"
#include "canvas/CanvasView.h"
#include "canvas/notes/NoteField.h"
#include "editing/QuickAdd.h"
#include "model/Layout.h"
#include "theme/Text.h"

#include <algorithm>
#include <cmath>

namespace millrace {

namespace {

/// Whether the only one of these notes or frames has another size than before.
template <typename Item>
bool isNewSize(const std::map<size_t, QRectF> &places, const std::vector<Item> &items)
{
    if (places.size() != 1 || places.begin()->first >= items.size())
        return false;
    const Rectangle &before = items[places.begin()->first].rect;
    return places.begin()->second.size() != QSizeF(before.width, before.height);
}

void setNoteText(Document &document, const Theme &theme, size_t index, const QString &text)
{
    // A note without text would be nowhere to be seen.
    document.edit(text.isEmpty() ? CanvasEditor::tr("Remove a note") : CanvasEditor::tr("Edit a note"), {},
                  [&](Pipeline &pipeline) {
                      if (index >= pipeline.notes.size())
                          return;
                      if (text.isEmpty()) {
                          removeNotes(pipeline, {index});
                          return;
                      }
                      Note &note = pipeline.notes[index];
                      note.text = toUtf8(text);
                      note.rect.height = std::max(note.rect.height, noteHeight(theme, text, note.rect.width));
                  });
}

/// Opens a field over a note for its Markdown.
void editNote(Document &document, CanvasView &view, size_t index)
{
    if (index >= view.canvas().notes().size())
        return;
    const NoteView &note = view.canvas().notes()[index]->view();
    auto *field = new NoteField(note.text, view.viewport());
    const QRect rect = view.mapFromScene(note.rect).boundingRect().adjusted(-4, -4, 4, 4);
    field->setGeometry(rect.united(QRect(rect.topLeft(), QSize(220, 96))));
    QObject::connect(field, &NoteField::accepted, &document, [&document, &view, index](const QString &text) {
        setNoteText(document, view.canvas().theme(), index, text);
    });
    QObject::connect(field, &QObject::destroyed, &view, [&view] { view.setFocus(); });
    field->show();
    field->setFocus();
}

/// The item after the selected one from above to below and left to right, and the first after the last.
template <typename Item>
const Item *nextOf(std::vector<Item *> items)
{
    if (items.empty())
        return nullptr;
    std::ranges::stable_sort(items, {}, [](const Item *item) {
        const QRectF &rect = item->view().rect;
        return std::pair(rect.top(), rect.left());
    });
    const auto selected = std::ranges::find_if(items, [](const Item *item) { return item->isSelected(); });
    return selected == items.end() || selected + 1 == items.end() ? items.front() : *(selected + 1);
}

} // namespace

CanvasEditor::CanvasEditor(Document &document, CanvasView &view, Theme &theme, QObject *parent)
    : QObject(parent)
    , m_document(document)
    , m_view(view)
    , m_scene(view.canvas())
    , m_quickAdd(new QuickAdd(document.registry(), theme, view.window()))
{
    connectView();
    connect(&document, &Document::changed, this, [this] {
        redraw();
        m_scene.glide().settle();
    });
    connect(&document, &Document::problemsChanged, this, &CanvasEditor::redraw);
    connect(&m_scene, &QGraphicsScene::selectionChanged, this, &CanvasEditor::noteSelection);
    connect(m_quickAdd, &QuickAdd::chosen, this, [this](const QString &typeId) {
        if (m_quickAddOn)
            insertStep(typeId, m_quickAddAt, *m_quickAddOn);
        else
            addStep(typeId, m_quickAddAt, m_quickAddHalf);
    });
    m_scene.whyNoLink = [this](const LinkView &link) {
        return whyNoLink(m_document.pipeline(), m_document.registry(), linkOf(link));
    };
    redraw();
}

void CanvasEditor::connectView()
{
    connect(&m_view, &CanvasView::moved, this,
            [this](const auto &steps, const auto &notes, const auto &frames, const auto &droppedOn) {
                const bool isResize =
                    isNewSize(notes, m_document.pipeline().notes) || isNewSize(frames, m_document.pipeline().frames);
                Room room{};
                if (const StepItem *step = droppedOn ? m_scene.step(steps.begin()->first) : nullptr)
                    room = roomWithin(*droppedOn, {steps.begin()->second, step->card().size()}, step->id());
                const Glide::Places before = m_scene.glide().places();
                const QString caption = isResize ? tr("Resize") : droppedOn ? tr("Insert into a link") : tr("Move");
                m_document.edit(caption, {}, [&](Pipeline &pipeline) {
                    for (const auto &[id, at] : steps)
                        if (PipelineStep *step = pipeline.step(id))
                            step->position = Position{at.x(), at.y()};
                    for (const auto &[index, rect] : notes)
                        if (index < pipeline.notes.size())
                            pipeline.notes[index].rect = toRectangle(rect);
                    for (const auto &[index, rect] : frames)
                        if (index < pipeline.frames.size())
                            pipeline.frames[index].rect = toRectangle(rect);
                    if (PipelineStep *step = droppedOn ? pipeline.step(steps.begin()->first) : nullptr) {
                        makeRoom(pipeline, room);
                        step->position = Position{room.at.x(), room.at.y()};
                        insertIntoLink(pipeline, m_document.registry(), steps.begin()->first, linkOf(*droppedOn));
                    }
                });
                redraw();
                if (droppedOn)
                    m_scene.glide().from(before);
            });
    connect(&m_view, &CanvasView::nudged, this, [this](QPointF delta) {
        const auto positions = positionsOf(m_document.pipeline());
        const CanvasScene::Load load = m_scene.load();
        m_document.edit(tr("Move"), QStringLiteral("nudge"), [&](Pipeline &pipeline) {
            for (size_t i = 0; i < pipeline.steps.size(); ++i)
                if (load.steps.contains(pipeline.steps[i].id))
                    pipeline.steps[i].position = Position{positions[i].x + delta.x(), positions[i].y + delta.y()};
            const auto shift = [&delta](Rectangle &rect) { rect.x += delta.x(), rect.y += delta.y(); };
            for (const size_t note : load.notes)
                shift(pipeline.notes[note].rect);
            for (const size_t frame : load.frames)
                shift(pipeline.frames[frame].rect);
        });
    });
    connect(&m_view, &CanvasView::duplicated, this, &CanvasEditor::duplicate);
    connect(&m_view, &CanvasView::linkDrawn, this, [this](const LinkView &link, const auto &replaced) {
        m_document.edit(replaced ? tr("Re-route a link") : tr("Link"), {}, [&](Pipeline &pipeline) {
            if (replaced)
                rerouteLink(pipeline, m_document.registry(), linkOf(*replaced), linkOf(link));
            else
                addLink(pipeline, m_document.registry(), linkOf(link));
        });
    });
    connect(&m_view, &CanvasView::linkRemoved, this, [this](const LinkView &link) {
        m_document.edit(tr("Remove a link"), {}, [&](Pipeline &pipeline) { removeLink(pipeline, linkOf(link)); });
    });
    connect(&m_view, &CanvasView::linkDropped, this,
            [this](const LinkView &half, QPointF at) { openQuickAdd(at, half); });
    connect(&m_view, &CanvasView::escaped, this, &CanvasEditor::leaveSelection);
    connect(&m_view, &CanvasView::addRequested, this, [this](QPointF at) { openQuickAdd(at); });
    connect(&m_view, &CanvasView::typeDropped, this, [this](const QString &typeId, QPointF at, const auto &on) {
        if (on)
            insertStep(typeId, at - QPointF(StepGeometry::Width / 2, 48), *on);
        else
            addStep(typeId, at - QPointF(StepGeometry::Width / 2, 30), {});
    });
    connect(&m_view, &CanvasView::filesDropped, this, &CanvasEditor::addFiles);
    connect(&m_view, &CanvasView::renamed, this, [this](const std::string &id, const QString &name) {
        const QString caption = captionOf(tr("Rename"), m_document.pipeline(), {id}, m_document.registry());
        m_document.edit(caption, {}, [&](Pipeline &pipeline) {
            if (PipelineStep *step = pipeline.step(id))
                step->name = toUtf8(name);
        });
    });
    connect(&m_view, &CanvasView::frameRenamed, this, [this](size_t index, const QString &text) {
        m_document.edit(tr("Rename a frame"), {}, [&](Pipeline &pipeline) {
            if (index < pipeline.frames.size())
                pipeline.frames[index].text = toUtf8(text);
        });
    });
    connect(&m_view, &CanvasView::noteActivated, this, [this](size_t index) { editNote(m_document, m_view, index); });
}

void CanvasEditor::redraw()
{
    Drawing drawing = drawingOf(m_document.pipeline(), m_document.registry(), m_document.problems());
    softenNew(drawing);
    m_scene.setDrawing(drawing);
    m_view.keepHold();
    noteSelection();
}

/// A step that nobody has filled in yet isn't a mistake.
void CanvasEditor::softenNew(Drawing &drawing)
{
    std::erase_if(m_new, [this](const auto &entry) {
        const PipelineStep *step = m_document.pipeline().step(entry.first);
        return !step || step->params != entry.second;
    });
    for (StepView &view : drawing.steps)
        if (m_new.contains(view.id)) {
            view.hasError = false;
            view.problemCount = 0; // its help still says it
        }
}

void CanvasEditor::noteNew(const std::string &step)
{
    if (const PipelineStep *added = m_document.pipeline().step(step))
        m_new[step] = added->params;
    redraw();
}

StepIds CanvasEditor::newSteps() const
{
    StepIds found;
    for (const auto &[id, params] : m_new)
        if (const PipelineStep *step = m_document.pipeline().step(id); step && step->params == params)
            found.insert(id);
    return found;
}

void CanvasEditor::markNewSteps()
{
    m_new.clear();
    redraw();
}

void CanvasEditor::noteSelection()
{
    StepIds now = m_scene.selectedSteps();
    if (now == m_selection)
        return;
    m_selection = std::move(now);
    m_document.endGesture();
    m_left.clear();
    Q_EMIT selectionChanged();
}

void CanvasEditor::leaveSelection()
{
    const std::string left = m_selection.size() == 1 ? *m_selection.begin() : std::string();
    const StepItem *step = m_scene.step(left);
    m_scene.clearSelection();
    m_left = left;
    if (step && !step->view().outputs.empty())
        Q_EMIT told(tr("Tab adds a step behind “%1”; Esc lets go of it.").arg(step->view().name));
    else
        Q_EMIT told({});
}

const StepItem *CanvasEditor::followed() const
{
    if (m_selection.size() == 1)
        return m_scene.step(*m_selection.begin());
    return m_selection.empty() && m_scene.selectedItems().isEmpty() ? m_scene.step(m_left) : nullptr;
}

void CanvasEditor::selectAfter(const StepIds &steps)
{
    m_scene.select(steps);
    if (!steps.empty())
        m_view.showStep(*steps.begin());
}

void CanvasEditor::selectAdded(const StepIds &steps, size_t firstNote, size_t firstFrame)
{
    const auto placesFrom = [](size_t first, size_t end) {
        std::set<size_t> places;
        for (size_t place = first; place < end; ++place)
            places.insert(place);
        return places;
    };
    selectAfter(steps);
    m_scene.select(steps, placesFrom(firstNote, m_scene.notes().size()),
                   placesFrom(firstFrame, m_scene.frames().size()));
}

void CanvasEditor::selectNextFrame()
{
    const FrameItem *next = nextOf(m_scene.frames());
    if (!next) {
        Q_EMIT told(tr("There is no frame: “Add a frame” draws one around the selected steps."));
        return;
    }
    m_scene.select({}, {}, {next->index()});
    m_view.ensureVisible(next->view().rect, 60, 60);
    m_view.setFocus();
    Q_EMIT told(
        tr("Frame “%1”: F2 writes its heading, Ctrl+Alt+1 to 7 colour it, Ctrl+arrows move it, Alt+arrows make it "
           "larger or smaller.")
            .arg(next->view().text));
}

void CanvasEditor::selectNextLink()
{
    const auto &links = m_scene.links();
    if (links.empty()) {
        Q_EMIT told(tr("There is no link: select a step and press L to draw one."));
        return;
    }
    auto next = std::ranges::find_if(links, [](const LinkItem *link) { return link->isSelected(); });
    if (next != links.end()) {
        if (++next == links.end())
            next = links.begin();
    } else {
        next = std::ranges::find_if(links, [this](const LinkItem *link) {
            return m_selection.contains(link->view().fromStep) || m_selection.contains(link->view().toStep);
        });
        if (next == links.end())
            next = links.begin();
    }
    LinkItem &link = **next;
    m_scene.selectLink(link);
    m_view.ensureVisible(link.path().boundingRect(), 60, 60);
    m_view.setFocus();
    Q_EMIT told(
        tr("Link from “%1” to “%2”: Delete removes it, L takes it to another step, Tab inserts a step.")
            .arg(m_scene.step(link.view().fromStep)->view().name, m_scene.step(link.view().toStep)->view().name));
}

void CanvasEditor::selectNextNote()
{
    const NoteItem *next = nextOf(m_scene.notes());
    if (!next) {
        Q_EMIT told(tr("There is no note: “Add a note” writes one."));
        return;
    }
    m_scene.select({}, {next->index()});
    m_view.ensureVisible(next->view().rect, 60, 60);
    m_view.setFocus();
    Q_EMIT told(tr("Note: F2 writes its text, Ctrl+arrows move it, Alt+arrows make it larger or smaller."));
}

void CanvasEditor::rename()
{
    const auto notes = m_scene.selectedNotes(), frames = m_scene.selectedFrames();
    if (m_selection.size() + notes.size() + frames.size() != 1)
        Q_EMIT told(tr("Select one step, note or frame to write its name or text."));
    else if (!m_selection.empty())
        m_view.renameInPlace(*m_selection.begin());
    else if (!frames.empty())
        m_view.renameFrame(*frames.begin());
    else
        editNote(m_document, m_view, *notes.begin());
}

} // namespace millrace

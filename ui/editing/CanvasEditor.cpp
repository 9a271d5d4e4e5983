// SPDX-License-Identifier: MIT
#include "editing/CanvasEditor.h"

#include "canvas/CanvasScene.h"
#include "canvas/CanvasView.h"
#include "document/Document.h"
#include "editing/StepAdder.h"
#include "model/layout/MakeSpace.h"
#include "pipeline/layout/Layout.h"
#include "theme/Text.h"

#include <algorithm>
#include <utility>

namespace millrace {

namespace {

/// Whether the only one of these notes or frames has another size than before.
template <typename Item>
bool isNewSize(const std::map<std::string, QRectF> &places, const std::vector<Item> &items)
{
    if (places.size() != 1)
        return false;
    const auto before = std::ranges::find(items, places.begin()->first, &Item::id);
    return before != items.end() && places.begin()->second.size() != QSizeF(before->rect.width, before->rect.height);
}

} // namespace

CanvasEditor::CanvasEditor(Document &document, CanvasView &view, Theme &theme, QObject *parent)
    : QObject(parent)
    , m_document(document)
    , m_view(view)
    , m_scene(view.canvas())
    , m_adder(new StepAdder(document, view, theme, this))
{
    connectView();
    connect(&document, &Document::changed, this, [this] {
        redraw();
        m_scene.glide().settle();
    });
    connect(&document, &Document::problemsChanged, this, &CanvasEditor::redraw);
    connect(&m_scene, &QGraphicsScene::selectionChanged, this, &CanvasEditor::noteSelection);
    connect(m_adder, &StepAdder::added, this, [this](const std::string &step) {
        noteNew(step);
        selectAfter({step});
    });
    connect(m_adder, &StepAdder::filesAdded, this, &CanvasEditor::selectAfter);
    m_scene.whyNoLink = [this](const LinkView &link) {
        return whyNoLink(m_document.pipeline(), m_document.registry(), linkOf(link));
    };
    redraw();
}

void CanvasEditor::connectView()
{
    connect(&m_view, &CanvasView::moved, this, &CanvasEditor::move);
    connect(&m_view, &CanvasView::nudged, this, &CanvasEditor::nudge);
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
            [this](const LinkView &half, QPointF at) { m_adder->openQuickAdd(at, half); });
    connect(&m_view, &CanvasView::escaped, this, &CanvasEditor::leaveSelection);
    connect(&m_view, &CanvasView::addRequested, this, [this](QPointF at) { m_adder->openQuickAdd(at); });
    connect(&m_view, &CanvasView::typeDropped, this, [this](const QString &typeId, QPointF at, const auto &on) {
        if (on)
            m_adder->insert(typeId, at - QPointF(StepGeometry::Width / 2, 48), *on);
        else
            m_adder->add(typeId, at - QPointF(StepGeometry::Width / 2, 30));
    });
    connect(&m_view, &CanvasView::filesDropped, m_adder, &StepAdder::addFiles);
    connect(&m_view, &CanvasView::renamed, this, [this](const std::string &id, const QString &name) {
        const QString caption = captionOf(tr("Rename"), m_document.pipeline(), {id}, m_document.registry());
        m_document.edit(caption, {}, [&](Pipeline &pipeline) {
            if (PipelineStep *step = pipeline.step(id))
                step->name = toUtf8(name);
        });
    });
    connect(&m_view, &CanvasView::frameRenamed, this, [this](const std::string &id, const QString &text) {
        m_document.edit(tr("Rename a frame"), {}, [&](Pipeline &pipeline) {
            if (Frame *frame = pipeline.frame(id))
                frame->text = toUtf8(text);
        });
    });
}

void CanvasEditor::move(const std::map<std::string, QPointF> &steps,
                        const std::map<std::string, QRectF> &notes,
                        const std::map<std::string, QRectF> &frames,
                        const std::optional<LinkView> &droppedOn)
{
    const bool isResize =
        isNewSize(notes, m_document.pipeline().notes) || isNewSize(frames, m_document.pipeline().frames);
    Space space;
    if (const StepItem *step = droppedOn ? m_scene.step(steps.begin()->first) : nullptr)
        space = spaceInLink(m_document.pipeline(), m_scene.cards(), linkOf(*droppedOn),
                            {steps.begin()->second, step->card().size()}, step->id());
    const Glide::Places before = m_scene.glide().places();
    const QString caption = isResize ? tr("Resize") : droppedOn ? tr("Insert into a link") : tr("Move");
    m_document.edit(caption, {}, [&](Pipeline &pipeline) {
        for (const auto &[id, at] : steps)
            if (PipelineStep *step = pipeline.step(id))
                step->position = Position{at.x(), at.y()};
        for (const auto &[id, rect] : notes)
            if (Note *note = pipeline.note(id))
                note->rect = toRectangle(rect);
        for (const auto &[id, rect] : frames)
            if (Frame *frame = pipeline.frame(id))
                frame->rect = toRectangle(rect);
        if (PipelineStep *step = droppedOn ? pipeline.step(steps.begin()->first) : nullptr) {
            makeSpace(pipeline, space);
            step->position = Position{space.at.x(), space.at.y()};
            insertIntoLink(pipeline, m_document.registry(), steps.begin()->first, linkOf(*droppedOn));
        }
    });
    redraw();
    if (droppedOn)
        m_scene.glide().from(before);
}

void CanvasEditor::nudge(QPointF delta)
{
    const auto positions = positionsOf(m_document.pipeline());
    const CanvasScene::Load load = m_scene.load();
    m_document.edit(tr("Move"), QStringLiteral("nudge"), [&](Pipeline &pipeline) {
        for (size_t i = 0; i < pipeline.steps.size(); ++i)
            if (load.steps.contains(pipeline.steps[i].id))
                pipeline.steps[i].position = Position{positions[i].x + delta.x(), positions[i].y + delta.y()};
        const auto shift = [&delta](Rectangle &rect) { rect.x += delta.x(), rect.y += delta.y(); };
        for (const std::string &note : load.notes)
            shift(pipeline.note(note)->rect);
        for (const std::string &frame : load.frames)
            shift(pipeline.frame(frame)->rect);
    });
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
    m_adder->setLeft({});
    Q_EMIT selectionChanged();
}

void CanvasEditor::leaveSelection()
{
    const std::string left = m_selection.size() == 1 ? *m_selection.begin() : std::string();
    const StepItem *step = m_scene.step(left);
    m_scene.clearSelection();
    m_adder->setLeft(left);
    if (step && !step->view().outputs.empty())
        Q_EMIT told(tr("Tab adds a step behind “%1”; Esc lets go of it.").arg(step->view().name));
    else
        Q_EMIT told({});
}

void CanvasEditor::selectAfter(const StepIds &steps)
{
    m_scene.select(steps);
    if (!steps.empty())
        m_view.showStep(*steps.begin());
}

} // namespace millrace

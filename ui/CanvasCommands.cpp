// SPDX-License-Identifier: MIT
// What the canvas's actions do: all of them edits of the selected steps.
#include "CanvasEditor.h"

#include "canvas/CanvasScene.h"
#include "canvas/CanvasView.h"
#include "model/Layout.h"
#include "model/Text.h"
#include "pipeline/PipelineFile.h"

#include <QApplication>
#include <QClipboard>
#include <QStyle>
#include <QVariantAnimation>

#include <algorithm>
#include <cmath>
#include <map>

namespace millrace {

namespace {

using Places = std::map<std::string, QPointF>;

Places placesOf(const CanvasScene &scene)
{
    Places places;
    for (const StepItem *item : scene.steps())
        places[item->id()] = item->pos();
    return places;
}

/// Lets the cards that an edit has put elsewhere glide there from where they were. Another edit ends it.
void glide(CanvasScene &scene, Document &document, const Places &from)
{
    constexpr int Milliseconds = 220;
    // The desktop may have switched all animations off.
    if (QApplication::style()->styleHint(QStyle::SH_Widget_Animation_Duration) == 0)
        return;
    for (const auto &[id, start] : from)
        if (StepItem *item = scene.step(id))
            item->setPos(start);
    auto *animation = new QVariantAnimation(&scene);
    animation->setDuration(Milliseconds);
    animation->setStartValue(0.0);
    animation->setEndValue(1.0);
    animation->setEasingCurve(QEasingCurve::InOutCubic);
    QObject::connect(animation, &QVariantAnimation::valueChanged, &scene, [&scene, from](const QVariant &value) {
        for (const auto &[id, start] : from)
            if (StepItem *item = scene.step(id))
                item->setPos(start + (item->view().position - start) * value.toDouble());
    });
    QObject::connect(&document, &Document::changed, animation, [animation, &scene] {
        animation->stop();
        for (StepItem *item : scene.steps())
            item->setPos(item->view().position);
        animation->deleteLater();
    });
    animation->start(QAbstractAnimation::DeleteWhenStopped);
}

} // namespace

void CanvasEditor::addNote()
{
    const QPointF at = m_view.handPosition();
    m_document.edit(tr("Add a note"), {}, [&](Pipeline &pipeline) {
        Note note;
        note.text = toUtf8(tr("A note"));
        note.rect = {std::round(at.x() / grid::Step) * grid::Step, std::round(at.y() / grid::Step) * grid::Step, 200,
                     40};
        pipeline.notes.push_back(note);
    });
}

void CanvasEditor::removeSelection()
{
    const auto notes = m_scene.selectedNotes();
    const auto links = m_scene.selectedLinks();
    m_document.edit(tr("Delete"), {}, [&](Pipeline &pipeline) {
        for (const LinkView &view : links) {
            Link link;
            link.fromStep = view.fromStep;
            link.fromPort = view.fromPort;
            link.toStep = view.toStep;
            link.toPort = view.toPort;
            removeLink(pipeline, link);
        }
        removeSteps(pipeline, m_selection);
        removeNotes(pipeline, notes);
    });
}

void CanvasEditor::dissolveSelection()
{
    const StepIds steps = m_selection;
    m_document.edit(tr("Delete and reconnect"), {},
                    [&](Pipeline &pipeline) { removeAndReconnect(pipeline, steps, m_document.registry()); });
}

void CanvasEditor::duplicate(QPointF delta)
{
    const Pipeline part = partOf(m_document.pipeline(), m_selection, m_scene.selectedNotes());
    if (part.steps.empty() && part.notes.empty())
        return;
    StepIds added;
    m_document.edit(tr("Duplicate"), {}, [&](Pipeline &pipeline) {
        Position corner{1e300, 1e300};
        for (const PipelineStep &step : part.steps)
            corner = {std::min(corner.x, step.position->x), std::min(corner.y, step.position->y)};
        for (const Note &note : part.notes)
            corner = {std::min(corner.x, note.rect.x), std::min(corner.y, note.rect.y)};
        added = millrace::paste(pipeline, part, {corner.x + delta.x(), corner.y + delta.y()});
    });
    selectAfter(added);
}

void CanvasEditor::copy() const
{
    const Pipeline part = partOf(m_document.pipeline(), m_selection, m_scene.selectedNotes());
    if (!part.steps.empty() || !part.notes.empty())
        QGuiApplication::clipboard()->setText(toQString(writePipeline(part)));
}

void CanvasEditor::cut()
{
    copy();
    removeSelection();
}

void CanvasEditor::paste()
{
    const auto part = parsePipeline(toUtf8(QGuiApplication::clipboard()->text()));
    if (!part) {
        Q_EMIT told(tr("The clipboard holds no pipeline: copy steps first, or a pipeline’s text."));
        return;
    }
    const QPointF at = m_view.handPosition();
    StepIds added;
    m_document.edit(tr("Paste"), {}, [&](Pipeline &pipeline) {
        added = millrace::paste(
            pipeline, part->pipeline,
            {std::round(at.x() / grid::Step) * grid::Step, std::round(at.y() / grid::Step) * grid::Step});
    });
    selectAfter(added);
}

void CanvasEditor::selectAll()
{
    StepIds all;
    for (const PipelineStep &step : m_document.pipeline().steps)
        all.insert(step.id);
    m_scene.select(all);
}

void CanvasEditor::selectReachable(bool upstream, bool downstream)
{
    StepIds steps = m_selection;
    if (upstream)
        steps.merge(upstreamOf(m_document.pipeline(), m_selection));
    if (downstream)
        steps.merge(downstreamOf(m_document.pipeline(), m_selection));
    m_scene.select(steps);
}

void CanvasEditor::change(const QString &caption,
                          const std::function<void(PipelineStep &, const Pipeline &)> &change,
                          const QString &gestureKey)
{
    m_document.edit(caption, gestureKey, [&](Pipeline &pipeline) {
        for (const std::string &id : m_selection)
            if (PipelineStep *step = pipeline.step(id))
                change(*step, pipeline);
    });
}

void CanvasEditor::toggleEnabled()
{
    const bool anyOff = std::ranges::any_of(m_selection, [&](const std::string &id) {
        const PipelineStep *step = m_document.pipeline().step(id);
        return step && !step->isEnabled;
    });
    change(anyOff ? tr("Enable") : tr("Disable"),
           [&](PipelineStep &step, const Pipeline &) { step.isEnabled = anyOff; });
}

void CanvasEditor::toggleBypassed()
{
    const bool anyOn = std::ranges::any_of(m_selection, [&](const std::string &id) {
        const PipelineStep *step = m_document.pipeline().step(id);
        return step && step->isBypassed;
    });
    change(anyOn ? tr("End bypass") : tr("Bypass"),
           [&](PipelineStep &step, const Pipeline &) { step.isBypassed = !anyOn; });
}

void CanvasEditor::changeWorkers(int by)
{
    change(
        tr("Change workers"),
        [&](PipelineStep &step, const Pipeline &pipeline) {
            const StepType *type = m_document.registry().find(step.type);
            const int most = type ? mostWorkersOf(*type) : 0;
            const int wanted = std::max(1, pipeline.workersOf(step) + by);
            step.workers = most > 0 ? std::min(wanted, most) : wanted;
        },
        QStringLiteral("workers"));
}

void CanvasEditor::layOut()
{
    std::vector<std::string> only;
    if (m_selection.size() > 1)
        only.assign(m_selection.begin(), m_selection.end());
    const Places before = placesOf(m_scene);
    const bool hasMoved = m_document.edit(tr("Lay out automatically"), {}, [&](Pipeline &pipeline) {
        const auto positions = layeredLayout(pipeline, only);
        for (size_t i = 0; i < pipeline.steps.size(); ++i)
            pipeline.steps[i].position = positions[i];
    });
    if (only.empty())
        m_view.fitAll();
    if (hasMoved)
        glide(m_scene, m_document, before);
}

void CanvasEditor::arrange(Line line)
{
    std::vector<StepItem *> items;
    for (StepItem *item : m_scene.steps())
        if (item->isSelected())
            items.push_back(item);
    if (items.size() < 2)
        return;
    const bool isAcross = line == Line::Left || line == Line::Across;
    const auto along = [isAcross](const StepItem *item) { return isAcross ? item->pos().x() : item->pos().y(); };
    std::ranges::stable_sort(items, {}, along);
    const double first = along(items.front()), last = along(items.back());
    const bool distributes = line == Line::Across || line == Line::Down;
    const Places before = placesOf(m_scene);
    const bool hasMoved = m_document.edit(distributes ? tr("Distribute") : tr("Align"), {}, [&](Pipeline &pipeline) {
        for (size_t i = 0; i < items.size(); ++i) {
            PipelineStep *step = pipeline.step(items[i]->id());
            if (!step)
                continue;
            const double at = distributes ? first + (last - first) * double(i) / double(items.size() - 1) : first;
            step->position = isAcross ? Position{at, items[i]->pos().y()} : Position{items[i]->pos().x(), at};
        }
    });
    if (hasMoved)
        glide(m_scene, m_document, before);
}

} // namespace millrace

// SPDX-License-Identifier: MIT
// What is added to the canvas: where it stands, and what it is linked to.
#include "editing/CanvasEditor.h"

#include "canvas/CanvasScene.h"
#include "canvas/CanvasView.h"
#include "editing/QuickAdd.h"
#include "model/Layout.h"
#include "theme/Text.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <cmath>

namespace millrace {

namespace {

Position snapped(QPointF at)
{
    const auto round = [](double value) { return std::round(value / grid::Step) * grid::Step; };
    return {round(at.x()), round(at.y())};
}

/// Of the card of such a step, in pixels at 100 %.
QSizeF sizeOf(const StepType &type)
{
    return StepGeometry({type.hasInput(), int(type.outputPorts.size()), false}).card().size();
}

/// The link that a person has selected, and nothing beside it.
std::optional<LinkView> onlySelectedLink(const CanvasScene &scene)
{
    const auto links = scene.selectedLinks();
    const bool isAlone = links.size() == 1 && scene.selectedSteps().empty() && scene.selectedNotes().empty()
                         && scene.selectedFrames().empty();
    return isAlone ? std::optional(links.front()) : std::nullopt;
}

/// How often a step of this type is linked behind (or before) steps of that type in the drawing.
int timesLinked(const Pipeline &pipeline, const std::string &anchorType, const StepType &type, bool isBackward)
{
    int count = 0;
    for (const Link &link : pipeline.links) {
        const PipelineStep *from = pipeline.step(link.fromStep), *to = pipeline.step(link.toStep);
        if (!from || !to)
            continue;
        const PipelineStep &anchor = isBackward ? *to : *from, &other = isBackward ? *from : *to;
        if (anchor.type == anchorType && other.type == type.id)
            ++count;
    }
    return count;
}

} // namespace

std::string CanvasEditor::addAt(Pipeline &pipeline,
                                const StepType &type,
                                QPointF at,
                                const std::optional<LinkView> &half) const
{
    const std::string id = millrace::addStep(pipeline, type, snapped(at));
    if (!half)
        return id;
    Link link = linkOf(*half);
    if (link.fromStep.empty()) {
        link.fromStep = id;
        link.fromPort = type.outputPorts.empty() ? "out" : type.outputPorts.front();
    } else {
        link.toStep = id;
        link.toPort = "in";
    }
    if (whyNoLink(pipeline, m_document.registry(), link).isEmpty())
        addLink(pipeline, m_document.registry(), link);
    return id;
}

void CanvasEditor::addStep(const QString &typeId, QPointF at, const std::optional<LinkView> &half)
{
    const StepType *type = m_document.registry().find(toUtf8(typeId));
    if (!type)
        return;
    at = freePlace(*type, at, half);
    std::string id;
    m_document.edit(tr("Add “%1”").arg(toQString(type->title)), {},
                    [&](Pipeline &pipeline) { id = addAt(pipeline, *type, at, half); });
    noteNew(id);
    selectAfter({id});
    m_view.setFocus();
}

QPointF CanvasEditor::freePlace(const StepType &type, QPointF at, const std::optional<LinkView> &half) const
{
    const QSizeF size = sizeOf(type);
    const StepItem *taker = takerOf({at, size});
    if (!taker)
        return at;
    const bool isBackward = half && half->fromStep.empty();
    if (const StepItem *end = half ? m_scene.step(isBackward ? half->toStep : half->fromStep) : nullptr) {
        at = end->pos() + QPointF(isBackward ? -grid::ColumnWidth : grid::ColumnWidth, 0);
        while (takerOf({at, size}))
            at.ry() += grid::RowHeight;
        return at;
    }
    for (; taker; taker = takerOf({at, size}))
        at = taker->pos() + QPointF(grid::ColumnWidth, 0);
    return at;
}

void CanvasEditor::insertStep(const QString &typeId, QPointF at, const LinkView &on)
{
    const StepType *type = m_document.registry().find(toUtf8(typeId));
    if (!type || !type->hasInput() || !type->hasOutput()) {
        addStep(typeId, at, {});
        return;
    }
    const Room room = roomWithin(on, {at, sizeOf(*type)});
    const Glide::Places before = m_scene.glide().places();
    std::string id;
    m_document.edit(tr("Insert “%1”").arg(toQString(type->title)), {}, [&](Pipeline &pipeline) {
        makeRoom(pipeline, room);
        id = millrace::addStep(pipeline, *type, snapped(room.at));
        insertIntoLink(pipeline, m_document.registry(), id, linkOf(on));
    });
    m_scene.glide().from(before);
    noteNew(id);
    selectAfter({id});
    m_view.setFocus();
}

void CanvasEditor::append(const QString &typeId)
{
    const StepType *type = m_document.registry().find(toUtf8(typeId));
    const StepItem *from = followed();
    if (!type || !from || from->view().outputs.empty() || !type->hasInput()) {
        addStep(typeId, m_view.visibleScene().center() - QPointF(StepGeometry::Width / 2, 48), {});
        return;
    }
    addStep(typeId, from->pos() + QPointF(grid::ColumnWidth, 0),
            LinkView{from->id(), from->view().outputs.front(), {}, {}});
}

void CanvasEditor::openQuickAdd(QPointF at, const std::optional<LinkView> &half)
{
    m_quickAddAt = at;
    m_quickAddHalf = half;
    m_quickAddOn = half ? std::nullopt : onlySelectedLink(m_scene);
    // With a step selected, what is added follows it, and is linked to it.
    if (const StepItem *from = half ? nullptr : followed()) {
        if (!from->view().outputs.empty())
            m_quickAddHalf = LinkView{from->id(), from->view().outputs.front(), {}, {}};
        // Where no hand points behind it, beside it: links go to the right.
        if (!m_view.underMouse() || at.x() < from->pos().x() + from->card().width())
            m_quickAddAt = from->pos() + QPointF(grid::ColumnWidth, 0);
    }
    if (m_quickAddOn) {
        m_quickAddHalf = LinkView{m_quickAddOn->fromStep, m_quickAddOn->fromPort, {}, {}};
        m_quickAddAt =
            m_scene.link(*m_quickAddOn)->path().boundingRect().center() - QPointF(StepGeometry::Width / 2, 48);
    }
    std::function<bool(const StepType &)> fits;
    std::function<int(const StepType &)> rank;
    if (m_quickAddOn)
        fits = [](const StepType &type) { return type.hasInput() && type.hasOutput(); };
    else if (half && half->fromStep.empty())
        fits = [](const StepType &type) { return type.hasOutput(); };
    else if (half)
        fits = [](const StepType &type) { return type.hasInput(); };
    if (m_quickAddHalf) {
        const bool isError = m_quickAddHalf->fromPort == "error";
        const bool isBackward = m_quickAddHalf->fromStep.empty();
        // What usually follows: failed items are written down; other things are worked on first.
        const PipelineStep *anchor =
            m_document.pipeline().step(isBackward ? m_quickAddHalf->toStep : m_quickAddHalf->fromStep);
        const std::string anchorType = anchor ? anchor->type : std::string();
        rank = [isError, isBackward, anchorType, pipeline = m_document.state()](const StepType &type) {
            // First what this drawing links there already, the more often the higher.
            if (const int times = isError ? 0 : timesLinked(*pipeline, anchorType, type, isBackward))
                return std::min(99, 10 + times);
            if (isError)
                return type.kind == StepKind::Sink ? 9 : 3;
            if (isBackward)
                return type.kind == StepKind::Source ? 9 : 6;
            return type.kind == StepKind::Transform ? 9
                   : type.kind == StepKind::Sink    ? 7
                   : type.kind == StepKind::Combine ? 5
                                                    : 0;
        };
    }
    m_quickAdd->open(m_view.viewport()->mapToGlobal(m_view.mapFromScene(at)), std::move(fits), std::move(rank));
}

void CanvasEditor::addFiles(const QStringList &paths, QPointF at)
{
    StepIds added;
    m_document.edit(tr("Add files"), {}, [&](Pipeline &pipeline) {
        const QDir folder(m_document.folder());
        for (const QString &path : paths) {
            const QFileInfo file(path);
            const StepType *type = m_document.registry().forFile(file.isDir() ? FolderFile : toUtf8(file.suffix()));
            if (!type)
                continue;
            const std::string id = millrace::addStep(pipeline, *type, snapped(at));
            const QString relative = folder.relativeFilePath(path);
            const bool isWithin = !m_document.path().isEmpty() && !relative.startsWith(QLatin1String(".."));
            PipelineStep *step = pipeline.step(id);
            step->setParam(file.isDir() ? "folder" : "path", Value(toUtf8(isWithin ? relative : path)));
            step->name = toUtf8(file.completeBaseName());
            if (file.suffix().toLower() == QLatin1String("tsv"))
                step->setParam("delimiter", Value("\t"));
            added.insert(id);
            at.ry() += grid::RowHeight;
        }
    });
    selectAfter(added);
    m_view.setFocus();
}

} // namespace millrace

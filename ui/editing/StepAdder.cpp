// SPDX-License-Identifier: MIT
#include "editing/StepAdder.h"

#include "canvas/CanvasScene.h"
#include "canvas/CanvasView.h"
#include "document/Document.h"
#include "editing/QuickAdd.h"
#include "model/layout/MakeSpace.h"
#include "pipeline/layout/Layout.h"
#include "steps/manifest/ProgramManifest.h"
#include "theme/Text.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>

namespace millrace {

namespace {

/// On the grid.
Position toPosition(QPointF at)
{
    const QPointF place = grid::snapped(at);
    return {place.x(), place.y()};
}

/// Of the card of such a step, in pixels at 100 %.
QSizeF sizeOf(const StepType &type)
{
    return StepGeometry({type.hasInput(), int(type.outputPorts.size()), false, int(type.inputPorts.size())})
        .card()
        .size();
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

/// What quick-add offers: only what one end of a link can be, where there is one.
std::function<bool(const StepType &)> filterFor(bool isInLink, const std::optional<LinkView> &half)
{
    if (isInLink)
        return [](const StepType &type) { return type.hasInput() && type.hasOutput(); };
    if (half && half->fromStep.empty())
        return [](const StepType &type) { return type.hasOutput(); };
    if (half)
        return [](const StepType &type) { return type.hasInput(); };
    return {};
}

} // namespace

StepAdder::StepAdder(Document &document, CanvasView &view, Theme &theme, QObject *parent)
    : QObject(parent)
    , m_document(document)
    , m_view(view)
    , m_scene(view.canvas())
    , m_quickAdd(new QuickAdd(document.registry(), theme, view.window()))
{
    connect(m_quickAdd, &QuickAdd::chosen, this, [this](const QString &typeId) {
        if (m_wanted.on)
            insert(typeId, m_wanted.at, *m_wanted.on);
        else
            add(typeId, m_wanted.at, m_wanted.half);
    });
}

const StepItem *StepAdder::followed() const
{
    const StepIds selected = m_scene.selectedSteps();
    if (selected.size() == 1)
        return m_scene.step(*selected.begin());
    return m_scene.selectedItems().isEmpty() ? m_scene.step(m_left) : nullptr;
}

std::string StepAdder::addAt(Pipeline &pipeline,
                             const StepType &type,
                             QPointF at,
                             const std::optional<LinkView> &half) const
{
    const std::string id = addStep(pipeline, type, toPosition(at));
    if (!half)
        return id;
    Link link = linkOf(*half);
    if (link.fromStep.empty()) {
        link.fromStep = id;
        link.fromPort = type.outputPorts.empty() ? "out" : type.outputPorts.front();
    } else {
        link.toStep = id;
        link.toPort = type.inputPorts.empty() ? "in" : type.inputPorts.front();
    }
    if (whyNoLink(pipeline, m_document.registry(), link).isEmpty())
        addLink(pipeline, m_document.registry(), link);
    return id;
}

void StepAdder::add(const QString &typeId, QPointF at, const std::optional<LinkView> &half)
{
    const StepType *type = m_document.registry().find(toUtf8(typeId));
    if (!type)
        return;
    const auto link = half ? std::optional(linkOf(*half)) : std::nullopt;
    const QPointF place = freePlace(m_document.pipeline(), m_scene.cards(), {at, sizeOf(*type)}, link);
    std::string id;
    m_document.edit(tr("Add “%1”").arg(toQString(type->title)), {},
                    [&](Pipeline &pipeline) { id = addAt(pipeline, *type, place, half); });
    Q_EMIT added(id);
    m_view.setFocus();
}

void StepAdder::insert(const QString &typeId, QPointF at, const LinkView &on)
{
    const StepType *type = m_document.registry().find(toUtf8(typeId));
    if (!type || !type->hasInput() || !type->hasOutput()) {
        add(typeId, at);
        return;
    }
    const Space space = spaceInLink(m_document.pipeline(), m_scene.cards(), linkOf(on), {at, sizeOf(*type)});
    const Glide::Places before = m_scene.glide().places();
    std::string id;
    m_document.edit(tr("Insert “%1”").arg(toQString(type->title)), {}, [&](Pipeline &pipeline) {
        makeSpace(pipeline, space);
        id = addStep(pipeline, *type, toPosition(space.at));
        insertIntoLink(pipeline, m_document.registry(), id, linkOf(on));
    });
    m_scene.glide().from(before);
    Q_EMIT added(id);
    m_view.setFocus();
}

void StepAdder::append(const QString &typeId)
{
    const StepType *type = m_document.registry().find(toUtf8(typeId));
    const StepItem *from = followed();
    if (!type || !from || from->view().outputs.empty() || !type->hasInput()) {
        add(typeId, m_view.visibleScene().center() - QPointF(StepGeometry::Width / 2, 48));
        return;
    }
    add(typeId, from->pos() + QPointF(grid::ColumnWidth, 0),
        LinkView{from->id(), from->view().outputs.front(), {}, {}});
}

void StepAdder::openQuickAdd(QPointF at, const std::optional<LinkView> &half)
{
    m_wanted = wantedAt(at, half);
    m_quickAdd->open(m_view.viewport()->mapToGlobal(m_view.mapFromScene(at)), filterFor(bool(m_wanted.on), half),
                     m_wanted.half ? rankFor(*m_wanted.half) : nullptr);
}

StepAdder::Wanted StepAdder::wantedAt(QPointF at, const std::optional<LinkView> &half) const
{
    Wanted wanted{at, half, half ? std::nullopt : onlySelectedLink(m_scene)};
    // With a step selected, what is added follows it, and is linked to it.
    if (const StepItem *from = half ? nullptr : followed()) {
        if (!from->view().outputs.empty())
            wanted.half = LinkView{from->id(), from->view().outputs.front(), {}, {}};
        // Where no hand points behind it, beside it: links go to the right.
        if (!m_view.underMouse() || at.x() < from->pos().x() + from->card().width())
            wanted.at = from->pos() + QPointF(grid::ColumnWidth, 0);
    }
    if (wanted.on) {
        wanted.half = LinkView{wanted.on->fromStep, wanted.on->fromPort, {}, {}};
        wanted.at = m_scene.link(*wanted.on)->path().boundingRect().center() - QPointF(StepGeometry::Width / 2, 48);
    }
    return wanted;
}

/// What usually follows: failed items are written down; other things are worked on first.
std::function<int(const StepType &)> StepAdder::rankFor(const LinkView &half) const
{
    const bool isError = half.isError(), isBackward = half.fromStep.empty();
    const PipelineStep *anchor = m_document.pipeline().step(isBackward ? half.toStep : half.fromStep);
    const std::string anchorType = anchor ? anchor->type : std::string();
    return [isError, isBackward, anchorType, pipeline = m_document.state()](const StepType &type) {
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

namespace {

/// The step that a Python file is by the manifest of its name beside it; null where it has none that is known.
const StepType *stepOfPython(const StepRegistry &registry, const QFileInfo &file)
{
    const QString manifest =
        file.canonicalPath() + QLatin1Char('/') + file.completeBaseName() + QStringLiteral(".step.json");
    for (const StepType &type : registry.types())
        if (type.manifest && toQString(type.manifest->path) == manifest)
            return &type;
    return nullptr;
}

} // namespace

void StepAdder::addFiles(const QStringList &paths, QPointF at)
{
    StepIds added;
    m_document.edit(tr("Add files"), {}, [&](Pipeline &pipeline) {
        const QDir folder(m_document.folder());
        for (const QString &path : paths) {
            const QFileInfo file(path);
            const StepRegistry &registry = m_document.registry();
            const bool isPython = file.isFile() && file.suffix() == QLatin1String("py");
            const StepType *own = isPython ? stepOfPython(registry, file) : nullptr;
            const StepType *type = own        ? own
                                   : isPython ? registry.find("program")
                                              : registry.forFile(file.isDir() ? FolderFile : toUtf8(file.suffix()));
            if (!type)
                continue;
            const std::string id = addStep(pipeline, *type, toPosition(at));
            const QString relative = folder.relativeFilePath(path);
            const bool isWithin = !m_document.path().isEmpty() && !relative.startsWith(QLatin1String(".."));
            PipelineStep *step = pipeline.step(id);
            const Value shown(toUtf8(isWithin ? relative : path));
            if (isPython && !own)
                step->setParam("command", List{Value("python3"), shown});
            else if (!isPython)
                step->setParam(file.isDir() ? "folder" : "path", shown);
            if (!own)
                step->name = toUtf8(file.completeBaseName());
            if (file.suffix().toLower() == QLatin1String("tsv"))
                step->setParam("delimiter", Value("\t"));
            added.insert(id);
            at.ry() += grid::RowHeight;
        }
    });
    Q_EMIT filesAdded(added);
    m_view.setFocus();
}

} // namespace millrace

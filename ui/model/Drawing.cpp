// SPDX-License-Identifier: MIT
#include "model/Drawing.h"

#include "pipeline/layout/Layout.h"
#include "theme/Text.h"

#include <QFile>

#include <algorithm>
#include <unordered_map>

namespace millrace {

namespace {

/// The line under the name. A step of unknown type, or with a wrong setting, has no Step to ask.
QString summaryOf(const PipelineStep &step, const StepType *type)
{
    if (!type)
        return toQString(step.type);
    const auto made = type->create(step.params);
    const QString text = made ? toQString((*made)->summary()).simplified() : QString();
    return text.isEmpty() && !step.name.empty() ? toQString(type->title) : text;
}

bool beginsWithPath(const QString &summary, const PipelineStep &step, const StepType &type)
{
    return std::ranges::any_of(type.params, [&](const Param &param) {
        const bool isPath = param.kind == ParamKind::InputFile || param.kind == ParamKind::OutputFile
                            || param.kind == ParamKind::Folder;
        const Value *value = isPath ? step.param(param.name) : nullptr;
        return value && value->isText() && !value->toText().empty()
               && summary.startsWith(toQString(value->toText()).simplified());
    });
}

StepView viewOf(const PipelineStep &step, const Pipeline &pipeline, const StepType *type)
{
    StepView view;
    view.id = step.id;
    view.isKnown = type != nullptr;
    view.name = !step.name.empty() ? toQString(step.name) : type ? toQString(type->title) : toQString(step.id);
    view.typeTitle = type ? toQString(type->title) : toQString(step.type);
    view.family = type ? type->family : Family::Transform;
    view.icon = type ? iconNameOf(*type) : QStringLiteral("unknown");
    view.summary = summaryOf(step, type);
    view.isSummaryPath = type && beginsWithPath(view.summary, step, *type);
    view.hasCode =
        type && std::ranges::any_of(type->params, [](const Param &param) { return param.kind == ParamKind::Code; });
    view.hasInside = type && type->nesting == Nesting::Pipeline;
    view.hasInput = !type || type->hasInput();
    if (view.hasInput && type)
        view.inputs = type->inputPorts;
    view.outputs = type ? type->portsOf(step.params) : std::vector<std::string>{"out"};
    view.canFail = !type || type->hasErrorPort();
    view.hasErrorPort = view.canFail && pipeline.errorPolicyOf(step) == ErrorPolicy::Route;
    view.isEnabled = step.isEnabled;
    view.isBypassed = step.isBypassed;
    view.workers = pipeline.workersOf(step);
    view.queueSize = pipeline.queueSizeOf(step);
    return view;
}

void addProblems(Drawing &drawing, const Problems &problems)
{
    for (const Problem &problem : problems) {
        const auto found = std::ranges::find(drawing.steps, problem.step, &StepView::id);
        if (found == drawing.steps.end())
            continue;
        const bool isError = problem.severity == Severity::Error;
        if (found->problem.isEmpty() || (isError && !found->hasError))
            found->problem = toQString(problem.text);
        found->hasError = found->hasError || isError;
        ++found->problemCount;
    }
}

} // namespace

QString familyIcon(Family family)
{
    switch (family) {
    case Family::Source: return QStringLiteral("source");
    case Family::Transform: return QStringLiteral("transform");
    case Family::Filter: return QStringLiteral("filter");
    case Family::Script: return QStringLiteral("program");
    case Family::Combine: return QStringLiteral("merge");
    case Family::Model: return QStringLiteral("scale");
    case Family::Sink: return QStringLiteral("sink");
    case Family::Simulate: return QStringLiteral("work");
    }
    return QStringLiteral("transform");
}

QString iconNameOf(const StepType &type)
{
    const QString icon = toQString(type.icon); // a manifest may name one that isn't there
    const bool isThere =
        !icon.isEmpty() && (!type.manifest || QFile::exists(QStringLiteral(":/icons/%1.svg").arg(icon)));
    return isThere ? icon : familyIcon(type.family);
}

QString shownName(const PipelineStep &step, const StepRegistry &registry)
{
    if (!step.name.empty())
        return toQString(step.name);
    const StepType *type = registry.find(step.type);
    return toQString(type ? type->title : step.id);
}

Link linkOf(const LinkView &view)
{
    Link link;
    link.fromStep = view.fromStep;
    link.fromPort = view.fromPort;
    link.toStep = view.toStep;
    link.toPort = view.toPort;
    return link;
}

Drawing drawingOf(const Pipeline &pipeline, const StepRegistry &registry, const Problems &problems)
{
    Drawing drawing;
    std::unordered_map<std::string_view, size_t> index;
    for (const PipelineStep &step : pipeline.steps) {
        index.emplace(step.id, drawing.steps.size());
        drawing.steps.push_back(viewOf(step, pipeline, registry.find(step.type)));
    }
    const auto positions = positionsOf(pipeline);
    for (size_t i = 0; i < drawing.steps.size(); ++i)
        drawing.steps[i].position = {positions[i].x, positions[i].y};
    for (const Link &link : pipeline.links) {
        const auto from = index.find(link.fromStep);
        if (from == index.end() || !index.contains(link.toStep))
            continue;
        if (link.fromPort == "error")
            drawing.steps[from->second].hasErrorPort = true;
        drawing.links.push_back({link.fromStep, link.fromPort, link.toStep, link.toPort, link.isKept});
    }
    for (const Note &note : pipeline.notes)
        drawing.notes.push_back(
            {note.id, toQString(note.text), {note.rect.x, note.rect.y, note.rect.width, note.rect.height}});
    for (const Frame &frame : pipeline.frames)
        drawing.frames.push_back({frame.id,
                                  toQString(frame.text),
                                  {frame.rect.x, frame.rect.y, frame.rect.width, frame.rect.height},
                                  toQString(frame.color)});
    addProblems(drawing, problems);
    return drawing;
}

} // namespace millrace

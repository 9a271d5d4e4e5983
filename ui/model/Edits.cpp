// SPDX-License-Identifier: MIT
#include "model/Edits.h"

#include "model/Drawing.h"
#include "model/Format.h"
#include "pipeline/layout/Layout.h"
#include "theme/Text.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <cctype>
#include <iterator>
#include <string_view>
#include <unordered_map>

namespace millrace {

namespace {

bool touches(const Link &link, const StepIds &steps)
{
    return steps.contains(link.fromStep) || steps.contains(link.toStep);
}

bool isSameLink(const Link &a, const Link &b)
{
    return a.fromStep == b.fromStep && a.fromPort == b.fromPort && a.toStep == b.toStep && a.toPort == b.toPort;
}

/// A type's id as the beginning of a step's id: "read.csv" becomes "csv", "scale.standard" "standard".
std::string wordOf(const std::string &typeId)
{
    const size_t dot = typeId.rfind('.');
    std::string word = dot == std::string::npos ? typeId : typeId.substr(dot + 1);
    std::erase_if(word, [](char c) { return !(std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-'); });
    return word.empty() ? "step" : word;
}

StepIds reach(const Pipeline &pipeline, StepIds steps, bool isForward)
{
    std::unordered_map<std::string_view, std::vector<std::string_view>> next;
    for (const Link &link : pipeline.links)
        next[isForward ? link.fromStep : link.toStep].push_back(isForward ? link.toStep : link.fromStep);
    std::vector<std::string_view> open(steps.begin(), steps.end());
    while (!open.empty()) {
        const std::string_view step = open.back();
        open.pop_back();
        for (const std::string_view neighbour : next[step])
            if (steps.emplace(neighbour).second)
                open.push_back(neighbour);
    }
    return steps;
}

} // namespace

QString captionOf(const QString &edit, const Pipeline &pipeline, const StepIds &steps, const StepRegistry &registry)
{
    const PipelineStep *step = steps.size() == 1 ? pipeline.step(*steps.begin()) : nullptr;
    const QString whose = step               ? shownName(*step, registry)
                          : steps.size() > 1 ? formatNoun(steps.size(), QStringLiteral("step"))
                                             : QString();
    return whose.isEmpty() ? edit : QStringLiteral("%1 · %2").arg(edit, whose);
}

std::string freeId(const Pipeline &pipeline, const std::string &word)
{
    std::string id = word;
    for (int number = 2; pipeline.step(id); ++number)
        id = word + std::to_string(number);
    return id;
}

std::string addStep(Pipeline &pipeline, const StepType &type, Position position)
{
    PipelineStep step;
    step.id = freeId(pipeline, wordOf(type.id));
    step.type = type.id;
    step.position = position;
    pipeline.steps.push_back(step);
    return step.id;
}

void removeSteps(Pipeline &pipeline, const StepIds &steps)
{
    std::erase_if(pipeline.steps, [&](const PipelineStep &step) { return steps.contains(step.id); });
    std::erase_if(pipeline.links, [&](const Link &link) { return touches(link, steps); });
}

void removeNotes(Pipeline &pipeline, const NoteIds &notes)
{
    std::erase_if(pipeline.notes, [&notes](const Note &note) { return notes.contains(note.id); });
}

void removeFrames(Pipeline &pipeline, const NoteIds &frames)
{
    std::erase_if(pipeline.frames, [&frames](const Frame &frame) { return frames.contains(frame.id); });
}

void removeAndReconnect(Pipeline &pipeline, const StepIds &steps, const StepRegistry &registry)
{
    for (const std::string &id : steps) {
        const PipelineStep *const step = pipeline.step(id);
        const StepType *const type = step ? registry.find(step->type) : nullptr;
        const bool hasNamedInputs = type && type->hasNamedInputs(); // only what comes by the first is what leaves
        std::vector<Link> before, after;
        for (const Link &link : pipeline.links) {
            if (link.toStep == id && link.fromPort != "error"
                && (!hasNamedInputs || link.toPort == type->inputPorts.front()))
                before.push_back(link);
            if (link.fromStep == id && link.fromPort == "out")
                after.push_back(link);
        }
        removeSteps(pipeline, {id});
        for (const Link &from : before)
            for (const Link &to : after) {
                Link joined;
                joined.fromStep = from.fromStep;
                joined.fromPort = from.fromPort;
                joined.toStep = to.toStep;
                joined.toPort = to.toPort;
                if (whyNoLink(pipeline, registry, joined).isEmpty())
                    addLink(pipeline, registry, joined);
            }
    }
}

int keepInputPaths(Pipeline &pipeline, const StepRegistry &registry, const QString &from, const QString &to)
{
    const QDir before(from), after(to);
    int kept = 0;
    const auto keep = [&](const StepType &type, Members &params) {
        for (auto &[name, value] : params) {
            const Param *param = type.param(name);
            if (!param || (param->kind != ParamKind::InputFile && param->kind != ParamKind::Folder) || !value.isText())
                continue;
            const QString path = toQString(value.toText());
            if (path.isEmpty() || QDir::isAbsolutePath(path) || !QFileInfo::exists(before.filePath(path))
                || QFileInfo::exists(after.filePath(path)))
                continue;
            value = Value(toUtf8(QDir::cleanPath(after.relativeFilePath(before.filePath(path)))));
            ++kept;
        }
    };
    for (PipelineStep &step : pipeline.steps) {
        const StepType *type = registry.find(step.type);
        if (!type)
            continue;
        keep(*type, step.params);
        for (Members &arguments : step.workerArguments)
            keep(*type, arguments);
    }
    return kept;
}

bool isLeftOpen(const PipelineStep &step, const StepRegistry &registry, const std::string &name)
{
    const StepType *type = registry.find(step.type);
    const Param *param = type ? type->param(name) : nullptr;
    const Value *value = step.param(name);
    return param && (value ? *value : param->defaultValue) == Value("auto");
}

int keepGuesses(Pipeline &pipeline,
                const StepRegistry &registry,
                const Pipeline &looked,
                const std::map<std::string, std::vector<FormatGuess>> &guesses)
{
    int kept = 0;
    for (PipelineStep &step : pipeline.steps) {
        const PipelineStep *const before = looked.step(step.id);
        const auto found = guesses.find(step.id);
        if (found == guesses.end() || !before || before->type != step.type || before->params != step.params)
            continue;
        for (const FormatGuess &guess : found->second) {
            if (!isLeftOpen(step, registry, guess.param))
                continue;
            step.setParam(guess.param, guess.value);
            ++kept;
        }
    }
    return kept;
}

bool takesSeveralLinks(const StepType *type)
{
    return type && type->kind == StepKind::Combine;
}

QString whyNoLink(const Pipeline &pipeline, const StepRegistry &registry, const Link &link)
{
    const PipelineStep *from = pipeline.step(link.fromStep), *to = pipeline.step(link.toStep);
    if (!from || !to)
        return QStringLiteral("That step is no longer there.");
    if (from == to)
        return QStringLiteral("A step can't feed itself.");
    const StepType *fromType = registry.find(from->type), *toType = registry.find(to->type);
    if (toType && !toType->hasInput())
        return QStringLiteral("“%1” is a source: it has no input.").arg(shownName(*to, registry));
    if (fromType && !fromType->hasOutput())
        return QStringLiteral("“%1” is a sink: it has no output.").arg(shownName(*from, registry));
    if (std::ranges::any_of(pipeline.links, [&](const Link &other) { return isSameLink(other, link); }))
        return QStringLiteral("These two are linked already.");
    if (downstreamOf(pipeline, {link.toStep}).contains(link.fromStep))
        return QStringLiteral("That would be a cycle: “%1” already feeds “%2”.")
            .arg(shownName(*to, registry), shownName(*from, registry));
    return {};
}

void addLink(Pipeline &pipeline, const StepRegistry &registry, const Link &link)
{
    const PipelineStep *to = pipeline.step(link.toStep);
    if (to && !takesSeveralLinks(registry.find(to->type)))
        std::erase_if(pipeline.links,
                      [&](const Link &other) { return other.toStep == link.toStep && other.toPort == link.toPort; });
    pipeline.links.push_back(link);
    if (PipelineStep *from = link.fromPort == "error" ? pipeline.step(link.fromStep) : nullptr)
        from->onError = ErrorPolicy::Route;
}

void removeLink(Pipeline &pipeline, const Link &link)
{
    std::erase_if(pipeline.links, [&](const Link &other) { return isSameLink(other, link); });
}

void setLinkKept(Pipeline &pipeline, const Link &link, bool isKept)
{
    for (Link &other : pipeline.links)
        if (isSameLink(other, link))
            other.isKept = isKept;
}

void rerouteLink(Pipeline &pipeline, const StepRegistry &registry, const Link &link, const Link &wanted)
{
    const auto found = std::ranges::find_if(pipeline.links, [&](const Link &other) { return isSameLink(other, link); });
    if (found == pipeline.links.end() || wanted.toStep != link.toStep || wanted.toPort != link.toPort) {
        removeLink(pipeline, link);
        addLink(pipeline, registry, wanted);
        return;
    }
    // In place, so that the order of the links into a union, which is the order of its branches, stays.
    found->fromStep = wanted.fromStep;
    found->fromPort = wanted.fromPort;
    if (PipelineStep *from = wanted.fromPort == "error" ? pipeline.step(wanted.fromStep) : nullptr)
        from->onError = ErrorPolicy::Route;
}

void insertIntoLink(Pipeline &pipeline, const StepRegistry &registry, const std::string &step, const Link &link)
{
    const PipelineStep *inserted = pipeline.step(step);
    const auto found = std::ranges::find_if(pipeline.links, [&](const Link &other) { return isSameLink(other, link); });
    if (!inserted || found == pipeline.links.end())
        return;
    const StepType *type = registry.find(inserted->type);
    // In place, so that the order of the links into a union, which is the order of its branches, stays.
    found->fromStep = step;
    const auto ports = type ? type->portsOf(inserted->params) : std::vector<std::string>();
    found->fromPort = ports.empty() ? "out" : ports.front();
    Link before;
    before.fromStep = link.fromStep;
    before.fromPort = link.fromPort;
    before.toStep = step;
    if (type && type->hasNamedInputs())
        before.toPort = type->inputPorts.front();
    pipeline.links.push_back(before);
}

Pipeline partOf(const Pipeline &pipeline, const StepIds &steps, const NoteIds &notes, const NoteIds &frames)
{
    Pipeline part;
    const auto positions = positionsOf(pipeline);
    for (size_t i = 0; i < pipeline.steps.size(); ++i)
        if (steps.contains(pipeline.steps[i].id)) {
            part.steps.push_back(pipeline.steps[i]);
            part.steps.back().position = positions[i];
        }
    for (const Link &link : pipeline.links)
        if (steps.contains(link.fromStep) && steps.contains(link.toStep))
            part.links.push_back(link);
    std::ranges::copy_if(pipeline.notes, std::back_inserter(part.notes),
                         [&notes](const Note &note) { return notes.contains(note.id); });
    std::ranges::copy_if(pipeline.frames, std::back_inserter(part.frames),
                         [&frames](const Frame &frame) { return frames.contains(frame.id); });
    return part;
}

std::optional<Position> cornerOf(const Pipeline &part)
{
    std::optional<Position> corner;
    const auto take = [&corner](double x, double y) {
        corner = corner ? Position{std::min(corner->x, x), std::min(corner->y, y)} : Position{x, y};
    };
    for (const Position &position : positionsOf(part))
        take(position.x, position.y);
    for (const Note &note : part.notes)
        take(note.rect.x, note.rect.y);
    for (const Frame &frame : part.frames)
        take(frame.rect.x, frame.rect.y);
    return corner;
}

StepIds paste(Pipeline &pipeline, const Pipeline &part, Position corner)
{
    const Position from = cornerOf(part).value_or(corner);
    const auto positions = positionsOf(part);

    std::map<std::string, std::string> names;
    StepIds added;
    for (size_t i = 0; i < part.steps.size(); ++i) {
        PipelineStep step = part.steps[i];
        std::string word = step.id;
        while (pipeline.step(word) && word.size() > 1 && std::isdigit(static_cast<unsigned char>(word.back())))
            word.pop_back();
        step.id = freeId(pipeline, word);
        step.position = Position{corner.x + positions[i].x - from.x, corner.y + positions[i].y - from.y};
        names[part.steps[i].id] = step.id;
        added.insert(step.id);
        pipeline.steps.push_back(std::move(step));
    }
    for (Link link : part.links) {
        if (!names.contains(link.fromStep) || !names.contains(link.toStep))
            continue;
        link.fromStep = names[link.fromStep];
        link.toStep = names[link.toStep];
        pipeline.links.push_back(std::move(link));
    }
    for (Note note : part.notes) {
        note.rect.x += corner.x - from.x;
        note.rect.y += corner.y - from.y;
        pipeline.notes.push_back(std::move(note));
    }
    for (Frame frame : part.frames) {
        frame.rect.x += corner.x - from.x;
        frame.rect.y += corner.y - from.y;
        pipeline.frames.push_back(std::move(frame));
    }
    return added;
}

StepIds upstreamOf(const Pipeline &pipeline, StepIds steps)
{
    return reach(pipeline, std::move(steps), false);
}

StepIds downstreamOf(const Pipeline &pipeline, StepIds steps)
{
    return reach(pipeline, std::move(steps), true);
}

StepIds strayIn(const Pipeline &pipeline, const StepRegistry &registry)
{
    StepIds stray, seen;
    for (const PipelineStep &step : pipeline.steps) {
        if (seen.contains(step.id))
            continue;
        StepIds part{step.id};
        for (size_t known = 0; known != part.size();) {
            known = part.size();
            part = upstreamOf(pipeline, downstreamOf(pipeline, std::move(part)));
        }
        seen.insert(part.begin(), part.end());
        const bool hasSource = std::ranges::any_of(part, [&](const std::string &id) {
            const PipelineStep *found = pipeline.step(id);
            const StepType *type = found ? registry.find(found->type) : nullptr;
            return type && !type->hasInput();
        });
        if (!hasSource || part.size() == 1)
            stray.insert(part.begin(), part.end());
    }
    return stray;
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "pipeline/file/PipelineWriter.h"

#include "pipeline/file/FileKeys.h"
#include "pipeline/file/JsonLayout.h"
#include "pipeline/NoteIds.h"

#include <algorithm>

namespace millrace {

namespace {

/// Unknown keys last, unless a known one has taken the place of a value that could not be read.
void addUnknown(Members &members, const Members &unknown)
{
    const size_t known = members.size();
    for (const auto &member : unknown) {
        const auto end = members.begin() + ptrdiff_t(known);
        if (std::find_if(members.begin(), end, [&](const auto &m) { return m.first == member.first; }) == end)
            members.push_back(member);
    }
}

/// A whole number where it is one: 40, not 40.0.
Value numberValue(double number)
{
    constexpr double MostExact = 9007199254740992.0;
    if (number >= -MostExact && number <= MostExact && number == double(int64_t(number)))
        return int64_t(number);
    return number;
}

/// A value that couldn't be read stands in `unknown`, and stays in the file as long as nothing but the default takes its place.
bool isUnread(const Members &unknown, std::string_view key)
{
    return std::ranges::find(unknown, key, &Members::value_type::first) != unknown.end();
}

void addSetting(Members &members, const Members &unknown, std::string_view key, Value value, const Value &initial)
{
    if (value != initial || !isUnread(unknown, key))
        members.emplace_back(key, std::move(value));
}

Value toValue(const Batching &batching)
{
    const Batching initial;
    Members members;
    addSetting(members, batching.unknown, "size", batching.size, initial.size);
    addSetting(members, batching.unknown, "incomplete", incompleteName(batching.incomplete),
               incompleteName(initial.incomplete));
    const bool isPadding = batching.incomplete == Batching::Incomplete::Pad;
    if (isPadding || !batching.padDataInputs.isNull())
        members.emplace_back("padDataInputs", batching.padDataInputs);
    if (isPadding || !batching.padExpectedOutputs.isNull())
        members.emplace_back("padExpectedOutputs", batching.padExpectedOutputs);
    addUnknown(members, batching.unknown);
    return members;
}

Value toValue(const StepDefaults &defaults)
{
    const StepDefaults initial;
    Members members;
    addSetting(members, defaults.unknown, "workers", defaults.workers, initial.workers);
    addSetting(members, defaults.unknown, "queueSize", defaults.queueSize, initial.queueSize);
    addSetting(members, defaults.unknown, "runIn", defaults.runIn, initial.runIn);
    addSetting(members, defaults.unknown, "onError", errorPolicyName(defaults.onError),
               errorPolicyName(initial.onError));
    addSetting(members, defaults.unknown, "retries", defaults.retries, initial.retries);
    addUnknown(members, defaults.unknown);
    return members;
}

Value toValue(const RunLimits &limits)
{
    Members members;
    if (limits.errors)
        members.emplace_back("errors", *limits.errors);
    if (limits.errorPercent)
        members.emplace_back("errorPercent", numberValue(*limits.errorPercent));
    if (limits.afterItems)
        members.emplace_back("afterItems", *limits.afterItems);
    if (!limits.memory.isNull())
        members.emplace_back("memory", limits.memory);
    addUnknown(members, limits.unknown);
    return members;
}

Value toValue(const PipelineParameter &parameter)
{
    Members members;
    if (parameter.initial)
        members.emplace_back("default", *parameter.initial);
    if (!parameter.help.empty())
        members.emplace_back("help", parameter.help);
    addUnknown(members, parameter.unknown);
    return members;
}

Value toValue(const std::vector<PipelineParameter> &parameters)
{
    Members members;
    for (const PipelineParameter &parameter : parameters)
        members.emplace_back(parameter.name, toValue(parameter));
    return members;
}

Members toMembers(const PipelineStep &step, size_t /*index*/)
{
    Members members{{"id", step.id}};
    const auto add = [&members](std::string_view key, bool isGiven, const auto &make) {
        if (isGiven)
            members.emplace_back(key, make());
    };
    add("type", !step.type.empty(), [&] { return Value(step.type); });
    add("name", !step.name.empty(), [&] { return Value(step.name); });
    add("params", !step.params.empty(), [&] { return Value(step.params); });
    add("workers", step.workers.has_value(), [&] { return Value(*step.workers); });
    add("queueSize", step.queueSize.has_value(), [&] { return Value(*step.queueSize); });
    add("queueBytes", step.queueBytes.has_value(), [&] { return Value(*step.queueBytes); });
    add("runIn", step.runIn.has_value(), [&] { return Value(*step.runIn); });
    add("onError", step.onError.has_value(), [&] { return Value(errorPolicyName(*step.onError)); });
    add("retries", step.retries.has_value(), [&] { return Value(*step.retries); });
    add("timeLimit", step.timeLimit.has_value(), [&] { return numberValue(*step.timeLimit); });
    add("memoryLimit", step.memoryLimit.has_value(), [&] { return Value(*step.memoryLimit); });
    add("workerArguments", !step.workerArguments.empty(),
        [&] { return Value(List(step.workerArguments.begin(), step.workerArguments.end())); });
    add("batching", step.batching.has_value(), [&] { return toValue(*step.batching); });
    add("enabled", !step.isEnabled, [] { return Value(false); });
    add("bypass", step.isBypassed, [] { return Value(true); });
    add("position", step.position.has_value(), [&] {
        return Value(List{numberValue(step.position->x), numberValue(step.position->y)});
    });
    addUnknown(members, step.unknown);
    return members;
}

Members toMembers(const Link &link, size_t /*index*/)
{
    Members members;
    if (!link.fromStep.empty())
        members.emplace_back("from", link.fromStep + portAfterStep(link.fromPort, "out"));
    if (!link.toStep.empty())
        members.emplace_back("to", link.toStep + portAfterStep(link.toPort, "in"));
    if (link.isKept)
        members.emplace_back("keep", true);
    addUnknown(members, link.unknown);
    return members;
}

Value toValue(const Rectangle &r)
{
    return List{numberValue(r.x), numberValue(r.y), numberValue(r.width), numberValue(r.height)};
}

/// But for the id that it is read with anyway: so files from before there were ids stay as they are.
void addNoteId(Members &members, const std::string &id, std::string_view word, size_t index)
{
    if (!id.empty() && id != idOfPlace(word, index))
        members.emplace_back("id", id);
}

Members toMembers(const Note &note, size_t index)
{
    Members members;
    addSetting(members, note.unknown, "text", note.text, Value(""));
    addSetting(members, note.unknown, "rect", toValue(note.rect), toValue(Rectangle()));
    addNoteId(members, note.id, NoteWord, index);
    addUnknown(members, note.unknown);
    return members;
}

Members toMembers(const Frame &frame, size_t index)
{
    Members members;
    addSetting(members, frame.unknown, "text", frame.text, Value(""));
    addSetting(members, frame.unknown, "rect", toValue(frame.rect), toValue(Rectangle()));
    if (!frame.color.empty())
        members.emplace_back("color", frame.color);
    addNoteId(members, frame.id, FrameWord, index);
    addUnknown(members, frame.unknown);
    return members;
}

/// What stands at the top, but for steps, links, notes and frames, whose entries are laid out one by one.
Members topMembers(const Pipeline &pipeline)
{
    Members members{{"millrace", 1}};
    if (!pipeline.name.empty())
        members.emplace_back("name", pipeline.name);
    if (pipeline.hasBatching || pipeline.batching != Batching())
        members.emplace_back("batching", toValue(pipeline.batching));
    if (pipeline.hasDefaults || pipeline.defaults != StepDefaults())
        members.emplace_back("defaults", toValue(pipeline.defaults));
    if (pipeline.hasLimits || pipeline.limits != RunLimits())
        members.emplace_back("limits", toValue(pipeline.limits));
    if (pipeline.hasParameters || !pipeline.parameters.empty())
        members.emplace_back("parameters", toValue(pipeline.parameters));
    return members;
}

template <class T, class WriteEntry>
void writeEntries(std::string &text,
                  JsonLayout &layout,
                  std::string_view key,
                  const std::vector<T> &entries,
                  const WriteEntry &writeEntry)
{
    layout.startLine(1, 1);
    text += '"' + std::string(key) + "\": [";
    for (size_t i = 0; i < entries.size(); ++i) {
        layout.startLine(i, 2);
        writeEntry(toMembers(entries[i], i));
    }
    layout.end(']', entries.empty(), 1);
}

} // namespace

std::string writePipeline(const Pipeline &pipeline)
{
    std::string text = "{";
    JsonLayout layout(text);
    const auto writeMembers = [&](const Members &members, size_t firstIndex) {
        for (size_t i = 0; i < members.size(); ++i) {
            layout.startLine(firstIndex + i, 1);
            appendJsonText(text, members[i].first);
            text += ": ";
            layout.value(members[i].second, 1);
        }
    };
    const auto inLines = [&layout](const Members &members) { layout.object(members, 2); };
    Members top = topMembers(pipeline);
    writeMembers(top, 0);
    if (!pipeline.steps.empty() || !isUnread(pipeline.unknown, "steps")) {
        writeEntries(text, layout, "steps", pipeline.steps, inLines);
        top.emplace_back("steps", Value());
    }
    if (!pipeline.links.empty() || !isUnread(pipeline.unknown, "links")) {
        writeEntries(text, layout, "links", pipeline.links, [&layout](const Members &m) { layout.objectOnOneLine(m); });
        top.emplace_back("links", Value());
    }
    if (!pipeline.notes.empty()) {
        writeEntries(text, layout, "notes", pipeline.notes, inLines);
        top.emplace_back("notes", Value());
    }
    if (!pipeline.frames.empty()) {
        writeEntries(text, layout, "frames", pipeline.frames, inLines);
        top.emplace_back("frames", Value());
    }
    const size_t written = top.size();
    addUnknown(top, pipeline.unknown);
    writeMembers(Members(top.begin() + ptrdiff_t(written), top.end()), written);
    text += "\n}\n";
    return text;
}

} // namespace millrace

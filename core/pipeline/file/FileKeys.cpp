// SPDX-License-Identifier: MIT
#include "pipeline/file/FileKeys.h"

#include "data/text/ByteSize.h"
#include "pipeline/Parameters.h"
#include "remote/WorkerPlaces.h"

#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <string>

namespace millrace {

namespace {

constexpr std::string_view NoError;
constexpr std::string_view WholeNumber = "a whole number";
constexpr std::string_view Text = "a text";
constexpr std::string_view TrueOrFalse = "true or false";

template <class Target>
std::string_view readWholeInto(Target &target, const Value &value)
{
    int number = 0;
    if (!readWhole(value, number))
        return WholeNumber;
    target = number;
    return NoError;
}

template <class Target>
std::string_view readTextInto(Target &target, const Value &value)
{
    if (!value.isText())
        return Text;
    target = std::string(value.toText());
    return NoError;
}

std::string_view readFlagInto(bool &target, const Value &value)
{
    if (!value.isBoolean())
        return TrueOrFalse;
    target = value.toBoolean();
    return NoError;
}

template <class Target>
std::string_view readPolicyInto(Target &target, const Value &value)
{
    for (const auto policy : {ErrorPolicy::Stop, ErrorPolicy::Skip, ErrorPolicy::Route}) {
        if (value.isText() && value.toText() == errorPolicyName(policy)) {
            target = policy;
            return NoError;
        }
    }
    return R"("stop", "skip" or "route")";
}

template <size_t Count>
bool readNumbers(const Value &value, std::array<double, Count> &numbers)
{
    if (!value.isList() || value.toList().size() != Count || !std::ranges::all_of(value.toList(), &Value::isNumber))
        return false;
    std::ranges::transform(value.toList(), numbers.begin(), &Value::toReal);
    return true;
}

std::string_view readSize(Batching &batching, const Value &value)
{
    int size = 0;
    if (!readWhole(value, size))
        return "a whole number, 1 or more";
    batching.size = size;
    return NoError;
}

std::string_view readTimeLimit(PipelineStep &step, const Value &value)
{
    if (!value.isNumber() || !(value.toReal() >= 0))
        return "a number of seconds, 0 or more";
    step.timeLimit = value.toReal();
    return NoError;
}

std::string_view readMemoryLimit(PipelineStep &step, const Value &value)
{
    int mebibytes = 0;
    if (!readWhole(value, mebibytes) || mebibytes < 0)
        return "a whole number of MiB, 0 or more";
    step.memoryLimit = mebibytes;
    return NoError;
}

/// Bytes of a number, or of a text with a unit; nothing where it is neither.
std::optional<uint64_t> bytesOf(const Value &value)
{
    constexpr double Most = 9007199254740992.0; // that a file keeps exactly
    if (value.isText())
        return byteSizeOf(value.toText());
    if (!value.isNumber() || !(value.toReal() >= 0 && value.toReal() <= Most))
        return std::nullopt;
    return value.toReal() == std::floor(value.toReal()) ? std::optional(uint64_t(value.toReal())) : std::nullopt;
}

std::string_view readQueueBytes(PipelineStep &step, const Value &value)
{
    const auto bytes = bytesOf(value);
    if (!bytes)
        return ByteSizeMeaning;
    step.queueBytes = int64_t(*bytes);
    return NoError;
}

std::string_view readCount(std::optional<int64_t> &target, const Value &value)
{
    constexpr double Most = 9007199254740992.0;
    if (!value.isNumber() || !(value.toReal() >= 0 && value.toReal() <= Most)
        || value.toReal() != std::floor(value.toReal()))
        return "a whole number, 0 or more";
    target = int64_t(value.toReal());
    return NoError;
}

std::string_view readPercent(RunLimits &limits, const Value &value)
{
    if (!value.isNumber() || !(value.toReal() >= 0 && value.toReal() <= 100))
        return "a number from 0 to 100";
    limits.errorPercent = value.toReal();
    return NoError;
}

std::string_view readMemory(RunLimits &limits, const Value &value)
{
    if (!bytesOf(value))
        return ByteSizeMeaning;
    limits.memory = value;
    return NoError;
}

std::string_view readIncomplete(Batching &batching, const Value &value)
{
    using enum Batching::Incomplete;
    for (const auto incomplete : {Keep, Drop, Pad}) {
        if (value.isText() && value.toText() == incompleteName(incomplete)) {
            batching.incomplete = incomplete;
            return NoError;
        }
    }
    return R"("keep", "drop" or "pad")";
}

std::string_view readParams(PipelineStep &step, const Value &value)
{
    if (!value.isObject())
        return "an object of parameters by their names";
    step.params = value.toObject();
    return NoError;
}

std::string_view readWorkerArguments(PipelineStep &step, const Value &value)
{
    if (!value.isList() || !std::ranges::all_of(value.toList(), &Value::isObject))
        return "a list of objects, one for each worker";
    step.workerArguments.clear();
    for (const Value &arguments : value.toList())
        step.workerArguments.push_back(arguments.toObject());
    return NoError;
}

std::string_view readPosition(PipelineStep &step, const Value &value)
{
    std::array<double, 2> numbers{};
    if (!readNumbers(value, numbers))
        return "a list of two numbers";
    step.position = Position{numbers[0], numbers[1]};
    return NoError;
}

std::string_view readStepBatching(PipelineStep &step, const Value &value)
{
    if (!value.isObject())
        return R"(an object such as {"size": 100})";
    step.batching.emplace();
    readMembers(*step.batching, value.toObject());
    return NoError;
}

template <class Target>
std::string_view readRectangle(Target &target, const Value &value)
{
    std::array<double, 4> numbers{};
    if (!readNumbers(value, numbers))
        return "a list of four numbers: left, top, width, height";
    target.rect = Rectangle{numbers[0], numbers[1], numbers[2], numbers[3]};
    return NoError;
}

std::string_view readLinkEnd(std::string &step, std::string &port, const Value &value)
{
    if (!value.isText())
        return R"(a text such as "STEP" or "STEP.PORT")";
    const std::string_view text = value.toText();
    const size_t dot = text.find('.');
    step = text.substr(0, dot);
    if (dot != std::string_view::npos)
        port = text.substr(dot + 1);
    return NoError;
}

template <class T>
std::string_view readMembersOf(T &target, bool &isGiven, const Value &value)
{
    if (!value.isObject())
        return "an object";
    isGiven = true;
    readMembers(target, value.toObject());
    return NoError;
}

std::string_view readParameters(Pipeline &pipeline, const Value &value)
{
    const auto isParameter = [](const auto &member) {
        return isParameterName(member.first) && member.second.isObject();
    };
    if (!value.isObject() || !std::ranges::all_of(value.toObject(), isParameter))
        return R"(an object such as {"folder": {"default": "data"}}, with names of letters, digits, _ and -)";
    pipeline.hasParameters = true;
    pipeline.parameters.clear();
    for (const auto &[name, parameter] : value.toObject()) {
        pipeline.parameters.push_back({name, {}, {}});
        readMembers(pipeline.parameters.back(), parameter.toObject());
    }
    return NoError;
}

template <class T>
std::string_view isKnown(T &, const Value &)
{
    return NoError;
}

std::string_view needsList(Pipeline &, const Value &value)
{
    return value.isList() ? NoError : "a list";
}

// The entries of steps, links, notes and frames are read by parsePipeline(), which names them in its problems.
constexpr FileKey<Pipeline> PipelineKeys[] = {
    {"millrace", isKnown<Pipeline>, "The version of the format: 1."},
    {"name", [](Pipeline &p, const Value &value) { return readTextInto(p.name, value); },
     "What the pipeline is called."},
    {"batching", [](Pipeline &p, const Value &value) { return readMembersOf(p.batching, p.hasBatching, value); },
     "How the sources' streams are cut into batches."},
    {"defaults", [](Pipeline &p, const Value &value) { return readMembersOf(p.defaults, p.hasDefaults, value); },
     "Defaults for all steps."},
    {"limits", [](Pipeline &p, const Value &value) { return readMembersOf(p.limits, p.hasLimits, value); },
     "What a run may use, and how many failed items end it."},
    {"parameters", readParameters,
     R"(Values by their names, each an object. Steps use one as ${name} in their parameters; "millrace run --param NAME=VALUE" sets it. $${ is a ${ that stays.)"},
    {"steps", needsList, "The steps."},
    {"links", needsList, "What leads where; the order of links into one port is the order of its branches."},
    {"notes", needsList, "Texts on the drawing."},
    {"frames", needsList, "Coloured areas behind steps, which carry them along."},
};

constexpr FileKey<Batching> BatchingKeys[] = {
    {"size", readSize, "Items a batch; 1 or more."},
    {"incomplete", readIncomplete, R"(What becomes of a last batch with fewer items: "keep", "drop" or "pad".)"},
    {"padDataInputs", [](Batching &b, const Value &value) { return b.padDataInputs = value, NoError; },
     R"(With "pad": the value of the data inputs that are added.)"},
    {"padExpectedOutputs", [](Batching &b, const Value &value) { return b.padExpectedOutputs = value, NoError; },
     R"(With "pad": the value of the expected outputs that are added.)"},
};

constexpr FileKey<RunLimits> LimitKeys[] = {
    {"errors", [](RunLimits &l, const Value &value) { return readCount(l.errors, value); },
     "How many items may fail; one more fails the run."},
    {"errorPercent", readPercent, "How many in a hundred of the items read may fail; more fail the run."},
    {"afterItems", [](RunLimits &l, const Value &value) { return readCount(l.afterItems, value); },
     "How many items must have been read before errorPercent is looked at; 100 otherwise."},
    {"memory", readMemory, R"(What batches may hold together, such as "512 MiB".)"},
};

constexpr FileKey<PipelineParameter> ParameterKeys[] = {
    {"default", [](PipelineParameter &p, const Value &value) { return p.initial = value, NoError; },
     "Its value where a call gives none. Without a default each call has to."},
    {"help", [](PipelineParameter &p, const Value &value) { return readTextInto(p.help, value); }, "What it is for."},
};

constexpr FileKey<PipelineStep> StepKeys[] = {
    {"id", [](PipelineStep &s, const Value &value) { return readTextInto(s.id, value); },
     "Letters, digits, _ and -; no two steps have the same."},
    {"type", [](PipelineStep &s, const Value &value) { return readTextInto(s.type, value); },
     "One of the types of steps."},
    {"name", [](PipelineStep &s, const Value &value) { return readTextInto(s.name, value); },
     "What its card says; the type's title otherwise."},
    {"params", readParams, "The type's parameters. What is left out has its default."},
    {"workers", [](PipelineStep &s, const Value &value) { return readWholeInto(s.workers, value); },
     "As in the defaults."},
    {"queueSize", [](PipelineStep &s, const Value &value) { return readWholeInto(s.queueSize, value); },
     "As in the defaults."},
    {"queueBytes", readQueueBytes,
     R"(How many bytes may wait before it, such as "64 MiB"; 0: its share of what the run may use.)"},
    {"runIn", [](PipelineStep &s, const Value &value) { return readTextInto(s.runIn, value); }, "As in the defaults."},
    {"onError", [](PipelineStep &s, const Value &value) { return readPolicyInto(s.onError, value); },
     "As in the defaults."},
    {"retries", [](PipelineStep &s, const Value &value) { return readWholeInto(s.retries, value); },
     "As in the defaults."},
    {"timeLimit", readTimeLimit, "Seconds that an item may take in a process; 0: any."},
    {"memoryLimit", readMemoryLimit, "MiB that such a process may use; 0: any."},
    {"workerArguments", readWorkerArguments,
     R"(For each worker an object of parameters, laid over "params" for that worker alone.)"},
    {"batching", readStepBatching, "Of a source: how its own stream is cut."},
    {"enabled", [](PipelineStep &s, const Value &value) { return readFlagInto(s.isEnabled, value); },
     "false takes it out of the run, with what hangs on it."},
    {"bypass", [](PipelineStep &s, const Value &value) { return readFlagInto(s.isBypassed, value); },
     "true lets batches through unchanged."},
    {"position", readPosition, "Where it stands on the drawing."},
};

constexpr FileKey<Link> LinkKeys[] = {
    {"from", [](Link &l, const Value &value) { return readLinkEnd(l.fromStep, l.fromPort, value); },
     R"(STEP or STEP.PORT that it leaves; the port is "out" otherwise.)"},
    {"to", [](Link &l, const Value &value) { return readLinkEnd(l.toStep, l.toPort, value); },
     "STEP or STEP.PORT that it enters."},
    {"keep", [](Link &l, const Value &value) { return readFlagInto(l.isKept, value); },
     "true keeps what goes over it on the disk; a later run starts there while nothing before it has changed."},
};

constexpr FileKey<Note> NoteKeys[] = {
    {"text", [](Note &n, const Value &value) { return readTextInto(n.text, value); }, "Markdown."},
    {"rect", readRectangle<Note>, "Left, top, width and height on the drawing."},
    {"id", [](Note &n, const Value &value) { return readTextInto(n.id, value); },
     R"(No two notes have the same; "note" and its place in the list otherwise.)"},
};

constexpr FileKey<Frame> FrameKeys[] = {
    {"text", [](Frame &f, const Value &value) { return readTextInto(f.text, value); }, "Its heading."},
    {"rect", readRectangle<Frame>, "Left, top, width and height on the drawing."},
    {"color", [](Frame &f, const Value &value) { return readTextInto(f.color, value); },
     R"(A word such as "blue", or "#rrggbb"; grey otherwise.)"},
    {"id", [](Frame &f, const Value &value) { return readTextInto(f.id, value); },
     R"(No two frames have the same; "frame" and its place in the list otherwise.)"},
};

constexpr size_t LongestShownValue = 40;

} // namespace

template <>
std::span<const FileKey<Pipeline>> fileKeys()
{
    return PipelineKeys;
}
template <>
std::span<const FileKey<Batching>> fileKeys()
{
    return BatchingKeys;
}
template <>
std::span<const FileKey<StepDefaults>> fileKeys()
{
    static const std::string runInHelp = "Where workers are: " + workerPlaceNames("or") + '.';
    static const FileKey<StepDefaults> keys[] = {
        {"workers", [](StepDefaults &d, const Value &value) { return readWholeInto(d.workers, value); },
         "How many workers take batches from a step's queue."},
        {"queueSize", [](StepDefaults &d, const Value &value) { return readWholeInto(d.queueSize, value); },
         "How many batches may wait before a step; 0: any number."},
        {"runIn", [](StepDefaults &d, const Value &value) { return readTextInto(d.runIn, value); }, runInHelp},
        {"onError", [](StepDefaults &d, const Value &value) { return readPolicyInto(d.onError, value); },
         R"(What becomes of an item that fails: "stop" ends the run, "skip" drops it, "route" sends it to the error port.)"},
        {"retries", [](StepDefaults &d, const Value &value) { return readWholeInto(d.retries, value); },
         "How often a failed item is tried again first."},
    };
    return keys;
}
template <>
std::span<const FileKey<RunLimits>> fileKeys()
{
    return LimitKeys;
}
template <>
std::span<const FileKey<PipelineParameter>> fileKeys()
{
    return ParameterKeys;
}
template <>
std::span<const FileKey<PipelineStep>> fileKeys()
{
    return StepKeys;
}
template <>
std::span<const FileKey<Link>> fileKeys()
{
    return LinkKeys;
}
template <>
std::span<const FileKey<Note>> fileKeys()
{
    return NoteKeys;
}
template <>
std::span<const FileKey<Frame>> fileKeys()
{
    return FrameKeys;
}

std::string wrongValueText(std::string_view name, const Value &value, std::string_view expected)
{
    std::string shown = toJson(value);
    if (shown.size() > LongestShownValue) {
        size_t end = LongestShownValue;
        while (end > 0 && (static_cast<unsigned char>(shown[end]) & 0xc0) == 0x80)
            --end;
        shown.resize(end);
        shown += "…";
    }
    return '"' + std::string(name) + "\" is " + shown + "; it has to be " + std::string(expected) + '.';
}

bool readWhole(const Value &value, int &target)
{
    constexpr double Least = std::numeric_limits<int>::min(), Most = std::numeric_limits<int>::max();
    if (!value.isNumber())
        return false;
    const double number = value.toReal();
    if (!(number >= Least && number <= Most) || number != std::floor(number))
        return false;
    target = int(number);
    return true;
}

std::string portAfterStep(const std::string &port, std::string_view usualPort)
{
    return port == usualPort ? std::string() : '.' + port;
}

} // namespace millrace

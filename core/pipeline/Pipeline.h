// SPDX-License-Identifier: MIT
#pragma once

#include "data/Value.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// How a source's stream is cut into batches.
struct Batching
{
    enum class Incomplete : uint8_t { Keep, Drop, Pad };

    int64_t size = 100;
    Incomplete incomplete = Incomplete::Keep;
    Value padDataInputs;
    Value padExpectedOutputs;
    Members unknown; ///< keys of the file that this version doesn't know

    bool operator==(const Batching &) const = default;
};

enum class ErrorPolicy : uint8_t { Stop, Skip, Route };

/// The word of the file: "stop", "skip", "route"; "keep", "drop", "pad".
std::string_view errorPolicyName(ErrorPolicy policy);
std::string_view incompleteName(Batching::Incomplete incomplete);

struct Position
{
    double x = 0, y = 0;
    bool operator==(const Position &) const = default;
};

struct Rectangle
{
    double x = 0, y = 0, width = 0, height = 0;
    bool operator==(const Rectangle &) const = default;
};

/// Settings of a step where it doesn't say otherwise.
struct StepDefaults
{
    int workers = 1;
    int queueSize = 10; ///< batches; 0: unbounded
    std::string runIn = "threads";
    ErrorPolicy onError = ErrorPolicy::Stop;
    int retries = 0;
    Members unknown;

    bool operator==(const StepDefaults &) const = default;
};

/// One step of the drawing: ids and values, never a Step object, so that a file with an unknown step still opens.
struct PipelineStep
{
    std::string id;
    std::string type;
    std::string name; ///< empty: the type's title
    Members params;   ///< as in the file; what is left out has its default
    std::optional<int> workers, queueSize, retries;
    std::optional<int64_t> queueBytes; ///< that may wait before it; 0: its share of what the run may use
    std::optional<std::string> runIn;
    std::optional<ErrorPolicy> onError;
    std::optional<double> timeLimit;    ///< seconds an item may take in a process of its own; 0: any
    std::optional<int64_t> memoryLimit; ///< MiB that such a process may use; 0: any
    std::vector<Members> workerArguments;
    std::optional<Batching> batching; ///< sources only
    bool isEnabled = true;
    bool isBypassed = false;
    std::optional<Position> position;
    Members unknown;

    const Value *param(std::string_view paramName) const;
    void setParam(std::string_view paramName, Value value);
    bool operator==(const PipelineStep &) const = default;
};

/// A value that a pipeline's steps name as `${name}`, see Parameters.h.
struct PipelineParameter
{
    std::string name;
    std::optional<Value> initial; ///< the default; nothing: each call has to give one
    std::string help;
    Members unknown = {};
    std::optional<std::string> given = {}; ///< what a call gives it instead; never in a file

    bool operator==(const PipelineParameter &) const = default;
};

/// What a run may use.
struct RunLimits
{
    std::optional<int64_t> errors;      ///< failed items; more than that fail the run
    std::optional<double> errorPercent; ///< of the items read, 0 to 100
    std::optional<int64_t> afterItems;  ///< before that many items were read, errorPercent isn't looked at
    Value memory;    ///< for batches: bytes, or a text such as "512 MiB"; null: what the program takes
    Members unknown; ///< keys of the file that this version doesn't know

    /// 0: what the program takes.
    uint64_t memoryBytes() const;
    bool operator==(const RunLimits &) const = default;
};

/// From an output port to an input port.
struct Link
{
    std::string fromStep, fromPort = "out";
    std::string toStep, toPort = "in";
    Members unknown;
    bool isKept = false; ///< what goes over it is kept on the disk, so that a later run can start there

    bool operator==(const Link &) const = default;
};

struct Note
{
    std::string text; ///< Markdown
    Rectangle rect;
    Members unknown;
    std::string id = {}; ///< no two notes have the same, see NoteIds.h; empty only in one that is being made

    bool operator==(const Note &) const = default;
};

/// A coloured area behind the steps that stand in it, with a heading. It carries them along when it is moved.
struct Frame
{
    std::string text;
    Rectangle rect;
    std::string color; ///< a word such as "blue", or "#rrggbb"; empty: grey
    Members unknown;
    std::string id = {}; ///< no two frames have the same, see NoteIds.h; empty only in one that is being made

    bool operator==(const Frame &) const = default;
};

/// A pipeline as drawn: a plain value. An edit is a function on a copy; views learn by difference.
struct Pipeline
{
    std::string name;
    Batching batching;
    bool hasBatching = false; ///< whether the file says so, for diffs that stay small
    StepDefaults defaults;
    bool hasDefaults = false;
    RunLimits limits;
    bool hasLimits = false;
    std::vector<PipelineParameter> parameters;
    bool hasParameters = false;
    bool isFilled = false; ///< its steps have the parameters' values in place of their names; never of a file
    std::vector<PipelineStep> steps;
    std::vector<Link> links;
    std::vector<Note> notes;
    std::vector<Frame> frames;
    Members unknown;

    const PipelineParameter *parameter(std::string_view parameterName) const;
    PipelineParameter *parameter(std::string_view parameterName);
    const PipelineStep *step(std::string_view id) const;
    PipelineStep *step(std::string_view id);
    const Note *note(std::string_view id) const;
    Note *note(std::string_view id);
    const Frame *frame(std::string_view id) const;
    Frame *frame(std::string_view id);

    // A step's setting, or the default. Workers of 0 count as 1.
    int workersOf(const PipelineStep &step) const;
    int queueSizeOf(const PipelineStep &step) const;
    uint64_t queueBytesOf(const PipelineStep &step) const;
    int retriesOf(const PipelineStep &step) const;
    ErrorPolicy errorPolicyOf(const PipelineStep &step) const;
    const std::string &runInOf(const PipelineStep &step) const;
    const Batching &batchingOf(const PipelineStep &step) const;

    bool operator==(const Pipeline &) const = default;
};

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "data/Result.h"
#include "formats/guess/FormatGuess.h"
#include "metrics/RunLog.h"
#include "steps/Services.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace millrace {

class SharedState;

/// What a worker's step is told when it is opened.
struct StepContext
{
    std::string stepId;
    int worker = 0; ///< from 0
    int workers = 1;
    std::string folder;                   ///< that relative paths are relative to; empty: the current one
    uint64_t seed = 0;                    ///< for steps that draw at random
    RunLog *log = nullptr;                ///< may be null
    std::vector<std::string> linkedPorts; ///< output ports that lead somewhere
    /// For sources: what a batch should hold, in bytes; it has fewer items than were asked for where they are large, but one at least.
    uint64_t batchBytes = UINT64_MAX;
    /// A descriptor that becomes readable when the run is broken off, for steps that wait; -1: none.
    int cancelFd = -1;
    /// The same from the moment on when a stop was asked for, at which sources end, and what is under way is finished; -1: none.
    int stopFd = -1;
    /// Whether the run ends with the first item that fails here, so that the others of its batch needn't be tried. May be empty.
    std::function<bool()> endsAtFailure;
    const Value *checkpoint = nullptr; ///< for a sink that goes on with the result of an earlier run: its checkpoint()
    SharedState *shared = nullptr; ///< what the step's workers have in common; null: it is on its own, as in a process
    const Services *services = nullptr; ///< what the caller lends to steps, as long as the run lasts; null: nothing

    /// What the caller lends of that type, for as long as the run lasts: `context.service<Database>()`. Null: nothing, as always in a
    /// worker process. It is one for the steps of all workers, on their threads.
    template <class T>
    T *service() const
    {
        return services ? services->find<T>() : nullptr;
    }
    /// `path` as it is when absolute, else within `folder`.
    std::string resolve(const std::string &path) const;
    bool isLinked(std::string_view port) const;
    /// Whether the run is broken off: asked now and then by what takes long.
    bool isInterrupted() const;
};

/// What is wrong with a step's settings; `param` is empty where no single one is to blame.
struct StepProblem
{
    bool isError = true; ///< else a warning
    std::string param;
    std::string text; ///< a sentence, with what to do
};

/// What is known of a step's surroundings while it is checked, before any run.
struct CheckContext
{
    std::string folder;
    SchemaPtr input;     ///< of its first input; null: not known
    SchemaPtr side = {}; ///< of its second input, for steps that have one
};

/// How far a call for several batches has come, in the order given.
struct BatchProgress
{
    uint64_t itemsIn = 0;  ///< of the batches that went well, and of the one it stopped at
    uint64_t itemsOut = 0; ///< of those that went well
    size_t done = 0;       ///< batches that went well; fewer than given: the step has worked on one more, which didn't
};

/// Calls `call` for one batch after the other, until one fails or has verdicts. `progress` says how far it came, also where `call`
/// throws.
template <class Call>
Result<> forEachBatch(std::span<Batch *const> batches, BatchProgress &progress, Call call)
{
    struct Count : BatchProgress // in registers until the end, however that comes
    {
        explicit Count(BatchProgress &to) : target(to) {}
        ~Count() { target = *this; }
        BatchProgress &target;
    } count(progress);
    for (Batch *const batch : batches) {
        count.itemsIn += batch->size();
        if (Result<> result = call(*batch); !result || batch->hasVerdicts()) [[unlikely]]
            return result;
        count.itemsOut += batch->size();
        ++count.done;
    }
    return {};
}

/// What a step that holds items back has of them, in bytes. Written by its worker, read by any thread.
struct HeldGauge
{
    std::atomic<uint64_t> held{0};    ///< in memory now
    std::atomic<uint64_t> spilled{0}; ///< written to temporary files so far
};

/// One worker's copy of a step: parameters, and what it opened. It never sees two threads at once, and is opened and closed
/// once for a run. Derive from Step for what transforms batches, from Source or Sink for the ends.
class Step
{
public:
    virtual ~Step() = default;

    /// Of a parameter some of whose members are secrets (secretsAllowed()), where they are set: told to what is checked and to what runs,
    /// before open(). The secrets themselves are given to what runs only.
    virtual void expectSecrets(const std::string & /*param*/) {}

    /// Once per worker before its first batch: compile the pattern, open the connection.
    virtual Result<> open(const StepContext &) { return {}; }

    /// Changes the batch in place. An item that can't be processed: batch.fail(row, …), and leave its row as it came in. An
    /// error returned, or an exception, fails the batch: the engine runs it again item by item, so that only guilty items fail.
    virtual Result<> process(Batch &) { return {}; }

    /// process() for one batch after the other, until one fails or has verdicts. Overridden by Inlined only.
    virtual Result<> processAll(std::span<Batch *const> batches, BatchProgress &progress)
    {
        return forEachBatch(batches, progress, [this](Batch &batch) { return process(batch); });
    }

    /// How many batches the step would like to be told of at a time (announce()), where so many wait: more than one where it hands them
    /// to something that works on the next one while the answer to the last is on its way.
    virtual size_t announcedAtOnce() const { return 1; }
    /// Batches that process() will be called with next, in this order, most likely: with none of them after a failure. The step may
    /// begin with them; it leaves them as they are.
    virtual void announce(std::span<Batch *const>) {}

    /// Only for ordered steps that hold items back (sorting, grouping), after the last batch: fills an empty batch with up to
    /// `items` of what is left. False: nothing is left, and the batch is empty.
    virtual Result<bool> flush(Batch &, size_t /*items*/) { return false; }

    /// Only for ordered steps, after process(): fills an empty batch with more of what the last batch has become, which were too many
    /// items for one. False: nothing is left, and the batch is empty.
    virtual Result<bool> more(Batch &) { return false; }

    // Only for steps with several inputs (StepType::inputPorts): what comes by the others than the first is given to the step before
    // anything is processed, on the same thread. An error ends the run.

    /// The next batch of an input, 1 for the second one, in the order of its source. The step may take out of it what it likes.
    virtual Result<> takeSide(size_t /*input*/, Batch &) { return {}; }
    /// All of the other inputs has been taken.
    virtual Result<> endSide() { return {}; }

    /// How much it holds back, for such steps; asked for once. Null: it doesn't tell.
    virtual const HeldGauge *held() const { return nullptr; }

    /// Once per opened worker at the end of a run, however it ended.
    virtual void close() {}

    /// What is wrong with the settings, as far as can be said without running: file missing, expression wrong, field unknown.
    virtual void check(const CheckContext &, std::vector<StepProblem> &) const {}

    /// What it guesses of what it reads, where its parameters leave that open. Looks at the file; empty where that can't be done.
    virtual std::vector<FormatGuess> guessed(const CheckContext &) const { return {}; }

    /// The fields that leave by `out` when these come in (null: not known). Null where that can't be said before a run.
    virtual SchemaPtr outputSchema(const CheckContext &context) const { return context.input; }

    /// What the step has learnt beyond its parameters, as plain data; null: nothing. Savers, the clones of other workers and child
    /// processes carry it.
    virtual Value state() const { return {}; }
    /// Takes over what state() gave, before open(). An error says what doesn't fit.
    virtual Result<> setState(const Value &state);

    // Fitting, for types declared fittable(). What is fitted is a step of its own: beginFit() instead of open(), fit() for every
    // batch in the order of the source, then finishFit(), after which state() says what was learnt. Of a type that is
    // mergeable() several steps share the batches in any order, and mergeFit() brings them together before finishFit().

    /// Whether it has to learn with its present parameters. False: it works without, and is never fitted.
    virtual bool learns() const { return true; }
    /// Forgets what was learnt.
    virtual Result<> beginFit(const StepContext &) { return {}; }
    /// Learns from the items. An error, or an exception, means that nothing of the batch was taken: the engine gives it again item
    /// by item, so that only those fail from which nothing can be learnt.
    virtual Result<> fit(const Batch &batch);
    /// Takes over what another step of this class has learnt so far; that one isn't used any more.
    virtual Result<> mergeFit(Step &other);
    /// All batches have been seen. An error says why nothing can be learnt from them.
    virtual Result<> finishFit() { return {}; }

    /// A line that says what the step does with its parameters, for its card: the expression, the file. May be empty.
    virtual std::string summary() const { return {}; }
};

/// close(), with what it throws as an error.
Result<> closeSafely(Step &step);

/// How far a source is. Written by the source's thread, read by any.
struct SourceProgress
{
    std::optional<double> share;        ///< 0 to 1
    std::optional<uint64_t> totalItems; ///< where it is known
};

/// A step without input. The engine calls fetch() on one thread at a time, and decode() on several clones in parallel,
/// so that the serial part is only the cutting of the stream into batches.
class Source : public Step
{
public:
    /// Fills the batch with up to `items` items (origin rows and lines, first id or ids), or with raw text for decode()
    /// (Batch::setRaw). False: there are no more, and the batch is empty. Never waits to fill a batch up when it has something.
    /// A source of which single items may fail takes them apart in decode(), where Batch::fail() gives them to its error policy;
    /// within fetch() that ends the run as an error of the source.
    virtual Result<bool> fetch(Batch &batch, size_t items) = 0;
    /// fetch() into one batch after the other, as far as there are items. False: there are no more; `filled` says how many batches have
    /// some, also where it throws. Overridden by InlinedSource only.
    virtual Result<bool> fetchAll(std::span<Batch *const> batches, size_t items, size_t &filled)
    {
        for (filled = 0; filled < batches.size(); ++filled)
            if (Result<bool> fetched = fetch(*batches[filled], items); !fetched || !*fetched)
                return fetched;
        return true;
    }
    /// Whether the engine may ask for several batches by one fetchAll(), which a stop can't break off.
    virtual bool isQuick() const { return false; }
    /// Whether fetch() would wait now for what somebody else sends. What was fetched before is handed on first, then.
    virtual bool wouldWait() const { return false; }
    /// Whether fetch() leaves work to decode().
    virtual bool isTwoPhase() const { return false; }
    /// Takes the raw text apart. Called on a clone of its own for each worker, after prepareClone().
    virtual Result<> decode(Batch &) { return {}; }
    /// Makes a decoder that knows what this opened source found out (header, types). Called after open().
    virtual Result<> openDecoder(const Source &opened, const StepContext &context)
    {
        (void)opened, (void)context;
        return {};
    }
    /// The fields of what comes. Known once open() has succeeded.
    virtual SchemaPtr schema() const = 0;
    /// Safe from any thread.
    virtual SourceProgress progress() const { return {}; }
    /// A few words that name where the items come from, for error records: the file's name.
    virtual std::string originName() const { return {}; }
    /// Whether, opened once more with the same parameters, it gives the same items in the same order, while these files stay as they are
    /// (absolute paths). Asked once open() has succeeded. Nothing: it doesn't.
    virtual std::optional<std::vector<std::string>> repeatableFrom() const { return std::nullopt; }
};

/// A step without output. encode() runs on several clones in parallel, write() on one thread at a time, in the order of the
/// source unless isOrdered() is false. Nothing appears under the result's final name before finish().
class Sink : public Step
{
public:
    virtual bool isTwoPhase() const { return false; }
    /// Turns the items into `batch.encodedToChange()`. Called on a clone of its own for each worker.
    virtual Result<> encode(Batch &) { return {}; }
    virtual Result<> openEncoder(const Sink &opened, const StepContext &context)
    {
        (void)opened, (void)context;
        return {};
    }
    virtual Result<> write(Batch &batch) = 0;
    /// write() for one batch after the other, until one fails or has verdicts. Overridden by InlinedSink only.
    virtual Result<> writeAll(std::span<Batch *const> batches, BatchProgress &progress)
    {
        return forEachBatch(batches, progress, [this](Batch &batch) { return write(batch); });
    }
    /// All items were written: brings the result to the disk, so that finish() has only to give it its name.
    virtual Result<> settle() { return {}; }
    /// All items were written: the result appears under its name, atomically.
    virtual Result<> finish() { return {}; }
    /// The run failed or was stopped: an older result stays. Returns where the finished items were kept, or nothing.
    virtual std::string abandon() { return {}; }
    virtual bool isOrdered() const { return true; }

    /// Whether a later run can go on with the result of this one, broken off at a checkpoint(). Asked once open() has succeeded.
    enum class Resuming : uint8_t {
        No,
        Free,        ///< it keeps nothing
        ByCheckpoint ///< open() with StepContext::checkpoint goes on there
    };
    virtual Resuming resuming() const { return Resuming::No; }
    /// The file that the result will be; only where it is resumed by checkpoints.
    virtual std::string resultFile() const { return {}; }
    /// Where the result ends now, with all that open() must know to go on behind it: an object, whose `file` is the file that holds
    /// it. Everything written so far has been handed to the system. After settle() it says so, as `isSettled`: open() with it then takes a
    /// result that has its name already for this one.
    virtual Result<Value> checkpoint() { return failure(ErrorKind::Step, "It has no checkpoints."); }
    /// Whether what abandon() would keep still begins with what the last checkpoint() told of.
    virtual bool keepsCheckpoint() const { return false; }
};

/// For steps that cost a few nanoseconds a batch: derive `final` from Inlined<Own> instead of Step, and the engine works on several
/// batches by one virtual call, with Own::process() compiled into the loop. Nothing else changes.
template <class Own, class Base = Step>
class Inlined : public Base
{
public:
    using Base::Base;
    Result<> processAll(std::span<Batch *const> batches, BatchProgress &progress) final
    {
        return forEachBatch(batches, progress,
                            [own = static_cast<Own *>(this)](Batch &batch) { return own->Own::process(batch); });
    }
};

/// The same for sources whose fetch() never waits: up to 256 batches are fetched at a time, by what they cost, and what a stop
/// doesn't want any more is thrown away.
template <class Own, class Base = Source>
class InlinedSource : public Base
{
public:
    using Base::Base;
    Result<bool> fetchAll(std::span<Batch *const> batches, size_t items, size_t &filled) final
    {
        for (filled = 0; filled < batches.size(); ++filled)
            if (Result<bool> fetched = static_cast<Own *>(this)->Own::fetch(*batches[filled], items);
                !fetched || !*fetched) [[unlikely]]
                return fetched;
        return true;
    }
    bool isQuick() const final { return true; }
};

/// The same for sinks.
template <class Own, class Base = Sink>
class InlinedSink : public Base
{
public:
    using Base::Base;
    Result<> writeAll(std::span<Batch *const> batches, BatchProgress &progress) final
    {
        return forEachBatch(batches, progress,
                            [own = static_cast<Own *>(this)](Batch &batch) { return own->Own::write(batch); });
    }
};

} // namespace millrace

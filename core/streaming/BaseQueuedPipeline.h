// SPDX-License-Identifier: MIT
#pragma once

#include "engine/Run.h"
#include "engine/RunPlan.h"
#include "learning/StepSaver.h"
#include "pipeline/Problem.h"
#include "streaming/calls/PipelineReport.h"
#include "streaming/compile/StepReference.h"
#include "streaming/DataContainer.h"
#include "streaming/QueuedPipelineOptions.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace millrace {

struct PipelineDefinition;
class PipelineFeed;
class RunningCall;

/// What SequentialQueuedPipeline and ParallelQueuedFeatureUnion have in common: steps with a bounded queue and workers each,
/// over data in memory. A thin face of Run: every call compiles to one and runs it to its end on the calling thread's behalf.
///
/// A pipeline is a value that is cheap to copy. Calls don't share anything but its settings, so it may be called from several
/// threads at once, and again as often as one likes, also after an error. Wrong settings are said by problem(), and by every
/// call. No exception leaves it: what the caller's own steps and joiners throw, wherever they are called (copied, made, checked, opened,
/// closed), is an error that says what it was, and so is too little memory.
class BaseQueuedPipeline
{
public:
    virtual ~BaseQueuedPipeline() = default;

    /// A sentence that says what is wrong with the settings and what to do; empty: all is well.
    const std::string &problem() const;
    bool isValid() const { return problem().empty(); }

    /// Makes every step once, with each worker's arguments, and opens it: what could only fail in a run is said now. Optional.
    Result<> setup();
    /// The items after all steps, in their order, with the ids and expected outputs that belong to them. Waits for the result.
    /// The error is the first by order of the items; its message names step and item. `report` may be null.
    Result<DataContainer> transform(const DataContainer &data, PipelineReport *report = nullptr) const;
    /// transform() on a thread of its own: what it gives can be watched, cancelled and waited for. `timeLimit`: from now on, after
    /// which the call ends with an error of the kind "time"; 0: none. It has the pipeline as it is now.
    RunningCall start(DataContainer data, std::chrono::milliseconds timeLimit = {}) const;
    /// transform() for data that a function gives bit by bit, when the steps have room for more, with results for another function, batch
    /// by batch and in order: no more is held than is under way. A container that is given ends a batch. Fails where the pipeline has
    /// another one in it that cuts batches of its own, or a joiner that is a function.
    Result<> stream(const DataGenerator &generator,
                    const DataConsumer &consumer,
                    PipelineReport *report = nullptr) const;
    /// The same for data that the caller sends, from now on: the pipeline is at work until PipelineFeed::finish(), which gives the
    /// results where there is no `consumer`.
    PipelineFeed connect(std::optional<DataConsumer> consumer = {}) const;
    /// Takes back what the steps have done, the last one first, with what they have learnt: scaling, encoding, and steps of one's own that
    /// derive from InvertibleStep. Fails with a sentence where another step, or a union, is among them.
    Result<DataContainer> inverseTransform(const DataContainer &data, PipelineReport *report = nullptr) const;
    /// Lets the fittable steps learn anew from the data, in sequence, each from what those before it make of it; batches are cut as
    /// for transform(). What was learnt before is kept where the call fails. Not at the same time as other calls.
    Result<> fit(const DataContainer &data, PipelineReport *report = nullptr);
    /// The same, and the items after all steps.
    Result<DataContainer> fitTransform(const DataContainer &data, PipelineReport *report = nullptr);
    /// What the steps have learnt, by their names ("2/name" and so on within nested pipelines that are run by themselves).
    FittedStates fitted() const { return m_fitted ? *m_fitted : FittedStates(); }
    /// As if fit() had learnt that: for what was saved.
    void setFitted(FittedStates states) { m_fitted = std::make_shared<const FittedStates>(std::move(states)); }
    /// Keeps the pipeline and what it has learnt as a folder, of the form that `millrace fit --save` writes: load() reads either,
    /// and `millrace run --fitted` too. Steps of this program's own are kept under the names of their classes. Errors are
    /// sentences: nothing was learnt, a joiner is a function, the folder holds something else or can't be written.
    Result<> save(const std::string &folder, const StepSavers &savers = {}) const;
    /// The same, and `pipeline.millrace` in it can be run as it is: from that source into that sink. Not where a nested pipeline cuts its
    /// data anew.
    Result<> save(const std::string &folder,
                  const StepPrototype &source,
                  const StepPrototype &sink,
                  const StepSavers &savers = {}) const;
    /// As if fit() had learnt what the folder holds, by the names of the steps. A folder that is damaged, half deleted, of a newer
    /// version or of other steps is refused with a sentence; what was learnt before is then kept. `savers`: as for save(). Returns a
    /// warning for each step that learnt before it, or something that feeds it, was changed: it goes on with what it learnt then.
    Result<Problems> load(const std::string &folder, const StepSavers &savers = {});
    /// Forgets that it was set up. Nothing needs it: no thread or process outlives a call.
    void teardown();
    bool isSetUp() const { return m_isSetUp; }

    /// How many batches the steps return for that many items: for a union, those of all its branches.
    size_t batchCount(size_t items) const;
    size_t batchCount(const DataContainer &data) const { return batchCount(data.size()); }

    /// The step of that name: `pipeline["double"].setParameter("by", 3)`. Whether there is one, it says itself.
    StepReference operator[](std::string_view name) { return {*this, name}; }
    StepReference operator[](std::string_view name) const { return {*this, name}; }
    /// Another step in place of "name", or of "outer.inner" in a nested pipeline, for calls that begin from now on. What it doesn't
    /// say (its name, workers, queue, …) is as it was. Where it can't be, nothing changes: the error lists what there is.
    Result<> setStep(std::string_view path, QueuedStep step);
    /// A parameter, "name.by" or "outer.inner.by", for calls that begin from now on. Where it can't be, nothing changes.
    Result<> set(std::string_view path, const DataItem &value);
    /// What was set, or the default.
    Result<Value> parameter(std::string_view path) const;

    const QueuedPipelineOptions &options() const;
    /// Names in order, numbered where they repeated.
    std::vector<std::string> stepNames() const;
    const std::shared_ptr<const PipelineDefinition> &definition() const { return m_definition; }

    /// The pipeline as a file holds it, between a source and a sink where those are given. Fails where a step or a joiner is
    /// this program's own code.
    Result<Pipeline> toPipeline() const;
    Result<Pipeline> toPipeline(const StepPrototype &source, const StepPrototype &sink) const;

protected:
    explicit BaseQueuedPipeline(std::shared_ptr<const PipelineDefinition> definition)
        : m_definition(std::move(definition))
    {}
    /// Not for classes of one's own: the compiler says what they derive from.
    template <class T = void>
    BaseQueuedPipeline()
    {
        static_assert(!std::is_void_v<T>,
                      "derive from SequentialQueuedPipeline or ParallelQueuedFeatureUnion, and use their constructors");
    }
    BaseQueuedPipeline(const BaseQueuedPipeline &) = default;
    BaseQueuedPipeline &operator=(const BaseQueuedPipeline &) = default;

private:
    friend class StepReference;
    Result<> save(Pipeline pipeline, const std::string &folder, const StepSavers &savers) const;

    std::shared_ptr<const PipelineDefinition> m_definition; ///< immutable, shared by copies; another one after a change
    std::shared_ptr<const FittedStates> m_fitted;           ///< immutable, shared by copies; null: nothing
    bool m_isSetUp = false;
};

} // namespace millrace

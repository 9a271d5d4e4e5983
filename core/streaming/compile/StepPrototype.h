// SPDX-License-Identifier: MIT
#pragma once

#include "data/errors/ExceptionError.h"
#include "pipeline/Pipeline.h"
#include "steps/StepBuilder.h"

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace millrace {

class BaseQueuedPipeline;
class QueuedStepBuilder;
struct PipelineDefinition;

/// Where a step's workers are: threads of this process, a process for each (registered types only), or another place that this
/// build has. Regular, cheap to copy.
class RunIn
{
public:
    static const RunIn Threads, Processes;

    /// Of a place by its name in pipeline files; one that this build hasn't got counts as threads.
    explicit RunIn(std::string_view name);

    /// As in pipeline files.
    std::string_view name() const { return m_name; }
    /// Whether the workers are other processes, to which code of this program doesn't get.
    bool isApart() const;
    bool operator==(const RunIn &) const = default;

private:
    struct Known
    {};
    constexpr RunIn(Known, std::string_view name) : m_name(name) {}

    std::string_view m_name; ///< of the table of places
};

inline constexpr RunIn RunIn::Threads(Known{}, "threads");
inline constexpr RunIn RunIn::Processes(Known{}, "processes");

/// One set for each worker, laid over the parameters of that worker's own clone.
using WorkerArguments = std::vector<Members>;

/// A class of steps that declares its parameters as the built-in ones do.
template <class T>
concept DescribedStep = std::derived_from<T, Step> && std::default_initializable<T> && requires(StepBuilder<T> &builder)
{
    T::describe(builder);
};

/// What each worker's own step is made from: a registered type with its parameters, an object that is copied, a function that
/// makes one, or a whole pipeline. Immutable and cheap to copy; safe on all threads. What the caller's own code throws is kept as its
/// problem().
class StepPrototype
{
public:
    /// A step of the caller's own: each worker gets a copy of it as it is now. A class with describe() takes worker arguments.
    template <class S, class T = std::remove_cvref_t<S>>
    requires(std::derived_from<
                 T,
                 Step> && !std::derived_from<T, Source> && !std::derived_from<T, Sink> && std::copy_constructible<T>)
        StepPrototype(S &&step)
    {
        StepType type;
        type.id = nameOfType(typeid(T));
        Result<> taken = caught([&]() -> Result<> {
            if constexpr (DescribedStep<T>) {
                StepBuilder<T> builder(type);
                T::describe(builder);
            }
            type.make = [prototype = std::make_shared<const T>(std::forward<S>(step))] {
                return std::make_unique<T>(*prototype);
            };
            return {};
        });
        *this = own(std::move(type), std::move(taken));
    }
    /// A pipeline or union as a step of another one.
    StepPrototype(const BaseQueuedPipeline &pipeline);

    /// A registered type ("formula") with its parameters; whether they fit is checked by the pipeline that it goes into.
    static StepPrototype registered(std::string type, Members params = {});
    /// `make` is called once for each worker, and once to look at the step; never on two threads at once.
    static StepPrototype made(std::string name, std::function<std::unique_ptr<Step>()> make);
    /// A type that isn't registered anywhere: its id is the default name.
    static StepPrototype own(StepType type);
    /// The same, where what was given for it could not be taken over: why that was so.
    static StepPrototype own(StepType type, Result<> taken);

    /// The same, but one batch at a time, in the order of the data: for steps that remember what came before.
    StepPrototype inOrder() const;
    /// The same, under another default name.
    StepPrototype named(std::string name) const;

    /// The same, with that parameter. Whether it has such a one, and the value fits, is checked by the pipeline that it goes into.
    StepPrototype withParameter(const std::string &parameter, Value value) const;
    /// Another pipeline under the same name; only of a pipeline.
    StepPrototype withPipeline(std::shared_ptr<const PipelineDefinition> pipeline) const;

    // With settings by name, see QueuedStepBuilder: `multiply(3).named("x").workers(2).queue(10)`.
    QueuedStepBuilder workers(int count) const;
    QueuedStepBuilder queue(int batches) const;
    QueuedStepBuilder arguments(WorkerArguments sets) const;
    QueuedStepBuilder runIn(RunIn place) const;
    QueuedStepBuilder onError(ErrorPolicy policy) const;
    QueuedStepBuilder retries(int count) const;

    /// What the step is called where nobody names it: its type, or its class.
    const std::string &name() const { return m_name; }
    const std::string &type() const { return m_type; }
    const Members &params() const { return m_params; }
    /// Why the caller's own step could not be taken over (its copy constructor or describe() threw): said by the pipeline that it
    /// goes into. Empty: it was.
    const std::string &problem() const { return m_problem; }
    /// Null for registered types and pipelines.
    const std::shared_ptr<const StepType> &ownType() const { return m_own; }
    /// Null for single steps.
    const std::shared_ptr<const PipelineDefinition> &pipeline() const { return m_pipeline; }

private:
    StepPrototype() = default;

    std::string m_name, m_type, m_problem;
    Members m_params;
    std::shared_ptr<const StepType> m_own;                ///< shared by copies; immutable
    std::shared_ptr<const PipelineDefinition> m_pipeline; ///< shared by copies; immutable
};

} // namespace millrace

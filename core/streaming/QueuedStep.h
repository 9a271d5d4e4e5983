// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/Pipeline.h"
#include "streaming/compile/MapSteps.h"
#include "streaming/compile/StepMistakes.h"
#include "streaming/compile/StepPrototype.h"

#include <concepts>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace millrace {

/// Where a step's workers are: threads of this process, or a process for each (registered types only).
enum class RunIn : uint8_t { Threads, Processes };

/// One set for each worker, laid over the parameters of that worker's own clone.
using WorkerArguments = std::vector<Members>;

struct SingleStep;

/// A step with the queue before it and the workers that take from that, in any of these forms: step; {name, step}; {workers,
/// step}; {name, workers, step}; {name, workers, queue size, step}; {name, workers, worker arguments, step}; {name, workers,
/// worker arguments, queue size, step}. What is left out is the pipeline's.
struct QueuedStep
{
    template <class S>
    requires(!std::same_as<std::remove_cvref_t<S>, QueuedStep> && std::convertible_to<S, StepPrototype>)
        QueuedStep(S &&prototype)
        : step(std::forward<S>(prototype))
    {}
    QueuedStep(std::string name, StepPrototype prototype) : name(std::move(name)), step(std::move(prototype)) {}
    QueuedStep(int workers, StepPrototype prototype) : workers(workers), step(std::move(prototype)) {}
    QueuedStep(std::string name, int workers, StepPrototype prototype)
        : name(std::move(name)), workers(workers), step(std::move(prototype))
    {}
    QueuedStep(std::string name, int workers, int queueSize, StepPrototype prototype)
        : name(std::move(name)), workers(workers), queueSize(queueSize), step(std::move(prototype))
    {}
    QueuedStep(std::string name, int workers, WorkerArguments arguments, StepPrototype prototype)
        : name(std::move(name)), workers(workers), arguments(std::move(arguments)), step(std::move(prototype))
    {}
    QueuedStep(std::string name, int workers, WorkerArguments arguments, int queueSize, StepPrototype prototype)
        : name(std::move(name))
        , workers(workers)
        , arguments(std::move(arguments))
        , queueSize(queueSize)
        , step(std::move(prototype))
    {}

    QueuedStep(const SingleStep &single);

    // Anything else: the compiler says how it is done.
    template <detail::MistakenStep S>
    requires(!std::same_as<std::remove_cvref_t<S>, QueuedStep> && !std::same_as<std::remove_cvref_t<S>, SingleStep>)
        QueuedStep(S &&)
        : QueuedStep(noStep())
    {
        detail::tellMistakenStep<S>();
    }
    template <class First, class Second, class... More>
    requires detail::MistakenForm<First, Second, More...> QueuedStep(First &&, Second &&, More &&...)
        : QueuedStep(noStep())
    {
        detail::tellMistakenForm<First, Second, More...>();
    }
    template <class A = detail::Unclear,
              class B = detail::Unclear,
              class C = detail::Unclear,
              class D = detail::Unclear,
              class E = detail::Unclear,
              class F>
    QueuedStep(A &&, B &&, C &&, D &&, E &&, F &&) : QueuedStep(noStep())
    {
        detail::tellMistakenForm<A, B, C, D, E, F>();
    }
    template <class T = void>
    QueuedStep(std::string, int, Members, StepPrototype) : QueuedStep(noStep())
    {
        static_assert(!std::is_void_v<T>,
                      "worker arguments are a list with a set for each worker: {{{\"by\", 2}}, {{\"by\", 3}}}");
    }

    std::string name;    ///< empty: the step's own, numbered where it repeats
    bool isNamed = true; ///< by the caller; known once the step is a pipeline's
    std::optional<int> workers;
    WorkerArguments arguments;
    std::optional<int> queueSize; ///< batches; 0: unbounded
    StepPrototype step;

    // What else a pipeline file can say of a single step.
    std::optional<RunIn> runIn;
    std::optional<ErrorPolicy> onError;
    std::optional<int> retries;
    std::optional<double> timeLimit;    ///< seconds an item may take in a process of its own
    std::optional<int64_t> memoryLimit; ///< MiB that such a process may use

private:
    static StepPrototype noStep() { return StepPrototype::registered({}); }
};

/// A step alone, which is no pipeline: `SequentialQueuedPipeline p{multiply(2)}` has that step, `p{other}` is a copy.
struct SingleStep
{
    template <class S>
    requires(std::convertible_to<S, StepPrototype> && !std::derived_from<std::remove_cvref_t<S>, BaseQueuedPipeline>)
        SingleStep(S &&prototype)
        : step(std::forward<S>(prototype))
    {}
    StepPrototype step;
};

inline QueuedStep::QueuedStep(const SingleStep &single) : step(single.step) {}

} // namespace millrace

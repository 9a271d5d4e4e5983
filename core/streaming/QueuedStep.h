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

class QueuedStepBuilder;
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
    QueuedStep(const QueuedStepBuilder &builder);

    // Anything else: the compiler says how it is done.
    template <detail::MistakenStep S>
    QueuedStep(S &&) : QueuedStep(noStep())
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

/// A step with its settings by name, in any order: `multiply(3).named("x").workers(2).queue(10)`, and for an object of one's own
/// `QueuedStepBuilder(Root()).workers(2)`. What isn't said is the pipeline's. A value: each call gives a new one.
class QueuedStepBuilder
{
public:
    explicit QueuedStepBuilder(QueuedStep step) : m_step(std::move(step)) {}

    QueuedStepBuilder named(std::string name) const { return with(&QueuedStep::name, std::move(name)); }
    QueuedStepBuilder workers(int count) const { return with(&QueuedStep::workers, count); }
    /// Batches; 0: unbounded.
    QueuedStepBuilder queue(int batches) const { return with(&QueuedStep::queueSize, batches); }
    QueuedStepBuilder arguments(WorkerArguments sets) const { return with(&QueuedStep::arguments, std::move(sets)); }
    QueuedStepBuilder runIn(RunIn place) const { return with(&QueuedStep::runIn, place); }
    QueuedStepBuilder onError(ErrorPolicy policy) const { return with(&QueuedStep::onError, policy); }
    QueuedStepBuilder retries(int count) const { return with(&QueuedStep::retries, count); }
    /// Seconds an item may take in a process of its own.
    QueuedStepBuilder timeLimit(double seconds) const { return with(&QueuedStep::timeLimit, seconds); }
    /// MiB that such a process may use.
    QueuedStepBuilder memoryLimit(int64_t mebibytes) const { return with(&QueuedStep::memoryLimit, mebibytes); }

    const QueuedStep &step() const { return m_step; }

private:
    template <class M, class V>
    QueuedStepBuilder with(M QueuedStep::*member, V &&value) const
    {
        QueuedStepBuilder changed = *this;
        changed.m_step.*member = std::forward<V>(value);
        return changed;
    }

    QueuedStep m_step;
};

/// A step alone, which is no pipeline: `SequentialQueuedPipeline p{multiply(2)}` has that step, `p{other}` is a copy.
struct SingleStep
{
    template <class S>
    requires(std::convertible_to<S, StepPrototype> && !std::derived_from<std::remove_cvref_t<S>, BaseQueuedPipeline>)
        SingleStep(S &&prototype)
        : step(std::forward<S>(prototype))
    {}
    SingleStep(const QueuedStepBuilder &builder) : step(builder.step()) {}
    QueuedStep step;
};

inline QueuedStep::QueuedStep(const SingleStep &single) : QueuedStep(single.step) {}
inline QueuedStep::QueuedStep(const QueuedStepBuilder &builder) : QueuedStep(builder.step()) {}

inline QueuedStepBuilder StepPrototype::workers(int count) const
{
    return QueuedStepBuilder(*this).workers(count);
}
inline QueuedStepBuilder StepPrototype::queue(int batches) const
{
    return QueuedStepBuilder(*this).queue(batches);
}
inline QueuedStepBuilder StepPrototype::arguments(WorkerArguments sets) const
{
    return QueuedStepBuilder(*this).arguments(std::move(sets));
}
inline QueuedStepBuilder StepPrototype::runIn(RunIn place) const
{
    return QueuedStepBuilder(*this).runIn(place);
}
inline QueuedStepBuilder StepPrototype::onError(ErrorPolicy policy) const
{
    return QueuedStepBuilder(*this).onError(policy);
}
inline QueuedStepBuilder StepPrototype::retries(int count) const
{
    return QueuedStepBuilder(*this).retries(count);
}

} // namespace millrace

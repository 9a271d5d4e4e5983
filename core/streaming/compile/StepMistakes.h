// SPDX-License-Identifier: MIT
#pragma once

// What was given in place of a step, or of the parts of one, is told in a sentence by the compiler: the first line of its error.

#include "streaming/compile/StepPrototype.h"

#include <concepts>
#include <ranges>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

namespace millrace {

struct QueuedStep;
class QueuedStepBuilder;
struct SingleStep;

} // namespace millrace

namespace millrace::detail {

template <class T>
concept AnyStep = std::convertible_to<T, StepPrototype>;
template <class T>
concept AnyName = std::convertible_to<T, std::string> || std::convertible_to<T, std::string_view>;
template <class T>
concept AnyEnd = std::derived_from<std::remove_cvref_t<T>, Source> || std::derived_from<std::remove_cvref_t<T>, Sink>;
template <class T>
concept AnyFunction = requires
{
    &std::remove_cvref_t<T>::operator();
}
|| std::is_function_v<std::remove_pointer_t<std::decay_t<T>>>;

template <class T, class U = std::remove_cvref_t<T>>
concept AnyQueuedStep =
    std::same_as<U, QueuedStep> || std::same_as<U, QueuedStepBuilder> || std::same_as<U, SingleStep>;

/// Objects and functions that may have been meant as a step, though they are none.
template <class T>
concept MistakenStep = (std::is_class_v<std::remove_cvref_t<T>> || AnyFunction<T>)&&!AnyStep<
                           T> && !AnyQueuedStep<T> && !AnyName<T> && !std::ranges::range<T>;

template <class T>
concept AnyCount = std::convertible_to<T, int>;
template <class T>
concept AnyArguments = std::convertible_to<T, std::vector<Members>>;

/// The forms that a QueuedStep has, by their parts.
template <class... Parts>
struct StepForm : std::false_type
{};
template <class A, class S>
struct StepForm<A, S> : std::bool_constant<(std::convertible_to<A, std::string> || AnyCount<A>)&&AnyStep<S>>
{};
template <class A, class B, class S>
struct StepForm<A, B, S> : std::bool_constant<std::convertible_to<A, std::string> && AnyCount<B> && AnyStep<S>>
{};
template <class A, class B, class C, class S>
struct StepForm<A, B, C, S> : std::bool_constant<StepForm<A, B, S>::value && (AnyCount<C> || AnyArguments<C>)>
{};
template <class A, class B, class C, class D, class S>
struct StepForm<A, B, C, D, S> : std::bool_constant<StepForm<A, B, S>::value && AnyArguments<C> && AnyCount<D>>
{};

/// Values in an order or number in which they are no step. Steps alone are several steps, not one.
template <class... Parts>
concept MistakenForm = !(AnyStep<Parts> && ...) && !StepForm<Parts...>::value;

/// Stands where `{}` was given, which has no type of its own.
struct Unclear
{};

template <class T>
constexpr void tellMistakenStep()
{
    using Given = std::remove_cvref_t<T>;
    constexpr bool isStep = std::derived_from<Given, Step> && !AnyEnd<T>;
    static_assert(!AnyName<T>, "a text is no step: step(\"multiply\") makes one of a registered type");
    static_assert(!AnyFunction<T>, "a function is made a step by mapStep(function)");
    static_assert(!AnyEnd<T>,
                  "a source or sink is no step of a pipeline: the data comes in and goes out by transform()");
    static_assert(!isStep || std::copy_constructible<Given>,
                  "a step is copied for each worker, and this class can't be: give it a copy constructor, or use "
                  "StepPrototype::made()");
    static_assert(
        AnyName<T> || AnyFunction<T> || AnyEnd<T> || isStep,
        "this is no step: give an object of a class derived from Step, a function by mapStep(), or a pipeline");
}

template <class... Parts>
constexpr void tellMistakenForm()
{
    using Last = std::tuple_element_t<sizeof...(Parts) - 1, std::tuple<Parts...>>;
    using First = std::tuple_element_t<0, std::tuple<Parts...>>;
    constexpr bool hasStep = (AnyStep<Parts> || ...) || (AnyQueuedStep<Parts> || ...);
    constexpr bool hasMistake = !hasStep && (MistakenStep<Last> || AnyName<Last>);
    constexpr bool isTooLong = sizeof...(Parts) > 5;
    static_assert(!(AnyQueuedStep<Parts> || ...),
                  "a step with settings by name has all of them so: multiply(3).named(\"x\").workers(2)");
    if constexpr (hasMistake)
        tellMistakenStep<Last>();
    static_assert(hasMistake || hasStep, "a step is given as {name, workers, step}, and here the step is missing: it "
                                         "comes last, as in {\"double\", 2, multiply(2)}");
    static_assert(!hasStep || !isTooLong,
                  "a step is given by five values at most: {name, workers, worker arguments, queue size, step}");
    static_assert(!hasStep || isTooLong || AnyStep<Last> || AnyQueuedStep<Last>,
                  "a step is given as {name, workers, step}: the step comes last");
    static_assert(!hasStep || isTooLong || !AnyStep<Last> || AnyName<First>,
                  "a step is given as {name, workers, step}: the name comes first");
    static_assert(!hasStep || isTooLong || !AnyStep<Last> || !AnyName<First>,
                  "a step is given as {name, workers, worker arguments, queue size, step}, in that order");
}

} // namespace millrace::detail

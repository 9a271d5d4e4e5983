// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "data/errors/ExceptionError.h"
#include "steps/Step.h"

#include <cmath>
#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace millrace {

namespace detail {

template <class R, class A, class... More>
A firstArgumentOf(R (*)(A, More...));
template <class C, class R, class A, class... More>
A firstArgumentOf(R (C::*)(A, More...));
template <class C, class R, class A, class... More>
A firstArgumentOf(R (C::*)(A, More...) const);

template <class F>
auto firstArgument()
{
    if constexpr (requires { firstArgumentOf(std::declval<F>()); })
        return std::type_identity<decltype(firstArgumentOf(std::declval<F>()))>();
    else if constexpr (requires { firstArgumentOf(&F::operator()); })
        return std::type_identity<decltype(firstArgumentOf(&F::operator()))>();
    else if constexpr (requires(F & function) { function(0.0); })
        return std::type_identity<double>(); // a generic lambda is one over numbers
    else
        return std::type_identity<void>();
}

} // namespace detail

/// The type that a function takes: double for generic lambdas, void for what takes nothing.
template <class F>
using FirstArgument = typename decltype(detail::firstArgument<F>())::type;

namespace detail {

/// What can be called with numbers, values or batches.
template <class F, class A = std::remove_cvref_t<FirstArgument<F>>>
concept MapFunction = std::same_as<A, Value> || std::same_as<A, Batch> || std::convertible_to<double, A>;

} // namespace detail

/// A function over whole batches as a step.
template <class F>
class MapBatches final : public Step
{
public:
    explicit MapBatches(F function) : m_function(std::move(function)) {}
    Result<> process(Batch &batch) override
    {
        if constexpr (std::same_as<std::invoke_result_t<F &, Batch &>, void>) {
            m_function(batch);
            return {};
        } else {
            return m_function(batch);
        }
    }

private:
    F m_function;
};

/// A function over the items as a step: plain values, or objects of their data inputs. What it returns becomes the item's data
/// inputs; ids and expected outputs stay.
class MapValues final : public Step
{
public:
    using Function = std::function<Result<Value>(const Value &)>;

    template <class F>
    explicit MapValues(F function) : m_function(std::move(function))
    {}
    Result<> process(Batch &batch) override;

private:
    Result<Value> mapped(const Value &item);

    Function m_function;
    SchemaPtr m_output; ///< of the last batch
};

/// What function steps over numbers have in common: which columns they work on, and what is no number.
class MapNumbersBase : public Step
{
public:
    Result<> process(Batch &batch) override;
    SchemaPtr outputSchema(const CheckContext &) const override { return nullptr; }

protected:
    /// Fails the item, or gives its number.
    using Outcome = std::optional<double>;
    virtual void mapReals(Batch &batch, std::span<const double> from, std::span<double> to) = 0;
    virtual Outcome mapOne(Batch &batch, size_t row, double number) = 0;

private:
    void mapColumn(Batch &batch, size_t column, bool isOnly);
    Value mapValue(Batch &batch, size_t row, size_t column, const Value &value, bool isOnly);

    std::vector<double> m_reals;
    SchemaPtr m_input, m_output; ///< of the last batch
};

/// A function over numbers as a step: on each number of the data inputs, within lists too; texts and truth values beside
/// numbers are left alone.
template <class F>
class MapNumbers final : public MapNumbersBase
{
public:
    explicit MapNumbers(F function) : m_function(std::move(function)) {}

protected:
    void mapReals(Batch &batch, std::span<const double> from, std::span<double> to) override
    {
        for (size_t row = 0; row < from.size();) {
            try {
                for (; row < from.size(); ++row)
                    to[row] = accept(batch, row, m_function(from[row])).value_or(from[row]);
            } catch (...) {
                fail(batch, row, currentError());
                to[row] = from[row];
                ++row;
            }
        }
    }
    Outcome mapOne(Batch &batch, size_t row, double number) override
    {
        try {
            return accept(batch, row, m_function(number));
        } catch (...) {
            fail(batch, row, currentError());
            return {};
        }
    }

private:
    static void fail(Batch &batch, size_t row, Error error)
    {
        batch.fail(row, std::move(error.kind), std::move(error.message));
    }
    template <class R>
    static Outcome accept(Batch &batch, size_t row, R &&result)
    {
        if constexpr (std::convertible_to<R, double>) {
            (void)batch, (void)row;
            return double(result);
        } else {
            if (result)
                return double(*result);
            fail(batch, row, result.error());
            return {};
        }
    }

    F m_function;
};

} // namespace millrace

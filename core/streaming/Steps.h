// SPDX-License-Identifier: MIT
#pragma once

#include "streaming/compile/MapSteps.h"
#include "streaming/compile/StepPrototype.h"
#include "streaming/data/DataItem.h"

#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace millrace {

/// Any registered type by its id, with parameters: `step("formula", {{"expression", "price * 2"}, {"field", "double"}})`.
inline StepPrototype step(std::string type, Members params = {})
{
    return StepPrototype::registered(std::move(type), std::move(params));
}

inline StepPrototype multiply(const DataItem &by)
{
    return step("multiply", {{"by", by.value()}});
}

inline StepPrototype add(const DataItem &by)
{
    return step("add", {{"by", by.value()}});
}

inline StepPrototype identity()
{
    return step("identity");
}

/// A function as a step, from the type of its argument: `double` for each number of an item (within lists too), `const Value &`
/// for each item (a plain value, or an object of its fields), `Batch &` for each batch. It returns the new number, the new
/// value, or nothing; or a Result of it. What it throws or fails with makes a failed item. Each worker has its own copy.
template <class Given, class F = std::decay_t<Given>>
StepPrototype mapStep(Given &&given)
{
    static_assert(
        detail::MapFunction<F>,
        "a function for mapStep takes a double (each number), a const Value & (each item) or a Batch & (each batch)");
    using Argument = FirstArgument<F>;
    StepType type;
    type.id = "map";
    Result<> taken = caught([&]() -> Result<> {
        const auto function = std::make_shared<const F>(std::forward<Given>(given));
        if constexpr (std::same_as<std::remove_cvref_t<Argument>, Batch>)
            type.make = [function] { return std::make_unique<MapBatches<F>>(*function); };
        else if constexpr (std::same_as<std::remove_cvref_t<Argument>, Value>)
            type.make = [function] { return std::make_unique<MapValues>(*function); };
        else if constexpr (detail::MapFunction<F>)
            type.make = [function] { return std::make_unique<MapNumbers<F>>(*function); };
        return {};
    });
    return StepPrototype::own(std::move(type), std::move(taken));
}

} // namespace millrace

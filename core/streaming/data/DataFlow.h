// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "streaming/DataContainer.h"

#include <concepts>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

namespace millrace {

/// Gives data bit by bit, as much at a time as it likes: a container, or nothing where there is no more. Called by a run, on one of its
/// threads at a time, when the steps have room for more. What it fails with or throws ends the call.
using DataGenerator = std::function<Result<std::optional<DataContainer>>()>;

/// Gets the results of a run batch by batch, in the order of the data, on one of its threads at a time; the steps wait for it. It
/// returns nothing, or a Result<>: an error, or what it throws, ends the call.
class DataConsumer
{
public:
    template <std::invocable<DataContainer> F>
    requires(!std::same_as<std::remove_cvref_t<F>, DataConsumer>) DataConsumer(F function)
    {
        if constexpr (std::is_void_v<std::invoke_result_t<F &, DataContainer>>)
            m_function = [function = std::move(function)](DataContainer batch) mutable -> Result<> {
                function(std::move(batch));
                return {};
            };
        else
            m_function = std::move(function);
    }
    Result<> operator()(DataContainer batch) const { return m_function(std::move(batch)); }

private:
    std::function<Result<>(DataContainer)> m_function;
};

/// Is told of a batch. What it throws ends the call.
using BatchHook = std::function<void(const DataContainer &)>;

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "streaming/DataContainer.h"

#include <concepts>
#include <functional>
#include <vector>

namespace millrace {

/// How the branches of a union come together: all items of the first, then of the second, … (ids repeat); the same batch by
/// batch, which streams; or one item with the fields of all branches.
enum class Joining : uint8_t { Items, Batches, Fields };

/// One of the ways above, or a function of the caller's that gets what each branch has returned, in the order of the branches.
/// It runs on the caller's thread, when all branches are done.
class DataJoiner
{
public:
    using Function = std::function<Result<DataContainer>(std::vector<DataContainer>)>;

    DataJoiner(Joining joining = Joining::Items) : m_joining(joining) {}
    template <class F>
    requires std::convertible_to<F, Function> DataJoiner(F function) : m_function(std::move(function)) {}

    Joining joining() const { return m_joining; }
    bool isFunction() const { return bool(m_function); }
    Result<DataContainer> operator()(std::vector<DataContainer> branches) const
    {
        return m_function(std::move(branches));
    }

private:
    Joining m_joining = Joining::Items;
    Function m_function;
};

} // namespace millrace

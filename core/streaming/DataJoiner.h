// SPDX-License-Identifier: MIT
#pragma once

#include "data/errors/ExceptionError.h"
#include "streaming/DataContainer.h"

#include <concepts>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
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
    /// What its copy constructor throws, problem() says.
    template <class F>
    requires(std::convertible_to<F, Function> && !std::same_as<std::remove_cvref_t<F>, DataJoiner>)
        DataJoiner(F &&function)
    {
        const Result<> taken = caught([&]() -> Result<> {
            m_function = std::make_shared<const Function>(std::forward<F>(function));
            return {};
        });
        if (!taken)
            m_problem = "The data joiner couldn't be taken over: " + taken.error().message;
        else if (!*m_function)
            m_function = nullptr;
    }

    /// Anything else: the compiler says what a joiner is.
    template <class F>
    requires(!std::convertible_to<
                 F,
                 Function> && !std::convertible_to<F, Joining> && !std::same_as<std::remove_cvref_t<F>, DataJoiner>)
        DataJoiner(F &&)
    {
        static_assert(std::convertible_to<F, Function>, "a data joiner is one of Joining's, or a function that gets a "
                                                        "std::vector<DataContainer> and returns a DataContainer");
    }

    Joining joining() const { return m_joining; }
    bool isFunction() const { return m_function != nullptr; }
    const std::string &problem() const { return m_problem; }
    /// Only of a function. May throw what that throws.
    Result<DataContainer> operator()(std::vector<DataContainer> branches) const
    {
        return (*m_function)(std::move(branches));
    }

private:
    Joining m_joining = Joining::Items;
    std::shared_ptr<const Function> m_function; ///< shared by copies
    std::string m_problem;
};

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"

#include <exception>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>

namespace millrace {

/// The type's name as it is written in a program: "std::out_of_range", "orders::PriceStep".
std::string nameOfType(const std::type_info &type);

/// An exception as an error that keeps what it was: its type is the kind, what() the message.
Error errorOf(const std::exception &exception);

/// What the work returns, a Result; what it throws as the Result's error. Every call into a step of somebody else's goes through
/// here: an exception that left a thread of the engine would end the program. Any thread.
template <class Work>
std::invoke_result_t<Work> caught(Work &&work)
{
    try {
        return std::forward<Work>(work)();
    } catch (const std::exception &exception) {
        return Failure{errorOf(exception)};
    } catch (...) {
        return failure("exception", "It threw something that is no std::exception.");
    }
}

} // namespace millrace

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

/// An exception as an error that keeps what it was: its type is the kind, what() the message, and after that the causes that are
/// nested in it (std::throw_with_nested). Too little memory is of the kind "memory".
Error errorOf(const std::exception &exception);

/// The same for whatever is being handled, within a catch block: numbers and texts are told with their values, an Error is itself,
/// and of any other type its name is told.
Error currentError();

/// What the work returns, a Result; what it throws as the Result's error. Every call into a step of somebody else's goes through
/// here: an exception that left a thread of the engine would end the program. Any thread.
template <class Work>
std::invoke_result_t<Work> caught(Work &&work)
{
    try {
        return std::forward<Work>(work)();
    } catch (...) {
        return Failure{currentError()};
    }
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"

#include <exception>
#include <string>
#include <typeinfo>

namespace millrace {

/// The type's name as it is written in a program: "std::out_of_range", "orders::PriceStep".
std::string nameOfType(const std::type_info &type);

/// An exception as an error that keeps what it was: its type is the kind, what() the message.
Error errorOf(const std::exception &exception);

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace millrace {

/// What is wrong with a JSON text, and where: its line and its column, in characters, both from 1.
struct JsonFault
{
    int64_t line = 1, column = 1;
    std::string text; ///< the words behind "not valid JSON:"
};

/// The first fault of a text, for messages after a fast parser has refused it; nothing where its form is well. `deepest`: beyond so
/// many levels of lists and objects, nesting is a fault.
std::optional<JsonFault> findJsonFault(std::string_view text, size_t deepest = SIZE_MAX);

/// Where and why a text is no JSON: "line 3, column 14: expected \",\" or \"]\" after a list's element". Columns count
/// characters from 1. For messages after a fast parser has refused the text; empty where nothing is wrong with its
/// form.
std::string describeJsonFault(std::string_view text);

} // namespace millrace

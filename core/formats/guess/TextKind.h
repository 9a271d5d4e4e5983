// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

namespace millrace {

/// What a text seems to be by how it begins.
enum class TextKind : uint8_t {
    Plain,     ///< a table, or lines of text
    JsonLines, ///< a JSON object or list in its first line
    Json,      ///< JSON whose first value is longer than a line, or a list of objects
    Html,
    Xml
};

/// `start`: of the text, some KiB of it.
TextKind textKindOf(std::string_view start);

} // namespace millrace

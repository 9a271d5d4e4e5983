// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// Where a script stands in its text, from 1; a column of 0 is not known.
struct ScriptPlace
{
    int line = 0;
    int column = 0;
};

/// A script whose lines were broken after brackets, commas and operators, and before points, where that doesn't change what it
/// means: Qt's engine tells of an error only the line, so the shorter the lines, the better its column is known.
struct BrokenScript
{
    std::u16string text;
    std::vector<ScriptPlace> places; ///< where each line begins in the script as written

    /// A place in the text as one in the script as written.
    ScriptPlace placeOf(int line) const;
};

/// `code` must be a valid script, with lines that end with `\n`.
BrokenScript breakScript(std::u16string_view code);

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace millrace {

/// How a member's value is kept. Its numbers are in the code.
enum class Kept : char { AsItWas, Number, Text, True, False, Null };

/// A member of a shape, and code that says whether its value, `b` and its place, isn't the one that came in.
struct ShapeMember
{
    std::string name;
    std::string differs;
};

/// What the functions of that shape need, within a function that has `rows` (how many may come) and `$` (scriptTools()).
std::string shapeDeclarations(size_t shape, size_t members);

/// Two functions, with a comma between them: one that keeps an object's values, of (object, r, k), where it is the kth of those whose
/// values are kept and was made of row r, and says whether all could be kept; and one that hands out what was kept: how (Kept),
/// the numbers, and lists of texts.
std::string shapeFunctions(size_t shape, const std::vector<ShapeMember> &members);

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "trust/Permission.h"

#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// A command, a path or a name as a question shows it, on one line: nothing in it steers a terminal, and nothing is out of sight
/// behind hundreds of spaces.
std::string shownLine(std::string_view text);
/// Code as a question shows it, its lines kept: many empty ones are counted instead.
std::string shownCode(std::string_view code);

/// The first of them, and how many more there are.
std::string shownList(const std::vector<std::string> &texts, size_t most);

/// A sentence's part: "execute touch (sh -c …)", "write /home/me/.bashrc (outside its folder)".
std::string named(const Permission &permission);

} // namespace millrace

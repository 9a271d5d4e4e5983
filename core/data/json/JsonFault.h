// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace millrace {

/// Where and why a text is no JSON: "line 3, column 14: expected \",\" or \"]\" after a list's element". Columns count
/// characters from 1. For messages after a fast parser has refused the text; empty where nothing is wrong with its
/// form.
std::string describeJsonFault(std::string_view text);

} // namespace millrace

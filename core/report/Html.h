// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace millrace {

/// The text as it stands in HTML, within elements and quoted attributes: nothing of it is a tag or an end of one. What
/// no page may contain, or what could make it show something else than there is, is written out as visibleText() does.
std::string htmlText(std::string_view text);

/// 482,100.
std::string countText(uint64_t count);
/// "12.5", with so many places.
std::string decimalText(double number, int places);

} // namespace millrace

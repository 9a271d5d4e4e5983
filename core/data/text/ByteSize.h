// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace millrace {

/// What byteSizeOf() reads, for messages: "a size such as …".
inline constexpr std::string_view ByteSizeMeaning = "a size such as \"512 MiB\", \"2 GB\" or a number of bytes";

/// Bytes of a text such as "512 MiB", "1.5GiB", "2 GB" (1 000s) or "1048576"; nothing where it is none.
std::optional<uint64_t> byteSizeOf(std::string_view text);

/// "512 MiB", "1.5 GiB", "980 bytes".
std::string byteSizeText(uint64_t bytes);

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "formats/bytes/ByteSource.h"
#include "formats/bytes/FileBytes.h"

#include <cstdint>
#include <memory>
#include <string_view>

namespace millrace {

/// How a file's bytes are packed.
enum class Packing : uint8_t { None, Gzip, Zstd, Xz, Bzip2, Lz4, Lzip, Compress, Zip };

/// As its first bytes say, of which HeadBytes are enough.
Packing packingOf(std::string_view head);
inline constexpr size_t HeadBytes = 6;
/// Whether a file with these first two bytes may be packed.
bool mayBePacked(std::string_view firstTwo);
/// How people call it: "gzip", "zip", …
std::string_view packingName(Packing packing);

/// What the file's bytes are when they are unpacked. The file is borrowed, and is at its beginning. Data that is damaged or ends early
/// is an error that names the byte.
std::unique_ptr<ByteSource> unpacked(FileBytes &file, Packing packing);

} // namespace millrace

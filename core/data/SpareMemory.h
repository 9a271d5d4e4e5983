// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>

namespace millrace {

/// Bytes of memory that a buffer which was needed for a batch may keep for the next one.
inline constexpr size_t MostSpareMemory = 1024 * 1024;

/// Once a buffer isn't needed for now: one that was large for once gives its memory back, and is empty then.
inline void giveBackIfLarge(std::string &buffer)
{
    if (buffer.capacity() > MostSpareMemory)
        std::string().swap(buffer);
}

/// Before so many bytes are appended. A text that is long already would be doubled for the little that follows it.
inline void makeRoomFor(std::string &buffer, size_t bytes)
{
    constexpr size_t Many = 4096;
    if (bytes > Many)
        buffer.reserve(buffer.size() + bytes + Many);
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"

#include <cstddef>

namespace millrace {

/// Where bytes come from, from front to back: a file, what it holds when it is unpacked, the same as UTF-8. Used by one thread.
class ByteSource
{
public:
    ByteSource() = default;
    virtual ~ByteSource() = default;
    ByteSource(const ByteSource &) = delete;
    ByteSource &operator=(const ByteSource &) = delete;

    /// Reads up to `most` bytes (more than none) into that memory, as many as are at hand. 0: there are no more. Fails with a sentence
    /// for people, and stays at its end then.
    virtual Result<size_t> read(char *to, size_t most) = 0;
};

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string_view>

namespace millrace::fuzz {

inline std::string_view textOf(const uint8_t *data, size_t size)
{
    return {reinterpret_cast<const char *>(data), size};
}

/// Ends the process where it doesn't hold, with what should have been.
inline void require(bool holds, std::string_view what)
{
    if (holds)
        return;
    std::cerr << "fuzz: " << what << std::endl;
    std::abort();
}

} // namespace millrace::fuzz

/// Called with one input after the other. Returns 0.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

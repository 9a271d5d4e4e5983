// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

/// A test, as the program of its folder knows it.
struct NamedTest
{
    const char *name; ///< of its source, without ".cpp"
    int (*main)(int, char **);
};

/// Of this program; CMake makes the list.
extern const std::vector<NamedTest> namedTests;

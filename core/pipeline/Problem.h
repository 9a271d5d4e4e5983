// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace millrace {

enum class Severity : uint8_t { Warning, Error };

/// What is wrong with a pipeline, and what to do about it. Recomputed after each edit.
struct Problem
{
    Severity severity = Severity::Error;
    std::string step;  ///< id; empty: the pipeline as a whole
    std::string param; ///< empty: the step as a whole
    std::string text;  ///< a sentence

    bool operator==(const Problem &) const = default;
};

using Problems = std::vector<Problem>;

} // namespace millrace

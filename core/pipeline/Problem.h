// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/Sentence.h"

#include <cstdint>
#include <string>
#include <vector>

namespace millrace {

enum class Severity : uint8_t { Warning, Error };

/// What is wrong with a pipeline, and what to do about it. Recomputed after each edit.
struct Problem
{
    Severity severity = Severity::Error;
    std::string step;                   ///< id; empty: the pipeline as a whole
    std::string param;                  ///< empty: the step as a whole
    std::string text;                   ///< a sentence
    std::vector<Mention> mentions = {}; ///< names of the file within `text`, in their order

    bool operator==(const Problem &) const = default;
};

inline Problem problemOf(Severity severity, std::string step, std::string param, const Sentence &sentence)
{
    return {severity, std::move(step), std::move(param), sentence.text(), sentence.mentions()};
}

using Problems = std::vector<Problem>;

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/Pipeline.h"

#include <random>
#include <set>
#include <string>

namespace millrace::test {

/// A pipeline of built-in steps made at random, each of whose runs gives the same: sources, filters, sums, joiners, failing items, and a
/// `write.jsonl` for every end. It reads in.jsonl, and has a parameter.
Pipeline makeRandomDrawing(std::mt19937_64 &random);

/// Some of its steps, most often near one another.
std::set<std::string> makeRandomSelection(const Pipeline &pipeline, std::mt19937_64 &random);

} // namespace millrace::test

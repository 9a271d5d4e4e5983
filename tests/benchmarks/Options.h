// SPDX-License-Identifier: MIT
#pragma once

#include "bench.h"

#include <string>

namespace millrace::bench {

/// What the call of millrace-bench asks for.
struct Options
{
    pb::Config config;                 ///< sizes of the workloads, scaled
    std::string workloads, contenders; ///< lists with commas; empty: all
    std::string folder = "/dev/shm";   ///< for the files of W5 and W6
    int rounds = 5;
    bool isGuard = false; ///< misses of targets count as failures
    int tries = 1;        ///< times as many rounds, of which the least disturbed are kept
    unsigned limit = 300; ///< seconds a run
};

/// Ends the program where the call is wrong.
Options readOptions(int argc, char **argv);

/// Whether a list with commas names it; a trailing * stands for any ending. An empty list names all.
bool isNamed(const std::string &list, const std::string &name);

} // namespace millrace::bench

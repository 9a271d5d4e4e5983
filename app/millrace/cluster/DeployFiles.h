// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"

#include <string>
#include <utility>
#include <vector>

namespace millrace {

/// What the files for a scheduler are made of.
struct DeployPlan
{
    std::string name;    ///< of the run
    std::string cluster; ///< as --on takes it, without a secret
    std::string host;    ///< of the Redis server
    int port = 0;
    std::string program;            ///< the path of millrace
    std::string folder;             ///< of the pipeline
    std::string file;               ///< the pipeline's path
    std::vector<std::string> steps; ///< that workers work as
    int workers = 1;
};

/// Texts by the names of the files that they are to be. `target`: systemd, slurm or kubernetes; nothing for another.
std::vector<std::pair<std::string, std::string>> deployFiles(const std::string &target, const DeployPlan &plan);

} // namespace millrace

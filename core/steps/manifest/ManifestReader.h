// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "steps/StepType.h"

#include <string>
#include <vector>

namespace millrace {

/// The end of a manifest's name.
inline constexpr const char *ManifestSuffix = ".step.json";

/// Reads a manifest. Fails with a sentence that names the file and what is wrong in it. `remarks`: sentences about what has no effect.
Result<StepType> readManifest(const std::string &path, std::vector<std::string> &remarks);

} // namespace millrace

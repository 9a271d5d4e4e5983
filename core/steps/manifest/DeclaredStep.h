// SPDX-License-Identifier: MIT
#pragma once

#include "steps/StepType.h"

namespace millrace {

/// Gives a type that a manifest declares its function make(), and its parameters theirs: a source, a sink or a transform, by its kind.
void makeByManifest(StepType &type);

} // namespace millrace

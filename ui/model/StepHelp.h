// SPDX-License-Identifier: MIT
#pragma once

#include "steps/StepType.h"

#include <QString>

namespace millrace {

/// A step's help page, generated from its declaration: what it does, its parameters with defaults, its ports.
QString helpPage(const StepType &type);

} // namespace millrace

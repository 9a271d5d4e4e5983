// SPDX-License-Identifier: MIT
#pragma once

#include "steps/StepType.h"

#include <QString>

#include <vector>

namespace millrace {

/// How well a step type answers what was typed: 0 not at all, more is better. Every word must be found, in the title, the
/// type's id, a synonym, its family's name or its help, which count for less in this order. Empty text finds all.
int searchScore(const StepType &type, const QString &typed);

/// The types that are found, best first; equally good ones in the order of the registry.
std::vector<const StepType *> searchSteps(const StepRegistry &registry, const QString &typed);

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "model/Gauges.h"

#include <map>
#include <string>

namespace millrace {

/// Adds what the card of a step shows that stands for another pipeline: of the steps in its place, `outer/inner`, those of the one that
/// is worst off; one that has failed before one with failed items, before one that works, before one that waits.
void addOuterGauges(std::map<std::string, StepGauge> &gauges);

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/RunSample.h"

#include <string>

namespace millrace {

/// What each step did, a line each, for a terminal of that width: workers, items in and out, errors, items per second,
/// how busy its workers were, its queue (mean, peak of capacity, in batches), time per batch.
std::string stepTable(const RunSample &sample, int width);

} // namespace millrace

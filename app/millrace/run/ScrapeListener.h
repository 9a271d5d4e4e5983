// SPDX-License-Identifier: MIT
#pragma once

#include "millrace/Arguments.h"
#include "sharing/MetricsListener.h"

#include <memory>

namespace millrace {

/// Who answers for the gauges where the call has --metrics-listen; else nothing. Where it listens is said, for a port may be any that is
/// free. An error is a sentence that names the option.
Result<std::unique_ptr<MetricsListener>> listenForScrapes(const Call &call);

} // namespace millrace

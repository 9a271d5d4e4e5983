// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/LogRecord.h"

#include <string>

namespace millrace {

/// The same for errors of one kind: their step, kind, and message without its numbers and quoted parts.
std::string errorGroup(const LogRecord &record);

} // namespace millrace

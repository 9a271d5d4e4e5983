// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/LogRecord.h"

#include <optional>
#include <string>
#include <string_view>

namespace millrace {

/// A failed item as a line of JSON Lines, with its end: step, worker, batch, item (its id), origin, kind, message, trace, attempts and
/// fields; and `exact`, where values lose something as JSON (dates, bytes, reals without a fraction): the same fields once more, as
/// toStateLine() writes them.
std::string failedItemLine(const LogRecord &record);

/// The item of such a line, with its values as they were. Nothing: it is no such line.
std::optional<LogRecord> failedItemFrom(std::string_view line);

} // namespace millrace

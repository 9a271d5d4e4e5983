// SPDX-License-Identifier: MIT
#pragma once

#include "data/Value.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace millrace {

enum class LogLevel : uint8_t { Info, Warning, Error };

/// One line of a run's log. An error record says all that is known of the item that failed.
struct LogRecord
{
    uint64_t number = 0; ///< of the record within the run, from 1
    int64_t time = 0;    ///< milliseconds since 1970-01-01 UTC
    LogLevel level = LogLevel::Info;
    std::string step;   ///< id; empty: the run itself
    int worker = -1;    ///< from 0; -1: none
    int64_t batch = -1; ///< number within the source; -1: none
    Value itemId;       ///< null: none, or an item without an id
    bool hasItem = false;
    std::string origin; ///< "orders.csv line 17", or empty
    Value item;         ///< the item's data as an object, or null
    std::string kind;   ///< of an error, see data/errors/ErrorKind.h; else empty, or ErrorKind::Console
    std::string message;
    std::string trace;
    int attempts = 0;   ///< how often the item was tried
    uint64_t count = 1; ///< equal errors so far, this one included

    /// Bytes of memory that it holds.
    size_t byteSize() const;
    /// Cuts texts and item data that are long, each with a mark that says how much of it is missing.
    void shorten();
};

} // namespace millrace

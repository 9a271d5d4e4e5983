// SPDX-License-Identifier: MIT
#pragma once

#include "data/Value.h"
#include "metrics/LogRecord.h"

#include <optional>
#include <string>

namespace millrace {

/// An item's data as somebody saw them, and as they want them.
struct ItemChange
{
    Value before, after;

    /// In `data`, which may hold more than could be seen: of objects, the members that are different or gone; else all.
    void applyTo(Value &data) const;
};

/// Which of a run's failed items are tried again.
struct RetryChoice
{
    std::optional<LogRecord> item;    ///< this one
    std::optional<ItemChange> change; ///< of that item, before
    std::string kind;                 ///< where there is no item, all of this errorGroup(); empty: all

    /// Of a record that was kept on the disk.
    bool includes(const LogRecord &kept) const;
};

} // namespace millrace

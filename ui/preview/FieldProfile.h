// SPDX-License-Identifier: MIT
#pragma once

#include "data/Value.h"

#include <QString>

#include <cstddef>
#include <span>
#include <vector>

namespace millrace {

/// What the values of a field look like, for the head of its column.
struct FieldProfile
{
    QString type;        ///< "integer", "text", …; "mixed" where there are several; empty where there are only nulls
    size_t values = 0;   ///< that are there, and no null
    size_t nulls = 0;    ///< nulls, and items without the field
    size_t distinct = 0; ///< different values
    QString least, greatest; ///< of numbers, moments and texts
    std::vector<double>
        bars; ///< heights from 0 to 1: of numbers by equal ranges, of others by the most frequent values
    bool isNumeric = false;

    bool operator==(const FieldProfile &) const = default;

    /// All of it in a few lines, for a tool tip.
    QString text() const;
};

/// Of the values of one field; null: an item that hasn't got it. Pure.
FieldProfile profileOf(std::span<const Value *const> values);

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "data/Result.h"
#include "data/Schema.h"
#include "steps/StepBuilder.h"

#include <cstddef>
#include <string>
#include <vector>

namespace millrace {

/// What a join is to do, as its parameters say.
struct JoinSettings
{
    std::vector<std::string> leftKeys, rightKeys; ///< in pairs
    std::vector<std::string> fields = {};         ///< of the right side that are taken; none: all but the keys
    std::string suffix = "_right";
    bool keepsLeft = false;      ///< items of the left side without a match go on
    bool keepsRight = false;     ///< those of the right side go on last
    bool takesMatches = true;    ///< false: the left items that have none, and no others
    bool hasRightFields = true;  ///< false: a match is only a reason for the left item to go on
    bool wantsFirstOnly = false; ///< of several matches
    bool failsAtSeveral = false;

    /// Whether of right items with the same keys the first is enough.
    bool needsFirstOnly() const { return !keepsRight && (wantsFirstOnly || !hasRightFields) && !failsAtSeveral; }
    /// Whether a field of the right side is needed, be it as a key.
    bool isNeeded(const std::string &name) const;
};

/// The fields of what leaves a join: those of the left side, then those taken from the right side, by another name where it is on the left side
/// as well.
struct JoinFields
{
    SchemaPtr output;
    size_t leftCount = 0;               ///< of them come from the left side
    std::vector<std::string> fromRight; ///< the field of the right side that each of the others is
    /// For each left field, which of the right side's keys it is in items that have no left side; NoKey: none.
    std::vector<size_t> keyOf;
    static constexpr size_t NoKey = SIZE_MAX;

    /// Fails where there are more than an item can have.
    static Result<JoinFields> of(const JoinSettings &settings, const Schema &left, const Schema &right);
};

/// That an item of the left side has more than one match, for `failsAtSeveral`.
std::string severalText(const JoinSettings &settings, const Batch &batch, size_t row);

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "data/Value.h"
#include "steps/Step.h"

#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// Settings of a step that would mend what an item has failed at.
struct Mend
{
    std::string caption; ///< what it does, for a button or a line: `Take "n/a" for null`
    Members params;      ///< to be set on the step, over those that it has

    bool operator==(const Mend &) const = default;
};

/// An item that has failed at a step.
struct FailedAt
{
    std::string_view kind, message;
    const Value &item; ///< its data as it came in, or null
};

/// What a step derives from beside Step when it knows which of its settings would mend items that failed at it.
class MendingStep
{
public:
    virtual ~MendingStep() = default;

    /// The best first; none where nothing is known that would. Asked of a step that isn't open; may look at its file. Offers only what
    /// would let this item through, and leaves what was read before as it is.
    virtual std::vector<Mend> mendsOf(const FailedAt &failed, const CheckContext &context) const = 0;
};

} // namespace millrace

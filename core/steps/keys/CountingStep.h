// SPDX-License-Identifier: MIT
#pragma once

#include "steps/keys/GroupCounts.h"
#include "steps/keys/HoldingStep.h"
#include "steps/StepBuilder.h"

#include <string>
#include <vector>

namespace millrace {

/// A base of ordered steps that count their items, all of them or those of each group that `by` makes.
class CountingStep : public Step
{
public:
    Result<> open(const StepContext &) override
    {
        m_counts.start(m_by);
        return {};
    }
    void close() override { m_counts.start({}); }

protected:
    template <class T>
    static void describeBy(StepBuilder<T> &step)
    {
        step.param("by", &CountingStep::m_by)
            .title("By")
            .help("Fields whose values make a group; none: all items are one.");
    }
    /// Before the items of a batch are counted. Fails where a field isn't there, or there are too many groups.
    Result<> begin(const Batch &batch)
    {
        if (auto known = requireFields(*batch.schema(), m_by); !known)
            return known;
        if (m_counts.isTooLarge())
            return GroupCounts::tooLarge();
        m_counts.bind(batch);
        return {};
    }

    std::vector<std::string> m_by;
    GroupCounts m_counts;
};

} // namespace millrace

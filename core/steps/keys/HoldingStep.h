// SPDX-License-Identifier: MIT
#pragma once

#include "data/errors/ExceptionError.h"
#include "steps/keys/ItemSorter.h"
#include "steps/Step.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace millrace {

/// A sentence of the first of those fields that isn't there; nothing where all are, or where they may still come.
Result<> requireFields(const Schema &schema, const std::vector<std::string> &fields);

/// A base of steps that hold items back: how much memory they may use for that, and what they say about it.
class HoldingStep : public Step
{
public:
    Result<> open(const StepContext &context) override;
    const HeldGauge *held() const override { return &m_gauge; }

protected:
    static constexpr const char *MemoryHelp =
        "How much of what is held back stays in memory, as \"256 MiB\"; the rest waits in a temporary file.";

    void checkMemory(std::vector<StepProblem> &problems) const;
    /// What `memory` says; 0: it says nothing that can be understood.
    uint64_t memoryBytes() const;
    void note(uint64_t held, uint64_t spilled);
    /// The work of process(): `take` takes the batch's items, notes what is held, and leaves in the batch what goes on. Where the
    /// fields aren't there, nothing is done; where `take` fails or throws, some of the items may have been taken, so that nothing
    /// right can come out any more: that is the failure of each further item, and of the run.
    template <class Take>
    Result<> takeFrom(const Batch &batch, const std::vector<std::string> &fields, Take &&take)
    {
        if (m_ending)
            return Failure{*m_ending};
        if (auto known = requireFields(*batch.schema(), fields); !known)
            return known;
        try {
            if (auto taken = std::forward<Take>(take)(); !taken)
                m_ending = taken.error();
            else
                return taken;
        } catch (...) {
            m_ending.emplace(); // also where there is no memory to say why
            m_ending = currentError();
        }
        return Failure{*m_ending};
    }
    const std::optional<Error> &ending() const { return m_ending; }

    StepContext m_context;
    std::string m_memory = "256 MiB";

private:
    HeldGauge m_gauge;
    std::optional<Error> m_ending;
};

/// "price" or "-price", as the parameter `by` of sort has them.
SortKey sortKeyOf(const std::string &text);
/// "a, b, c", for summaries.
std::string joined(const std::vector<std::string> &words);

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "steps/keys/CountingStep.h"
#include "steps/StepChecks.h"

namespace millrace {

/// Keeps the first items, or every k-th, of all or of each group.
class LimitItems final : public CountingStep
{
public:
    static void describe(StepBuilder<LimitItems> &step)
    {
        step.id("limit").title("Limit").family(Family::Filter).icon("cut");
        step.help(
            "Leaves out the first few items, then keeps every k-th, and no more than so many of them; of all items, or "
            "of each group, for example the first three of each city by {\"take\": 3, \"by\": [\"city\"]}.");
        step.synonyms({"head", "first", "top", "skip", "offset", "take", "every", "thin"});
        step.ordered().changesItemCount().keepsItemsOnError();
        step.param("skip", &LimitItems::m_skip)
            .range(0, 1e15)
            .unit("items")
            .help("How many are left out at the beginning.");
        step.param("take", &LimitItems::m_take)
            .range(-1, 1e15)
            .unit("items")
            .help("How many are kept at most; -1: all.");
        step.param("every", &LimitItems::m_every)
            .range(1, 1e15)
            .unit("items")
            .help("Of how many items one is kept, the first.");
        describeBy(step);
    }
    Result<> process(Batch &batch) override;
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override
    {
        checkFields(context, "by", m_by, problems);
        if (m_skip == 0 && m_take < 0 && m_every == 1)
            problems.push_back(
                {false, "take", "All items pass; say how many to take, to skip, or of how many to keep one."});
    }
    std::string summary() const override;

private:
    int64_t m_skip = 0, m_take = -1, m_every = 1;
};

Result<> LimitItems::process(Batch &batch)
{
    if (auto begun = begin(batch); !begun)
        return begun;
    std::vector<uint32_t> kept;
    for (uint32_t row = 0; row < batch.size(); ++row) {
        const int64_t place = m_counts.of(row)++ - m_skip;
        if (place >= 0 && place % m_every == 0 && (m_take < 0 || place / m_every < m_take))
            kept.push_back(row);
    }
    batch.keepRows(kept);
    return {};
}

std::string LimitItems::summary() const
{
    std::string text = m_take < 0 ? "all" : "the first " + std::to_string(m_take);
    if (m_every > 1)
        text += ", one of " + std::to_string(m_every);
    if (m_skip > 0)
        text += ", after " + std::to_string(m_skip);
    return text + (m_by.empty() ? "" : ", by " + joined(m_by));
}

void registerLimitItems(StepRegistry &registry)
{
    registry.add<LimitItems>();
}

} // namespace millrace

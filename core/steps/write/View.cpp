// SPDX-License-Identifier: MIT
#include "steps/StepBuilder.h"
#include "steps/ViewedItems.h"

#include <deque>
#include <memory>
#include <mutex>
#include <numeric>

namespace millrace {

/// Keeps the last items for the data panel. write() only shares the columns of a batch; objects are made when somebody looks.
class View final : public Sink, public ViewedItems
{
public:
    static void describe(StepBuilder<View> &step)
    {
        step.id("view").title("View").family(Family::Sink).icon("table");
        step.help("Keeps the last items, to be looked at in the data panel while the pipeline runs and afterwards.");
        step.synonyms({"look", "preview", "show", "inspect", "table", "probe"});
        step.param("limit", &View::m_limit)
            .range(1, 1'000'000)
            .unit("items")
            .title("Items kept")
            .help("How many of the last items are kept.");
    }
    Result<> open(const StepContext &) override
    {
        const std::lock_guard lock(m_mutex);
        m_batches.clear();
        m_kept = 0;
        return {};
    }
    Result<> write(Batch &batch) override;
    std::vector<Value> items() const override;
    std::string summary() const override { return "the last " + std::to_string(m_limit) + " items"; }

private:
    int64_t m_limit = 1000;

    mutable std::mutex m_mutex;                         ///< guards all below
    std::deque<std::shared_ptr<const Batch>> m_batches; // shared with those who look at them
    size_t m_kept = 0; ///< items in m_batches: at least the limit, where there were so many
};

Result<> View::write(Batch &batch)
{
    if (batch.isEmpty())
        return {};
    const auto limit = size_t(m_limit);
    auto kept = std::make_shared<Batch>();
    if (batch.size() > limit) {
        std::vector<uint32_t> last(limit);
        std::iota(last.begin(), last.end(), uint32_t(batch.size() - limit));
        kept->copyRows(batch, last);
    } else {
        kept->shareFrom(batch);
    }
    const std::lock_guard lock(m_mutex);
    m_kept += kept->size();
    m_batches.push_back(std::move(kept));
    while (m_kept - m_batches.front()->size() >= limit) {
        m_kept -= m_batches.front()->size();
        m_batches.pop_front();
    }
    return {};
}

std::vector<Value> View::items() const
{
    std::deque<std::shared_ptr<const Batch>> batches;
    {
        const std::lock_guard lock(m_mutex);
        batches = m_batches;
    }
    std::vector<Value> items;
    for (const auto &batch : batches) {
        for (size_t row = 0; row < batch->size(); ++row)
            items.push_back(batch->item(row));
    }
    const auto limit = size_t(m_limit);
    if (items.size() > limit)
        items.erase(items.begin(), items.end() - ptrdiff_t(limit));
    return items;
}

void registerView(StepRegistry &registry)
{
    registry.add<View>();
}

} // namespace millrace

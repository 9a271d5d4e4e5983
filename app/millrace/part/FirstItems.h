// SPDX-License-Identifier: MIT
#pragma once

#include "steps/StepBuilder.h"
#include "steps/ViewedItems.h"

#include <cstdint>
#include <mutex>
#include <vector>

namespace millrace {

/// What `--show` hangs to the step that it is about: keeps the first items in the order of the source, and lets the
/// others go. In no catalogue: only a call adds it.
class FirstItems final : public Sink, public ViewedItems
{
public:
    static constexpr const char *Type = "first-items";

    static void describe(StepBuilder<FirstItems> &step)
    {
        step.id(Type).title("First items").family(Family::Sink);
        step.help("Keeps the first items, to be printed when the run is over.");
        step.param("items", &FirstItems::m_most).range(1, 1e6).help("How many.");
    }

    Result<> write(Batch &batch) override
    {
        const std::lock_guard lock(m_mutex);
        for (size_t row = 0; row < batch.size() && int64_t(m_items.size()) < m_most; ++row)
            m_items.push_back(batch.item(row));
        return {};
    }
    std::vector<Value> items() const override
    {
        const std::lock_guard lock(m_mutex);
        return m_items;
    }

private:
    int64_t m_most = 20;
    mutable std::mutex m_mutex; ///< guards what follows
    std::vector<Value> m_items;
};

} // namespace millrace

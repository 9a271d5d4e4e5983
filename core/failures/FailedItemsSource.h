// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/LogRecord.h"
#include "steps/Step.h"
#include "steps/StepBuilder.h"

#include <atomic>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace millrace {

/// What is lent to a run that tries failed items again (RunOptions::services): by the source that gives them, the items.
struct ItemsToRetry
{
    std::map<std::string, std::vector<LogRecord>> bySource;

    /// The record behind an item of such a run, by its origin there; null: it is none of them.
    const LogRecord *find(const std::string &origin) const;
    /// Gives a record of such a run the place that its item came from at first; others stay.
    void restorePlace(LogRecord &record) const;
};

/// Gives the items that are lent to it, as they came to the step that failed, with their ids.
class FailedItemsSource final : public Source
{
public:
    static constexpr const char *Type = "read.failed";

    static void describe(StepBuilder<FailedItemsSource> &step)
    {
        step.id(Type).title("Failed items").family(Family::Source);
        step.help("Gives the failed items of the last run once more.");
    }
    Result<> open(const StepContext &context) override;
    Result<bool> fetch(Batch &batch, size_t items) override;
    SchemaPtr schema() const override { return m_schema; }
    SourceProgress progress() const override;
    std::string originName() const override { return m_id; }

private:
    std::string m_id;
    std::vector<Value> m_items, m_ids;
    SchemaPtr m_schema = emptySchema();
    std::atomic<size_t> m_next{0};
};

} // namespace millrace

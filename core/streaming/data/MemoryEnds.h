// SPDX-License-Identifier: MIT
#pragma once

#include "formats/container/ContainerColumns.h"
#include "steps/Step.h"
#include "streaming/data/DataFlow.h"
#include "streaming/data/ItemCollector.h"

#include <atomic>
#include <memory>

namespace millrace {

/// `count` items from `first` on, for a batch that was reset to their schema. `row`: the place of the first one in all of the data, which
/// is its id where the items have none.
void fillBatch(Batch &batch, const ContainerColumns &items, size_t first, size_t count, int64_t row);

/// Cuts a container in memory into batches. The columns are shared, never changed.
class MemorySource final : public Source
{
public:
    explicit MemorySource(std::shared_ptr<const ContainerColumns> items, BatchHook hook = {})
        : m_items(std::move(items)), m_hook(std::move(hook))
    {}

    Result<> open(const StepContext &) override;
    Result<bool> fetch(Batch &batch, size_t items) override;
    SchemaPtr schema() const override { return m_items->schema; }
    SourceProgress progress() const override;
    std::string originName() const override { return "data"; }
    SchemaPtr outputSchema(const CheckContext &) const override { return m_items ? m_items->schema : nullptr; }

private:
    std::shared_ptr<const ContainerColumns> m_items;
    const BatchHook m_hook; ///< is told of each batch; may be empty
    std::atomic<size_t> m_next{0};
};

/// Collects the results of a run in order. What it has is taken from the shared collector when the run is over.
class MemorySink final : public Sink
{
public:
    explicit MemorySink(std::shared_ptr<ItemCollector> collector, BatchHook hook = {})
        : m_collector(std::move(collector)), m_hook(std::move(hook))
    {}
    Result<> write(Batch &batch) override;

private:
    std::shared_ptr<ItemCollector> m_collector; ///< shared with who waits for the run
    const BatchHook m_hook;                     ///< is told of each batch; may be empty
};

} // namespace millrace

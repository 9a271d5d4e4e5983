// SPDX-License-Identifier: MIT
#pragma once

#include "formats/container/ContainerColumns.h"
#include "steps/Step.h"
#include "streaming/data/ItemCollector.h"

#include <atomic>
#include <memory>

namespace millrace {

/// Cuts a container in memory into batches. The columns are shared, never changed.
class MemorySource final : public Source
{
public:
    explicit MemorySource(std::shared_ptr<const ContainerColumns> items) : m_items(std::move(items)) {}

    Result<> open(const StepContext &) override;
    Result<bool> fetch(Batch &batch, size_t items) override;
    SchemaPtr schema() const override { return m_items->schema; }
    SourceProgress progress() const override;
    std::string originName() const override { return "data"; }
    SchemaPtr outputSchema(const CheckContext &) const override { return m_items ? m_items->schema : nullptr; }

private:
    std::shared_ptr<const ContainerColumns> m_items;
    std::atomic<size_t> m_next{0};
};

/// Collects the results of a run in order. What it has is taken from the shared collector when the run is over.
class MemorySink final : public Sink
{
public:
    explicit MemorySink(std::shared_ptr<ItemCollector> collector) : m_collector(std::move(collector)) {}
    Result<> write(Batch &batch) override
    {
        m_collector->add(batch);
        return {};
    }

private:
    std::shared_ptr<ItemCollector> m_collector; ///< shared with who waits for the run
};

} // namespace millrace

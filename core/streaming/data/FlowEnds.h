// SPDX-License-Identifier: MIT
#pragma once

#include "formats/container/ContainerColumns.h"
#include "steps/Step.h"
#include "streaming/data/DataFlow.h"

namespace millrace {

/// Cuts what a function gives into batches: each container is one or several, and never waits for the next one.
class GeneratorSource final : public Source
{
public:
    explicit GeneratorSource(DataGenerator generator, BatchHook hook = {})
        : m_generator(std::move(generator)), m_hook(std::move(hook))
    {}
    Result<bool> fetch(Batch &batch, size_t items) override;
    bool wouldWait() const override { return m_next >= m_given.count; }
    SchemaPtr schema() const override { return m_given.schema; }
    std::string originName() const override { return "data"; }
    SchemaPtr outputSchema(const CheckContext &) const override { return nullptr; }

private:
    Result<bool> takeNext();

    const DataGenerator m_generator;
    const BatchHook m_hook;
    ContainerColumns m_given; ///< the container at hand
    size_t m_next = 0;        ///< its first item that isn't in a batch yet
    size_t m_before = 0;      ///< items of the containers before it
    bool m_hasEnded = false;
};

/// Hands each batch of results to a function.
class ConsumerSink final : public Sink
{
public:
    explicit ConsumerSink(DataConsumer consumer, BatchHook hook = {})
        : m_consumer(std::move(consumer)), m_hook(std::move(hook))
    {}
    Result<> write(Batch &batch) override;

private:
    const DataConsumer m_consumer;
    const BatchHook m_hook;
};

} // namespace millrace

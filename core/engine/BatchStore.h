// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "data/BatchCodec.h"
#include "data/Result.h"

#include <cstdint>
#include <cstdio>
#include <deque>
#include <string>

namespace millrace {

/// Batches that must wait for a long time, first in, first out: in memory up to a limit, then in a temporary file without a
/// name, in the folder that TMPDIR names, else /tmp. One thread at a time.
class BatchStore
{
public:
    explicit BatchStore(uint64_t memoryLimit) : m_limit(memoryLimit) {}
    ~BatchStore();
    BatchStore(const BatchStore &) = delete;
    BatchStore &operator=(const BatchStore &) = delete;

    bool isEmpty() const { return m_batches.empty() && m_spilled == m_read; }
    /// Keeps the batch. Null where it was written to the file: the caller has its object back in `spare`.
    Result<> push(Batch *batch, Batch *&spare);
    /// The first batch: one of those pushed, or `spare` filled from the file (`usedSpare` is set).
    Result<Batch *> pop(Batch *spare, bool &usedSpare);
    uint64_t spilledBatches() const { return m_spilled; }

private:
    Result<> spill(const Batch &batch);

    const uint64_t m_limit;
    std::deque<Batch *> m_batches; ///< older than anything in the file
    uint64_t m_bytes = 0;
    std::FILE *m_file = nullptr;
    uint64_t m_spilled = 0, m_read = 0; ///< batches written to and read back from the file
    long m_readAt = 0;
    std::string m_buffer;
    BatchDecoder m_decoder;
};

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "data/Result.h"
#include "formats/spill/SpillFile.h"

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace millrace {

/// What a stage holds back until its turn comes: in memory up to a limit, then in a temporary file. One thread at a time; the gauges
/// from any.
class HeldBatches
{
public:
    HeldBatches(uint64_t limit, const std::string &folder) : m_limit(limit), m_folder(folder), m_file(folder) {}
    ~HeldBatches();
    HeldBatches(const HeldBatches &) = delete;
    HeldBatches &operator=(const HeldBatches &) = delete;

    // Batches that leave in another order than they come: the object stays with whoever holds it, and is emptied meanwhile where
    // memory has no room.

    Result<> keep(Batch &batch);
    /// Before a batch that was kept is used.
    Result<> bringBack(Batch &batch);

    // First in, first out, for any number of them: rows of batches by their number.

    void addRows(size_t count) { m_rows.resize(count); }
    bool isEmpty(size_t row) const { return m_rows[row].isEmpty(); }
    /// Keeps the batch. `spare` is null then, or the object itself where what it held is in the file.
    Result<> push(size_t row, Batch *batch, Batch *&spare);
    /// The first batch: one of those pushed, or `spare` filled from the file (`usedSpare` is set).
    Result<Batch *> pop(size_t row, Batch *spare, bool &usedSpare);

    /// In memory now.
    uint64_t heldBytes() const { return m_held.load(std::memory_order_relaxed); }
    /// Written to the file so far.
    uint64_t spilledBytes() const { return m_spilled.load(std::memory_order_relaxed); }

private:
    /// The oldest in memory, the others in a file of their own, one behind the other.
    struct Row
    {
        std::deque<std::pair<Batch *, uint64_t>> batches; ///< with their bytes
        std::unique_ptr<SpillFile> file;
        uint64_t readAt = 0;

        bool isSpilled() const { return file && readAt < file->end(); }
        bool isEmpty() const { return batches.empty() && !isSpilled(); }
    };

    bool hasRoomFor(uint64_t bytes) const { return heldBytes() + bytes <= m_limit; }
    void addHeld(uint64_t bytes) { m_held.store(heldBytes() + bytes, std::memory_order_relaxed); }
    void addSpilled(uint64_t bytes) { m_spilled.store(spilledBytes() + bytes, std::memory_order_relaxed); }

    const uint64_t m_limit;
    const std::string m_folder;
    SpillFile m_file;
    std::map<const Batch *, uint64_t> m_places; ///< in m_file, of batches that are emptied
    std::vector<Row> m_rows;
    std::atomic<uint64_t> m_held{0}, m_spilled{0};
};

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "metrics/LogRecord.h"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace millrace {

/// The items that failed in a run of a pipeline, kept on the disk while it runs: a failedItemLine() of each in the folder's items.jsonl.
/// What the run before
/// has left there goes with begin(); where nothing fails there is no folder. A line is written at once, so that it outlives the program.
/// Files can be read by their owner alone. Safe on all threads.
class FailedItemsFile
{
public:
    /// What is kept at most. What comes after it is counted.
    static constexpr uint64_t MostItems = 100'000, MostBytes = 256ull << 20;

    /// `folder`: FailedItemsFolder, see failedItemsPlace().
    explicit FailedItemsFile(std::string folder, uint64_t mostItems = MostItems, uint64_t mostBytes = MostBytes)
        : m_folder(std::move(folder)), m_mostItems(mostItems), m_mostBytes(mostBytes)
    {}
    ~FailedItemsFile();
    FailedItemsFile(const FailedItemsFile &) = delete;
    FailedItemsFile &operator=(const FailedItemsFile &) = delete;

    /// Takes what an earlier run left away, but for items of batches before that number, where this run goes on with that one. Fails
    /// where another run that is under way keeps its items there.
    Result<> begin(uint64_t firstBatch = 0);
    /// Keeps those that are items. The first call that can't write fails; from then on nothing is kept.
    Result<> add(std::span<const LogRecord> records);
    /// Whether add() would keep anything, so that nobody prepares records for nothing.
    bool takesMore() const { return m_takesMore.load(std::memory_order_relaxed); }
    /// Counts items that were not handed over since takesMore() was false.
    void leaveOut(uint64_t items) { m_leftOut.fetch_add(items, std::memory_order_relaxed); }

    /// The run is over: what is kept reaches the disk, with how the run ended and how many were left out. Nothing where none was kept.
    void finish(std::string_view status);
    uint64_t kept() const { return m_kept.load(std::memory_order_relaxed); }
    uint64_t leftOut() const { return m_leftOut.load(std::memory_order_relaxed); }
    const std::string &folder() const { return m_folder; }

private:
    Result<> keepBefore(uint64_t firstBatch);
    Result<> open();
    void close();
    Result<> fail(const char *what, int reason);

    const std::string m_folder;
    const uint64_t m_mostItems, m_mostBytes;
    std::atomic<bool> m_takesMore{true};
    std::atomic<uint64_t> m_kept{0}, m_leftOut{0};
    std::mutex m_mutex; ///< guards all below
    int m_file = -1;
    uint64_t m_bytes = 0;
};

} // namespace millrace

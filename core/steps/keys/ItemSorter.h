// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "data/Result.h"
#include "formats/spill/SpillFile.h"
#include "steps/keys/ItemGather.h"
#include "steps/keys/LoserTree.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace millrace {

/// What items are sorted by: "price", or "-price" for descending order.
struct SortKey
{
    std::string field;
    bool isDescending = false;
};

/// Sorts items, more of them than memory has room for: a stable external merge sort (Knuth, volume 3, 5.4). Items are kept in memory up
/// to a limit, then sorted and written to a temporary file as a run; at the end the runs are merged by a tree of losers, as many at
/// once as the limit has room for, in several passes where there are more. One thread at a time.
class ItemSorter
{
public:
    struct Settings
    {
        std::vector<SortKey> keys; ///< none: the order in which the items came
        bool areNullsFirst = false;
        uint64_t top = 0;    ///< only the first of them are wanted; 0: all
        uint64_t memory = 0; ///< bytes
        std::string folder;  ///< of the temporary file
        std::function<bool()> isInterrupted;
    };

    ItemSorter() = default;
    /// Forgets all items.
    void start(Settings settings);
    /// Takes a copy of the batch's items, which shares its columns. After an error nothing of it was taken.
    Result<> add(const Batch &batch);
    /// Makes `batch` of the next of the sorted items. False: there are no more. After the first call none may be added.
    Result<bool> next(Batch &batch, size_t items);

    /// In memory now, in bytes.
    uint64_t heldBytes() const { return m_held; }
    /// Written to temporary files so far, in bytes.
    uint64_t spilledBytes() const { return m_spilled; }

private:
    struct Entry
    {
        uint64_t prefix;
        ItemPlace place;
    };
    struct Run
    {
        uint64_t begin = 0, end = 0; ///< in a file
    };
    /// A run that is being merged: one of its batches at a time.
    struct Cursor
    {
        SpillFile *file = nullptr;
        uint64_t at = 0, end = 0;
        std::unique_ptr<Batch> batch;
        std::vector<const Column *> keys;
        uint32_t row = 0;
        uint64_t prefix = 0;
        bool isOver = false;
    };

    uint64_t prefixOf(const Column *column, size_t row) const;
    int compare(const Column *const *a, uint32_t rowA, const Column *const *b, uint32_t rowB) const;
    bool isBefore(const Entry &a, const Entry &b) const;
    bool mayBeWanted(const std::vector<const Column *> &columns, uint32_t row) const;
    void keep(std::unique_ptr<Batch> batch);
    void sortEntries();
    void dropUnwanted();
    Result<> makeRoom();
    Result<> writeRun();
    Result<> write(const Batch &batch, SpillFile &file);
    void forgetItems();

    Result<> prepare();
    Result<> mergePass();
    Result<> openCursors(SpillFile &file, size_t first, size_t count);
    Result<> load(Cursor &cursor);
    Result<> advance(Cursor &cursor);
    Result<bool> merge(Batch &batch, size_t items);
    bool isCursorBefore(size_t a, size_t b) const;
    size_t mergedAtOnce() const;
    uint64_t spillBatchBytes() const;

    Settings m_settings;
    std::vector<std::string> m_fields; ///< of the keys
    FieldUnion m_union;
    std::vector<std::unique_ptr<Batch>> m_batches;
    std::vector<const Batch *> m_sources;  ///< the same
    std::vector<const Column *> m_columns; ///< of the keys, batch by batch
    std::vector<const Column *> m_found;
    std::vector<Entry> m_entries;
    std::optional<Entry> m_last; ///< of those that are wanted, so far
    uint64_t m_held = 0, m_spilled = 0;

    std::unique_ptr<SpillFile> m_file;
    std::vector<Run> m_runs;
    bool m_isPrepared = false;
    size_t m_next = 0;    ///< of m_entries, where there are no runs
    uint64_t m_given = 0; ///< items
    std::vector<Cursor> m_cursors;
    LoserTree m_tree;
    size_t m_itemsInRun = 0;     ///< a batch of a run, about
    uint64_t m_largestBatch = 0; ///< bytes of a batch in a run, about
};

} // namespace millrace

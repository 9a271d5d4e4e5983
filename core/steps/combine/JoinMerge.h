// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "data/Result.h"
#include "formats/spill/SpillFile.h"
#include "steps/combine/JoinFields.h"
#include "steps/combine/JoinTable.h"
#include "steps/keys/ItemSorter.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace millrace {

/// A join of sides that memory has no room for: both are sorted by their keys in temporary files and merged (Blasgen and Eswaran, Storage
/// and Access in Relational Data Bases, 1977); what comes of it is sorted back into the order of the left side. Items of the right side
/// with the same keys, of which there may be more than memory has room for as well, are read again for each few left ones. One thread at a
/// time.
class JoinMerge
{
public:
    struct Settings
    {
        JoinSettings join;
        uint64_t memory = 0; ///< bytes
        std::string folder;  ///< of the temporary files
        std::function<bool()> isInterrupted;
    };

    explicit JoinMerge(Settings settings);
    /// First those of the right side: the items of a table, which is empty then, and of further batches.
    Result<> addRight(JoinTable &table);
    Result<> addRight(const Batch &batch);
    Result<> addLeft(const Batch &batch);
    /// Makes `batch` of the next of the joined items; those that fail are marked so. False: there are no more. None may be added after
    /// the first call.
    Result<bool> next(Batch &batch, size_t items);

    uint64_t heldBytes() const;
    uint64_t spilledBytes() const;

private:
    /// A sorted side, as it is merged: one of its batches at a time.
    struct Side
    {
        ItemSorter sorter;
        std::vector<std::string> keys;
        FieldUnion fields;
        int64_t items = 0;

        Batch batch;
        std::vector<const Column *> columns; ///< of the keys
        const Column *places = nullptr;
        uint32_t row = 0;
        bool isOver = false;
    };
    /// Items of the right side with the same keys: those of batches that are over, and a part of the one at hand.
    struct Group
    {
        std::vector<std::unique_ptr<Batch>> batches;
        uint64_t bytes = 0;
        std::unique_ptr<SpillFile> file; ///< those after `batches`, where memory is used up
        uint64_t count = 0;
        uint32_t begin = 0, end = 0; ///< of the batch at hand
    };

    void startSorter(ItemSorter &sorter, const std::vector<std::string> &keys, uint64_t memory) const;
    Result<> add(Side &side, const Batch &batch);
    Result<> load(Side &side);
    Result<> advance(Side &side);
    static bool hasNull(const Side &side);
    int compare() const;

    Result<> mergeAll();
    Result<> planFields();
    Result<> joinGroup();
    Result<> findGroup(Group &group);
    Result<> keep(Group &group);
    Result<> passLeft();
    Result<> passRight();
    Result<> joinLeft(const Group &group, uint32_t begin, uint32_t end);
    Result<> joinWith(const Batch &right, uint32_t rightBegin, uint32_t rightEnd, uint32_t begin, uint32_t end);
    Result<> emit(uint32_t left, const Batch *right, uint32_t rightRow, bool fails);
    Result<> giveToSorter();
    void bindLeft();

    Settings m_settings;
    Side m_left, m_right;
    ItemSorter m_later; ///< what has been joined, by its place
    JoinFields m_fields;
    SchemaPtr m_leftSchema, m_laterSchema;
    bool m_isMerged = false;
    uint64_t m_groupSpilled = 0;
    uint32_t m_leftSource = 0; ///< where the last left items came from

    // What is being made:
    std::vector<Column> m_columns;
    Column m_ids;
    std::vector<const Column *> m_leftColumns, m_rightColumns, m_keyColumns;
    const Batch *m_boundRight = nullptr;
};

} // namespace millrace

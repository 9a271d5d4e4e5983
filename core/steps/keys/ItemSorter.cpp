// SPDX-License-Identifier: MIT
#include "steps/keys/ItemSorter.h"

#include "data/SpareMemory.h"
#include "steps/keys/ValueOrder.h"

#include <algorithm>
#include <utility>

namespace millrace {

namespace {

constexpr uint64_t LeastSpillBatch = 16 << 10, MostSpillBatch = 256 << 10; ///< bytes
constexpr size_t MostMerged = 256;                                         ///< runs at once

template <class T>
void makeRoomFor(std::vector<T> &vector, size_t more)
{
    if (vector.capacity() - vector.size() < more)
        vector.reserve(std::max(vector.size() + more, 2 * vector.capacity()));
}

Failure interrupted()
{
    return failure(ErrorKind::Interrupted, "The run was stopped.");
}

} // namespace

void ItemSorter::start(Settings settings)
{
    *this = ItemSorter();
    m_settings = std::move(settings);
    for (const SortKey &key : m_settings.keys)
        m_fields.push_back(key.field);
}

/// Descending keys and nulls put first are turned here, so that prefixes compare as plain numbers.
uint64_t ItemSorter::prefixOf(const Column *column, size_t row) const
{
    const bool isNull = !column || column->isNull(row);
    if (isNull)
        return m_settings.areNullsFirst ? 0 : UINT64_MAX;
    const uint64_t prefix = orderPrefix(column, row); // below that of null
    return m_settings.keys.front().isDescending ? (7ull << 61) - prefix : prefix + 1;
}

int ItemSorter::compare(const Column *const *a, uint32_t rowA, const Column *const *b, uint32_t rowB) const
{
    for (size_t i = 0; i < m_fields.size(); ++i) {
        const bool isNullA = !a[i] || a[i]->isNull(rowA), isNullB = !b[i] || b[i]->isNull(rowB);
        if (isNullA || isNullB) {
            if (isNullA != isNullB)
                return isNullA == m_settings.areNullsFirst ? -1 : 1;
            continue;
        }
        if (const int order = compareRows(a[i], rowA, b[i], rowB); order != 0)
            return m_settings.keys[i].isDescending ? -order : order;
    }
    return 0;
}

bool ItemSorter::isBefore(const Entry &a, const Entry &b) const
{
    if (a.prefix != b.prefix)
        return a.prefix < b.prefix;
    const size_t keys = m_fields.size();
    const int order = compare(m_columns.data() + a.place.batch * keys, a.place.row,
                              m_columns.data() + b.place.batch * keys, b.place.row);
    if (order != 0)
        return order < 0;
    return a.place.batch != b.place.batch ? a.place.batch < b.place.batch : a.place.row < b.place.row;
}

/// Whether an item that comes now may be among the first so many.
bool ItemSorter::mayBeWanted(const std::vector<const Column *> &columns, uint32_t row) const
{
    const size_t keys = m_fields.size();
    return compare(columns.data(), row, m_columns.data() + m_last->place.batch * keys, m_last->place.row) < 0;
}

Result<> ItemSorter::add(const Batch &batch)
{
    if (batch.isEmpty()) {
        m_union.add(batch.schema());
        return {};
    }
    findColumns(batch, m_fields, m_found);
    auto kept = std::make_unique<Batch>();
    if (m_last) {
        std::vector<uint32_t> rows;
        for (uint32_t row = 0; row < batch.size(); ++row)
            if (mayBeWanted(m_found, row))
                rows.push_back(row);
        if (rows.empty())
            return {};
        kept->copyRows(batch, rows);
    } else {
        kept->shareFrom(batch);
    }
    if (auto room = makeRoom(); !room)
        return room;
    m_union.add(batch.schema());
    keep(std::move(kept));
    return {};
}

void ItemSorter::keep(std::unique_ptr<Batch> batch)
{
    const auto number = uint32_t(m_batches.size());
    findColumns(*batch, m_fields, m_found);
    // All memory first, so that nothing is half done without it.
    makeRoomFor(m_entries, batch->size());
    makeRoomFor(m_columns, m_found.size());
    makeRoomFor(m_sources, 1);
    makeRoomFor(m_batches, 1);
    for (uint32_t row = 0; row < batch->size(); ++row)
        m_entries.push_back({m_fields.empty() ? 0 : prefixOf(m_found.front(), row), {number, row}});
    m_columns.insert(m_columns.end(), m_found.begin(), m_found.end());
    m_held += batch->byteSize() + batch->size() * 2 * sizeof(Entry);
    m_sources.push_back(batch.get());
    m_batches.push_back(std::move(batch));
}

void ItemSorter::sortEntries()
{
    if (!m_fields.empty())
        std::ranges::sort(m_entries, [this](const Entry &a, const Entry &b) { return isBefore(a, b); });
}

/// Before more is kept: drops what can't be among the first so many, and writes a run where memory is used up.
Result<> ItemSorter::makeRoom()
{
    const uint64_t top = m_settings.top;
    const bool isFull = m_held >= m_settings.memory;
    if (top > 0 && m_entries.size() > top && (isFull || m_entries.size() / 2 >= top))
        dropUnwanted();
    return m_held >= m_settings.memory ? writeRun() : Result<>();
}

void ItemSorter::dropUnwanted()
{
    sortEntries();
    m_entries.resize(m_settings.top);
    std::vector<ItemPlace> places;
    places.reserve(m_entries.size());
    for (const Entry &entry : m_entries)
        places.push_back(entry.place);
    auto wanted = std::make_unique<Batch>();
    gatherItems(*wanted, m_union.schema(), places, m_sources);
    forgetItems();
    keep(std::move(wanted));
    m_last = m_entries.back();
}

void ItemSorter::forgetItems()
{
    m_entries = {};
    m_last.reset();
    m_columns.clear();
    m_sources.clear();
    m_batches.clear();
    m_held = 0;
}

uint64_t ItemSorter::spillBatchBytes() const
{
    return std::clamp(m_settings.memory / 64, LeastSpillBatch, MostSpillBatch);
}

size_t ItemSorter::mergedAtOnce() const
{
    const uint64_t each = std::max(spillBatchBytes(), m_largestBatch); // of each run one batch is in memory
    return size_t(std::clamp<uint64_t>(m_settings.memory / (2 * each), 2, MostMerged));
}

Result<> ItemSorter::write(const Batch &batch, SpillFile &file)
{
    const uint64_t before = file.end();
    if (auto written = file.write(batch); !written)
        return written.forward();
    m_spilled += file.end() - before;
    return {};
}

Result<> ItemSorter::writeRun()
{
    if (m_entries.empty())
        return {};
    if (!m_file)
        m_file = std::make_unique<SpillFile>(m_settings.folder);
    sortEntries();
    const uint64_t bytesAnItem = m_held / m_entries.size() + 1;
    m_itemsInRun = size_t(std::max<uint64_t>(1, spillBatchBytes() / bytesAnItem));
    m_largestBatch = std::max(m_largestBatch, m_itemsInRun * bytesAnItem);
    const uint64_t begin = m_file->end();
    std::vector<ItemPlace> places;
    Batch batch;
    for (size_t at = 0; at < m_entries.size(); at += places.size()) {
        if (m_settings.isInterrupted && m_settings.isInterrupted())
            return interrupted();
        places.clear();
        for (size_t i = at; i < std::min(at + m_itemsInRun, m_entries.size()); ++i)
            places.push_back(m_entries[i].place);
        gatherItems(batch, m_union.schema(), places, m_sources);
        if (auto written = write(batch, *m_file); !written)
            return written;
    }
    m_runs.push_back({begin, m_file->end()});
    forgetItems();
    return {};
}

Result<> ItemSorter::load(Cursor &cursor)
{
    cursor.row = 0;
    if (cursor.at >= cursor.end) {
        cursor.isOver = true;
        return {};
    }
    if (cursor.batch->byteSize() > MostSpareMemory)
        cursor.batch->giveBackMemory(); // or the next one would be there beside it
    const auto end = cursor.file->read(cursor.at, *cursor.batch);
    if (!end)
        return end.forward();
    cursor.at = *end;
    findColumns(*cursor.batch, m_fields, cursor.keys);
    cursor.prefix = m_fields.empty() ? 0 : prefixOf(cursor.keys.front(), 0);
    return {};
}

Result<> ItemSorter::advance(Cursor &cursor)
{
    if (++cursor.row < cursor.batch->size()) {
        cursor.prefix = m_fields.empty() ? 0 : prefixOf(cursor.keys.front(), cursor.row);
        return {};
    }
    return load(cursor);
}

bool ItemSorter::isCursorBefore(size_t a, size_t b) const
{
    const Cursor &left = m_cursors[a], &right = m_cursors[b];
    if (left.isOver || right.isOver)
        return left.isOver == right.isOver ? a < b : right.isOver;
    if (left.prefix != right.prefix)
        return left.prefix < right.prefix;
    const int order = compare(left.keys.data(), left.row, right.keys.data(), right.row);
    return order != 0 ? order < 0 : a < b; // what came first is in the earlier run
}

Result<> ItemSorter::openCursors(SpillFile &file, size_t first, size_t count)
{
    m_cursors.clear();
    m_cursors.resize(count);
    for (size_t i = 0; i < count; ++i) {
        Cursor &cursor = m_cursors[i];
        cursor.file = &file;
        cursor.at = m_runs[first + i].begin;
        cursor.end = m_runs[first + i].end;
        cursor.batch = std::make_unique<Batch>();
        if (auto loaded = load(cursor); !loaded)
            return loaded;
    }
    m_tree.build(count, [this](size_t a, size_t b) { return isCursorBefore(a, b); });
    return {};
}

/// Takes up to so many items from the cursors; column by column where a batch of one is used up.
Result<bool> ItemSorter::merge(Batch &batch, size_t items)
{
    std::vector<ItemPlace> places;
    std::vector<const Batch *> sources;
    for (const Cursor &cursor : m_cursors)
        sources.push_back(cursor.batch.get());
    while (places.size() < items && !m_cursors.empty()) {
        const size_t run = m_tree.winner();
        Cursor &cursor = m_cursors[run];
        if (cursor.isOver)
            break;
        places.push_back({uint32_t(run), cursor.row});
        const bool isLast = cursor.row + 1 == cursor.batch->size();
        if (isLast) // the batch is read over
            gatherItems(batch, m_union.schema(), places, sources);
        if (auto advanced = advance(cursor); !advanced)
            return advanced.forward();
        m_tree.replay([this](size_t a, size_t b) { return isCursorBefore(a, b); });
        if (isLast)
            return true;
    }
    if (places.empty())
        return false;
    gatherItems(batch, m_union.schema(), places, sources);
    return true;
}

/// Merges each few neighbours of the runs into one.
Result<> ItemSorter::mergePass()
{
    const size_t most = mergedAtOnce();
    auto merged = std::make_unique<SpillFile>(m_settings.folder);
    std::vector<Run> runs;
    Batch batch;
    for (size_t first = 0; first < m_runs.size(); first += most) {
        const size_t count = std::min(most, m_runs.size() - first);
        if (auto opened = openCursors(*m_file, first, count); !opened)
            return opened;
        const uint64_t begin = merged->end();
        for (;;) {
            if (m_settings.isInterrupted && m_settings.isInterrupted())
                return interrupted();
            const auto some = merge(batch, m_itemsInRun);
            if (!some)
                return some.forward();
            if (!*some)
                break;
            if (auto written = write(batch, *merged); !written)
                return written;
        }
        runs.push_back({begin, merged->end()});
        m_file->forgetBefore(m_runs[first + count - 1].end);
    }
    m_cursors.clear();
    m_file = std::move(merged);
    m_runs = std::move(runs);
    return {};
}

Result<> ItemSorter::prepare()
{
    m_isPrepared = true;
    if (m_runs.empty()) {
        sortEntries();
        return {};
    }
    if (auto written = writeRun(); !written)
        return written;
    while (m_runs.size() > mergedAtOnce())
        if (auto merged = mergePass(); !merged)
            return merged;
    return openCursors(*m_file, 0, m_runs.size());
}

Result<bool> ItemSorter::next(Batch &batch, size_t items)
{
    if (!m_isPrepared)
        if (auto prepared = prepare(); !prepared)
            return prepared.forward();
    if (m_settings.top > 0)
        items = size_t(std::min<uint64_t>(items, m_settings.top - m_given));
    if (items == 0)
        return false;
    if (!m_runs.empty()) {
        auto some = merge(batch, items);
        m_given += some && *some ? batch.size() : 0;
        return some;
    }
    std::vector<ItemPlace> places;
    for (; places.size() < items && m_next < m_entries.size(); ++m_next)
        places.push_back(m_entries[m_next].place);
    if (places.empty()) {
        forgetItems();
        return false;
    }
    gatherItems(batch, m_union.schema(), places, m_sources);
    m_given += places.size();
    return true;
}

} // namespace millrace

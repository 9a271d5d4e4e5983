// SPDX-License-Identifier: MIT
#include "steps/combine/JoinMerge.h"

#include "steps/keys/ValueOrder.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace millrace {

namespace {

// No file has fields of such names.
const std::string JoinPlaceField = "\1place", JoinFailsField = "\1fails";
constexpr size_t MergedAtOnce = 1024;     ///< items of a side, or joined ones,
constexpr uint64_t LeastBytes = 64 << 10; ///< after which joined ones are handed on, where a 16th of the memory is less

} // namespace

JoinMerge::JoinMerge(Settings settings) : m_settings(std::move(settings))
{
    // A quarter for each side, for what has been joined, and for items with the same keys.
    const uint64_t share = std::max<uint64_t>(m_settings.memory / 4, 1);
    m_left.keys = m_settings.join.leftKeys;
    m_right.keys = m_settings.join.rightKeys;
    startSorter(m_left.sorter, m_left.keys, share);
    startSorter(m_right.sorter, m_right.keys, share);
    startSorter(m_later, {JoinPlaceField}, share);
}

void JoinMerge::startSorter(ItemSorter &sorter, const std::vector<std::string> &keys, uint64_t memory) const
{
    ItemSorter::Settings settings;
    settings.memory = memory;
    settings.folder = m_settings.folder;
    settings.isInterrupted = m_settings.isInterrupted;
    for (const std::string &key : keys)
        settings.keys.push_back({key});
    sorter.start(std::move(settings));
}

uint64_t JoinMerge::heldBytes() const
{
    return m_left.sorter.heldBytes() + m_right.sorter.heldBytes() + m_later.heldBytes();
}

uint64_t JoinMerge::spilledBytes() const
{
    return m_left.sorter.spilledBytes() + m_right.sorter.spilledBytes() + m_later.spilledBytes() + m_groupSpilled;
}

Result<> JoinMerge::addRight(JoinTable &table)
{
    m_right.fields.add(table.schema());
    m_right.items = int64_t(table.size());
    return table.moveTo(m_right.sorter, JoinPlaceField);
}

Result<> JoinMerge::addRight(const Batch &batch)
{
    return add(m_right, batch);
}

Result<> JoinMerge::addLeft(const Batch &batch)
{
    m_leftSource = batch.origin.source;
    return add(m_left, batch);
}

Result<> JoinMerge::add(Side &side, const Batch &batch)
{
    side.fields.add(batch.schema());
    if (batch.isEmpty())
        return {};
    const bool isRight = &side == &m_right;
    std::vector<Field> fields;
    std::vector<Column> columns;
    for (size_t i = 0; i < batch.columnCount(); ++i) {
        const Field &field = batch.schema()->field(i);
        if (isRight && !m_settings.join.isNeeded(field.name))
            continue;
        fields.push_back(field);
        columns.push_back(batch.column(i));
    }
    Column places(ColumnType::Integer), ids(ColumnType::Integer);
    for (size_t row = 0; row < batch.size(); ++row) {
        places.appendInteger(side.items++);
        ids.append(batch.id(row));
    }
    fields.push_back({JoinPlaceField, ValueType::Integer});
    columns.push_back(std::move(places));
    std::vector<uint32_t> rows(batch.size());
    std::iota(rows.begin(), rows.end(), 0u);
    Batch placed;
    placed.setItems(std::make_shared<const Schema>(std::move(fields)), std::move(columns), std::move(ids),
                    std::move(rows));
    return side.sorter.add(placed);
}

Result<> JoinMerge::load(Side &side)
{
    side.row = 0;
    m_boundRight = nullptr; // it may be the batch that is read over
    const auto some = side.sorter.next(side.batch, MergedAtOnce);
    if (!some)
        return some.forward();
    side.isOver = !*some;
    if (side.isOver)
        return {};
    findColumns(side.batch, side.keys, side.columns);
    side.places = &side.batch.column(*side.batch.schema()->find(JoinPlaceField));
    if (&side == &m_left)
        bindLeft();
    return {};
}

Result<> JoinMerge::advance(Side &side)
{
    return ++side.row < side.batch.size() ? Result<>() : load(side);
}

bool JoinMerge::hasNull(const Side &side)
{
    return std::ranges::any_of(side.columns, [&](const Column *key) { return !key || key->isNull(side.row); });
}

/// Where the left side's item stands to the right side's, by their keys.
int JoinMerge::compare() const
{
    for (size_t i = 0; i < m_left.columns.size(); ++i)
        if (const int order = compareRows(m_left.columns[i], m_left.row, m_right.columns[i], m_right.row); order != 0)
            return order;
    return 0;
}

Result<> JoinMerge::planFields()
{
    m_leftSchema = m_left.fields.schema() ? m_left.fields.schema() : emptySchema();
    if (!m_left.fields.schema()) { // of the left side only the keys are known
        std::vector<Field> keys;
        for (const std::string &key : m_left.keys)
            keys.push_back({key});
        m_leftSchema = std::make_shared<const Schema>(std::move(keys));
    }
    auto fields =
        JoinFields::of(m_settings.join, *m_leftSchema, m_right.fields.schema() ? *m_right.fields.schema() : Schema());
    if (!fields)
        return fields.forward();
    m_fields = *std::move(fields);
    std::vector<Field> later = m_fields.output->fields();
    later.push_back({JoinPlaceField, ValueType::Integer});
    later.push_back({JoinFailsField, ValueType::Integer});
    m_laterSchema = std::make_shared<const Schema>(std::move(later));
    for (const ColumnType type : m_laterSchema->columnTypes())
        m_columns.emplace_back(type);
    m_ids.reset(ColumnType::Integer);
    return {};
}

void JoinMerge::bindLeft()
{
    m_leftColumns.clear();
    for (size_t i = 0; i < m_fields.leftCount; ++i) {
        const auto place = m_left.batch.schema()->find(m_fields.output->field(i).name);
        m_leftColumns.push_back(place ? &m_left.batch.column(*place) : nullptr);
    }
}

/// One joined item; without a right side: `right` is null; `left` None: it is the right side's alone.
Result<> JoinMerge::emit(uint32_t left, const Batch *right, uint32_t rightRow, bool fails)
{
    if (right && m_boundRight != right) {
        m_boundRight = right;
        findColumns(*right, m_fields.fromRight, m_rightColumns);
        findColumns(*right, m_right.keys, m_keyColumns);
    }
    const bool hasLeft = left != JoinTable::None;
    for (size_t i = 0; i < m_fields.leftCount; ++i) {
        if (hasLeft)
            appendFrom(m_columns[i], m_leftColumns[i], left);
        else if (m_fields.keyOf[i] != JoinFields::NoKey)
            appendFrom(m_columns[i], m_keyColumns[m_fields.keyOf[i]], rightRow);
        else
            m_columns[i].appendNull();
    }
    for (size_t i = 0; i < m_fields.fromRight.size(); ++i) {
        Column &to = m_columns[m_fields.leftCount + i];
        if (right)
            appendFrom(to, m_rightColumns[i], rightRow);
        else
            to.appendNull();
    }
    const size_t count = m_columns.size();
    m_columns[count - 2].appendInteger(hasLeft ? m_left.places->integers()[left]
                                               : m_left.items + m_right.places->integers()[rightRow]);
    m_columns[count - 1].appendInteger(fails);
    m_ids.append(hasLeft ? m_left.batch.id(left) : right->id(rightRow));
    uint64_t bytes = 0;
    for (const Column &column : m_columns)
        bytes += column.heldBytes();
    const bool isEnough = m_ids.size() >= MergedAtOnce || bytes >= std::max(LeastBytes, m_settings.memory / 16);
    return isEnough ? giveToSorter() : Result<>();
}

Result<> JoinMerge::giveToSorter()
{
    const size_t size = m_ids.size();
    if (size == 0)
        return {};
    std::vector<uint32_t> rows(size);
    std::iota(rows.begin(), rows.end(), 0u);
    Batch batch;
    batch.setItems(m_laterSchema, std::exchange(m_columns, {}), std::exchange(m_ids, Column(ColumnType::Integer)),
                   std::move(rows));
    for (const ColumnType type : m_laterSchema->columnTypes())
        m_columns.emplace_back(type);
    if (m_settings.isInterrupted && m_settings.isInterrupted())
        return failure(ErrorKind::Interrupted, "The run was stopped.");
    return m_later.add(batch);
}

/// Takes all items of the right side that have the keys of the left item at hand.
Result<> JoinMerge::findGroup(Group &group)
{
    group.begin = m_right.row;
    while (!m_right.isOver && !hasNull(m_right) && compare() == 0) {
        group.end = ++m_right.row;
        ++group.count;
        if (m_right.row < m_right.batch.size())
            continue;
        if (auto kept = keep(group); !kept)
            return kept;
        group.begin = group.end = 0;
        if (auto loaded = load(m_right); !loaded)
            return loaded;
    }
    return {};
}

/// The batch at hand is over: what it has of the group stays.
Result<> JoinMerge::keep(Group &group)
{
    if (m_settings.join.needsFirstOnly() && (!group.batches.empty() || group.file))
        return {};
    std::vector<uint32_t> rows(group.end - group.begin);
    std::iota(rows.begin(), rows.end(), group.begin);
    auto part = std::make_unique<Batch>();
    part->copyRows(m_right.batch, rows);
    if (!group.file && group.bytes + part->byteSize() <= m_settings.memory / 4) {
        group.bytes += part->byteSize();
        group.batches.push_back(std::move(part));
        return {};
    }
    if (!group.file)
        group.file = std::make_unique<SpillFile>(m_settings.folder);
    const uint64_t before = group.file->end();
    if (auto written = group.file->write(*part); !written)
        return written.forward();
    m_groupSpilled += group.file->end() - before;
    return {};
}

Result<> JoinMerge::joinWith(const Batch &right, uint32_t rightBegin, uint32_t rightEnd, uint32_t begin, uint32_t end)
{
    for (uint32_t left = begin; left < end; ++left)
        for (uint32_t row = rightBegin; row < rightEnd; ++row)
            if (auto emitted = emit(left, &right, row, false); !emitted)
                return emitted;
    return {};
}

/// Left items that all have the group's keys. What an item comes to leaves in the order of the right side, for the sorter that it goes to
/// keeps the order of what has one place.
Result<> JoinMerge::joinLeft(const Group &group, uint32_t begin, uint32_t end)
{
    const JoinSettings &join = m_settings.join;
    if (!join.takesMatches)
        return {};
    const bool fails = join.failsAtSeveral && group.count > 1;
    if (fails || !join.hasRightFields) {
        for (uint32_t left = begin; left < end; ++left)
            if (auto emitted = emit(left, nullptr, 0, fails); !emitted)
                return emitted;
        return {};
    }
    const auto lastOf = [&](uint32_t first, size_t size) {
        return join.wantsFirstOnly ? std::min(first + 1, uint32_t(size)) : uint32_t(size);
    };
    m_boundRight = nullptr;
    for (const auto &batch : group.batches)
        if (auto joined = joinWith(*batch, 0, lastOf(0, batch->size()), begin, end); !joined || join.wantsFirstOnly)
            return joined;
    Batch batch;
    for (uint64_t at = 0; group.file && at < group.file->end();) {
        const auto after = group.file->read(at, batch);
        if (!after)
            return after.forward();
        at = *after;
        m_boundRight = nullptr;
        if (auto joined = joinWith(batch, 0, lastOf(0, batch.size()), begin, end); !joined || join.wantsFirstOnly)
            return joined;
    }
    auto joined = joinWith(m_right.batch, group.begin, lastOf(group.begin, group.end), begin, end);
    m_boundRight = nullptr;
    return joined;
}

/// Joins all items of both sides that have the keys of those at hand.
Result<> JoinMerge::joinGroup()
{
    const auto areEqual = [](const auto &a, uint32_t rowA, const auto &b, uint32_t rowB) {
        for (size_t i = 0; i < a.size(); ++i)
            if (compareRows(a[i], rowA, b[i], rowB) != 0)
                return false;
        return true;
    };
    Group group;
    if (auto found = findGroup(group); !found)
        return found;
    Batch last;
    std::vector<const Column *> keys;
    do {
        const uint32_t begin = m_left.row;
        uint32_t end = begin + 1;
        while (end < m_left.batch.size() && areEqual(m_left.columns, begin, m_left.columns, end))
            ++end;
        if (auto joined = joinLeft(group, begin, end); !joined)
            return joined;
        if (end < m_left.batch.size()) {
            m_left.row = end;
            return {};
        }
        const uint32_t rows[] = {begin}; // the next batch may begin with more of them
        last.copyRows(m_left.batch, rows);
        findColumns(last, m_left.keys, keys);
        if (auto loaded = load(m_left); !loaded)
            return loaded;
    } while (!m_left.isOver && areEqual(keys, 0, m_left.columns, 0));
    return {};
}

Result<> JoinMerge::passLeft()
{
    if (m_settings.join.keepsLeft)
        if (auto emitted = emit(m_left.row, nullptr, 0, false); !emitted)
            return emitted;
    return advance(m_left);
}

Result<> JoinMerge::passRight()
{
    if (m_settings.join.keepsRight)
        if (auto emitted = emit(JoinTable::None, &m_right.batch, m_right.row, false); !emitted)
            return emitted;
    return advance(m_right);
}

Result<> JoinMerge::mergeAll()
{
    if (auto planned = planFields(); !planned)
        return planned;
    for (Side *side : {&m_left, &m_right})
        if (auto loaded = load(*side); !loaded)
            return loaded;
    while (!m_left.isOver || !m_right.isOver) {
        Result<> passed;
        if (m_right.isOver || (!m_left.isOver && hasNull(m_left)))
            passed = passLeft();
        else if (m_left.isOver || hasNull(m_right))
            passed = passRight();
        else if (const int order = compare(); order != 0)
            passed = order < 0 ? passLeft() : passRight();
        else
            passed = joinGroup();
        if (!passed)
            return passed;
    }
    return giveToSorter();
}

Result<bool> JoinMerge::next(Batch &batch, size_t items)
{
    if (!m_isMerged) {
        m_isMerged = true;
        if (auto merged = mergeAll(); !merged)
            return merged.forward();
    }
    auto some = m_later.next(batch, items);
    if (!some || !*some)
        return some;
    const std::vector<int64_t> fails = [&] {
        const auto marks = batch.column(batch.columnCount() - 1).integers();
        return std::vector<int64_t>(marks.begin(), marks.end());
    }();
    batch.origin.source = m_leftSource; // which items that fail are said to come from
    std::vector<size_t> columns(m_fields.output->size());
    std::iota(columns.begin(), columns.end(), size_t(0));
    batch.selectColumns(m_fields.output, columns);
    for (size_t row = 0; row < fails.size(); ++row)
        if (fails[row])
            batch.fail(row, ErrorKind::Data, severalText(m_settings.join, batch, row));
    if (batch.hasVerdicts())
        batch.setSchemaOfFailed(m_leftSchema);
    return true;
}

} // namespace millrace

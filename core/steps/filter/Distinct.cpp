// SPDX-License-Identifier: MIT
#include "steps/keys/HoldingStep.h"
#include "steps/keys/KeyTable.h"
#include "steps/keys/ValueOrder.h"
#include "steps/StepBuilder.h"
#include "steps/StepChecks.h"

#include <algorithm>

namespace millrace {

namespace {

constexpr const char *KeyField = "\x01key",
                     *PlaceField = "\x01place"; // beside the items' own, while they are held back
constexpr uint8_t RejectedPort = 1;

} // namespace

/// Of items that are equal in some fields, keeps one.
///
/// The first ones pass at once, while memory has room for the keys; all else is sorted by key, judged, and sorted back into the order of
/// the source.
class Distinct final : public HoldingStep
{
public:
    static void describe(StepBuilder<Distinct> &step)
    {
        step.id("distinct").title("Remove duplicates").family(Family::Filter).icon("filter");
        step.help(
            "Of items that are equal in some fields, for example by [\"email\"], keeps the first or the last one, or "
            "only "
            "those that have no double, or only those that have one. The others leave by \"rejected\". 1 equals 1.0, "
            "null equals null, and a text never equals a number.");
        step.synonyms({"duplicates", "unique", "deduplicate", "dedup", "repeated", "double"});
        step.outputPorts({"out", "rejected"}).ordered().holdsBack().changesItemCount();
        step.param("by", &Distinct::m_by).title("By").help("The fields in which items are equal; none: all of them.");
        step.param("keep", &Distinct::m_keep)
            .choices({"first", "last", "unique", "repeated"})
            .help(
                "Which items go on: the first of equal ones (at once), or, when all have come, the last, those without "
                "another one, or all that have one.");
        step.param("memory", &Distinct::m_memory).help(MemoryHelp);
    }
    Result<> open(const StepContext &context) override;
    Result<> process(Batch &batch) override;
    Result<bool> flush(Batch &batch, size_t items) override;
    void close() override;
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override
    {
        checkMemory(problems);
        checkFields(context, "by", m_by, problems);
    }
    std::string summary() const override { return (m_by.empty() ? "all fields" : joined(m_by)) + ", " + m_keep; }

private:
    void makeKey(const Batch &batch, uint32_t row);
    Result<> passFirst(Batch &batch);
    Result<> hold(const Batch &batch, const std::vector<uint32_t> &rows, const std::vector<std::string> &keys);
    Result<> judgeAll();
    Result<> judge(const Batch &batch, size_t begin, size_t end, bool isFirst, bool isLast);
    ItemSorter::Settings sortedBy(const char *field) const;

    std::vector<std::string> m_by;
    std::string m_keep = "first";

    KeyTable m_known;
    std::string m_key, m_lastKey;
    std::vector<const Column *> m_columns;
    std::vector<size_t> m_byName; ///< all fields, by name
    ItemSorter m_byKey, m_byPlace;
    int64_t m_items = 0;
    bool m_isJudged = false;
};

ItemSorter::Settings Distinct::sortedBy(const char *field) const
{
    return {.keys = {{field, false}},
            .memory = std::max<uint64_t>(memoryBytes() / 2, 1),
            .folder = m_context.folder,
            .isInterrupted = [this] { return m_context.isInterrupted(); }};
}

Result<> Distinct::open(const StepContext &context)
{
    if (auto opened = HoldingStep::open(context); !opened)
        return opened;
    close();
    return {};
}

void Distinct::close()
{
    m_known = KeyTable();
    m_byKey.start(sortedBy(KeyField));
    m_byPlace.start(sortedBy(PlaceField));
    m_items = 0;
    m_isJudged = false;
}

/// Of all fields, those that have a value count, with their names: it doesn't matter which of them come late.
void Distinct::makeKey(const Batch &batch, uint32_t row)
{
    m_key.clear();
    if (!m_by.empty()) {
        for (const Column *column : m_columns)
            appendKey(m_key, column, row);
        return;
    }
    for (const size_t i : m_byName) {
        if (batch.column(i).isNull(row))
            continue;
        appendKey(m_key, Value(batch.schema()->field(i).name));
        appendKey(m_key, &batch.column(i), row);
    }
}

Result<> Distinct::process(Batch &batch)
{
    return takeFrom(batch, m_by, [&] {
        findColumns(batch, m_by, m_columns);
        m_byName.resize(batch.schema()->size());
        for (size_t i = 0; i < m_byName.size(); ++i)
            m_byName[i] = i;
        std::ranges::sort(m_byName, {}, [&](size_t i) -> const std::string & { return batch.schema()->field(i).name; });
        auto passed = passFirst(batch);
        note(m_known.byteSize() + m_byKey.heldBytes(), m_byKey.spilledBytes());
        return passed;
    });
}

/// Items that are judged at once stay in the batch; the others are held back.
Result<> Distinct::passFirst(Batch &batch)
{
    std::vector<uint32_t> heldRows, passing;
    std::vector<uint8_t> ports;
    std::vector<std::string> heldKeys;
    const bool isStreaming = m_keep == "first";
    for (uint32_t row = 0; row < batch.size(); ++row) {
        makeKey(batch, row);
        const uint64_t hash = isStreaming ? KeyTable::hashOf(m_key) : 0;
        const bool isKnown = isStreaming && m_known.find(m_key, hash);
        if (!isKnown && (!isStreaming || m_known.byteSize() >= memoryBytes())) {
            heldRows.push_back(row);
            heldKeys.push_back(m_key);
            continue;
        }
        if (!isKnown)
            m_known.add(m_key, hash);
        passing.push_back(row);
        ports.push_back(isKnown ? RejectedPort : 0);
    }
    if (auto held = hold(batch, heldRows, heldKeys); !held)
        return held;
    m_items += int64_t(batch.size());
    batch.keepRows(passing);
    for (size_t row = 0; row < ports.size(); ++row)
        if (ports[row] != 0)
            batch.sendTo(row, ports[row]);
    return {};
}

Result<> Distinct::hold(const Batch &batch, const std::vector<uint32_t> &rows, const std::vector<std::string> &keys)
{
    if (rows.empty())
        return {};
    Batch held;
    held.copyRows(batch, rows);
    Column key(ColumnType::Text), place(ColumnType::Integer);
    for (size_t i = 0; i < rows.size(); ++i) {
        key.appendText(keys[i]);
        place.appendInteger(m_items + int64_t(rows[i]));
    }
    std::vector<Field> fields = batch.schema()->fields();
    fields.push_back({KeyField, ValueType::Text});
    held.addColumn(batch.schema()->with(fields), std::move(key));
    fields.push_back({PlaceField, ValueType::Integer});
    held.addColumn(batch.schema()->with(std::move(fields)), std::move(place));
    return m_byKey.add(held);
}

/// Items of one key, some of which were in the batch before or come in the next.
Result<> Distinct::judge(const Batch &batch, size_t begin, size_t end, bool isFirst, bool isLast)
{
    const bool isAlone = isFirst && isLast && end - begin == 1;
    Batch judged;
    std::vector<uint32_t> rows;
    for (size_t row = begin; row < end; ++row)
        rows.push_back(uint32_t(row));
    judged.copyRows(batch, rows);
    Column port(ColumnType::Integer);
    for (size_t row = begin; row < end; ++row) {
        const bool isKept = m_keep == "first"    ? isFirst && row == begin
                            : m_keep == "last"   ? isLast && row + 1 == end
                            : m_keep == "unique" ? isAlone
                                                 : !isAlone;
        port.appendInteger(isKept ? 0 : RejectedPort);
    }
    const auto place = *batch.schema()->find(KeyField); // the key isn't needed any more: its place is the port's
    judged.columnToChange(place) = std::move(port);
    return m_byPlace.add(judged);
}

Result<> Distinct::judgeAll()
{
    Batch batch, next;
    auto isMore = m_byKey.next(batch, 1000);
    bool isFirst = true;
    while (isMore && *isMore) {
        isMore = m_byKey.next(next, 1000);
        const Column keys = batch.column(*batch.schema()->find(KeyField));
        for (size_t begin = 0, end = 0; begin < batch.size(); begin = end) {
            for (end = begin + 1; end < batch.size() && keys.text(end) == keys.text(begin);)
                ++end;
            bool isLast = true;
            if (end == batch.size() && isMore && *isMore)
                isLast = next.column(*next.schema()->find(KeyField)).text(0) != keys.text(begin);
            if (auto judged = judge(batch, begin, end, isFirst, isLast); !judged)
                return judged;
            isFirst = isLast;
        }
        batch.swapItems(next);
        note(m_byKey.heldBytes() + m_byPlace.heldBytes(), m_byKey.spilledBytes() + m_byPlace.spilledBytes());
    }
    return isMore ? Result<>() : isMore.forward();
}

Result<bool> Distinct::flush(Batch &batch, size_t items)
{
    if (ending())
        return Failure{*ending()};
    if (!m_isJudged) {
        m_isJudged = true;
        m_known = KeyTable();
        if (auto judged = judgeAll(); !judged)
            return judged.forward();
    }
    auto some = m_byPlace.next(batch, items);
    if (!some || !*some)
        return some;
    const Schema &schema = *batch.schema();
    const size_t port = *schema.find(KeyField), place = *schema.find(PlaceField);
    const Column ports = batch.column(port);
    std::vector<size_t> columns;
    std::vector<Field> fields;
    for (size_t i = 0; i < schema.size(); ++i) {
        if (i == port || i == place)
            continue;
        columns.push_back(i);
        fields.push_back(schema.field(i));
    }
    batch.selectColumns(schema.with(std::move(fields)), columns);
    for (size_t row = 0; row < batch.size(); ++row)
        if (ports.value(row).toInteger() != 0)
            batch.sendTo(row, RejectedPort);
    return true;
}

void registerDistinct(StepRegistry &registry)
{
    registry.add<Distinct>();
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "steps/combine/LookupTable.h"

#include "data/files/FilePath.h"
#include "data/text/Quote.h"
#include "database/DatabaseAddress.h"
#include "expression/values/Pattern.h"
#include "metrics/RunLog.h"
#include "steps/keys/ItemGather.h"
#include "steps/keys/ValueOrder.h"
#include "steps/read/FileLook.h"
#include "steps/StepBuilder.h"
#include "steps/StepChecks.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace millrace {

// Of their own files.
extern void registerReadCsv(StepRegistry &registry);
extern void registerReadJson(StepRegistry &registry);
extern void registerReadJsonl(StepRegistry &registry);
extern void registerReadLines(StepRegistry &registry);
extern void registerReadSql(StepRegistry &registry);

namespace {

constexpr size_t ItemsAtOnce = 4096;

bool isAmong(const std::vector<std::string> &names, const std::string &name)
{
    return std::ranges::find(names, name) != names.end();
}

/// What a prefix is compared with: a text, or a whole number as it is written. Null for all else.
Value plainTextOf(const Value &value)
{
    return value.isText() ? value : value.isInteger() ? Value(toPlain(value)) : Value();
}

} // namespace

Result<std::unique_ptr<Step>> LookupTable::sourceFor(const Settings &settings, const std::string &folder)
{
    StepRegistry readers;
    if (!settings.query.empty()) {
        registerReadSql(readers);
        const StepType &type = *readers.find("read.sql");
        auto made = type.create({{"database", Value(settings.database)}, {"query", Value(settings.query)}});
        if (made && !settings.password.empty()) // which create() leaves out
            if (auto given = type.param("password")->apply(**made, Value(settings.password)); !given)
                return given.forward();
        return made;
    }
    for (auto *const add : {registerReadCsv, registerReadJson, registerReadJsonl, registerReadLines})
        add(readers);
    const auto type = sourceTypeFor(readers, resolvePath(folder, settings.file));
    if (!type)
        return type.forward();
    return readers.find(*type)->create({{"path", Value(settings.file)}});
}

std::string LookupTable::nameOf(const Settings &settings)
{
    return settings.query.empty() ? "The table " + inQuotes(fileName(settings.file))
                                  : "The table of the query to " + inQuotes(shownDatabase(settings.database));
}

std::vector<Field> LookupTable::keptFields(const Schema &all,
                                           const std::vector<std::string> &keys,
                                           const std::vector<std::string> &fields)
{
    std::vector<Field> kept;
    for (const std::string &name : fields) {
        const auto place = all.find(name);
        kept.push_back({name, place ? all.field(*place).type : ValueType::Null});
    }
    if (fields.empty())
        for (const Field &field : all.fields())
            if (!isAmong(keys, field.name))
                kept.push_back({field.name, field.type});
    return kept;
}

std::string LookupTable::named(const std::string &sentence) const
{
    return nameOf(m_settings) + sentence;
}

Result<std::shared_ptr<const LookupTable>> LookupTable::read(const Settings &settings, const StepContext &context)
{
    std::shared_ptr<LookupTable> table(new LookupTable(settings));
    auto source = sourceFor(settings, context.folder);
    if (!source)
        return source.forward();
    auto &reader = static_cast<Source &>(**source);
    if (auto opened = reader.open(context); !opened)
        return opened.forward();
    auto done = table->readAll(reader, context);
    if (const auto closed = closeSafely(reader); done && !closed)
        done = closed.forward();
    if (done)
        done = table->makeIndex(context);
    if (!done)
        return done.forward();
    return std::shared_ptr<const LookupTable>(std::move(table));
}

Result<> LookupTable::readAll(Source &source, const StepContext &context)
{
    if (auto known = source.schema())
        addColumns(*known);
    Batch batch;
    for (;;) {
        if (context.isInterrupted())
            return failure(ErrorKind::Interrupted, named(" was not read to its end, for the run was stopped."));
        batch.renew();
        const auto any = source.fetch(batch, ItemsAtOnce);
        if (!any)
            return any.forward();
        if (!*any)
            break;
        if (auto decoded = source.isTwoPhase() ? source.decode(batch) : Result<>(); !decoded)
            return decoded;
        if (!batch.errors().empty()) {
            const ItemError &error = batch.errors().front();
            const int64_t line = batch.line(error.row);
            return failure(error.kind,
                           named(line > 0 ? ", line " + std::to_string(line) + ": " : ": ") + error.message);
        }
        if (auto added = add(batch); !added)
            return added;
    }
    return putInOrder();
}

/// The columns of the kept fields, then those of the keys.
Result<> LookupTable::putInOrder()
{
    const Schema all(m_fields);
    for (const auto *names : {&m_settings.keys, &m_settings.fields})
        for (const std::string &name : *names)
            if (!all.find(name))
                return failure(ErrorKind::Field, named(": ") + noFieldMessage(name, all));
    m_kept = keptFields(all, m_settings.keys, m_settings.fields);
    std::vector<Column> columns;
    for (const Field &field : m_kept)
        columns.push_back(m_columns[*all.find(field.name)]);
    for (const std::string &key : m_settings.keys)
        columns.push_back(m_columns[*all.find(key)]);
    m_columns = std::move(columns);
    for (size_t i = 0; i < m_settings.keys.size(); ++i)
        m_keys.push_back(&m_columns[m_kept.size() + i]);
    return {};
}

/// Columns for fields that are wanted and haven't got one: empty in all rows so far.
void LookupTable::addColumns(const Schema &schema)
{
    for (size_t i = 0; i < schema.size(); ++i) {
        const Field &field = schema.field(i);
        const auto known = std::ranges::find(m_fields, field.name, &Field::name);
        if (known != m_fields.end()) {
            if (known->type != field.type)
                known->type = ValueType::Null;
            continue;
        }
        if (!m_settings.fields.empty() && !isAmong(m_settings.fields, field.name)
            && !isAmong(m_settings.keys, field.name))
            continue;
        m_fields.push_back({field.name, field.type});
        m_columns.emplace_back(m_rows == 0 ? schema.columnTypes()[i] : ColumnType::Any);
        for (uint32_t row = 0; row < m_rows; ++row)
            m_columns.back().appendAbsent();
    }
}

Result<> LookupTable::add(const Batch &batch)
{
    addColumns(*batch.schema());
    std::vector<uint32_t> rows(batch.size());
    std::iota(rows.begin(), rows.end(), 0u);
    uint64_t bytes = 0;
    for (size_t i = 0; i < m_fields.size(); ++i) {
        if (const auto from = batch.schema()->find(m_fields[i].name))
            m_columns[i].appendRows(batch.column(*from), rows);
        else
            for (size_t row = 0; row < rows.size(); ++row)
                m_columns[i].appendAbsent();
        bytes += m_columns[i].byteSize();
    }
    m_rows += uint32_t(rows.size());
    if (bytes > MostBytes)
        return failure(ErrorKind::Memory,
                       named(" is larger than the 1 GiB of memory that a table may take; name fewer \"fields\"."));
    return {};
}

bool LookupTable::makeKey(std::string &key, std::span<const Column *const> columns, uint32_t row) const
{
    key.clear();
    const size_t exact = m_settings.match == Match::Exact ? columns.size() : columns.size() - 1;
    for (size_t i = 0; i < exact; ++i) {
        if (!columns[i] || columns[i]->isNull(row))
            return false;
        const Value value = m_settings.ignoresCase ? columns[i]->value(row) : Value();
        if (value.isText())
            appendKey(key, Value(lowerText(value.toText())));
        else
            appendKey(key, columns[i], row);
    }
    return true;
}

/// The value of the key that needn't be equal; null where there is none.
Value LookupTable::lastKey(std::span<const Column *const> columns, uint32_t row) const
{
    Value value = columns.back() ? columns.back()->value(row) : Value();
    if (m_settings.match == Match::Prefix)
        value = plainTextOf(value);
    return m_settings.ignoresCase && value.isText() ? Value(lowerText(value.toText())) : value;
}

Result<> LookupTable::makeIndex(const StepContext &context)
{
    size_t repeated = 0;
    std::string key;
    for (uint32_t row = 0; row < m_rows; ++row) {
        if (row % ItemsAtOnce == 0 && context.isInterrupted())
            return failure(ErrorKind::Interrupted, named(" was not put in order, for the run was stopped."));
        if (m_table.byteSize() > MostBytes)
            return failure(ErrorKind::Memory, named(" has more keys than 1 GiB of memory holds."));
        const bool isExact = m_settings.match == Match::Exact;
        const Value last = isExact ? Value() : lastKey(m_keys, row);
        if (makeKey(key, m_keys, row) && (isExact || !last.isNull()) && !addKey(key, last, row))
            ++repeated;
    }
    repeated += sortParts();
    if (repeated > 0 && context.log)
        context.log->warn(context.stepId, named(" has " + std::to_string(repeated) + (repeated == 1 ? " row" : " rows")
                                                + " with keys that came before; the first of each counts."));
    return {};
}

/// False: a row before has it already.
bool LookupTable::addKey(std::string &key, const Value &last, uint32_t row)
{
    if (m_settings.match == Match::Prefix)
        key += last.toText();
    const uint64_t hash = KeyTable::hashOf(key);
    auto number = m_table.find(key, hash);
    const bool isNew = !number;
    if (isNew)
        number = m_table.add(key, hash);
    if (m_settings.match == Match::Range) {
        if (isNew)
            m_ranges.emplace_back();
        m_ranges[*number].emplace_back(last, row);
        return true; // seen when they are in order
    }
    if (!isNew)
        return false;
    m_rowOf.push_back(row);
    if (m_settings.match == Match::Prefix)
        m_lengths.push_back(last.toText().size());
    return true;
}

/// The ranges of each key, and the lengths of prefixes. Returns how many rows begin where another does.
size_t LookupTable::sortParts()
{
    size_t repeated = 0;
    for (auto &ranges : m_ranges) {
        std::ranges::stable_sort(ranges,
                                 [](const auto &a, const auto &b) { return compareValues(a.first, b.first) < 0; });
        const auto isSame = [](const auto &a, const auto &b) { return compareValues(a.first, b.first) == 0; };
        const auto end = std::unique(ranges.begin(), ranges.end(), isSame);
        repeated += size_t(ranges.end() - end);
        ranges.erase(end, ranges.end());
    }
    std::ranges::sort(m_lengths, std::greater());
    m_lengths.erase(std::unique(m_lengths.begin(), m_lengths.end()), m_lengths.end());
    return repeated;
}

std::optional<uint32_t> LookupTable::find(Seeker &seeker, uint32_t row) const
{
    std::string &key = seeker.key;
    if (!makeKey(key, seeker.columns, row))
        return std::nullopt;
    if (m_settings.match == Match::Exact) {
        const auto number = m_table.find(key, KeyTable::hashOf(key));
        return number ? std::optional(m_rowOf[*number]) : std::nullopt;
    }
    const Value last = lastKey(seeker.columns, row);
    if (last.isNull())
        return std::nullopt;
    return m_settings.match == Match::Prefix ? findPrefix(key, last.toText()) : findRange(key, last);
}

std::optional<uint32_t> LookupTable::findPrefix(std::string &key, std::string_view text) const
{
    const size_t begin = key.size();
    for (const size_t length : m_lengths) {
        if (length > text.size())
            continue;
        key.resize(begin);
        key += text.substr(0, length);
        if (const auto number = m_table.find(key, KeyTable::hashOf(key)))
            return m_rowOf[*number];
    }
    return std::nullopt;
}

std::optional<uint32_t> LookupTable::findRange(const std::string &key, const Value &value) const
{
    const auto number = m_table.find(key, KeyTable::hashOf(key));
    if (!number)
        return std::nullopt;
    const auto &ranges = m_ranges[*number];
    const auto above = std::ranges::upper_bound(
        ranges, value, [](const Value &a, const Value &b) { return compareValues(a, b) < 0; },
        &std::pair<Value, uint32_t>::first);
    if (above == ranges.begin() || typeRank(std::prev(above)->first.type()) != typeRank(value.type()))
        return std::nullopt;
    return std::prev(above)->second;
}

} // namespace millrace

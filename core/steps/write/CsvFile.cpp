// SPDX-License-Identifier: MIT
#include "steps/write/CsvFile.h"

#include "data/FieldLimit.h"
#include "data/files/FilePath.h"
#include "data/json/ObjectMembers.h"
#include "data/text/Quote.h"
#include "formats/csv/guess/CsvHeader.h"
#include "steps/write/CsvRecords.h"

#include <algorithm>

namespace millrace {

namespace {

constexpr size_t WrittenAtOnce = 256 * 1024; // bytes

/// A usual delimiter in a header that has but one field by the one that is to be used; '\0': there is none.
char otherDelimiterOf(const CsvHeader &header, char delimiter)
{
    if (header.cells.size() != 1)
        return '\0';
    const size_t at = header.cells.front().find_first_of(",;\t|");
    return at == std::string::npos || header.cells.front()[at] == delimiter ? '\0' : header.cells.front()[at];
}

bool hasEmptyText(const Column &column, std::span<const uint32_t> rows)
{
    const bool isAny = column.type() == ColumnType::Any;
    return (isAny || column.type() == ColumnType::Text) && std::ranges::any_of(rows, [&](uint32_t row) {
               return !column.isNull(row)
                      && (isAny ? column.values()[row].isText() && column.values()[row].toText().empty()
                                : column.text(row).empty());
           });
}

} // namespace

Result<> CsvFile::open(const std::string &path, const ResultForm &form)
{
    m_hasBegun = false;
    m_names.clear();
    m_places.clear();
    m_widths.clear();
    m_records = 0;
    m_hasEmptyText = false;
    m_plan = {};
    if (auto opened = SinkFile::open(path, form); !opened)
        return opened;
    return m_result->hasOlderText() ? readOlder() : Result<>();
}

Result<> CsvFile::openAgain(const std::string &path, const ResultForm &form, const Value &checkpoint)
{
    m_hasBegun = memberOf(checkpoint, "hasBegun") && *memberOf(checkpoint, "hasBegun") == Value(true);
    m_hasEmptyText = memberOf(checkpoint, "hasEmptyText") && *memberOf(checkpoint, "hasEmptyText") == Value(true);
    m_records = uint64_t(wholeOf(checkpoint, "records"));
    m_names.clear();
    m_places.clear();
    m_widths.clear();
    m_plan = {};
    const Value *names = memberOf(checkpoint, "names"), *widths = memberOf(checkpoint, "widths");
    for (const Value &name : names && names->isList() ? names->toList() : List()) {
        m_places.emplace(name.toText(), m_names.size());
        m_names.emplace_back(name.toText());
    }
    for (const Value &width : widths && widths->isList() ? widths->toList() : List())
        m_widths.emplace_back(uint64_t(wholeOf(width, "from")), size_t(wholeOf(width, "fields")));
    return SinkFile::openAgain(path, form, checkpoint);
}

Result<Members> CsvFile::checkpoint()
{
    auto state = SinkFile::checkpoint();
    if (!state)
        return state;
    List widths;
    for (const auto &[from, fields] : m_widths)
        widths.push_back(Members{{"from", int64_t(from)}, {"fields", int64_t(fields)}});
    state->emplace_back("records", int64_t(m_records));
    state->emplace_back("hasBegun", m_hasBegun);
    state->emplace_back("hasEmptyText", m_hasEmptyText);
    state->emplace_back("names", List(m_names.begin(), m_names.end()));
    state->emplace_back("widths", std::move(widths));
    return state;
}

/// The fields of the file that is gone on with, and how many records it has.
Result<> CsvFile::readOlder()
{
    CsvRecords records(hasQuotes());
    std::optional<std::string> first;
    uint64_t count = 0;
    auto read = m_result->readOlder([&](std::string_view text) -> Result<> {
        records.add(text);
        for (std::string_view record; records.next(record); ++count) {
            if (first)
                continue;
            first = record;
            if (records.endsWithReturn() != (m_encoder.form().lineEnd == "\r\n"))
                return failure(ErrorKind::Parse,
                               "The lines of " + fileName(m_path) + " end with "
                                   + (records.endsWithReturn() ? "CR LF; set \"lineEnd\" to \"crlf\"."
                                                               : "LF alone; set \"lineEnd\" to \"lf\"."));
        }
        return {};
    });
    if (!read)
        return read;
    if (!records.rest().empty()) {
        first = first.value_or(std::string(records.rest()));
        ++count;
    }
    CsvDialect dialect;
    dialect.delimiter = m_encoder.form().delimiter;
    dialect.quote = hasQuotes() ? '"' : '\0';
    auto header = csvHeaderOf(first.value_or(""), dialect, 1);
    if (!header)
        return failure(header.error().kind, fileName(m_path) + ": " + header.error().message);
    if (!header->warnings.empty()) // a reader may go by what was probably meant; who adds to it may not
        return failure(ErrorKind::Parse, fileName(m_path) + ": " + header->warnings.front());
    if (const char other = otherDelimiterOf(*header, m_encoder.form().delimiter); other != '\0')
        return failure(ErrorKind::Parse, "The fields of " + fileName(m_path) + " seem to be parted by "
                                             + inQuotes(std::string(1, other))
                                             + "; set \"delimiter\" to what the file has, or choose another file.");
    m_hasBegun = m_hasHeader && !header->cells.empty();
    m_records = count - (m_hasBegun ? 1 : 0);
    m_hasEmptyText = true; // it can't be told from null, so it stays what it is
    if (!m_hasBegun)
        return {}; // the columns of what is there have no names: they are the first ones of what comes
    for (std::string &name : header->cells) {
        m_places.emplace(name, m_names.size());
        m_names.push_back(std::move(name));
    }
    m_widths.emplace_back(0, m_names.size());
    return {};
}

/// With the fields of the first items.
Result<> CsvFile::begin(const Schema &schema)
{
    m_places.clear(); // of an attempt that ended halfway
    m_names.clear();
    m_widths.clear();
    for (const Field &field : schema.fields()) {
        m_places.emplace(field.name, m_names.size());
        m_names.push_back(field.name);
    }
    m_widths.emplace_back(0, m_names.size());
    if (m_hasHeader) {
        std::string header;
        m_encoder.appendHeader(header, m_names);
        if (auto appended = appendItems(header, 0); !appended)
            return appended;
    }
    m_hasBegun = true; // last: before, nobody would write the header
    return {};
}

void CsvFile::planFor(const SchemaPtr &schema)
{
    m_plan.schema.reset(); // until all is known: nobody may take half of the plan for all of it
    m_plan.columns.assign(m_names.size(), std::nullopt);
    m_plan.others.clear();
    // Of a single field, the text has null as an empty text, which it isn't beside others.
    m_plan.isInOrder = schema->size() == m_names.size() || (schema->size() > 1 && schema->size() < m_names.size());
    for (size_t i = 0; i < schema->size(); ++i) {
        const auto place = m_places.find(schema->field(i).name);
        m_plan.isInOrder = m_plan.isInOrder && place != m_places.end() && place->second == i;
        if (place == m_places.end())
            m_plan.others.push_back(i);
        else
            m_plan.columns[place->second] = i;
    }
    m_plan.schema = schema;
}

Result<> CsvFile::write(Batch &batch, std::span<const uint32_t> rows, std::string_view text)
{
    if (!batch.schema() || (rows.empty() && batch.schema()->size() == 0))
        return {};
    if (!m_hasBegun)
        if (auto begun = begin(*batch.schema()); !begun)
            return begun;
    if (m_plan.schema != batch.schema())
        planFor(batch.schema());
    if (!m_plan.others.empty() && addFields(batch, rows))
        planFor(batch.schema());
    if (m_names.size() == 1 && !m_hasEmptyText && m_plan.columns[0])
        m_hasEmptyText = hasEmptyText(batch.column(*m_plan.columns[0]), rows);
    return m_plan.isInOrder ? writeInOrder(text, rows.size()) : writeRearranged(batch, rows);
}

/// Those that the file lacks and any of the items has. Whether there are any.
bool CsvFile::addFields(const Batch &batch, std::span<const uint32_t> rows)
{
    if (!m_result->isRewritable())
        return false;
    const size_t before = m_names.size();
    for (const size_t column : m_plan.others) {
        const auto isThere = [&](uint32_t row) { return !batch.column(column).isAbsent(row); };
        const std::string &name = batch.schema()->field(column).name;
        if (m_names.size() < MostFields && std::ranges::any_of(rows, isThere)
            && m_places.emplace(name, m_names.size()).second)
            m_names.push_back(name);
    }
    if (m_names.size() == before)
        return false;
    if (m_widths.back().first == m_records)
        m_widths.back().second = m_names.size();
    else
        m_widths.emplace_back(m_records, m_names.size());
    // The header is there already, so that all is to be written once more.
    if (m_widths.front().first == m_records && m_hasHeader)
        m_widths.insert(m_widths.begin(), {0, before});
    return true;
}

Result<> CsvFile::writeInOrder(std::string_view text, size_t rows)
{
    m_records += rows;
    if (m_plan.schema->size() == m_names.size())
        return appendItems(text, rows);
    std::string longer;
    appendLengthened(longer, text, hasQuotes(), moreFields(m_names.size() - m_plan.schema->size()),
                     m_encoder.form().lineEnd);
    return appendItems(longer, rows);
}

/// For items with other fields than the file's, or the same in another order.
Result<> CsvFile::writeRearranged(Batch &batch, std::span<const uint32_t> rows)
{
    std::string text;
    size_t items = 0;
    for (const uint32_t row : rows) {
        const auto lost =
            std::ranges::find_if(m_plan.others, [&](size_t column) { return !batch.column(column).isNull(row); });
        if (lost != m_plan.others.end()) {
            failRow(batch, row, *lost);
            continue;
        }
        m_encoder.appendItem(text, batch, row, m_plan.columns);
        ++items;
    }
    m_records += items;
    return appendItems(text, items);
}

void CsvFile::failRow(Batch &batch, size_t row, size_t column) const
{
    const std::string name = inQuotes(batch.schema()->field(column).name), file = inQuotes(fileName(m_path));
    if (m_names.size() >= MostFields)
        return batch.fail(row, ErrorKind::Fields,
                          "With the field " + name + " the file " + file + " would have more than "
                              + std::to_string(MostFields)
                              + "; names that differ from item to item are better values.");
    batch.fail(row, ErrorKind::Field,
               "The header of " + file + " has no field " + name
                   + ", and can't get it any more, for it is read while it is written. Choose the fields with a step "
                     "\"select\" before this one, or write to a file.");
}

std::string CsvFile::moreFields(size_t count) const
{
    std::string text;
    for (; count > 0; --count)
        (text += m_encoder.form().delimiter) += m_encoder.form().null;
    return text;
}

Result<> CsvFile::settle()
{
    if (m_widths.size() > 1)
        if (auto lengthened = lengthenAll(); !lengthened)
            return lengthened;
    return SinkFile::settle();
}

std::string CsvFile::abandon()
{
    if (m_widths.size() > 1 && m_items > 0)
        (void)lengthenAll(); // what was kept as it was is better than nothing
    return SinkFile::abandon();
}

/// Writes the file once more, with all fields in each record.
Result<> CsvFile::lengthenAll()
{
    auto whole = std::make_unique<ResultFile>();
    ResultForm form = m_form;
    form.mode = form.mode == WriteMode::Append ? WriteMode::Replace : form.mode;
    if (auto opened = whole->open(m_path, form); !opened)
        return opened;
    CsvRecords records(hasQuotes());
    const std::string &lineEnd = m_encoder.form().lineEnd;
    std::string text;
    uint64_t record = 0;
    auto width = m_widths.begin();
    std::string more = moreFields(m_names.size() - width->second);
    bool isHeader = m_hasHeader;
    const auto take = [&](std::string_view written) {
        if (std::exchange(isHeader, false)) {
            m_encoder.appendHeader(text, m_names);
            return;
        }
        for (; width + 1 != m_widths.end() && width[1].first <= record; ++width)
            more = moreFields(m_names.size() - width[1].second);
        if (width->second == 1 && written == "\"\"" && !m_hasEmptyText)
            written = {}; // null
        ((text += written) += more) += lineEnd;
        ++record;
    };
    auto copied = m_result->readBack([&](std::string_view piece) -> Result<> {
        records.add(piece);
        for (std::string_view written; records.next(written);)
            take(written);
        if (text.size() < WrittenAtOnce)
            return {};
        auto appended = whole->append(text);
        text.clear();
        return appended;
    });
    if (copied)
        copied = whole->append(text);
    if (!copied) {
        whole->abandon(false);
        return copied;
    }
    m_result->abandon(false);
    m_result = std::move(whole);
    m_widths.assign(1, {0, m_names.size()});
    return {};
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "steps/CsvEncoder.h"

#include "data/NumberText.h"

#include <algorithm>
#include <cstring>

namespace millrace {

/// Gathers text before it goes into a string, which then is lengthened seldom.
class CsvEncoder::Output
{
public:
    static constexpr size_t Room = 4096;

    explicit Output(std::string &text) : m_text(text) {}
    ~Output() { flush(); }
    Output(const Output &) = delete;
    Output &operator=(const Output &) = delete;

    /// Where up to Room bytes can be written; finish() says how many they are.
    char *begin(size_t bytes)
    {
        if (size_t(m_buffer + Room - m_at) < bytes)
            flush();
        return m_at;
    }
    void finish(char *end) { m_at = end; }
    void put(char c)
    {
        begin(1);
        *m_at++ = c;
    }
    std::string &flush()
    {
        m_text.append(m_buffer, size_t(m_at - m_buffer));
        m_at = m_buffer;
        return m_text;
    }

private:
    std::string &m_text;
    char m_buffer[Room];
    char *m_at = m_buffer;
};

namespace {

/// What a row's field is read from.
struct Cells
{
    explicit Cells(const Column &from) : column(from), type(from.type())
    {
        switch (type) {
        case ColumnType::Integer: integers = from.integers().data(); break;
        case ColumnType::Real: reals = from.reals().data(); break;
        default: return;
        }
        nulls = from.nulls().empty() ? nullptr : from.nulls().data();
    }

    const Column &column;
    ColumnType type;
    const int64_t *integers = nullptr;
    const double *reals = nullptr;
    const uint8_t *nulls = nullptr;
};

} // namespace

CsvEncoder::CsvEncoder(char delimiter)
    : m_delimiter(delimiter)
    , m_quotesNumbers(std::string_view("0123456789+-.eInfityNa").find(delimiter) != std::string_view::npos)
    , m_mustQuote{delimiter, '"', '\r', '\n'}
{
    for (size_t i = 0; i < m_mustQuote.size(); ++i)
        m_patterns[i] = uint8_t(m_mustQuote[i]) * Ones;
}

void CsvEncoder::appendHeader(std::string &text, const Schema &schema) const
{
    Output output(text);
    for (size_t i = 0; i < schema.size(); ++i) {
        if (i > 0)
            output.put(m_delimiter);
        appendText(output, schema.field(i).name);
    }
    output.put('\n');
}

void CsvEncoder::appendItems(std::string &text, const Batch &batch) const
{
    std::vector<Cells> columns;
    columns.reserve(batch.columnCount());
    for (size_t column = 0; column < batch.columnCount(); ++column)
        columns.emplace_back(batch.column(column));
    Output output(text);
    for (size_t row = 0; row < batch.size(); ++row) {
        size_t left = columns.size();
        for (const Cells &cells : columns) {
            if (cells.type == ColumnType::Text) {
                if (cells.column.refs()[row].length != TextRef::Null)
                    appendText(output, cells.column.text(row));
            } else if (cells.type == ColumnType::Any || m_quotesNumbers) {
                appendField(output, cells.column, row);
            } else if (!cells.nulls || !cells.nulls[row]) {
                char *const to = output.begin(MostNumberText);
                output.finish(cells.integers ? putInteger(to, cells.integers[row]) : putNumber(to, cells.reals[row]));
            }
            if (--left > 0)
                output.put(m_delimiter);
        }
        output.put('\n');
    }
}

void CsvEncoder::appendItem(std::string &text,
                            const Batch &batch,
                            size_t row,
                            std::span<const std::optional<size_t>> columns) const
{
    Output output(text);
    for (size_t i = 0; i < columns.size(); ++i) {
        if (i > 0)
            output.put(m_delimiter);
        if (columns[i])
            appendField(output, batch.column(*columns[i]), row);
    }
    output.put('\n');
}

void CsvEncoder::appendField(Output &output, const Column &column, size_t row) const
{
    if (column.isNull(row))
        return;
    if (column.type() == ColumnType::Text)
        return appendText(output, column.text(row));
    if (column.type() == ColumnType::Any || m_quotesNumbers)
        return appendText(output, toPlain(column.value(row)));
    char *const to = output.begin(MostNumberText);
    output.finish(column.type() == ColumnType::Integer ? putInteger(to, column.integers()[row])
                                                       : putNumber(to, column.reals()[row]));
}

void CsvEncoder::appendText(Output &output, std::string_view field) const
{
    const size_t most = 2 * field.size() + 2; // all quotes
    if (most > Output::Room)
        return appendLongText(output.flush(), field);
    char *to = output.begin(most);
    if (!field.empty() && copyBare(to, field))
        return output.finish(to + field.size());
    *to++ = '"';
    for (const char c : field) {
        if (c == '"')
            *to++ = '"';
        *to++ = c;
    }
    *to++ = '"';
    output.finish(to);
}

void CsvEncoder::appendLongText(std::string &text, std::string_view field) const
{
    if (field.find_first_of({m_mustQuote.data(), m_mustQuote.size()}) == std::string_view::npos) {
        text += field;
        return;
    }
    text += '"';
    for (size_t at = 0; at < field.size();) {
        const size_t quote = std::min(field.find('"', at), field.size());
        text += field.substr(at, quote - at);
        if (quote < field.size())
            text += "\"\"";
        at = quote + 1;
    }
    text += '"';
}

/// Copies the field, and says whether it can stand without quotes. Pieces of eight bytes may overlap.
bool CsvEncoder::copyBare(char *to, std::string_view field) const
{
    const char *const from = field.data();
    const size_t length = field.size();
    const auto copy = [&](size_t at) {
        uint64_t bytes;
        std::memcpy(&bytes, from + at, sizeof bytes);
        std::memcpy(to + at, &bytes, sizeof bytes);
        return marksOf(bytes);
    };
    uint64_t marks = 0;
    if (length >= 8) {
        for (size_t at = 0; at < length - 8; at += 8)
            marks |= copy(at);
        marks |= copy(length - 8);
    } else if (length >= 4) {
        uint32_t first, last;
        std::memcpy(&first, from, sizeof first);
        std::memcpy(&last, from + length - 4, sizeof last);
        std::memcpy(to, &first, sizeof first);
        std::memcpy(to + length - 4, &last, sizeof last);
        marks = marksOf(uint64_t(first) << 32 | last);
    } else {
        uint64_t bytes = 0x80 * Ones; // which aren't to be quoted: delimiters are ASCII
        for (size_t i = 0; i < length; ++i) {
            to[i] = from[i];
            bytes = bytes << 8 | uint8_t(from[i]);
        }
        marks = marksOf(bytes);
    }
    return marks == 0;
}

} // namespace millrace

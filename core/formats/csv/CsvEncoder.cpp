// SPDX-License-Identifier: MIT
#include "formats/csv/CsvEncoder.h"

#include "data/SpareMemory.h"
#include "data/text/NumberText.h"
#include "data/text/Quote.h"

#include <algorithm>
#include <cstring>
#include <exception>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace millrace {

namespace {
constexpr std::string_view Empty = "\"\"";
}

/// Gathers text before it goes into a string, which then is lengthened seldom.
class CsvEncoder::Output
{
public:
    static constexpr size_t Room = 4096;

    explicit Output(std::string &text) : m_text(text) {}
    /// What is left is written where nothing was thrown. There may be no memory for it.
    ~Output() noexcept(false)
    {
        if (std::uncaught_exceptions() == 0)
            flush();
    }
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

/// How a value was written that nobody has changed; empty: as such values are.
static std::string_view writtenValue(const Column &column, size_t row)
{
    return column.written().empty() ? std::string_view() : column.written(row);
}

/// What a row's field is read from.
struct CsvEncoder::Cells
{
    static constexpr size_t None = SIZE_MAX;

    explicit Cells(const Column &from) : column(from), type(from.type()), written(from.written())
    {
        nextWritten = written.empty() ? None : written.front().row;
        switch (type) {
        case ColumnType::Integer: integers = from.integers().data(); break;
        case ColumnType::Real: reals = from.reals().data(); break;
        case ColumnType::Text:
            refs = from.refs().data();
            findTexts();
            return;
        case ColumnType::Any: return;
        }
        nulls = from.nulls().empty() ? nullptr : from.nulls().data();
    }
    /// The most bytes that any of the rows takes, without the delimiter; not for values of any type.
    size_t most(size_t rows)
    {
        if (!refs) {
            size_t longest = MostNumberText;
            for (const WrittenValue &value : written)
                longest = std::max(longest, size_t(value.length));
            return longest;
        }
        uint32_t longest = 0;
        for (size_t row = 0; row < rows; ++row)
            longest = std::max(longest, refs[row].length + 1); // null: 0
        return 2 * size_t(longest) + 2;
    }

    /// The value that is next of those to be written as they were. May use all of the MostNumberText bytes.
    char *putWritten(char *to)
    {
        const std::string_view text = column.writtenText(written.front());
        constexpr size_t Half = 4;
        if (text.size() >= Half && text.size() <= 2 * Half) { // as most are: in two pieces, which may overlap
            std::memcpy(to, text.data(), Half);
            std::memcpy(to + text.size() - Half, text.data() + text.size() - Half, Half);
        } else {
            text.copy(to, std::string::npos);
        }
        to += text.size();
        written = written.subspan(1);
        nextWritten = written.empty() ? None : written.front().row;
        return to;
    }
    void findTexts()
    {
        const size_t rows = column.size();
        const auto first =
            size_t(std::find_if(refs, refs + rows, [](TextRef ref) { return ref.length != TextRef::Null; }) - refs);
        texts = first < rows ? column.text(first).data() - refs[first].offset : nullptr;
    }

    const Column &column;
    ColumnType type;
    const int64_t *integers = nullptr;
    const double *reals = nullptr;
    std::span<const WrittenValue> written; ///< what is still to come
    size_t nextWritten = None;             ///< the row of the first of them
    const TextRef *refs = nullptr;
    const char *texts = nullptr; ///< what refs point into; null where all are null
    const uint8_t *nulls = nullptr;
};

/// Whether one of the sixteen bytes can't stand without quotes.
inline bool CsvEncoder::mustQuote(uint64_t first, uint64_t second) const
{
#if defined(__SSE2__)
    const __m128i bytes = _mm_set_epi64x(int64_t(second), int64_t(first));
    __m128i marks = _mm_setzero_si128();
    for (const auto &pattern : m_patterns) {
        const __m128i wanted = _mm_load_si128(reinterpret_cast<const __m128i *>(pattern.data()));
        marks = _mm_or_si128(marks, _mm_cmpeq_epi8(bytes, wanted));
    }
    return _mm_movemask_epi8(marks) != 0;
#else
    return (marksOf(first) | marksOf(second)) != 0;
#endif
}

/// Copies the field, which isn't empty, and says whether it can stand without quotes. Pieces of it may overlap.
inline bool CsvEncoder::copyBare(char *to, std::string_view field) const
{
    const char *const from = field.data();
    const size_t length = field.size();
    const auto copy = [&](auto &bytes, size_t at) {
        std::memcpy(&bytes, from + at, sizeof bytes);
        std::memcpy(to + at, &bytes, sizeof bytes);
    };
    uint64_t first = 0, last = 0;
    if (length >= 8 && length <= 16) {
        copy(first, 0);
        copy(last, length - 8);
        return !mustQuote(first, last);
    }
    if (length > 16) {
        bool isBare = true;
        for (size_t at = 0; at + 16 < length; at += 16) {
            copy(first, at);
            copy(last, at + 8);
            isBare = isBare && !mustQuote(first, last);
        }
        copy(first, length - 16);
        copy(last, length - 8);
        return isBare && !mustQuote(first, last);
    }
    if (length >= 4) {
        uint32_t begin = 0, end = 0;
        copy(begin, 0);
        copy(end, length - 4);
        first = begin | uint64_t(end) << 32;
    } else {
        uint8_t begin = 0, middle = 0, end = 0;
        copy(begin, 0);
        copy(middle, length / 2);
        copy(end, length - 1);
        first = begin | uint64_t(middle) << 8 | uint64_t(end) << 16; // zeros need no quotes
    }
    return !mustQuote(first, first);
}

/// To where twice as many bytes have room, and two more.
inline char *CsvEncoder::putText(char *to, std::string_view field) const
{
    return !field.empty() && copyBare(to, field) ? to + field.size() : putQuoted(to, field);
}

CsvEncoder::CsvEncoder(CsvForm form)
    : m_form(std::move(form))
    , m_delimiter(m_form.delimiter)
    , m_isPlain(m_form.isPlain())
    , m_quotesNumbers(std::string_view("0123456789+-.eInfityNa").find(m_delimiter) != std::string_view::npos)
    , m_mustQuote{m_delimiter, '"', '\r', '\n'}
{
    for (size_t i = 0; i < m_mustQuote.size(); ++i)
        m_patterns[i].fill(uint8_t(m_mustQuote[i]) * Ones);
}

void CsvEncoder::appendHeader(std::string &text, std::span<const std::string> names) const
{
    Output output(text);
    for (size_t i = 0; i < names.size(); ++i) {
        if (i > 0)
            output.put(m_delimiter);
        const bool isQuoted = m_form.quotes == CsvQuotes::All || m_form.quotes == CsvQuotes::Text;
        isQuoted ? appendQuoted(output, names[i]) : appendText(output, names[i]);
    }
    output.flush() += m_form.lineEnd;
}

Result<> CsvEncoder::check(const Batch &batch) const
{
    if (m_form.quotes != CsvQuotes::Never)
        return {};
    for (size_t column = 0; column < batch.columnCount(); ++column) {
        const Column &values = batch.column(column);
        for (size_t row = 0; row < batch.size(); ++row) {
            const std::string field = toPlain(values.value(row));
            const size_t bad = field.find_first_of({m_delimiter, '\r', '\n'});
            if (bad == std::string::npos)
                continue;
            return failure(ErrorKind::Type,
                           batch.schema()->field(column).name + ": " + inQuotes(field)
                               + (field[bad] == m_delimiter ? " holds the delimiter" : " has several lines")
                               + R"(, which can't be written without quotes; choose another "quote")");
        }
    }
    return {};
}

void CsvEncoder::appendItems(std::string &text, const Batch &batch) const
{
    std::vector<Cells> columns;
    columns.reserve(batch.columnCount());
    size_t most = 0; // bytes of a row
    bool arePlain = m_isPlain && !m_quotesNumbers && batch.columnCount() > 0;
    for (size_t column = 0; column < batch.columnCount(); ++column) {
        Cells &cells = columns.emplace_back(batch.column(column));
        arePlain = arePlain && cells.type != ColumnType::Any;
        most += arePlain ? cells.most(batch.size()) + 1 : 0;
    }
    Output output(text);
    if (arePlain && most <= Output::Room)
        return appendPlainRows(output, columns, batch.size(), most);
    for (size_t row = 0; row < batch.size(); ++row) {
        for (size_t column = 0; column < columns.size(); ++column) {
            if (column > 0)
                output.put(m_delimiter);
            appendField(output, columns[column].column, row);
        }
        if (columns.size() == 1 && columns[0].column.isNull(row))
            appendNullAlone(output);
        endRecord(output);
    }
}

/// Rows of packed columns, of up to `most` bytes each.
void CsvEncoder::appendPlainRows(Output &output, std::span<Cells> columns, size_t rows, size_t most) const
{
    for (size_t row = 0; row < rows; ++row) {
        char *const begin = output.begin(most), *to = begin;
        for (Cells &cells : columns) {
            if (cells.refs) {
                if (const TextRef ref = cells.refs[row]; ref.length != TextRef::Null)
                    to = putText(to, {cells.texts + ref.offset, ref.length});
            } else if (row == cells.nextWritten) [[unlikely]] {
                to = cells.putWritten(to);
            } else if (!cells.nulls || !cells.nulls[row]) {
                to = cells.integers ? putShortInteger(to, cells.integers[row]) : putShortNumber(to, cells.reals[row]);
            }
            *to++ = m_delimiter;
        }
        if (columns.size() == 1 && to == begin + 1) [[unlikely]] {
            std::memcpy(begin, Empty.data(), Empty.size());
            to += Empty.size();
        }
        to[-1] = '\n';
        output.finish(to);
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
        else if (!m_form.null.empty())
            output.flush() += m_form.null;
    }
    if (columns.size() == 1 && (!columns[0] || batch.column(*columns[0]).isNull(row)))
        appendNullAlone(output);
    endRecord(output);
}

/// An empty line is no record to many who read it.
void CsvEncoder::appendNullAlone(Output &output) const
{
    if (m_form.null.empty() && m_form.quotes != CsvQuotes::Never)
        output.flush() += Empty;
}

void CsvEncoder::endRecord(Output &output) const
{
    for (const char c : m_form.lineEnd)
        output.put(c);
}

void CsvEncoder::appendField(Output &output, const Column &column, size_t row) const
{
    if (!m_isPlain)
        return appendInForm(output, column, row);
    if (column.isNull(row))
        return;
    if (column.type() == ColumnType::Text)
        return appendText(output, column.text(row));
    if (const std::string_view written = writtenValue(column, row); !written.empty())
        return appendText(output, written);
    if (column.type() == ColumnType::Any || m_quotesNumbers)
        return appendText(output, toPlain(column.value(row)));
    char *const to = output.begin(MostNumberText);
    output.finish(column.type() == ColumnType::Integer ? putInteger(to, column.integers()[row])
                                                       : putNumber(to, column.reals()[row]));
}

/// As the form says, whatever that is.
void CsvEncoder::appendInForm(Output &output, const Column &column, size_t row) const
{
    if (column.isNull(row)) {
        output.flush() += m_form.null;
        return;
    }
    const Value value = column.value(row);
    const std::string_view written = writtenValue(column, row);
    const std::string text = written.empty() ? toPlain(value) : std::string(written);
    if (value.isNumber())
        return appendNumber(output, text);
    const bool isWord = value.isBoolean();
    const bool isQuoted = m_form.quotes == CsvQuotes::All || (m_form.quotes == CsvQuotes::Text && !isWord)
                          || (m_form.quotes == CsvQuotes::Needed && text == m_form.null);
    isQuoted ? appendQuoted(output, text) : appendText(output, text);
}

void CsvEncoder::appendNumber(Output &output, std::string_view number) const
{
    std::string text(number);
    std::ranges::replace(text, '.', m_form.decimal);
    if (m_form.quotes == CsvQuotes::All)
        appendQuoted(output, text);
    else
        appendText(output, text);
}

void CsvEncoder::appendQuoted(Output &output, std::string_view field) const
{
    std::string &text = output.flush();
    text += '"';
    for (const char c : field)
        text.append(c == '"' ? 2 : 1, c);
    text += '"';
}

void CsvEncoder::appendText(Output &output, std::string_view field) const
{
    if (m_form.quotes == CsvQuotes::Never) {
        output.flush() += field;
        return;
    }
    const size_t most = 2 * field.size() + 2; // all quotes
    if (most > Output::Room)
        return appendLongText(output.flush(), field);
    output.finish(putText(output.begin(most), field));
}

char *CsvEncoder::putQuoted(char *to, std::string_view field) const
{
    *to++ = '"';
    for (const char c : field) {
        if (c == '"')
            *to++ = '"';
        *to++ = c;
    }
    *to++ = '"';
    return to;
}

void CsvEncoder::appendLongText(std::string &text, std::string_view field) const
{
    makeRoomFor(text, field.size());
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

} // namespace millrace

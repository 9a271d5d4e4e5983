// SPDX-License-Identifier: MIT
#include "formats/xlsx/XlsxRows.h"

#include "data/text/Quote.h"
#include "formats/xlsx/XlsxXml.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <optional>

namespace millrace {

namespace {

constexpr uint32_t MostXlsxColumns = 16'384;
constexpr uint64_t MostXlsxRows = 1'048'576;

/// "B12" as column and row, from 1; 0 for what isn't there. Nothing: it is no place.
struct XlsxPlace
{
    uint32_t column = 0;
    uint64_t row = 0;
};

std::optional<XlsxPlace> placeOf(std::string_view text)
{
    XlsxPlace place;
    size_t i = 0;
    for (; i < text.size() && std::isalpha(static_cast<unsigned char>(text[i])); ++i) {
        place.column = place.column * 26 + uint32_t(std::toupper(static_cast<unsigned char>(text[i])) - 'A' + 1);
        if (place.column > MostXlsxColumns)
            return std::nullopt;
    }
    if (i < text.size()) {
        const auto read = std::from_chars(text.data() + i, text.data() + text.size(), place.row);
        if (read.ec != std::errc() || read.ptr != text.data() + text.size() || place.row < 1
            || place.row > MostXlsxRows)
            return std::nullopt;
    }
    return place;
}

} // namespace

/// What stands in a cell, as the file has it.
struct XlsxRows::Cell
{
    std::string type, text;
    size_t style = 0;
};

Result<XlsxRange> xlsxRangeOf(const std::string &text)
{
    XlsxRange range;
    if (text.empty())
        return range;
    std::string plain = text;
    std::erase(plain, '$');
    const size_t colon = plain.find(':');
    const auto first = placeOf(std::string_view(plain).substr(0, colon));
    const auto last =
        colon == std::string::npos ? std::optional(XlsxPlace()) : placeOf(std::string_view(plain).substr(colon + 1));
    if (!first || !last || (first->column == 0 && first->row == 0)
        || (colon != std::string::npos && last->column == 0 && last->row == 0))
        return failure(ErrorKind::Param,
                       inQuotes(text) + " is no range of cells; write one as \"B2:F100\", \"B:F\" or \"2:100\".");
    if (first->column > 0)
        range.firstColumn = first->column - 1;
    if (first->row > 0)
        range.firstRow = first->row - 1;
    if (last->column > 0)
        range.lastColumn = last->column - 1;
    if (last->row > 0)
        range.lastRow = last->row - 1;
    if (range.firstColumn > range.lastColumn || range.firstRow > range.lastRow)
        return failure(ErrorKind::Param, "The range " + inQuotes(text) + " ends before it begins.");
    return range;
}

XlsxRows::XlsxRows(const XlsxBook &book, std::unique_ptr<XlsxXml> xml, const XlsxRange &range)
    : m_book(book), m_xml(std::move(xml)), m_range(range)
{}

XlsxRows::~XlsxRows() = default;

Result<std::unique_ptr<XlsxRows>> XlsxRows::open(const XlsxBook &book, const std::string &part, const XlsxRange &range)
{
    auto bytes = book.package().read(part);
    if (!bytes)
        return bytes.forward();
    return std::unique_ptr<XlsxRows>(new XlsxRows(book, std::make_unique<XlsxXml>(*std::move(bytes)), range));
}

Result<bool> XlsxRows::next(XlsxRow &row)
{
    while (!m_isOver) {
        const auto any = m_xml->next();
        if (!any)
            return any;
        m_isOver = !*any || m_xml->ends("sheetData");
        if (!m_xml->begins("row"))
            continue;
        const std::string number = m_xml->attribute("r");
        uint64_t given = 0;
        const auto read = std::from_chars(number.data(), number.data() + number.size(), given);
        m_row = read.ec == std::errc() && given > 0 ? given : m_row + 1;
        m_isOver = m_row > m_range.lastRow + 1;
        const auto found = m_isOver ? Result<bool>(false) : readRow(row);
        if (!found || *found)
            return found;
    }
    return false;
}

/// False: none of its cells is in the range.
Result<bool> XlsxRows::readRow(XlsxRow &row)
{
    row.number = m_row;
    row.cells.clear();
    m_column = 0;
    m_ofRow = 0;
    for (;;) {
        const auto any = m_xml->next();
        if (!any || !*any)
            return any;
        if (m_xml->ends("row"))
            break;
        if (m_xml->begins("c"))
            if (auto read = readCell(row); !read)
                return read.forward();
    }
    while (!row.cells.empty() && row.cells.back().isNull())
        row.cells.pop_back();
    return m_row > m_range.firstRow && !row.cells.empty();
}

Result<> XlsxRows::readCell(XlsxRow &row)
{
    if (const auto place = placeOf(m_xml->attribute("r")); place && place->column > 0)
        m_column = place->column - 1;
    Cell cell;
    cell.type = m_xml->attribute("t");
    const std::string style = m_xml->attribute("s");
    std::from_chars(style.data(), style.data() + style.size(), cell.style);
    bool isText = false, isPhonetic = false;
    for (;;) {
        const auto any = m_xml->next();
        if (!any)
            return any.forward();
        if (!*any || m_xml->ends("c"))
            break;
        if (m_xml->begins("rPh") || m_xml->ends("rPh"))
            isPhonetic = m_xml->begins("rPh");
        else if (m_xml->begins("v") || m_xml->ends("v") || m_xml->begins("t") || m_xml->ends("t"))
            isText = m_xml->reader.isStartElement();
        else if (m_xml->reader.isCharacters() && isText && !isPhonetic)
            cell.text += m_xml->reader.text().toString().toStdString();
        if (cell.text.size() > MostOfCell)
            return failure(ErrorKind::Parse, "The text of a cell in row " + std::to_string(m_row)
                                                 + " is larger than 64 MiB; split it into several cells.");
    }
    const uint32_t column = m_column++;
    if (column < m_range.firstColumn || column > m_range.lastColumn || m_row <= m_range.firstRow)
        return {};
    const size_t at = column - m_range.firstColumn;
    if (row.cells.size() <= at)
        row.cells.resize(at + 1);
    row.cells[at] = valueOf(cell);
    if (row.cells[at].isText())
        m_ofRow += row.cells[at].toText().size();
    if (m_ofRow > MostOfRow)
        return failure(ErrorKind::Parse, "The texts of row " + std::to_string(m_row)
                                             + " are larger than 256 MiB; read some of its columns with \"range\".");
    return {};
}

Value XlsxRows::valueOf(const Cell &cell)
{
    if (cell.type == "s") {
        size_t number = SIZE_MAX;
        std::from_chars(cell.text.data(), cell.text.data() + cell.text.size(), number);
        const std::string *text = m_book.text(number);
        return text && !text->empty() ? Value(*text) : Value();
    }
    if (cell.type == "str" || cell.type == "inlineStr")
        return cell.text.empty() ? Value() : Value(cell.text);
    if (cell.text.empty())
        return {};
    if (cell.type == "e") {
        ++m_errors;
        return {};
    }
    if (cell.type == "b")
        return Value(cell.text == "1" || cell.text == "true");
    if (cell.type == "d") {
        Timestamp moment;
        return parseTimestamp(cell.text, moment) ? Value(moment) : Value(cell.text);
    }
    double number = 0;
    const auto read = std::from_chars(cell.text.data(), cell.text.data() + cell.text.size(), number);
    if (read.ec != std::errc() || read.ptr != cell.text.data() + cell.text.size())
        return Value(cell.text);
    if (const XlsxNumber kind = m_book.numberOf(cell.style); kind != XlsxNumber::Plain)
        return m_book.momentOf(number, kind);
    constexpr double MostWhole = 9'007'199'254'740'992.0; // 2^53
    return std::trunc(number) == number && std::abs(number) <= MostWhole ? Value(int64_t(number)) : Value(number);
}

} // namespace millrace

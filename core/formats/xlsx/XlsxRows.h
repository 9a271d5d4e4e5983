// SPDX-License-Identifier: MIT
#pragma once

#include "formats/xlsx/XlsxBook.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace millrace {

class XlsxXml;

/// Cells from the first column to the last, rows from the first to the last, all from 0 and with both ends.
struct XlsxRange
{
    uint32_t firstColumn = 0, lastColumn = 16'383;
    uint64_t firstRow = 0, lastRow = UINT64_MAX / 2; ///< however many rows there are
};

/// "B2:F100", "B:F", "2:100", "B2" (from there on); empty: all. Fails (ErrorKind::Param) for what is no such range.
Result<XlsxRange> xlsxRangeOf(const std::string &text);

struct XlsxRow
{
    uint64_t number = 0;      ///< in the sheet, from 1
    std::vector<Value> cells; ///< of the range's columns, without empty ones at the end
};

/// The rows of a sheet as they come: texts, integers and reals, true and false; numbers with a date's format are timestamps, or texts of a
/// time of day. Errors such as #N/A are null. One thread.
class XlsxRows
{
public:
    static constexpr size_t MostOfCell = size_t(64) << 20, MostOfRow = size_t(256) << 20; ///< bytes of text

    /// `book` is borrowed.
    static Result<std::unique_ptr<XlsxRows>> open(const XlsxBook &book,
                                                  const std::string &part,
                                                  const XlsxRange &range);
    ~XlsxRows();

    /// The next row with a cell in the range. False: there is none.
    Result<bool> next(XlsxRow &row);
    /// Cells that were errors so far.
    uint64_t errors() const { return m_errors; }

private:
    struct Cell;

    XlsxRows(const XlsxBook &book, std::unique_ptr<XlsxXml> xml, const XlsxRange &range);
    Result<bool> readRow(XlsxRow &row);
    Result<> readCell(XlsxRow &row);
    Value valueOf(const Cell &cell);

    const XlsxBook &m_book;
    std::unique_ptr<XlsxXml> m_xml; ///< never null
    XlsxRange m_range;
    uint64_t m_row = 0;    ///< of the row that was read last, from 1
    uint32_t m_column = 0; ///< of the next cell that doesn't say where it is
    size_t m_ofRow = 0;    ///< bytes of the row's texts so far
    uint64_t m_errors = 0;
    bool m_isOver = false;
};

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "data/Result.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace millrace {

/// How a workbook is written.
struct XlsxForm
{
    std::string sheet = "Sheet1";
    bool hasHeader = true;
    bool hasFilters = false; ///< the header stays in sight, and has filters
    bool goesOn = true;      ///< on further sheets where one is full; else that is an error
};

/// Writes items as the rows of a workbook in the format of Excel 2007 (.xlsx), one after the other in memory that doesn't grow with them:
/// what is written waits in temporary files beside the target. One thread at a time.
class XlsxWriter
{
public:
    static constexpr uint32_t MostRows = 1'048'576; ///< of a sheet
    static constexpr size_t MostColumns = 16'384;
    static constexpr size_t LongestText = 32'767; ///< characters of a cell

    XlsxWriter();
    ~XlsxWriter();
    XlsxWriter(const XlsxWriter &) = delete;
    XlsxWriter &operator=(const XlsxWriter &) = delete;

    /// Empty, or what is wrong with a sheet's name: a sentence.
    static std::string nameProblem(const std::string &sheet);

    /// `path`: of the file that finish() fills. `rowsOfSheet`: how many fit a sheet, the header among them.
    Result<> open(const std::string &path, const XlsxForm &form, uint32_t rowsOfSheet = MostRows);
    /// Whether the fields are known, from which on there are no others.
    bool hasFields() const;
    Result<> setFields(const std::vector<std::string> &names);
    /// Empty, or why the value fits no cell: the end of a sentence that begins with its field.
    static std::string problemOf(const Value &value);
    /// A row: a value for each field.
    Result<> addRow(const std::vector<Value> &values);
    /// All rows are there: the file is written.
    Result<> finish();

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace millrace

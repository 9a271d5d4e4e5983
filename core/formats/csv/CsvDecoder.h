// SPDX-License-Identifier: MIT
#pragma once

#include "formats/csv/CsvGrid.h"
#include "formats/csv/CsvLayout.h"
#include "formats/csv/CsvParser.h"
#include "formats/text/RawRecords.h"

#include <string>
#include <vector>

namespace millrace {

/// Turns the raw records of a batch into typed columns. One thread; each worker has its own.
class CsvDecoder
{
public:
    explicit CsvDecoder(CsvLayout layout) : m_layout(std::move(layout)) {}
    void decode(Batch &batch);

private:
    /// Where a column's values go.
    struct Target
    {
        ValueType type = ValueType::Text;
        int64_t *integers = nullptr;
        double *reals = nullptr;
        TextRef *refs = nullptr;
        Value *values = nullptr;
    };
    /// A field that its column can't hold, or that isn't UTF-8.
    struct Misfit
    {
        size_t row = 0, column = 0;
        std::string text;
    };
    struct Problem
    {
        size_t row = 0;
        std::string message;
    };

    void prepareColumns(Batch &batch, const RawRecords &raw);
    void decodeRecords(Batch &batch, const RawRecords &raw);
    void decodeRecord(Batch &batch, CsvFields &fields, size_t row);
    void store(Batch &batch, size_t row, size_t column, const CsvField &field);
    void storeTyped(Batch &batch, size_t row, size_t column, std::string_view text);
    void decodeColumn(Batch &batch, size_t column);
    template <class Number, class Parse>
    void decodeNumbers(Batch &batch, size_t column, Number *out, Parse parse);
    void storeNull(Batch &batch, size_t row, size_t column);
    void addProblem(const Batch &batch, size_t row, const std::string &what);
    void addMisfit(const Batch &batch, size_t row, size_t column, std::string_view text);
    void addFault(const Batch &batch, size_t row, size_t column, const CsvField &field, const char *recordBegin);
    void findInvalidText(const Batch &batch, const RawRecords &raw);
    void reportProblems(Batch &batch);

    CsvLayout m_layout;
    const char *m_block = nullptr; ///< of the batch at hand
    CsvGrid m_grid;
    std::vector<Target> m_targets;
    std::vector<Misfit> m_misfits;
    std::vector<Problem> m_problems;
};

} // namespace millrace

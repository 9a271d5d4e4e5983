// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "formats/csv/CsvLayout.h"
#include "formats/csv/CsvParser.h"
#include "formats/csv/guess/CsvGrid.h"
#include "formats/text/RawRecords.h"
#include "metrics/RunLog.h"

#include <string>
#include <vector>

namespace millrace {

/// Turns the raw records of a batch into typed columns. One thread; each worker has its own.
class CsvDecoder
{
public:
    explicit CsvDecoder(CsvLayout layout);
    void decode(Batch &batch);
    /// Where it is said, once, that a field's integers go on as reals; null: nowhere. `step`: whose words these are.
    void sayTo(RunLog *log, std::string step)
    {
        m_log = log;
        m_step = std::move(step);
    }

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
    /// A value that its column can't hold: of another type, or text that isn't UTF-8.
    struct Misfit
    {
        size_t row = 0, column = 0;
        Value value;
        bool isWidened = false; ///< a number with decimals among integers
        std::string written;    ///< how that stands in the file, but for its signs; empty: as it will be written
    };
    struct Problem
    {
        size_t row = 0;
        std::string message;
        bool isOfValue = false; ///< said only where nothing is wrong with the record as a whole
    };

    bool mayBeGrid() const;
    void prepareColumns(Batch &batch, const RawRecords &raw);
    template <class Fields, class Spelling>
    void decodeRecords(Batch &batch, const RawRecords &raw, const Spelling &spelling);
    template <class Fields>
    void decodeRecord(Batch &batch, Fields &fields, size_t row);
    void endRecord(Batch &batch, size_t row, size_t count, bool isMarked);
    void store(Batch &batch, size_t row, size_t target, const CsvField &field);
    void storeTyped(Batch &batch, size_t row, size_t target, std::string_view text);
    bool read(const Target &target, size_t row, std::string_view text) const;
    void decodeColumn(Batch &batch, size_t target);
    void storeWritten(Batch &batch, size_t index);
    void note(size_t row, std::string_view text);
    void noteNumber(Batch &batch, size_t row, size_t index, std::string_view text);
    void decodeTexts(size_t target, size_t column);
    template <class Number>
    void decodeNumbers(Batch &batch, size_t target, size_t column, Number *out);
    void storeNull(Batch &batch, size_t row, size_t target);
    void fillOwnColumns(Batch &batch, size_t rows);
    void addProblem(const Batch &batch, size_t row, const std::string &what, bool isOfValue = false);
    void addMisfit(Batch &batch, size_t row, size_t target, std::string_view text);
    bool widen(const Batch &batch, size_t row, size_t target, std::string_view text);
    void storeMisfits(Batch &batch);
    void addFault(const Batch &batch, size_t row, size_t column, const CsvField &field, const char *recordBegin);
    void findInvalidText(const Batch &batch, const RawRecords &raw);
    void reportProblems(Batch &batch);

    CsvLayout m_layout;
    std::vector<size_t> m_targetOf; ///< of each column of the file; CsvLayout::None: nobody wants it
    bool m_hasPlainNulls = true;    ///< no words, only empty texts
    bool m_hasPlainNumbers = true;  ///< numbers are spelled as ParseText.h reads them, and none of them means null
    RunLog *m_log = nullptr;
    std::string m_step;

    const char *m_block = nullptr; ///< of the batch at hand
    CsvGrid m_grid;
    bool m_isInGrid = false;             ///< its fields are in m_grid
    std::vector<WrittenValue> m_written; ///< of the column at hand, in the block
    std::vector<uint32_t> m_odd;         ///< rows of it, as parseShortWidely() finds them
    std::string m_plain;                 ///< a number with a decimal point and without signs between groups
    std::vector<Target> m_targets;
    std::vector<Misfit> m_misfits;
    std::vector<Problem> m_problems;
    List m_extra; ///< of the record at hand: what is behind its last column
};

} // namespace millrace

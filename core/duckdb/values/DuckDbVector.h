// SPDX-License-Identifier: MIT
#pragma once

#include "data/Column.h"
#include "duckdb/values/DuckDbType.h"

#include <cstdint>
#include <vector>

namespace millrace {

/// A column of a chunk as DuckDB has it, with all that is within it, to be read while the chunk is there. One thread at a time.
///
/// Integers are exact, those of more than 64 bits texts of their digits; decimals are reals that keep how they are written, or texts
/// where a real wouldn't hold their digits; moments keep their microseconds or nanoseconds, and are UTC where the column has zones.
class DuckDbVector
{
public:
    DuckDbVector(const DuckDbFunctions &duckdb, const DuckDbType &type, DuckDbHandle vector);

    /// Appends so many rows to a column that was reset to the type of the values.
    void appendTo(Column &column, uint64_t row, uint64_t count) const;
    Value value(uint64_t row) const;
    /// Bytes of texts in these rows, as far as they stand in the column itself.
    uint64_t textBytes(uint64_t row, uint64_t count) const;

private:
    bool isNull(uint64_t row) const { return m_validity && !((m_validity[row / 64] >> row % 64) & 1); }
    template <class T>
    T at(uint64_t row) const
    {
        return static_cast<const T *>(m_data)[row];
    }
    template <class T>
    void appendIntegers(Column &column, uint64_t row, uint64_t count) const;
    std::string_view text(uint64_t row) const;
    Value integer(uint64_t row) const;
    Value moment(uint64_t row) const;
    Value decimal(uint64_t row, std::string &written) const;
    Value list(uint64_t begin, uint64_t count) const;
    Value map(uint64_t begin, uint64_t count) const;
    Value object(uint64_t row) const;

    const DuckDbType *m_type; ///< of whoever has the result
    const void *m_data = nullptr;
    const uint64_t *m_validity = nullptr; ///< a bit a row; null: none is null
    std::vector<DuckDbVector> m_parts;
};

} // namespace millrace

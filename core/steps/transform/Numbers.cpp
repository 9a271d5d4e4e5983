// SPDX-License-Identifier: MIT
#include "steps/transform/Numbers.h"

#include "data/text/Quote.h"
#include "steps/StepBuilder.h"

#include <algorithm>
#include <limits>

namespace millrace {

void Numbers::read(const Column &column, size_t rows)
{
    constexpr double None = std::numeric_limits<double>::quiet_NaN();
    nulls.clear();
    other.clear();
    values.resize(rows);
    const ColumnType type = column.type();
    if (type == ColumnType::Integer) {
        for (size_t row = 0; row < rows; ++row)
            values[row] = double(column.integers()[row]);
    } else if (type == ColumnType::Real) {
        std::copy_n(column.reals().begin(), rows, values.begin());
    } else {
        for (uint32_t row = 0; row < rows; ++row) {
            const Value value = column.value(row);
            values[row] = value.isNumber() ? value.toReal() : None;
            if (value.isNull())
                nulls.push_back(row);
            else if (!value.isNumber())
                other.push_back(row);
        }
        return;
    }
    if (column.nulls().empty())
        return;
    for (uint32_t row = 0; row < rows; ++row) {
        if (column.nulls()[row] == 0)
            continue;
        values[row] = None;
        nulls.push_back(row);
    }
}

std::string cannotText(const std::string &field, const Value &value, std::string_view what)
{
    const std::string found = value.isNull()   ? "null"
                              : value.isText() ? inQuotes(value.toText())
                                               : describeValue(value);
    return field + ": " + found + ' ' + std::string(what);
}

} // namespace millrace

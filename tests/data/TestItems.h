// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"

#include <memory>
#include <string>
#include <vector>

namespace millrace::test {

inline const SchemaPtr &numbersAndNames()
{
    static const SchemaPtr schema = std::make_shared<const Schema>(std::vector<Field>{
        {"number", ValueType::Integer, Role::DataInput},
        {"name", ValueType::Text, Role::DataInput},
        {"wanted", ValueType::Null, Role::ExpectedOutput},
    });
    return schema;
}

/// Items {number: row, name: "n<row>", wanted: row / 2}, ids from 100, lines from 2.
inline void fill(Batch &batch, size_t rows)
{
    batch.reset(numbersAndNames());
    batch.sequence = 5;
    batch.origin.sequence = 6;
    batch.origin.firstLine = 2;
    batch.setFirstId(100);
    for (size_t row = 0; row < rows; ++row) {
        batch.columnToChange(0).appendInteger(int64_t(row));
        batch.columnToChange(1).appendText(std::string("n").append(std::to_string(row)));
        batch.columnToChange(2).append(Value(double(row) / 2));
    }
    batch.setSize(rows);
}

/// "id:number" of each item, and a check that the columns still belong together.
inline std::string written(const Batch &batch)
{
    std::string text;
    for (size_t row = 0; row < batch.size(); ++row) {
        if (row > 0)
            text += ' ';
        text += toJson(batch.id(row)) + ':' + toJson(batch.column(0).value(row));
        if (!batch.column(0).isNull(row)
            && batch.column(1).text(row) != std::string("n").append(toPlain(batch.column(0).value(row))))
            text += "!";
    }
    return text;
}

inline const std::vector<uint32_t> OddRows{1, 3};

} // namespace millrace::test

// SPDX-License-Identifier: MIT
#pragma once

#include "data/JsonReader.h"
#include "steps/TextSource.h"

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace millrace {

/// What is known of a file of JSON lines once its first lines have been looked at.
struct JsonLinesLayout
{
    SchemaPtr schema;  ///< the fields in the order in which they appear, packed where all values have one type
    std::string fault; ///< what is wrong with the first line, if none of them is JSON
};
JsonLinesLayout jsonLinesLayoutOf(std::string_view sample);

/// Turns lines of JSON into columns. Fields that the schema lacks are added to the batch they appear in.
/// One thread; each worker has its own.
class JsonLinesDecoder
{
public:
    explicit JsonLinesDecoder(const JsonLinesLayout &layout);
    void decode(Batch &batch);

private:
    void addRow(Batch &batch, size_t row, std::string_view line);
    void addValue(Batch &batch, size_t row, size_t column, const Value &value);
    size_t columnOf(Batch &batch, const std::string &name, size_t row);
    void useSchema(SchemaPtr schema);
    SchemaPtr extended(const std::string &name);

    JsonReader m_reader;
    const SchemaPtr m_base;
    SchemaPtr m_schema; ///< of the batch at hand: the base, and what its lines added
    std::unordered_map<std::string, size_t> m_columns;
    std::map<std::pair<SchemaPtr, std::string>, SchemaPtr> m_extensions;
};

} // namespace millrace

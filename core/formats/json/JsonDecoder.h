// SPDX-License-Identifier: MIT
#pragma once

#include "data/json/JsonReader.h"
#include "formats/text/RawRecords.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace millrace {

/// What is known of a file of JSON lines once its first lines have been looked at. Fields beyond MostFields are left out.
struct JsonLinesLayout
{
    SchemaPtr schema;  ///< the fields in the order in which they appear, packed where all values have one type
    std::string fault; ///< what is wrong with the first line, if none of them is JSON
};
JsonLinesLayout jsonLinesLayoutOf(std::string_view sample);

/// Turns lines of JSON into columns. Fields that the schema lacks are added to the batch they appear in; a line with which there
/// would be more than MostFields fails.
/// One thread; each worker has its own.
class JsonLinesDecoder
{
public:
    explicit JsonLinesDecoder(const JsonLinesLayout &layout);
    void decode(Batch &batch);

private:
    void addRow(Batch &batch, size_t row, std::string_view line);
    void addFields(Batch &batch, size_t row, const Value &object);
    void addValue(Batch &batch, size_t row, size_t column, const Value &value);
    std::optional<size_t> columnOf(Batch &batch, const std::string &name, size_t row);
    const std::string &nameOf(size_t column) const;
    size_t fieldCount() const { return m_base->size() + m_added.size(); }
    void startBatch();
    SchemaPtr schema();

    JsonReader m_reader;
    const SchemaPtr m_base;
    std::unordered_map<std::string, size_t>
        m_columns; ///< of the batch at hand: those of the base, and what its lines added
    std::vector<std::string> m_added;
    std::map<std::vector<std::string>, SchemaPtr> m_extensions; ///< by what was added; a few
};

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "data/json/JsonReader.h"
#include "formats/text/FileOrigins.h"
#include "formats/text/RawRecords.h"
#include "metrics/RunLog.h"

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace millrace {

/// What is known of a file of JSON records once its first ones have been looked at. Fields beyond MostFields are left out.
struct JsonRecordLayout
{
    SchemaPtr schema;     ///< the fields in the order in which they appear, packed where all values have one type
    std::string fault;    ///< what is wrong with the first record, if none of them is JSON
    bool areLines = true; ///< a record is a line, else a value, as jsonLength() finds it
    bool nullsNonNumbers = false; ///< NaN and the infinities are null, else faults
    std::string file, line;       ///< the fields that say where an item comes from; empty: there are none
    std::shared_ptr<const FileOrigins> files;
    std::vector<std::string> warnings; ///< what may not be as it was meant: sentences
    /// What was said of a record, which is said once.
    struct Said
    {
        std::atomic<bool> repeated{false}, longInteger{false};
    };
    std::shared_ptr<Said> said = std::make_shared<Said>();
};

/// What the first records tell of their fields. `isWhole`: there are no others, so that no further field can come.
JsonRecordLayout jsonRecordLayoutOf(std::string_view sample, bool areLines, bool isWhole, bool nullsNonNumbers = false);
/// Adds the fields that say where an item comes from, under the names "file" and "line" where these are free.
void addOriginFields(JsonRecordLayout &layout, bool file, bool line);

/// Turns JSON records into columns. Fields that the schema lacks are added to the batch they appear in; a record with which there
/// would be more than MostFields fails. A member that a record lacks is absent.
/// One thread; each worker has its own.
class JsonDecoder
{
public:
    explicit JsonDecoder(JsonRecordLayout layout);
    void decode(Batch &batch);
    /// Where it is said, once each, that an object has two members of one name, and that a long integer is a text; null: nowhere. `step`: whose words these are.
    void sayTo(RunLog *log, std::string step)
    {
        m_log = log;
        m_step = std::move(step);
    }

private:
    static void addFault(Batch &batch, std::string_view message);
    void addRow(Batch &batch, size_t row, std::string_view record);
    void failRow(Batch &batch, size_t row, std::string_view record, const std::string &message);
    void addOrigins(Batch &batch);
    std::string placeInFile(const Batch &batch, size_t row, std::string_view record) const;
    void sayOnce(std::atomic<bool> &said, const Batch &batch, size_t row, const std::string &what);
    void sayWhatWasNoticed(const Batch &batch, size_t row);
    void addFields(Batch &batch, size_t row, const Value &object);
    void addValue(Batch &batch, size_t row, size_t column, const Value &value);
    std::optional<size_t> columnOf(Batch &batch, const std::string &name, size_t row);
    const std::string &nameOf(size_t column) const;
    size_t fieldCount() const { return m_base->size() + m_added.size(); }
    void startBatch();
    SchemaPtr schema();

    JsonReader m_reader;
    const JsonRecordLayout m_layout;
    const SchemaPtr m_base;
    const char *m_begin = nullptr; ///< of the first record of the batch at hand
    RunLog *m_log = nullptr;
    std::string m_step;
    std::unordered_map<std::string, size_t>
        m_columns; ///< of the batch at hand: those of the base, and what its records added
    std::vector<std::string> m_added;
    std::map<std::vector<std::string>, SchemaPtr> m_extensions; ///< by what was added; a few
};

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "data/Schema.h"
#include "formats/bytes/Encoding.h"
#include "formats/csv/CsvDialect.h"
#include "formats/guess/FormatGuess.h"
#include "formats/text/FieldRules.h"
#include "formats/text/FileOrigins.h"
#include "formats/text/RecordCutter.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace millrace {

/// What becomes of records with too few or too many fields.
enum class Ragged : uint8_t {
    Fail, ///< they are items that fail
    Pad,  ///< those with too few get nulls
    Keep  ///< and what those with too many have is kept as a list, in a field of its own
};

/// What somebody says of a CSV file. What isn't set is guessed from its beginning.
struct CsvSettings
{
    std::optional<std::string> delimiter;
    std::optional<char> quote, escape;
    std::optional<bool> header, trims, endsAtCr;
    std::optional<char> decimal;
    std::optional<size_t> skipLines; ///< lines above the header
    size_t skipEnd = 0;              ///< records at the end
    std::optional<size_t> headerRows;
    std::string comment;
    bool isLenient = false;
    std::vector<std::string> names; ///< for the first fields, instead of the header's
    bool infers = true;             ///< else all fields are text, but for those of `types`
    std::vector<std::pair<std::string, ValueType>> types;
    size_t sample = 1000; ///< rows to look at
    FieldRules rules;
    bool nullsMisfits = false;
    Ragged ragged = Ragged::Fail;
    std::vector<std::string> columns; ///< only these, in this order; empty: all
    bool withFile = false, withLine = false;
};

/// What is known of a CSV file once its first rows have been looked at.
struct CsvLayout
{
    static constexpr size_t None = SIZE_MAX;
    /// A table that is wider is one that was turned round, or no table.
    static constexpr size_t MostColumns = 100'000;

    CsvDialect dialect;
    std::string encoding = Utf8; ///< of the file; what is decoded is UTF-8
    bool hasHeader = true;
    FieldRules rules;
    bool nullsMisfits = false;
    Ragged ragged = Ragged::Fail;
    size_t skipEnd = 0;
    std::vector<std::string> fileColumns; ///< the name of each column of the file, each once
    SchemaPtr schema;
    std::vector<size_t> sources; ///< of the first fields of the schema: the file's columns that they are
    size_t extra = None, file = None, line = None; ///< fields of the schema
    std::shared_ptr<const FileOrigins> files;
    /// Whether it was said of a field of the schema that its integers go on as reals.
    std::shared_ptr<std::vector<std::atomic<bool>>> hasWidened;
    std::vector<FormatGuess> guesses;  ///< what was guessed
    std::vector<std::string> warnings; ///< what may not be as it was meant: sentences

    bool isUtf8() const { return isUtf8Name(encoding); }
    bool skipsEmptyLines() const { return fileColumns.size() != 1; }
};

/// What finds the records of such a file; `skipsEmpty`: lines without any character are none.
std::unique_ptr<RecordCutter> csvCutterFor(const CsvDialect &dialect, bool skipsEmpty, size_t skipEnd = 0);

/// Of a first line with more fields than CsvLayout::MostColumns.
Failure tooManyCsvColumns();

/// The layout of a file from the cells of its header (nothing: there is none) and the text of its first records. `layout` has what
/// is known before. Fails for names and types that the file hasn't.
Result<CsvLayout> csvLayoutOf(CsvLayout layout,
                              std::optional<std::vector<std::string>> header,
                              const std::string &sample,
                              const CsvSettings &settings);

} // namespace millrace

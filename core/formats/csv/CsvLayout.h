// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "data/Schema.h"

#include <string>

namespace millrace {

/// What is known of a CSV file once its first rows have been looked at.
struct CsvLayout
{
    char delimiter = ',';
    bool hasHeader = true;
    SchemaPtr schema;

    bool skipsEmptyLines() const { return schema->size() != 1; }
};

/// The layout of a file from the text of its header (empty: there is none) and of its first records. `infer`: the fields get
/// the narrowest types that these records fit; otherwise all are text. Fails for a header with an open quote.
Result<CsvLayout> csvLayoutOf(std::string header, std::string sample, char delimiter, bool hasHeader, bool infer);

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "formats/csv/CsvLayout.h"

#include "data/text/Quote.h"
#include "data/text/UniqueNames.h"
#include "formats/text/TypeInference.h"

#include <algorithm>

namespace millrace {

namespace {

/// A table as wide as that is one that was turned round, or no table.
constexpr size_t MostColumns = 100'000;

Result<std::vector<std::string>> firstRecord(std::string &text, char delimiter)
{
    const bool hasLineFeed = text.find('\n') != std::string::npos;
    CsvFields fields(text.data(), text.data() + text.size(), delimiter);
    std::vector<std::string> cells;
    CsvField field;
    if (!fields.skipEmptyLines())
        return cells;
    for (bool isLast = false; !isLast;) {
        isLast = fields.next(field);
        if (field.fault == CsvField::Fault::NotClosed)
            return failure(ErrorKind::Parse, "The first line has a quote that is never closed.");
        if (!hasLineFeed && !field.isQuoted && field.text().find('\r') != std::string_view::npos)
            return failure(
                ErrorKind::Parse,
                "The lines end with carriage returns alone, so that all would be one line; save the file with line "
                "feeds (LF or CRLF).");
        if (cells.size() == MostColumns)
            return failure(ErrorKind::Parse,
                           "The first line has more than " + std::to_string(MostColumns)
                               + " fields; does the delimiter fit, and is the table the right way round?");
        cells.emplace_back(field.text());
    }
    return cells;
}

/// Names for all fields, each once: columnN where there is none, and name_2, name_3, … where one repeats.
std::vector<std::string> uniqueNames(const std::vector<std::string> &header)
{
    UniqueNames names;
    std::vector<std::string> all;
    for (size_t i = 0; i < header.size(); ++i)
        all.push_back(names.add(header[i].empty() ? "column" + std::to_string(i + 1) : readableText(header[i])));
    return all;
}

std::vector<ValueType> inferTypes(std::string &sample, char delimiter, size_t columns)
{
    std::vector<TypeInference> inferences(columns);
    CsvFields fields(sample.data(), sample.data() + sample.size(), delimiter);
    CsvField field;
    while (columns == 1 ? !fields.isAtEnd() : fields.skipEmptyLines()) {
        bool isLast = false;
        for (size_t column = 0; !isLast; ++column) {
            isLast = fields.next(field);
            if (column < columns && field.fault == CsvField::Fault::None)
                inferences[column].add(field.text());
        }
    }
    std::vector<ValueType> types;
    for (const TypeInference &inference : inferences)
        types.push_back(inference.type());
    return types;
}

} // namespace

Result<CsvLayout> csvLayoutOf(std::string header, std::string sample, char delimiter, bool hasHeader, bool infer)
{
    std::string first = hasHeader ? std::move(header) : sample;
    auto cells = firstRecord(first, delimiter);
    if (!cells)
        return cells.forward();
    if (!hasHeader)
        std::fill(cells->begin(), cells->end(), std::string());
    const std::vector<std::string> names = uniqueNames(*cells);
    std::vector<ValueType> types(names.size(), ValueType::Text);
    if (infer)
        types = inferTypes(sample, delimiter, names.size());
    std::vector<Field> fields;
    for (size_t i = 0; i < names.size(); ++i)
        fields.push_back({names[i], types[i], Role::DataInput});
    return CsvLayout{delimiter, hasHeader, std::make_shared<const Schema>(std::move(fields))};
}

} // namespace millrace

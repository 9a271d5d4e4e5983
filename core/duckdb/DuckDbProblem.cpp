// SPDX-License-Identifier: MIT
#include "duckdb/DuckDbProblem.h"

#include "data/json/JsonReader.h"
#include "data/json/ObjectMembers.h"
#include "data/text/Quote.h"

#include <algorithm>
#include <cstdlib>

namespace millrace {

namespace {

constexpr size_t LongestMessage = 500;

/// "line 2, column 7" of a place within the written part; empty: it is outside.
std::string placeOf(size_t position, const DuckDbStatement &statement)
{
    if (position < statement.begin || position > statement.begin + statement.length)
        return {};
    size_t line = 1, column = 1;
    for (size_t i = statement.begin; i < std::min(position, statement.sql.size()); ++i) {
        const char c = statement.sql[i];
        if (c == '\n') {
            ++line;
            column = 1;
        } else if ((static_cast<unsigned char>(c) & 0xc0) != 0x80) {
            ++column;
        }
    }
    return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

/// On one line, with a full stop.
std::string asSentence(std::string text)
{
    if (text.size() > LongestMessage)
        text.replace(LongestMessage, std::string::npos, "…");
    std::ranges::replace(text, '\n', ' ');
    for (size_t at = 0; (at = text.find("  ", at)) != std::string::npos;)
        text.erase(at, 1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '.'))
        text.pop_back();
    return readableText(text) + (text.ends_with('!') || text.ends_with('?') ? "" : ".");
}

} // namespace

Error duckDbProblem(std::string_view message, const DuckDbStatement *statement)
{
    const size_t begin = message.find('{');
    const auto parsed = begin == std::string_view::npos ? Result<Value>(Value()) : parseJson(message.substr(begin));
    std::string words = parsed ? textOf(*parsed, "exception_message") : std::string();
    const std::string type = parsed ? textOf(*parsed, "exception_type") : std::string();
    const std::string position = parsed ? textOf(*parsed, "position") : std::string();
    if (words.empty())
        words = message;
    if (type == "Out of Memory")
        return {ErrorKind::Memory, "DuckDB needs more than the memory that it may use; give the step more by "
                                   "\"memory\". Its words: "
                                       + asSentence(words)};
    if (type == "Permission")
        return {ErrorKind::Database,
                "The " + (statement ? statement->name : "query")
                    + " would read or write files, or reach the network, which it may not. Its words: "
                    + asSentence(words)};
    const std::string place =
        statement && !position.empty() ? placeOf(std::strtoul(position.c_str(), nullptr, 10), *statement) : "";
    if (!place.empty())
        return {ErrorKind::Database, "The " + statement->name + " can't be run, " + place + ": " + asSentence(words)};
    const bool isOfStatement = type == "Parser" || type == "Binder" || type == "Catalog" || type == "Conversion";
    if (statement && statement->length > 0 && isOfStatement)
        return {ErrorKind::Database, "The " + statement->name + " can't be run: " + asSentence(words)};
    return {ErrorKind::Database, "DuckDB says: " + asSentence(words)};
}

} // namespace millrace

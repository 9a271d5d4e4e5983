// SPDX-License-Identifier: MIT
#pragma once

#include "database/DatabaseAddress.h"

#include <string>
#include <string_view>
#include <vector>

namespace millrace {

// What can be said of a statement of SQL without a database: what stands in quotes and comments is passed over.

/// The names that stand as `:name` in it, each once, in their order.
std::vector<std::string> sqlParameters(std::string_view sql);
/// The statement with ? for each of its parameters, whose names are added to `names` in this order, and without comments.
std::string withNumberedParameters(std::string_view sql, std::vector<std::string> &names);
/// The statement with NULL for each of its parameters.
std::string withoutSqlParameters(std::string_view sql);
/// The statement without blanks, comments and semicolons behind it.
std::string_view trimmedSql(std::string_view sql);
/// Its first word, in capital letters; empty where there is none.
std::string firstSqlWord(std::string_view sql);
/// Whether it is one that gives rows and changes nothing by what it is: SELECT, WITH, VALUES, TABLE.
bool isSqlQuery(std::string_view sql);
/// Whether there is more than one statement.
bool hasSeveralStatements(std::string_view sql);
/// Empty, or a sentence: what a server of that kind may read otherwise than it is read here, so that what looks like one statement that
/// reads could be several, or one that writes. Of SQLite, which is opened for reading only, it is always empty.
std::string serverSqlProblem(std::string_view sql, DatabaseKind kind);

} // namespace millrace

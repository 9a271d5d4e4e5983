// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "database/DatabaseConnection.h"
#include "database/TableForm.h"

#include <QString>

#include <string>
#include <vector>

namespace millrace {

// The statements of SQL that write tables, in each database's own manner.

/// A new table for such items: its columns have the types of the fields, or of the values in the batch where fields have none.
QString createStatement(const DatabaseConnection &connection,
                        const std::string &table,
                        const Batch &batch,
                        const std::vector<std::string> &keys);
/// One more column.
QString addColumnStatement(const DatabaseConnection &connection,
                           const std::string &table,
                           const Batch &batch,
                           size_t column);
/// With ? for each value.
QString insertStatement(const DatabaseConnection &connection,
                        const std::string &table,
                        const Schema &schema,
                        const TableForm &form);
/// Puts one table in the place of another, which may be missing; several, to be run within a transaction where `isWhole`.
std::vector<QString> replaceStatements(const DatabaseConnection &connection,
                                       const std::string &table,
                                       const std::string &by,
                                       bool isThere);

/// A value as the driver takes it. Fails (ErrorKind::Type) with a sentence where the database can't hold it as it is.
Result<QVariant> bindingOf(DatabaseKind kind, const Value &value);

} // namespace millrace

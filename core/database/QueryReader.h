// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "database/Database.h"

#include <cstdint>
#include <memory>
#include <string>

namespace millrace {

/// The rows of a query, taken from the database as they are asked for: none is kept but the first, by which the fields' types are known.
/// Integers are exact, decimal numbers keep how they are written, dates are timestamps, blobs bytes, nulls null. One thread at a time.
class QueryReader
{
public:
    static constexpr size_t LookedAt = 1000; ///< rows that types follow from, where the database has none for a column
    static constexpr uint64_t MostLooked = 4ull << 20; ///< bytes of them

    /// Runs the query. `params`: an object that has a value for each `:name` in it. Fails (ErrorKind::Database, Param) with a sentence.
    static Result<std::unique_ptr<QueryReader>> open(std::unique_ptr<Database> database,
                                                     const std::string &sql,
                                                     const Value &params);
    ~QueryReader();
    QueryReader(const QueryReader &) = delete;
    QueryReader &operator=(const QueryReader &) = delete;

    const SchemaPtr &schema() const { return m_schema; }
    /// Fills the batch with the next rows: so many, or fewer that hold so many bytes, but one at least. False: there are none left.
    Result<bool> fetch(Batch &batch, size_t items, uint64_t bytes);

    /// The fields of a result with such columns: names that repeat are made different.
    static std::vector<Field> fieldsOf(const std::vector<DatabaseColumn> &columns);
    /// Empty, or a sentence: what is no statement that gives rows, or parameters that lack a value.
    static std::string problemOf(const std::string &sql, const Value &params);

private:
    struct Rows;

    explicit QueryReader(std::unique_ptr<Database> database);
    Result<> begin(DatabaseConnection &connection, const std::string &sql, const Value &params);
    Result<> lookAhead(DatabaseConnection &connection);

    std::unique_ptr<Database> m_database; ///< never null
    std::unique_ptr<Rows> m_rows;         ///< never null; used on the connection's thread alone
    SchemaPtr m_schema = emptySchema();
};

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "database/Database.h"
#include "database/TableForm.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace millrace {

/// Writes items as rows of a table, a transaction a batch. One thread at a time.
class TableWriter
{
public:
    static Result<std::unique_ptr<TableWriter>> open(std::unique_ptr<Database> database, const TableForm &form);
    ~TableWriter();
    TableWriter(const TableWriter &) = delete;
    TableWriter &operator=(const TableWriter &) = delete;

    /// All rows of the batch but those that the database refuses, which fail in the batch (ErrorKind::Database) with its words. An error
    /// means that no row of it was written, and that no more can be.
    Result<> write(Batch &batch);
    /// All was written: a table that replaces another has its name.
    Result<> finish();
    /// No more comes. What takes a table's place only when it is complete is gone then; else returns how many rows were written.
    uint64_t abandon();

private:
    struct Statement;

    TableWriter(std::unique_ptr<Database> database, TableForm form);
    Result<> begin(DatabaseConnection &connection, const Batch &batch);
    Result<> makeTable(DatabaseConnection &connection, const Batch &batch);
    Result<> takeFields(DatabaseConnection &connection, const Batch &batch);
    Result<> prepare(DatabaseConnection &connection, const Schema &schema);
    Result<> writeBatch(DatabaseConnection &connection, Batch &batch);
    Result<> insertAll(DatabaseConnection &connection, const Batch &batch, bool &isRefused);
    Result<> insertEach(DatabaseConnection &connection, Batch &batch);
    Result<> insertAlone(DatabaseConnection &connection,
                         const Batch &batch,
                         uint32_t row,
                         std::vector<ItemError> &refused);
    Result<> insert(const Batch &batch, size_t row);
    Result<> emptyTable(DatabaseConnection &connection);
    Result<> beginBatch(DatabaseConnection &connection);
    Result<> endBatch(DatabaseConnection &connection, Result<> done);
    Result<> commit(DatabaseConnection &connection);
    /// Whether batches share a transaction. MySQL ends one where a column is added.
    bool isShared() const
    {
        return m_form.mode == TableMode::Replace && m_database->address().kind != DatabaseKind::MySql;
    }
    Result<> replaceTable(DatabaseConnection &connection);
    bool hasColumn(const std::string &name) const;

    std::unique_ptr<Database> m_database; ///< never null
    TableForm m_form;
    std::string m_target;                   ///< the table that is written: another one where it replaces the old
    SchemaPtr m_fields;                     ///< of an empty batch that came first
    std::vector<std::string> m_columns;     ///< of it
    std::unique_ptr<Statement> m_statement; ///< used on the connection's thread alone; null: nothing was written yet
    bool m_isBegun = false, m_isOwn = false, m_mustEmpty = false;
    bool m_isOpen = false; ///< a transaction
    std::chrono::steady_clock::time_point m_opened;
    uint64_t m_rows = 0;
};

} // namespace millrace

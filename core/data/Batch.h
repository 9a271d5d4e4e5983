// SPDX-License-Identifier: MIT
#pragma once

#include "data/ColumnList.h"
#include "data/Schema.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace millrace {

/// An item that a step could not process. `row` counts within the batch as it stands.
struct ItemError
{
    uint32_t row = 0;
    std::string kind;
    std::string message;
    std::string trace; ///< where in the step it happened, if that is known (e.g. a script's line and column)
};

/// Where a batch was cut from its source. Travels unchanged with it, and with all that is made of it.
struct Origin
{
    uint32_t source = 0;               ///< number of the source step in the run
    uint32_t firstColumn = 1;          ///< of its first item in that line, in characters from 1
    uint64_t sequence = 0;             ///< of the batch within that source
    int64_t firstRow = 0;              ///< number of its first item within the source, from 0
    int64_t firstLine = 0;             ///< line of its first item in the file, from 1; 0: not a file of lines
    std::vector<uint32_t> lineOffsets; ///< per original row, lines after firstLine; empty: one line a row
};

/// A piece of a block of raw text: records that are taken apart later.
struct RawText
{
    std::shared_ptr<TextBlock> block;
    uint64_t begin = 0, end = 0; ///< within the block
    size_t rows = 0;             ///< items that it holds
    bool isFault = false;        ///< there is one item, which fails, and the text says why
};

/// Items that travel together: ids and columns beside each other, in one order.
///
/// A batch belongs to one thread at a time. Batches made by a split share their columns (copy on write).
/// The order of batches is their sequence number, never the ids: ids are payload, may repeat, be null or text.
class alignas(64) Batch
{
public:
    Batch() = default;
    Batch(const Batch &) = delete;
    Batch &operator=(const Batch &) = delete;

    uint64_t sequence = 0;
    Origin origin;

private:
    static constexpr size_t NearColumns = 16;  ///< that are looked through for memory of a type
    static constexpr size_t MostExtras = 4096; ///< spare entries in lists that few batches have

    // The second cache line: what each cheap step touches.
    ColumnList m_columns; ///< may be longer than m_count: spare memory
    uint32_t m_count = 0;
    bool m_hasIds = false;
    bool m_mayHaveVerdicts = false; ///< false: there are none, so that the lists needn't be looked at
    bool m_isReady = false;         ///< by letGo(): columns and rows are as after reset() with m_schema
    bool m_mayHaveExtras = false;   ///< false: the third line holds none, so that it needn't be looked at
    size_t m_size = 0;
    SchemaPtr m_schema;

    // The third: what few batches of cheap steps have.
    std::vector<uint32_t> m_rows; ///< original row of each item; empty: the row itself
    RawText m_raw;
    uint32_t m_padTo = 0;

public:
    uint16_t input = 0; ///< for the engine: which of its consumer's input links it came by, if that has several

    /// Empties the batch and gives it this schema, with columns of the packed type that fits each field; keeps memory.
    /// Ids are implicit again; sequence, origin, first id and raw text stay, so that Source::decode() may call it.
    void reset(const SchemaPtr &schema)
    {
        if (!m_isReady || m_schema != schema) [[unlikely]] {
            resetSlowly(schema);
            return;
        }
        m_isReady = false;
        m_size = 0;
        m_hasIds = false;
        clearVerdicts();
    }
    /// As a new batch, but for the memory: no schema's items, sequence, origin, ids, raw text or verdicts. For free
    /// lists.
    void renew();
    /// Empties the batch and keeps nothing that others share: no blocks of text, no columns with other owners. The columns are
    /// undefined then, until reset(), clearItems(), shareFrom() or copyRows(). Makes the next reset() with the same schema cheap.
    /// Returns how many bytes of memory it keeps for the items to come.
    size_t letGo()
    {
        size_t held = 0;
        const std::span<const ColumnType> types = m_schema ? m_schema->columnTypes() : std::span<const ColumnType>();
        m_isReady = types.size() == m_count;
        if (m_isReady) [[likely]] {
            for (size_t i = 0; i < types.size(); ++i)
                m_isReady &= m_columns[i].letGo(types[i], held);
        } else {
            held += letGoOfColumns();
        }
        if (m_columns.size() > m_count) [[unlikely]]
            held += spareBytes();
        if (m_hasIds) [[unlikely]]
            letGoOfIds();
        m_size = 0;
        clearVerdicts();
        if (m_mayHaveExtras) [[unlikely]]
            held += letGoOfExtras();
        return held;
    }
    /// Empties the batch and keeps no memory either, only sequence and origin.
    void giveBackMemory();
    /// Becomes a copy that shares the columns; errors and ports are not copied.
    void shareFrom(const Batch &other);
    /// Changes places with the other's items: columns, ids and original rows. Sequence, origin and raw text stay; there are no verdicts
    /// then. Wants no memory, so that it's done wholly.
    void swapItems(Batch &other) noexcept;

    size_t size() const { return m_size; }
    bool isEmpty() const { return m_size == 0; }
    const SchemaPtr &schema() const { return m_schema; }
    size_t columnCount() const { return m_count; }
    const Column &column(size_t index) const { return m_columns[index]; }
    Column &columnToChange(size_t index)
    {
        m_isReady = false;
        return m_columns[index];
    }

    /// For a source: how many items the columns hold now (all columns must be that long). Rows count from
    /// origin.firstRow.
    void setSize(size_t rows) { m_size = rows; }
    /// Replaces schema and columns; each column must be size() long.
    void setColumns(SchemaPtr schema, std::vector<Column> columns);
    /// Replaces everything about the items: columns, ids and original rows, all equally long.
    void setItems(SchemaPtr schema, std::vector<Column> columns, Column ids, std::vector<uint32_t> originalRows);
    /// The schema changes its names or types only; the number of columns stays.
    void setSchema(SchemaPtr schema) { m_schema = std::move(schema); }
    /// Keeps these columns, in this order, under `schema`; the memory of the others stays with the batch.
    void selectColumns(SchemaPtr schema, std::span<const size_t> columns);
    /// One more column at the end; `schema` has one more field.
    void addColumn(SchemaPtr schema, Column column);
    /// Takes a spare column out of the batch's memory, to be filled and given to addColumn().
    Column takeSpare(ColumnType type);

    /// Ids: implicit numbers (first, first + 1, … by original row) or a column.
    void setFirstId(int64_t first)
    {
        m_firstId = first;
        m_hasIds = false;
    }
    void setIds(Column ids);
    bool hasImplicitIds() const { return !m_hasIds; }
    int64_t firstId() const { return m_firstId; }
    const Column &ids() const { return m_ids; }
    Value id(size_t row) const;

    /// The row within the source's batch that this item came from: what ids, lines and joins are told by.
    uint32_t originalRow(size_t row) const { return m_rows.empty() ? uint32_t(row) : m_rows[row]; }
    bool hasOriginalRows() const { return !m_rows.empty(); }
    /// Line in the source's file, from 1, or 0 where there is none.
    int64_t line(size_t row) const;
    /// For a step that makes several items of one: for each new row, the row of this batch that it was made of. The ids
    /// follow. The caller sets columns of that many rows next. Verdicts are not renumbered: give them afterwards.
    void expandRows(std::span<const uint32_t> from);

    /// For sources that read raw text first and take it apart later (Source::decode).
    const RawText &raw() const { return m_raw; }
    void setRaw(RawText raw)
    {
        m_raw = std::move(raw);
        m_mayHaveExtras = true;
    }
    RawText takeRaw() { return std::exchange(m_raw, RawText()); }
    /// How many items the last batch is to be filled up to once it is decoded; 0: it isn't.
    uint32_t padTo() const { return m_padTo; }
    void setPadTo(uint32_t items)
    {
        m_padTo = items;
        m_mayHaveExtras = true;
    }

    /// Keeps these rows, ascending, in all columns, ids and origins. Verdicts are not renumbered: give them afterwards.
    void keepRows(std::span<const uint32_t> rows);
    /// Becomes a copy of these rows of another batch (ascending), with its own columns.
    void copyRows(const Batch &other, std::span<const uint32_t> rows);
    /// Empties the batch but keeps schema, sequence and origin: what a step that drops everything passes on.
    void clearItems();
    /// Appends items up to `size`: null ids, the given values for every data input and expected output.
    void pad(size_t size, const Value &dataInput, const Value &expectedOutput);

    /// The item as an object of its fields (data inputs and expected outputs).
    Value item(size_t row) const;
    /// Bytes held, with memory that is kept for later and what is shared with others.
    size_t byteSize() const;

    // What a step says about single items while it processes the batch; the engine acts on it afterwards.

    /// The item failed; the others go on. Leave the row as it came in.
    void fail(size_t row, std::string kind, std::string message, std::string trace = {});
    /// Only with fail(): the rows that failed came in with this schema, whose fields are the first columns.
    void setSchemaOfFailed(SchemaPtr schema) { m_failedSchema = std::move(schema); }
    /// Null: that of the others.
    SchemaPtr takeSchemaOfFailed() { return std::exchange(m_failedSchema, nullptr); }
    /// Drops the columns behind those of the schema.
    void narrowTo(SchemaPtr schema);
    std::vector<ItemError> &errors()
    {
        m_mayHaveVerdicts = true;
        return m_errors;
    }
    const std::vector<ItemError> &errors() const { return m_errors; }
    /// Sends an item to one of the step's further output ports (0 is `out`), instead of `out`.
    void sendTo(size_t row, uint8_t port);
    /// One port a row; empty: all to `out`.
    const std::vector<uint8_t> &ports() const { return m_ports; }
    bool hasVerdicts() const { return m_mayHaveVerdicts && (!m_errors.empty() || !m_ports.empty()); }
    void clearVerdicts()
    {
        if (m_mayHaveVerdicts)
            forgetVerdicts();
    }

    /// What Sink::encode() made of the items.
    const std::string &encoded() const { return m_encoded; }
    /// To be filled; its memory is kept for the next items.
    std::string &encodedToChange()
    {
        m_mayHaveExtras = true;
        return m_encoded;
    }

private:
    void makeIdsExplicit();
    void resetSlowly(const SchemaPtr &schema);
    size_t letGoOfColumns();
    size_t spareBytes() const;
    void letGoOfIds();
    size_t letGoOfExtras();
    size_t likeliest(size_t first, ColumnType type) const;
    void forgetVerdicts();

    std::string m_encoded;
    int64_t m_firstId = 0;
    Column m_ids;

public:
    uint64_t heldBytes = 0; ///< for the engine: what was counted for it where it waits for its turn

private:
    std::vector<ItemError> m_errors;
    std::vector<uint8_t> m_ports;
    SchemaPtr m_failedSchema;
};

/// A schema that holds nothing.
const SchemaPtr &emptySchema();

} // namespace millrace

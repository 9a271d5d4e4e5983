// SPDX-License-Identifier: MIT
#pragma once

#include "data/ColumnType.h"
#include "data/Value.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace {

/// Bytes read from a file, shared by the batches that were cut from them. Records of different batches never overlap.
struct TextBlock
{
    std::vector<char> bytes;
};

/// A piece of text inside a column's block or arena. A null text has the length Null, and the offset Absent where its item lacks
/// the field.
struct TextRef
{
    static constexpr uint32_t Null = 0xffffffff;
    static constexpr uint32_t Absent = 0xffffffff;
    uint32_t offset = 0;
    uint32_t length = 0;
};

/// How a value was written where it was read, in a row where that isn't how it would be written: 1.10, 1E5, -0. Numbers with a decimal
/// point, whatever sign stood there, and nothing between groups of digits; lists and objects as JSON without blanks. A piece of the
/// column's arena.
struct WrittenValue
{
    uint32_t row = 0;
    uint32_t offset = 0, length = 0;
};

/// One field of the items of a batch: packed integers, packed reals, packed text, or Values where types are mixed.
///
/// Copies share their data; what changes a column takes a copy of its own first (copy on write), so copies may be used
/// on several threads while one Column object may not. Nulls of packed numbers are marked aside; nulls of text in the
/// ref. A null may say that its item doesn't have the field at all: it is absent, which is seen by isAbsent() and what writes items;
/// to everything else it is a null like others.
class Column
{
public:
    static constexpr uint8_t NullMark = 1, AbsentMark = 2; ///< in nulls()
    static constexpr size_t MostSpare = 64 * 1024;         ///< bytes that shrink() leaves

    Column() = default;
    explicit Column(ColumnType type) { reset(type); }
    Column(const Column &other) noexcept : m_data(other.m_data)
    {
        if (m_data)
            m_data->references.fetch_add(1, std::memory_order_relaxed);
    }
    Column(Column &&other) noexcept : m_data(std::exchange(other.m_data, nullptr)) {}
    Column &operator=(Column other) noexcept
    {
        std::swap(m_data, other.m_data);
        return *this;
    }
    ~Column() { drop(); }

    /// Empties the column and gives it that type; keeps the memory where it is not shared.
    void reset(ColumnType type)
    {
        if (m_data && isUnique() && m_data->type == type)
            m_data->clear();
        else
            resetSlowly(type);
    }
    /// Empties the column and gives up what others share. Whether it is of that type then, as after reset(). Adds what memory it
    /// keeps to `held`, in bytes.
    bool letGo(ColumnType type, size_t &held)
    {
        if (!m_data) [[unlikely]]
            return false;
        if (!isUnique()) [[unlikely]] {
            drop();
            return false;
        }
        held += m_data->clear();
        return m_data->type == type;
    }
    ColumnType type() const { return m_data ? m_data->type : ColumnType::Any; }
    size_t size() const
    {
        switch (type()) {
        case ColumnType::Integer: return m_data->integers.size();
        case ColumnType::Real: return m_data->reals.size();
        case ColumnType::Text: return m_data->refs.size();
        case ColumnType::Any: break;
        }
        return m_data ? m_data->values.size() : 0;
    }
    /// Whether another column has the same data, so that a change begins with a copy.
    bool isShared() const { return m_data && !isUnique(); }
    /// Whether it holds memory that may be used again.
    bool hasMemory() const { return m_data; }
    void reserve(size_t rows);
    /// Bytes of memory that it keeps for its items, used or not; what texts and values hold outside of it is left out.
    size_t heldBytes() const { return m_data ? m_data->heldBytes() : 0; }
    /// Gives its memory back, and with it its items.
    void release() { drop(); }
    /// Empties the column, gives up what others share, and keeps memory only where that is little: for what waits to be used again.
    void shrink()
    {
        size_t held = 0;
        letGo(ColumnType::Any, held);
        if (held > MostSpare)
            drop();
    }
    /// Bytes held, unused and shared ones included. Exact, but for columns of many lists or objects, of which some are looked at.
    size_t byteSize() const
    {
        const size_t held = heldBytes();
        return m_data && (m_data->block || !m_data->values.empty()) ? held + outerBytes() : held;
    }

    bool isNull(size_t row) const;
    bool hasNulls() const;
    /// Whether the item of that row lacks the field: then isNull(), too.
    bool isAbsent(size_t row) const;
    /// The value of a row, whatever the column's type.
    Value value(size_t row) const;
    /// Only Text columns; empty for null. Valid until the column changes.
    std::string_view text(size_t row) const
    {
        const TextRef ref = m_data->refs[row];
        return ref.length == TextRef::Null ? std::string_view()
                                           : std::string_view(m_data->textBase() + ref.offset, ref.length);
    }

    /// Only for the column's own type.
    std::span<const int64_t> integers() const { return m_data->integers; }
    std::span<const double> reals() const { return m_data->reals; }
    std::span<const Value> values() const
    {
        return m_data ? std::span<const Value>(m_data->values) : std::span<const Value>();
    }
    std::span<const TextRef> refs() const { return m_data->refs; }
    // How the values were written is forgotten.
    std::span<int64_t> integersToChange()
    {
        detachAndForget();
        return m_data->integers;
    }
    std::span<double> realsToChange()
    {
        detachAndForget();
        return m_data->reals;
    }
    std::span<Value> valuesToChange()
    {
        detachAndForget();
        return m_data->values;
    }
    std::span<TextRef> refsToChange()
    {
        detach();
        return m_data->refs;
    }
    /// One byte a row, not 0 where null (NullMark, AbsentMark); empty where no row is null. Only for Integer and Real.
    std::span<const uint8_t> nulls() const { return m_data->nulls; }

    /// All but Text columns: how a row's value was written, for as long as nobody changes it. Rows ascend from call to call.
    void setWritten(size_t row, std::string_view text);
    /// The same for many rows: `values` are pieces of `texts`.
    void setWritten(std::span<const WrittenValue> values, const char *texts);
    /// By rows.
    std::span<const WrittenValue> written() const
    {
        return m_data && m_data->hasWritten ? std::span<const WrittenValue>(m_data->written)
                                            : std::span<const WrittenValue>();
    }
    std::string_view writtenText(WrittenValue value) const
    {
        return {m_data->arena.data() + value.offset, value.length};
    }
    /// How that row's value was written; empty: as such values are.
    std::string_view written(size_t row) const;

    /// Makes the column `rows` long. New rows are 0, empty text or null, for the caller to fill through …ToChange().
    void resize(size_t rows);
    void setNull(size_t row);
    void setAbsent(size_t row);
    /// What is absent becomes null.
    void fillAbsent();
    /// Replaces one value. The column becomes Any where its type can't hold the value.
    void setValue(size_t row, const Value &value);

    void appendInteger(int64_t value)
    {
        if (type() != ColumnType::Integer || !isUnique() || !m_data->nulls.empty())
            return append(Value(value));
        m_data->integers.push_back(value);
    }
    void appendReal(double value)
    {
        if (type() != ColumnType::Real || !isUnique() || !m_data->nulls.empty())
            return append(Value(value));
        m_data->reals.push_back(value);
    }
    void appendText(std::string_view text);
    /// Text columns: a piece of the block set by setBlock().
    void appendRef(TextRef ref)
    {
        detach();
        m_data->refs.push_back(ref);
    }
    void appendNull();
    void appendAbsent();
    /// Makes it a Text column of these pieces of the arena.
    void setTexts(std::string_view arena, std::span<const TextRef> refs);
    /// Appends whatever it is; the column becomes Any where its type can't hold the value.
    void append(const Value &value);
    /// Appends rows of another column, of any type.
    void appendRows(const Column &other, std::span<const uint32_t> rows);

    /// Text columns: what appendRef() points into, instead of an arena of its own. Only while the column is empty.
    void setBlock(std::shared_ptr<TextBlock> block);

    /// Keeps these rows, in ascending order, and drops the rest.
    void keepRows(std::span<const uint32_t> rows);
    /// Turns the column into Values.
    void convertToAny();
    /// Turns a column of integers into one of reals. False: a real wouldn't hold all digits of one of them, and nothing is done.
    bool convertToReals();
    /// Makes the data this column's own, copying it where it is shared.
    void detach()
    {
        if (!m_data || !isUnique())
            detachSlowly();
    }

private:
    struct alignas(64) Data // what packed reals need is in the first cache line
    {
        std::atomic<uint32_t> references{1};
        ColumnType type = ColumnType::Any;
        bool hasWritten = false; ///< whether there are any, which then needn't be looked for
        std::vector<uint8_t> nulls;
        std::vector<double> reals;
        std::vector<int64_t> integers;
        std::vector<TextRef> refs;
        std::vector<Value> values;
        std::string arena; ///< texts, or how other values were written
        std::shared_ptr<TextBlock> block;
        std::vector<WrittenValue> written;

        void forgetWritten()
        {
            written.clear();
            arena.clear();
            hasWritten = false;
        }
        /// Only the vector of the type ever holds something. Returns the bytes of memory that are kept.
        size_t clear()
        {
            if (hasWritten) [[unlikely]]
                forgetWritten();
            switch (type) {
            case ColumnType::Integer: integers.clear(); break;
            case ColumnType::Real: reals.clear(); break;
            case ColumnType::Any: values.clear(); return heldBytes();
            case ColumnType::Text:
                refs.clear();
                arena.clear();
                if (block)
                    block.reset();
                return heldBytes();
            }
            nulls.clear();
            return heldBytes();
        }
        const char *textBase() const { return block ? block->bytes.data() : arena.data(); }
        size_t heldBytes() const
        {
            const size_t size = sizeof(Data) + arena.capacity() + written.capacity() * sizeof(WrittenValue);
            switch (type) {
            case ColumnType::Integer: return size + integers.capacity() * sizeof(int64_t) + nulls.capacity();
            case ColumnType::Real: return size + reals.capacity() * sizeof(double) + nulls.capacity();
            case ColumnType::Any: return size + values.capacity() * sizeof(Value);
            case ColumnType::Text: return size + refs.capacity() * sizeof(TextRef);
            }
            return size;
        }
    };
    void drop() noexcept
    {
        if (m_data && m_data->references.fetch_sub(1, std::memory_order_acq_rel) == 1)
            delete m_data;
        m_data = nullptr;
    }
    bool isUnique() const { return m_data->references.load(std::memory_order_acquire) == 1; }
    void detachAndForget()
    {
        detach();
        if (m_data->hasWritten) [[unlikely]]
            m_data->forgetWritten();
    }
    void setMark(size_t row, uint8_t mark);
    void forgetWritten(size_t row);
    void keepWritten(std::span<const uint32_t> rows);
    void gatherWritten(const Column &other, std::span<const uint32_t> rows, size_t begin);
    Value nullOf(size_t row) const;
    void resetSlowly(ColumnType type);
    void resetAndKeepWritten(ColumnType type);
    void detachSlowly();
    size_t outerBytes() const;
    void ownArena();
    bool addToArena(std::string_view text, TextRef &ref);
    void appendPlain(const Column &other, std::span<const uint32_t> rows);
    void appendTexts(const Column &other, std::span<const uint32_t> rows);

    Data *m_data = nullptr;
};

} // namespace millrace

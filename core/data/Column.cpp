// SPDX-License-Identifier: MIT
#include "data/Column.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>

namespace millrace {

namespace {

constexpr int64_t ExactLimit = int64_t(1) << 53; // every integer up to here is a double
constexpr size_t SampledValues = 16;
constexpr size_t KeptOfOtherType = 4096; ///< bytes of memory that a column keeps for a type which it hasn't any more

bool isExactReal(int64_t value)
{
    return value >= -ExactLimit && value <= ExactLimit;
}

bool hasMarks(const std::vector<uint8_t> &nulls)
{
    return std::any_of(nulls.begin(), nulls.end(), [](uint8_t mark) { return mark != 0; });
}

} // namespace

void Column::resetSlowly(ColumnType type)
{
    const bool isKept = m_data && isUnique()
                        && (m_data->type == type // memory for another type is counted nowhere
                            || m_data->heldBytes() <= sizeof(Data) + KeptOfOtherType);
    if (isKept) {
        m_data->clear();
    } else {
        auto *const fresh = new Data; // first, for without memory the column stays as it was
        drop();
        m_data = fresh;
    }
    m_data->type = type;
}

void Column::setTexts(std::string_view arena, std::span<const TextRef> refs)
{
    reset(ColumnType::Text);
    m_data->arena.assign(arena);
    m_data->refs.assign(refs.begin(), refs.end());
}

void Column::detachSlowly()
{
    auto own = std::make_unique<Data>();
    if (m_data) {
        own->type = m_data->type;
        own->integers = m_data->integers;
        own->reals = m_data->reals;
        own->refs = m_data->refs;
        own->values = m_data->values;
        own->nulls = m_data->nulls;
        own->arena = m_data->arena;
        own->block = m_data->block;
        own->hasWritten = m_data->hasWritten;
        own->written = m_data->written;
    }
    drop();
    m_data = own.release();
}

void Column::reserve(size_t rows)
{
    detach();
    switch (m_data->type) {
    case ColumnType::Integer: m_data->integers.reserve(rows); break;
    case ColumnType::Real: m_data->reals.reserve(rows); break;
    case ColumnType::Text: m_data->refs.reserve(rows); break;
    case ColumnType::Any: m_data->values.reserve(rows); break;
    }
}

/// What its texts hold of a shared block, and its values outside of themselves.
size_t Column::outerBytes() const
{
    size_t size = 0;
    if (m_data->block && !m_data->refs.empty()) {
        const auto isText = [](TextRef ref) { return ref.length != TextRef::Null; };
        const auto first = std::find_if(m_data->refs.begin(), m_data->refs.end(), isText);
        const auto last = std::find_if(m_data->refs.rbegin(), m_data->refs.rend(), isText);
        if (first != m_data->refs.end())
            size += last->offset - std::min(first->offset, last->offset) + last->length;
    }
    const std::vector<Value> &values = m_data->values;
    size_t nested = 0;
    for (const Value &value : values) {
        const bool isNested = value.isList() || value.isObject();
        nested += isNested ? 1 : 0;
        size += isNested ? 0 : value.heapSize();
    }
    const size_t stride = nested / SampledValues + 1;
    size_t at = 0, sampled = 0, held = 0;
    for (size_t row = 0; row < values.size() && nested > 0; ++row) {
        if ((values[row].isList() || values[row].isObject()) && at++ % stride == 0) {
            held += values[row].heapSize();
            ++sampled;
        }
    }
    return size + (sampled ? held / sampled * nested : 0);
}

bool Column::isNull(size_t row) const
{
    switch (m_data->type) {
    case ColumnType::Text: return m_data->refs[row].length == TextRef::Null;
    case ColumnType::Any: return m_data->values[row].isNull();
    default: return !m_data->nulls.empty() && m_data->nulls[row] != 0;
    }
}

bool Column::hasNulls() const
{
    switch (type()) {
    case ColumnType::Text:
        return std::any_of(m_data->refs.begin(), m_data->refs.end(),
                           [](TextRef ref) { return ref.length == TextRef::Null; });
    case ColumnType::Any:
        return std::any_of(values().begin(), values().end(), [](const Value &value) { return value.isNull(); });
    default: return hasMarks(m_data->nulls);
    }
}

Value Column::value(size_t row) const
{
    switch (m_data->type) {
    case ColumnType::Integer: return isNull(row) ? nullOf(row) : Value(m_data->integers[row]);
    case ColumnType::Real: return isNull(row) ? nullOf(row) : Value(m_data->reals[row]);
    case ColumnType::Text: return isNull(row) ? nullOf(row) : Value(text(row));
    case ColumnType::Any: break;
    }
    return m_data->values[row];
}

Value Column::nullOf(size_t row) const
{
    return isAbsent(row) ? Value::absent() : Value();
}

bool Column::isAbsent(size_t row) const
{
    switch (m_data->type) {
    case ColumnType::Text:
        return m_data->refs[row].length == TextRef::Null && m_data->refs[row].offset == TextRef::Absent;
    case ColumnType::Any: return m_data->values[row].isAbsent();
    default: return !m_data->nulls.empty() && m_data->nulls[row] == AbsentMark;
    }
}

void Column::resize(size_t rows)
{
    detach();
    while (m_data->hasWritten && !m_data->written.empty() && m_data->written.back().row >= rows)
        m_data->written.pop_back();
    switch (m_data->type) {
    case ColumnType::Integer: m_data->integers.resize(rows); break;
    case ColumnType::Real: m_data->reals.resize(rows); break;
    case ColumnType::Text: m_data->refs.resize(rows); break;
    case ColumnType::Any: m_data->values.resize(rows); break;
    }
    if (!m_data->nulls.empty())
        m_data->nulls.resize(rows);
}

void Column::setWritten(size_t row, std::string_view text)
{
    detach();
    std::string &arena = m_data->arena;
    if (m_data->type == ColumnType::Text
        || text.size() > UINT32_MAX - arena.size()) // texts need none, and the other is beyond all bounds
        return;
    m_data->written.push_back({uint32_t(row), uint32_t(arena.size()), uint32_t(text.size())});
    arena += text;
    m_data->hasWritten = true;
}

void Column::setWritten(std::span<const WrittenValue> values, const char *texts)
{
    detach();
    std::string &arena = m_data->arena;
    size_t end = arena.size();
    for (const WrittenValue &value : values)
        end += value.length;
    if (values.empty() || m_data->type == ColumnType::Text || end > UINT32_MAX)
        return;
    size_t at = arena.size();
    arena.resize(end);
    m_data->written.reserve(m_data->written.size() + values.size());
    for (const WrittenValue &value : values) {
        m_data->written.push_back({value.row, uint32_t(at), value.length});
        std::memcpy(arena.data() + at, texts + value.offset, value.length);
        at += value.length;
    }
    m_data->hasWritten = true;
}

namespace {
template <class Values>
auto writtenIn(Values &values, size_t row)
{
    return std::ranges::lower_bound(values, uint32_t(row), {}, &WrittenValue::row);
}
} // namespace

std::string_view Column::written(size_t row) const
{
    const std::span<const WrittenValue> values = written();
    const auto found = writtenIn(values, row);
    return found != values.end() && found->row == row ? writtenText(*found) : std::string_view();
}

void Column::forgetWritten(size_t row)
{
    if (!m_data->hasWritten)
        return;
    const auto found = writtenIn(m_data->written, row);
    if (found != m_data->written.end() && found->row == row)
        m_data->written.erase(found);
}

void Column::setNull(size_t row)
{
    setMark(row, NullMark);
}

void Column::setAbsent(size_t row)
{
    setMark(row, AbsentMark);
}

void Column::setMark(size_t row, uint8_t mark)
{
    detach();
    forgetWritten(row);
    const bool isAbsent = mark == AbsentMark;
    switch (m_data->type) {
    case ColumnType::Text: m_data->refs[row] = {isAbsent ? TextRef::Absent : 0, TextRef::Null}; return;
    case ColumnType::Any: m_data->values[row] = isAbsent ? Value::absent() : Value(); return;
    case ColumnType::Integer: m_data->integers[row] = 0; break;
    case ColumnType::Real: m_data->reals[row] = 0; break;
    }
    if (m_data->nulls.empty())
        m_data->nulls.resize(size());
    m_data->nulls[row] = mark;
}

void Column::fillAbsent()
{
    const ColumnType own = type();
    if ((own == ColumnType::Integer || own == ColumnType::Real) && m_data->nulls.empty())
        return;
    for (size_t row = 0; row < size(); ++row)
        if (isAbsent(row))
            setNull(row);
}

void Column::setValue(size_t row, const Value &value)
{
    if (value.isNull())
        return setMark(row, value.isAbsent() ? AbsentMark : NullMark);
    detach();
    forgetWritten(row);
    const ColumnType own = m_data->type;
    if (own == ColumnType::Integer && value.isInteger()) {
        m_data->integers[row] = value.toInteger();
    } else if (own == ColumnType::Real && (value.isReal() || (value.isInteger() && isExactReal(value.toInteger())))) {
        m_data->reals[row] = value.toReal();
    } else if (TextRef ref; own == ColumnType::Text && value.isText() && addToArena(value.toText(), ref)) {
        m_data->refs[row] = ref;
    } else {
        convertToAny();
        m_data->values[row] = value;
        return;
    }
    if (!m_data->nulls.empty())
        m_data->nulls[row] = 0;
}

void Column::append(const Value &value)
{
    const size_t row = size();
    const ColumnType own = type();
    if (own == ColumnType::Any) {
        detach();
        m_data->values.push_back(value);
        return;
    }
    resize(row + 1);
    setValue(row, value);
}

void Column::appendText(std::string_view text)
{
    if (type() != ColumnType::Text)
        return append(Value(text));
    detach();
    if (TextRef ref; addToArena(text, ref))
        m_data->refs.push_back(ref);
    else
        append(Value(text));
}

void Column::appendNull()
{
    const size_t row = size();
    resize(row + 1);
    setNull(row);
}

void Column::appendAbsent()
{
    const size_t row = size();
    resize(row + 1);
    setAbsent(row);
}

/// Copies the text into the arena of a column of its own. False where 4 GiB of it would be exceeded; then the column is
/// Any.
bool Column::addToArena(std::string_view text, TextRef &ref)
{
    const std::shared_ptr<TextBlock> block = m_data->block; // the text may lie in it
    if (block)
        ownArena();
    if (m_data->type != ColumnType::Text || text.size() >= TextRef::Null - m_data->arena.size()) {
        convertToAny();
        return false;
    }
    ref = {uint32_t(m_data->arena.size()), uint32_t(text.size())};
    m_data->arena.append(text);
    return true;
}

/// Copies the texts out of a shared block.
void Column::ownArena()
{
    size_t total = 0;
    for (const TextRef ref : m_data->refs)
        total += ref.length == TextRef::Null ? 0 : ref.length;
    if (total >= TextRef::Null)
        return convertToAny();
    std::string arena;
    arena.reserve(total);
    for (TextRef &ref : m_data->refs) {
        if (ref.length == TextRef::Null)
            continue;
        const auto offset = uint32_t(arena.size());
        arena.append(m_data->textBase() + ref.offset, ref.length);
        ref.offset = offset;
    }
    m_data->arena = std::move(arena);
    m_data->block.reset();
}

void Column::setBlock(std::shared_ptr<TextBlock> block)
{
    reset(ColumnType::Text);
    m_data->block = std::move(block);
}

void Column::convertToAny()
{
    detach();
    if (m_data->type == ColumnType::Any)
        return;
    std::vector<Value> values;
    values.reserve(size());
    for (size_t row = 0; row < size(); ++row)
        values.push_back(value(row));
    resetAndKeepWritten(ColumnType::Any);
    m_data->values = std::move(values);
}

/// As reset() of a column that isn't shared, but for how its values were written.
void Column::resetAndKeepWritten(ColumnType type)
{
    const bool hasWritten = m_data->hasWritten;
    std::vector<WrittenValue> written;
    std::string arena;
    if (hasWritten) {
        written = std::move(m_data->written);
        arena = std::move(m_data->arena);
    }
    resetSlowly(type);
    if (hasWritten) {
        m_data->written = std::move(written);
        m_data->arena = std::move(arena);
        m_data->hasWritten = true;
    }
}

bool Column::convertToReals()
{
    if (!m_data || m_data->type != ColumnType::Integer || !std::ranges::all_of(m_data->integers, isExactReal))
        return false;
    std::vector<double> reals(m_data->integers.begin(), m_data->integers.end());
    std::vector<uint8_t> nulls = m_data->nulls;
    detach();
    resetAndKeepWritten(ColumnType::Real);
    m_data->reals = std::move(reals);
    m_data->nulls = std::move(nulls);
    return true;
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "steps/model/Categories.h"

#include "steps/model/ScaleFields.h"
#include "steps/transform/Numbers.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace millrace {

namespace {

int rankOf(const Value &value)
{
    switch (value.type()) {
    case ValueType::Boolean: return 0;
    case ValueType::Integer:
    case ValueType::Real: return 1;
    case ValueType::Timestamp: return 2;
    case ValueType::Text: return 3;
    default: return 4;
    }
}

} // namespace

bool CategoryOrder::operator()(const Value &left, const Value &right) const
{
    const int rank = rankOf(left);
    if (rank != rankOf(right))
        return rank < rankOf(right);
    switch (rank) {
    case 0: return left.toBoolean() < right.toBoolean();
    case 1:
        return left.isInteger() && right.isInteger() ? left.toInteger() < right.toInteger()
                                                     : left.toReal() < right.toReal();
    case 2: return compareMoments(left.toTimestamp(), right.toTimestamp()) < 0;
    case 3: return left.toText() < right.toText();
    default: return false;
    }
}

bool isCategory(const Value &value)
{
    return !value.isList() && !value.isObject() && !value.isBytes() && !(value.isReal() && std::isnan(value.toReal()));
}

std::string CategoryLearner::problemOf(const std::string &field, const Column &column, size_t rows)
{
    for (size_t row = 0; row < rows; ++row) {
        if (const Value value = column.value(row); !isCategory(value))
            return cannotText(field, value,
                              "can't be " + std::string(m_doing)
                                  + "; convert it first (\"convert\"), or choose other \"fields\"");
    }
    return {};
}

Result<> CategoryLearner::take(const Column &column, size_t rows)
{
    if (m_counts.size() + rows > m_most || m_bytes + column.byteSize() > MostBytes)
        if (auto room = checkRoom(column, rows); !room)
            return room;
    for (size_t row = 0; row < rows; ++row) {
        if (Value value = column.value(row); m_takesNulls || !value.isNull())
            add(std::move(value), 1);
    }
    return {};
}

/// Before any value is taken: of a batch that fails, nothing is.
Result<> CategoryLearner::checkRoom(const Column &column, size_t rows) const
{
    std::set<Value, CategoryOrder> fresh;
    size_t bytes = m_bytes;
    for (size_t row = 0; row < rows; ++row) {
        Value value = column.value(row);
        if ((value.isNull() && !m_takesNulls) || m_counts.contains(value))
            continue;
        const size_t itsBytes = value.heapSize();
        if (!fresh.insert(std::move(value)).second)
            continue;
        bytes += itsBytes;
        if (m_counts.size() + fresh.size() > m_most || bytes > MostBytes)
            return failure(ErrorKind::Category, "The field has more than "
                                                    + std::to_string(m_counts.size() + fresh.size() - 1)
                                                    + " different values, too many to be " + std::string(m_doing)
                                                    + "; choose other \"fields\".");
    }
    return {};
}

void CategoryLearner::add(Value value, uint64_t count)
{
    const size_t bytes = value.heapSize();
    const auto [at, isNew] = m_counts.try_emplace(std::move(value), 0);
    at->second += count;
    m_bytes += isNew ? bytes : 0;
}

Result<> CategoryLearner::merge(FieldLearner &other)
{
    for (const auto &[value, count] : static_cast<CategoryLearner &>(other).m_counts)
        add(value, count);
    if (m_counts.size() <= m_most && m_bytes <= MostBytes)
        return {};
    return failure(ErrorKind::Category, "A field has " + std::to_string(m_counts.size())
                                            + " different values, too many to be " + std::string(m_doing)
                                            + "; choose other \"fields\".");
}

Result<Value> CategoryLearner::finish(const std::string &field)
{
    List values;
    for (const auto &[value, count] : m_counts)
        values.push_back(value);
    if (values.empty())
        return noNumbers(field);
    return Value(Members{{"categories", Value(std::move(values))}});
}

Result<Categories> Categories::from(const Value &learnt)
{
    const Value *values = learnt.member("categories");
    if (!values || !values->isList()
        || !std::is_sorted(values->toList().begin(), values->toList().end(), CategoryOrder()))
        return failure(ErrorKind::State, "What was saved for it has no ordered \"categories\"; fit it again.");
    Categories categories;
    categories.m_values = values->toList();
    return categories;
}

std::optional<size_t> Categories::find(const Value &value) const
{
    const auto found = std::lower_bound(m_values.begin(), m_values.end(), value, CategoryOrder());
    if (found == m_values.end() || CategoryOrder()(value, *found) || !isCategory(value))
        return {};
    return size_t(found - m_values.begin());
}

FieldModel::Fits CategoryModel::fits(ValueType type) const
{
    switch (type) {
    case ValueType::Text:
    case ValueType::Boolean: return Fits::Yes;
    case ValueType::Null:
    case ValueType::Integer:
    case ValueType::Real:
    case ValueType::Timestamp: return Fits::IfNamed;
    default: return Fits::No;
    }
}

Result<> CategoryModel::prepare(const Members &learnt)
{
    m_known.clear();
    for (const auto &[name, value] : learnt) {
        auto categories = Categories::from(value);
        if (!categories)
            return categories.forward();
        m_known.emplace_back(name, *std::move(categories));
    }
    return {};
}

Failure CategoryModel::unknownCategory(const std::string &field, const Value &value)
{
    return failure(ErrorKind::Category, cannotText(field, value, "wasn't there when the categories were learnt"));
}

} // namespace millrace

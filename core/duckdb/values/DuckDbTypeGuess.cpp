// SPDX-License-Identifier: MIT
#include "duckdb/values/DuckDbTypeGuess.h"

#include "data/text/Quote.h"

#include <algorithm>
#include <set>

namespace millrace {

namespace {

constexpr int64_t MostOfDouble = int64_t(1) << 53; ///< up to which a DOUBLE holds every integer
constexpr size_t MostMembers = 1000;               ///< of an object that becomes a struct

bool isWithinDouble(int64_t integer)
{
    return integer <= MostOfDouble && integer >= -MostOfDouble;
}

bool isZoned(const Timestamp &moment)
{
    return (moment.form & (UtcForm | OffsetForm)) != 0;
}

DuckDbType plain(DuckDbKind kind)
{
    DuckDbType type;
    type.kind = kind;
    return type;
}

DuckDbType declaredType(ValueType declared)
{
    switch (declared) {
    case ValueType::Boolean: return plain(DuckDbKind::Boolean);
    case ValueType::Integer: return plain(DuckDbKind::BigInt);
    case ValueType::Real: return plain(DuckDbKind::Double);
    case ValueType::Timestamp: return plain(DuckDbKind::Timestamp);
    case ValueType::Bytes: return plain(DuckDbKind::Blob);
    default: return plain(DuckDbKind::Varchar);
    }
}

std::string misfitOf(const Value &value, const DuckDbType &type)
{
    return "is " + inQuotes(toPlain(value)) + ", which a column of " + type.sql() + " has no room for";
}

} // namespace

void DuckDbTypeGuess::note(const Value &value)
{
    switch (value.type()) {
    case ValueType::Null: break;
    case ValueType::Boolean: m_hasBooleans = true; break;
    case ValueType::Integer:
        m_hasIntegers = true;
        m_hasLong |= !isWithinDouble(value.toInteger());
        break;
    case ValueType::Real: m_hasReals = true; break;
    case ValueType::Text: m_hasTexts = true; break;
    case ValueType::Bytes: m_hasBytes = true; break;
    case ValueType::Timestamp: {
        const Timestamp moment = value.toTimestamp();
        (isZoned(moment) ? m_hasZoned : m_hasLocal) = true;
        m_hasTimes |= (moment.form & DateOnlyForm) == 0;
        m_hasNanoseconds |= moment.nanoseconds != 0;
        break;
    }
    case ValueType::List:
        m_hasLists = true;
        m_element.resize(1);
        for (const Value &item : value.toList())
            m_element.front().note(item);
        break;
    case ValueType::Object:
        m_hasObjects = true;
        for (const auto &member : value.toObject()) {
            auto found = std::ranges::find(m_members, member.first, &std::pair<std::string, DuckDbTypeGuess>::first);
            if (found == m_members.end() && m_members.size() <= MostMembers)
                found = m_members.emplace(found, member.first, DuckDbTypeGuess());
            if (found != m_members.end())
                found->second.note(member.second);
        }
        break;
    }
}

DuckDbType DuckDbTypeGuess::momentType() const
{
    if (m_hasZoned)
        return plain(m_hasLocal || m_hasNanoseconds ? DuckDbKind::Varchar : DuckDbKind::TimestampZoned);
    return plain(m_hasNanoseconds ? DuckDbKind::TimestampNanos : m_hasTimes ? DuckDbKind::Timestamp : DuckDbKind::Date);
}

DuckDbType DuckDbTypeGuess::structType() const
{
    DuckDbType type = plain(DuckDbKind::Struct);
    std::set<std::string> names; // which a struct tells apart only beyond upper and lower case
    for (const auto &[name, guess] : m_members) {
        type.names.push_back(name);
        type.parts.push_back(guess.type());
        names.insert(duckDbKey(name));
    }
    const bool isPossible =
        !m_members.empty() && m_members.size() <= MostMembers && names.size() == m_members.size() && !names.contains("")
        && std::ranges::none_of(names, [](const std::string &name) { return name.find('\0') != std::string::npos; });
    return isPossible ? type : plain(DuckDbKind::Varchar);
}

DuckDbType DuckDbTypeGuess::type(ValueType declared) const
{
    const bool hasNumbers = m_hasIntegers || m_hasReals, hasMoments = m_hasZoned || m_hasLocal;
    const int kinds = int(m_hasBooleans) + int(hasNumbers) + int(m_hasTexts) + int(m_hasBytes) + int(hasMoments)
                      + int(m_hasLists) + int(m_hasObjects);
    if (kinds == 0)
        return declaredType(declared);
    if (kinds > 1 || m_hasTexts || (m_hasReals && m_hasLong))
        return plain(DuckDbKind::Varchar);
    if (hasNumbers)
        return plain(m_hasReals ? DuckDbKind::Double : DuckDbKind::BigInt);
    if (hasMoments)
        return momentType();
    if (m_hasObjects)
        return structType();
    if (!m_hasLists)
        return plain(m_hasBooleans ? DuckDbKind::Boolean : DuckDbKind::Blob);
    DuckDbType list = plain(DuckDbKind::List);
    list.parts.push_back(m_element.front().type());
    return list;
}

std::string duckDbMisfit(const DuckDbType &type, const Value &value)
{
    if (value.isNull() || type.kind == DuckDbKind::Varchar)
        return {};
    bool fits = false;
    switch (type.kind) {
    case DuckDbKind::Boolean: fits = value.isBoolean(); break;
    case DuckDbKind::BigInt: fits = value.isInteger(); break;
    case DuckDbKind::Double: fits = value.isReal() || (value.isInteger() && isWithinDouble(value.toInteger())); break;
    case DuckDbKind::Blob: fits = value.isBytes(); break;
    case DuckDbKind::Date:
        fits = value.isTimestamp() && !isZoned(value.toTimestamp()) && (value.toTimestamp().form & DateOnlyForm) != 0;
        break;
    case DuckDbKind::Timestamp:
        fits = value.isTimestamp() && !isZoned(value.toTimestamp()) && value.toTimestamp().nanoseconds == 0;
        break;
    case DuckDbKind::TimestampNanos: {
        constexpr int64_t Most = INT64_MAX / 1000 - 1; // microseconds
        fits = value.isTimestamp() && !isZoned(value.toTimestamp()) && value.toTimestamp().microseconds < Most
               && value.toTimestamp().microseconds > -Most;
        break;
    }
    case DuckDbKind::TimestampZoned:
        fits = value.isTimestamp() && isZoned(value.toTimestamp()) && value.toTimestamp().nanoseconds == 0;
        break;
    case DuckDbKind::List:
        if (!value.isList())
            break;
        for (const Value &item : value.toList())
            if (std::string misfit = duckDbMisfit(type.parts.front(), item); !misfit.empty())
                return "has an element that " + misfit;
        return {};
    case DuckDbKind::Struct:
        if (!value.isObject())
            break;
        for (const auto &member : value.toObject()) {
            const auto found = std::ranges::find(type.names, member.first);
            if (found == type.names.end() && !member.second.isNull())
                return "has the member " + inQuotes(member.first) + ", which none of the first items had";
            if (found == type.names.end())
                continue;
            if (std::string misfit = duckDbMisfit(type.parts[size_t(found - type.names.begin())], member.second);
                !misfit.empty())
                return "has a member " + inQuotes(member.first) + " that " + misfit;
        }
        return {};
    default: break;
    }
    return fits ? std::string() : misfitOf(value, type);
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "database/DatabaseColumn.h"

#include <algorithm>
#include <cctype>

namespace millrace {

bool isSameColumn(DatabaseKind kind, std::string_view a, std::string_view b)
{
    const auto isSame = [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); };
    return kind == DatabaseKind::Postgres ? a == b : std::ranges::equal(a, b, isSame);
}

ValueType typeOfDeclared(DatabaseKind kind, std::string_view declared)
{
    std::string lower(declared);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    const auto has = [&](std::string_view word) { return lower.find(word) != std::string::npos; };
    if (lower.starts_with("timestamp") || lower.starts_with("date"))
        return ValueType::Timestamp;
    if (has("bool"))
        return ValueType::Boolean;
    if (lower == "interval" || lower.ends_with("[]"))
        return kind == DatabaseKind::Postgres ? ValueType::Text : ValueType::Null;
    if (has("int"))
        return has("point") ? ValueType::Null : ValueType::Integer;
    if (has("char") || has("clob") || has("text") || lower == "uuid")
        return ValueType::Text;
    if (has("blob") || has("bytea") || has("binary"))
        return ValueType::Bytes;
    if (has("real") || has("floa") || has("double") || has("numeric") || has("decimal"))
        return ValueType::Real;
    return ValueType::Null;
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "data/Schema.h"

#include "data/text/NearestName.h"
#include "data/text/VisibleText.h"

namespace millrace {

namespace {
constexpr size_t MostNamesText = 1'000; // bytes of a message, which may be that of each item
}

Schema::Schema(std::vector<Field> fields, bool isOpen) : m_fields(std::move(fields)), m_isOpen(isOpen)
{
    m_columnTypes.reserve(m_fields.size());
    for (const Field &field : m_fields)
        m_columnTypes.push_back(columnTypeFor(field.type));
}

std::optional<size_t> Schema::find(std::string_view name) const
{
    for (size_t i = 0; i < m_fields.size(); ++i) {
        if (m_fields[i].name == name)
            return i;
    }
    return std::nullopt;
}

std::string Schema::names() const
{
    std::string text;
    size_t count = 0;
    for (const Field &field : m_fields) {
        if (text.size() > MostNamesText)
            return text + " and " + std::to_string(m_fields.size() - count) + " more";
        if (count++ > 0)
            text += ", ";
        text += codedText(field.name);
    }
    return text;
}

std::string Schema::nearest(std::string_view name) const
{
    std::vector<std::string> known;
    for (const Field &field : m_fields)
        known.push_back(field.name);
    return nearestName(name, known);
}

} // namespace millrace

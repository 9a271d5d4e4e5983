// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace {

/// Appends a number as it was written, where that is one in JSON, too: digits on both sides of a point.
inline bool appendWrittenNumber(std::string &text, std::string_view written)
{
    const auto isDigit = [&](size_t at) { return at < written.size() && written[at] >= '0' && written[at] <= '9'; };
    const size_t point = written.find('.');
    if (!isDigit(written.starts_with('-') ? 1 : 0) || (point != std::string_view::npos && !isDigit(point + 1)))
        return false;
    text += written;
    return true;
}

/// Appends one value of a column that isn't null as JSON, without making a Value of it where the column is packed. `written`: how it
/// was written, if that is known.
inline void appendKnownJson(std::string &text, const Column &column, size_t row, std::string_view written)
{
    if (!written.empty()) [[unlikely]] {
        const bool isNested = column.type() == ColumnType::Any && !column.values()[row].isNumber();
        if (isNested)
            text += written;
        if (isNested || appendWrittenNumber(text, written))
            return;
    }
    switch (column.type()) {
    case ColumnType::Integer: appendInteger(text, column.integers()[row]); break;
    case ColumnType::Text: appendJsonText(text, column.text(row)); break;
    case ColumnType::Real: appendJson(text, Value(column.reals()[row])); break;
    case ColumnType::Any: appendJson(text, column.values()[row]); break;
    }
}

/// The same where it may be null.
inline void appendJsonOf(std::string &text, const Column &column, size_t row)
{
    if (column.isNull(row))
        text += "null";
    else
        appendKnownJson(text, column, row, column.written().empty() ? std::string_view() : column.written(row));
}

/// What stands before a member's value: its name, behind a comma.
inline std::string memberStart(std::string_view name)
{
    std::string text = ",";
    appendJsonText(text, name);
    return text += ':';
}

/// memberStart() of each field, of the schema that was asked for last.
class MemberStarts
{
public:
    const std::vector<std::string> &of(const SchemaPtr &schema)
    {
        if (m_schema != schema) {
            std::vector<std::string> starts; // all or none: nobody may take some of the names for all of them
            starts.reserve(schema->size());
            for (const Field &field : schema->fields())
                starts.push_back(memberStart(field.name));
            m_starts = std::move(starts);
            m_schema = schema;
        }
        return m_starts;
    }

private:
    SchemaPtr m_schema;
    std::vector<std::string> m_starts;
};

/// The items of a batch as JSON objects, without the fields that they lack. Asked for in the order of their rows. The batch and the
/// starts are borrowed.
class JsonItems
{
public:
    /// `starts`: memberStart() of each member; `columns`: which columns of the batch they are.
    template <class Columns>
    JsonItems(const Batch &batch, const std::vector<std::string> &starts, const Columns &columns)
    {
        m_members.reserve(starts.size());
        for (size_t i = 0; i < starts.size(); ++i)
            m_members.emplace_back(starts[i], batch.column(columns[i]));
    }
    /// With all columns.
    JsonItems(const Batch &batch, const std::vector<std::string> &starts) : JsonItems(batch, starts, AllColumns()) {}

    void append(std::string &text, size_t row)
    {
        char opening = '{';
        for (Member &member : m_members) {
            const bool isNull = member.isNull(row);
            if (isNull && member.column.isAbsent(row))
                continue;
            const size_t begin = text.size();
            text += member.start;
            text[begin] = std::exchange(opening, ',');
            if (isNull)
                text += "null";
            else
                member.appendValue(text, row);
        }
        text += opening == '{' ? "{}" : "}";
    }

private:
    struct AllColumns
    {
        size_t operator[](size_t place) const { return place; }
    };
    struct Member
    {
        Member(std::string_view memberStart, const Column &from)
            : start(memberStart), column(from), type(from.type()), written(from.written())
        {
            if (type == ColumnType::Text)
                refs = from.refs().data();
            else if (type != ColumnType::Any && !from.nulls().empty())
                nulls = from.nulls().data();
        }
        bool isNull(size_t row) const
        {
            switch (type) {
            case ColumnType::Text: return refs[row].length == TextRef::Null;
            case ColumnType::Any: return column.values()[row].isNull();
            default: return nulls && nulls[row] != 0;
            }
        }
        void appendValue(std::string &text, size_t row)
        {
            if (written.empty())
                return appendKnownJson(text, column, row, {});
            while (written.size() > 1 && written.front().row < row)
                written = written.subspan(1);
            const bool isThis = written.front().row == row;
            appendKnownJson(text, column, row, isThis ? column.writtenText(written.front()) : std::string_view());
        }

        std::string_view start;
        const Column &column;
        ColumnType type;
        const uint8_t *nulls = nullptr; ///< null: none of its numbers is
        const TextRef *refs = nullptr;
        std::span<const WrittenValue> written; ///< still to come
    };

    std::vector<Member> m_members;
};

} // namespace millrace

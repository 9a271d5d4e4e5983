// SPDX-License-Identifier: MIT
#include "pipeline/file/JsonLayout.h"

#include <algorithm>

namespace millrace {

namespace {

constexpr size_t LongestLine = 80;

bool isPlain(const Value &value)
{
    return !value.isList() && !value.isObject();
}

} // namespace

void JsonLayout::value(const Value &value, int depth)
{
    if (value.isObject())
        object(value.toObject(), depth);
    else if (value.isList())
        list(value.toList(), depth);
    else
        appendJson(m_text, value);
}

void JsonLayout::object(const Members &members, int depth)
{
    m_text += '{';
    for (size_t i = 0; i < members.size(); ++i) {
        startLine(i, depth + 1);
        appendJsonText(m_text, members[i].first);
        m_text += ": ";
        value(members[i].second, depth + 1);
    }
    end('}', members.empty(), depth);
}

void JsonLayout::objectOnOneLine(const Members &members)
{
    m_text += '{';
    for (size_t i = 0; i < members.size(); ++i) {
        m_text += i == 0 ? "" : ", ";
        appendJsonText(m_text, members[i].first);
        m_text += ": ";
        appendJson(m_text, members[i].second);
    }
    m_text += '}';
}

void JsonLayout::list(const List &entries, int depth)
{
    if (std::ranges::all_of(entries, isPlain)) {
        std::string line;
        for (const Value &entry : entries) {
            line += line.empty() ? "" : ", ";
            appendJson(line, entry);
        }
        if (line.size() <= LongestLine || std::ranges::all_of(entries, &Value::isNumber)) {
            m_text += '[' + line + ']';
            return;
        }
    }
    m_text += '[';
    for (size_t i = 0; i < entries.size(); ++i) {
        startLine(i, depth + 1);
        value(entries[i], depth + 1);
    }
    end(']', entries.empty(), depth);
}

void JsonLayout::startLine(size_t index, int depth)
{
    m_text += index == 0 ? "\n" : ",\n";
    m_text.append(size_t(depth) * 2, ' ');
}

void JsonLayout::end(char bracket, bool isEmpty, int depth)
{
    if (!isEmpty) {
        m_text += '\n';
        m_text.append(size_t(depth) * 2, ' ');
    }
    m_text += bracket;
}

std::string toIndentedJson(const Value &value)
{
    std::string text;
    JsonLayout(text).value(value, 0);
    return text + '\n';
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "steps/write/PathTemplate.h"

#include <cstdint>
#include <string_view>

namespace millrace {

namespace {

constexpr std::string_view Null = "null", Empty = "empty";

/// A value as a part of a name: never a slash, nor a name that leads elsewhere or stands for something else.
void appendName(std::string &path, std::string_view value)
{
    constexpr char Hex[] = "0123456789ABCDEF";
    if (value.empty())
        path += Empty;
    const bool isWord = value == Null || value == Empty;
    for (size_t i = 0; i < value.size(); ++i) {
        const auto c = static_cast<unsigned char>(value[i]);
        const bool isNoFirst = i == 0 && (c == '.' || isWord);
        if (isNoFirst || c < 0x20 || c == '/' || c == '\\' || c == '%' || c == 0x7f)
            ((path += '%') += Hex[c >> 4]) += Hex[c & 15];
        else
            path += char(c);
    }
}

} // namespace

PathTemplate::PathTemplate(const std::string &text)
{
    std::string before;
    for (size_t at = 0; at < text.size();) {
        const size_t end = text[at] == '{' ? text.find('}', at) : std::string::npos;
        if (end == std::string::npos || end == at + 1) {
            before += text[at++];
            continue;
        }
        m_texts.push_back(std::move(before));
        before.clear();
        m_fields.push_back(text.substr(at + 1, end - at - 1));
        at = end + 1;
    }
    m_texts.push_back(std::move(before));
}

std::string PathTemplate::fixedFolder() const
{
    const size_t slash = m_texts.front().rfind('/');
    if (slash == std::string::npos)
        return {};
    return slash == 0 ? "/" : m_texts.front().substr(0, slash);
}

std::string PathTemplate::pathFor(const Batch &batch, size_t row, const std::vector<size_t> &columns) const
{
    std::string path;
    for (size_t i = 0; i < m_fields.size(); ++i) {
        path += m_texts[i];
        const bool isNull = columns[i] == SIZE_MAX || batch.column(columns[i]).isNull(row);
        if (isNull)
            path += Null;
        else
            appendName(path, toPlain(batch.column(columns[i]).value(row)));
    }
    return path += m_texts.back();
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "preview/ItemsExport.h"

#include <string_view>
#include <unordered_set>

namespace millrace {

namespace {

void appendQuoted(std::string &line, std::string_view text)
{
    if (!text.empty() && text.find_first_of(",\"\r\n") == std::string_view::npos) {
        line += text;
        return;
    }
    line += '"';
    for (const char c : text) {
        if (c == '"')
            line += '"';
        line += c;
    }
    line += '"';
}

} // namespace

std::string itemsAsCsv(const std::vector<const Value *> &items)
{
    std::vector<std::string_view> names;
    std::unordered_set<std::string_view> seen;
    for (const Value *item : items)
        if (item->isObject())
            for (const auto &member : item->toObject())
                if (seen.insert(member.first).second)
                    names.push_back(member.first);
    std::string text;
    const auto endLine = [&text, &names] {
        if (names.size() == 1 && (text.empty() || text.back() == '\n'))
            text += "\"\""; // a line that is empty would be none
        text += '\n';
    };
    for (size_t i = 0; i < names.size(); ++i) {
        text += i > 0 ? "," : "";
        appendQuoted(text, names[i]);
    }
    endLine();
    for (const Value *item : items) {
        for (size_t i = 0; i < names.size(); ++i) {
            text += i > 0 ? "," : "";
            if (const Value *value = item->member(names[i]); value && !value->isNull())
                appendQuoted(text, toPlain(*value));
        }
        endLine();
    }
    return text;
}

std::string itemsAsJsonLines(const std::vector<const Value *> &items)
{
    std::string text;
    for (const Value *item : items)
        text += toJson(*item) + '\n';
    return text;
}

} // namespace millrace

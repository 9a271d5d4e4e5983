// SPDX-License-Identifier: MIT
#include "millrace/commands/ItemTable.h"

#include "data/text/VisibleText.h"
#include "millrace/Console.h"

#include <algorithm>

namespace millrace {

namespace {

constexpr size_t LeastColumn = 6, MostColumn = 32; // characters

using Cells = std::vector<std::string>;

/// A value on one line; a text and a date without quotes.
std::string cellText(const Value *value)
{
    if (!value || value->isNull())
        return {};
    std::string text = value->isText() ? std::string(value->toText()) : toJson(*value);
    if (value->isTimestamp())
        text = text.substr(1, text.size() - 2);
    return visibleText(text, LineEnds::Escape);
}

/// A field's name, its type where one is said, and its values.
Cells cellsOf(const ItemColumn &column, const std::vector<Value> &items, bool hasTypes)
{
    Cells cells{codedText(column.name)};
    if (hasTypes)
        cells.push_back(column.type);
    for (const Value &item : items)
        cells.push_back(cellText(item.member(column.name)));
    return cells;
}

} // namespace

std::vector<ItemColumn> columnsOf(const std::vector<Value> &items)
{
    std::vector<ItemColumn> columns;
    for (const Value &item : items) {
        if (!item.isObject())
            continue;
        for (const auto &[name, value] : item.toObject()) {
            auto found = std::ranges::find(columns, name, &ItemColumn::name);
            if (found == columns.end())
                found = columns.insert(columns.end(), ItemColumn{name, {}, true});
            found->isNumeric = found->isNumeric && (value.isNumber() || value.isNull());
        }
    }
    return columns;
}

std::string itemTable(const std::vector<ItemColumn> &columns, const std::vector<Value> &items, size_t width)
{
    const bool hasTypes = std::ranges::any_of(columns, [](const ItemColumn &one) { return !one.type.empty(); });
    std::vector<std::string> lines(columns.empty() ? 0 : items.size() + (hasTypes ? 2 : 1));
    size_t used = 0, shown = 0;
    for (; shown < columns.size(); ++shown) {
        const Cells column = cellsOf(columns[shown], items, hasTypes);
        size_t own = LeastColumn;
        for (const std::string &cell : column)
            own = std::max(own, std::min(textWidth(cell), MostColumn));
        if (used > 0 && used + 2 + own > width)
            break;
        used += own + (used > 0 ? 2 : 0);
        for (size_t row = 0; row < lines.size(); ++row) {
            const std::string cell = elided(column[row], own);
            const std::string padding(own - std::min(own, textWidth(cell)), ' ');
            lines[row] += (shown > 0 ? "  " : "") + (columns[shown].isNumeric ? padding + cell : cell + padding);
        }
    }
    std::string text;
    for (std::string &line : lines) {
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + '\n';
    }
    if (const size_t left = columns.size() - shown; left > 0)
        text += "and " + std::to_string(left) + (left == 1 ? " more field\n" : " more fields\n");
    return text;
}

} // namespace millrace

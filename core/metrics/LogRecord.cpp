// SPDX-License-Identifier: MIT
#include "metrics/LogRecord.h"

#include "data/text/ByteSize.h"

#include <algorithm>

namespace millrace {

namespace {

constexpr size_t MostMessage = 4096; ///< bytes, as of a trace
constexpr size_t MostItem = 8192;    ///< bytes of an item's data, in memory
constexpr size_t MostItemText = 512; ///< bytes of a text within an item that has more than that together
constexpr size_t MostElements = 20;  ///< of a list or object within such an item
constexpr int Deepest = 4;

/// Ends where a character does.
std::string cutTo(std::string_view text, size_t most)
{
    size_t end = most;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)
        --end;
    return std::string(text.substr(0, end)) + "… (" + byteSizeText(text.size() - end) + " more)";
}

void shortenText(std::string &text, size_t most)
{
    if (text.size() > most)
        text = cutTo(text, most);
}

Value shortened(const Value &value, int depth);

std::string missing(size_t count)
{
    return "… (" + std::to_string(count) + " more)";
}

Value shortenedList(const List &list, int depth)
{
    List kept;
    for (size_t i = 0; i < std::min(list.size(), MostElements); ++i)
        kept.push_back(shortened(list[i], depth + 1));
    if (list.size() > MostElements)
        kept.push_back(missing(list.size() - MostElements));
    return kept;
}

Value shortenedObject(const Members &members, int depth)
{
    Members kept;
    for (size_t i = 0; i < std::min(members.size(), MostElements); ++i) {
        std::string name = members[i].first;
        shortenText(name, MostItemText);
        kept.emplace_back(std::move(name), shortened(members[i].second, depth + 1));
    }
    if (members.size() > MostElements)
        kept.emplace_back("…", missing(members.size() - MostElements));
    return kept;
}

Value shortened(const Value &value, int depth)
{
    switch (value.type()) {
    case ValueType::Text:
        return value.toText().size() > MostItemText ? Value(cutTo(value.toText(), MostItemText)) : value;
    case ValueType::Bytes:
        return value.toText().size() > MostItemText ? Value(byteSizeText(value.toText().size()) + " of binary data")
                                                    : value;
    case ValueType::List:
        return depth < Deepest ? shortenedList(value.toList(), depth) : Value(missing(value.toList().size()));
    case ValueType::Object:
        return depth < Deepest ? shortenedObject(value.toObject(), depth) : Value(missing(value.toObject().size()));
    default: return value;
    }
}

} // namespace

size_t LogRecord::byteSize() const
{
    size_t size = sizeof *this + itemId.heapSize() + item.heapSize();
    for (const std::string *text : {&step, &origin, &kind, &message, &trace})
        size += text->capacity();
    return size;
}

void LogRecord::shorten()
{
    for (std::string *text : {&origin, &kind, &message, &trace})
        shortenText(*text, MostMessage);
    if (itemId.heapSize() > MostItemText)
        itemId = shortened(itemId, Deepest);
    // As little as need be: what is nested deeply goes first, and at last all of it.
    const Value whole = item;
    for (int depth = 0; depth <= Deepest && item.heapSize() > MostItem; ++depth)
        item = shortened(whole, depth);
}

} // namespace millrace

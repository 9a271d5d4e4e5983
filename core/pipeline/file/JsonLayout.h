// SPDX-License-Identifier: MIT
#pragma once

#include "data/Value.h"

#include <string>

namespace millrace {

/// JSON for people: two spaces for each level, a member a line, short lists of plain values on one line. What stands on one
/// line depends on the value alone, so a small change of a value is a small change of the text.
class JsonLayout
{
public:
    /// Appends to `text`, which must outlive it.
    explicit JsonLayout(std::string &text) : m_text(text) {}

    /// `depth`: the level that the value stands on; its members stand on the next.
    void value(const Value &value, int depth);
    void object(const Members &members, int depth);
    void objectOnOneLine(const Members &members);

    // For what is laid out entry by entry: the comma and the start of a new line, and the closing bracket on a line of its
    // own unless nothing stood within.
    void startLine(size_t index, int depth);
    void end(char bracket, bool isEmpty, int depth);

private:
    void list(const List &entries, int depth);

    std::string &m_text;
};

/// The whole value, with a line break at the end.
std::string toIndentedJson(const Value &value);

} // namespace millrace

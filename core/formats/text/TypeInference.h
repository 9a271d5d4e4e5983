// SPDX-License-Identifier: MIT
#pragma once

#include "data/Value.h"
#include "formats/text/FieldRules.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace millrace {

/// Finds the narrowest type that all texts of a sample have: integer, real, boolean, timestamp, else text.
class TypeInference
{
public:
    /// Empty texts say nothing about the type.
    void add(std::string_view text);
    /// As these rules read it; neither do their words for null.
    void add(std::string_view text, const FieldRules &rules);
    /// Text where nothing was said.
    ValueType type() const;
    /// Where all texts are numbers, and yet no type holds them with all digits: which one is to blame, and why. Else empty.
    std::string whyNoNumber() const;

private:
    void note(uint8_t kind, std::string_view text);

    uint8_t m_seen = 0;            ///< a bit for each kind of text seen
    std::string m_large, m_beyond; ///< the first integer that no real holds, and the first of more than 64 bits
};

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "data/text/DatePattern.h"
#include "expression/values/TimeZone.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// How a step was told that dates are written, beside ISO 8601. One thread at a time.
class DateForms
{
public:
    /// `format`: a pattern of DatePattern, or empty; `zone`: whose clock texts without an offset show, or empty for UTC;
    /// `isDayFirst`: whether 1/2/2024 (also with . or -, and with a time) is 1 February. Fails ("settings") where one of them
    /// can't be understood.
    static Result<DateForms> make(const std::string &format, const std::string &zone, bool isDayFirst);

    /// Whether nothing was told.
    bool isEmpty() const { return m_patterns.empty() && !m_zone; }
    bool read(std::string_view text, Timestamp &moment) const;
    /// Whether a timestamp is written otherwise than in ISO 8601.
    bool hasFormat() const { return m_format.has_value(); }
    /// Only with hasFormat().
    std::string written(const Timestamp &moment) const;
    /// What a text should have been: "a date written as dd.MM.yyyy".
    const std::string &noun() const { return m_noun; }

private:
    std::vector<DatePattern> m_patterns;
    std::optional<DatePattern> m_format;
    std::optional<TimeZone> m_zone;
    std::string m_noun;
};

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "data/text/DatePattern.h"
#include "expression/values/TimeZone.h"

#include <map>
#include <string>
#include <string_view>

namespace millrace {

/// Date patterns and time zones that were used, ready to be used again. One thread at a time; keeps the last few dozen of each.
class DateCache
{
public:
    /// What it gives stays until the next call of the same function.
    const Result<DatePattern> &reading(std::string_view pattern);
    const Result<DatePattern> &writing(std::string_view pattern);
    const Result<TimeZone> &zone(std::string_view name);

private:
    template <class T>
    using Known = std::map<std::string, Result<T>, std::less<>>;

    Known<DatePattern> m_reading, m_writing;
    Known<TimeZone> m_zones;
};

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "expression/values/DateCache.h"

namespace millrace {

namespace {

constexpr size_t MostKnown = 64;

template <class Map, class Make>
const auto &remembered(Map &known, std::string_view name, Make make)
{
    const auto found = known.find(name);
    if (found != known.end())
        return found->second;
    if (known.size() >= MostKnown)
        known.clear();
    return known.emplace(name, make(name)).first->second;
}

} // namespace

const Result<DatePattern> &DateCache::reading(std::string_view pattern)
{
    return remembered(m_reading, pattern, DatePattern::forReading);
}

const Result<DatePattern> &DateCache::writing(std::string_view pattern)
{
    return remembered(m_writing, pattern, DatePattern::forWriting);
}

const Result<TimeZone> &DateCache::zone(std::string_view name)
{
    return remembered(m_zones, name, TimeZone::named);
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "data/Value.h"

#include <bit>
#include <chrono>
#include <cstdint>
#include <cstring>

namespace millrace {

constexpr int64_t MicrosPerMilli = 1'000, MicrosPerSecond = 1'000'000, MicrosPerMinute = 60 * MicrosPerSecond;
constexpr int64_t MicrosPerDay = 86'400'000'000;
constexpr int64_t NanosPerSecond = 1'000'000'000, NanosPerMicro = 1'000;

/// What parseTimestamp() says of a text of ten bytes, such as "2024-02-29": without a call, and all digits at a time, in bytes
/// of which the first is the lowest.
inline bool parseDate(const char *text, Timestamp &timestamp)
{
    using namespace std::chrono;
    constexpr uint64_t Form = 0x30302d30302d3030, Marks = 0x0000ff0000ff0000; // "00-00-00" and its two '-'
    constexpr unsigned DaysOfAllMonths = 28;
    uint64_t bytes = 0; // without the century
    std::memcpy(&bytes, text + 2, sizeof bytes);
    if constexpr (std::endian::native == std::endian::big) {
        for (int i = 0; i < 8; ++i)
            bytes = bytes << 8 | static_cast<unsigned char>(text[9 - i]);
    }
    const uint64_t digits = bytes ^ Form;
    const unsigned first = static_cast<unsigned char>(text[0]) - unsigned('0');
    const unsigned second = static_cast<unsigned char>(text[1]) - unsigned('0');
    const bool areDigits = ((digits | (digits + 0x7676767676767676)) & 0x8080808080808080) == 0; // none is above 9
    if (!areDigits || (digits & Marks) != 0 || first > 9 || second > 9)
        return false;
    const uint64_t pairs = digits * 10 + (digits >> 8);
    const unsigned yearNumber = first * 1000 + second * 100 + unsigned(pairs & 0xff);
    const unsigned monthNumber = pairs >> 24 & 0xff, dayNumber = pairs >> 48 & 0xff;
    const year_month_day date{year(int(yearNumber)), month(monthNumber), day(dayNumber)};
    const bool isUsual = monthNumber - 1 < 12 && dayNumber - 1 < DaysOfAllMonths;
    if (!isUsual && !date.ok())
        return false;
    timestamp = {int64_t(sys_days(date).time_since_epoch().count()) * MicrosPerDay, 0, DateOnlyForm, 0};
    return true;
}

} // namespace millrace

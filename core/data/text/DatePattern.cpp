// SPDX-License-Identifier: MIT
#include "data/text/DatePattern.h"

#include "data/text/DateText.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <span>

namespace millrace {

namespace {

constexpr int MostOffsetMinutes = 14 * 60, NanosDigits = 9;
constexpr size_t ShortName = 3;

constexpr std::array<std::string_view, 12> Months{"January",   "February", "March",    "April",
                                                  "May",       "June",     "July",     "August",
                                                  "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 7> Weekdays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                   "Thursday", "Friday", "Saturday"};

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
}

bool beginsWith(std::string_view text, std::string_view name)
{
    return text.size() >= name.size()
           && std::equal(name.begin(), name.end(), text.begin(), [](char a, char b) { return lower(a) == lower(b); });
}

/// One to `most` digits off the front of a text.
bool takeDigits(std::string_view &text, size_t fewest, size_t most, int &number)
{
    size_t count = 0;
    number = 0;
    while (count < most && count < text.size() && isDigit(text[count]))
        number = number * 10 + (text[count++] - '0');
    text.remove_prefix(count);
    return count >= fewest;
}

bool takeNumber(std::string_view &text, size_t width, int &number)
{
    return takeDigits(text, width, std::max<size_t>(width, 2), number);
}

/// `number`: which of the names the text begins with, from 0.
bool takeName(std::string_view &text, std::span<const std::string_view> names, size_t width, int &number)
{
    for (size_t i = 0; i < names.size(); ++i) {
        const std::string_view name = width == ShortName ? names[i].substr(0, ShortName) : names[i];
        if (!beginsWith(text, name))
            continue;
        text.remove_prefix(name.size());
        number = int(i);
        return true;
    }
    return false;
}

void appendDigits(std::string &text, uint32_t number, size_t digits)
{
    const size_t begin = text.size();
    text.append(digits, '0');
    for (size_t i = digits; i > 0; --i, number /= 10)
        text[begin + i - 1] = char('0' + number % 10);
}

void appendCount(std::string &text, uint32_t number, size_t width)
{
    appendDigits(text, number, number > 9 ? 2 : width);
}

void appendOffset(std::string &text, int minutes, size_t width)
{
    if (minutes == 0) {
        text += 'Z';
        return;
    }
    const auto offset = uint32_t(std::abs(minutes));
    text += minutes < 0 ? '-' : '+';
    appendDigits(text, offset / 60, 2);
    if (width == 1 && offset % 60 == 0)
        return;
    if (width == 3)
        text += ':';
    appendDigits(text, offset % 60, 2);
}

void appendFraction(std::string &text, int64_t nanos, size_t digits)
{
    const size_t begin = text.size();
    appendDigits(text, uint32_t(nanos), NanosDigits);
    text.resize(begin + digits);
}

Failure unknownLetters(char letter, size_t count)
{
    const std::string letters(count, letter);
    return failure(
        ErrorKind::Parse,
        "A date pattern can't hold \"" + letters
            + "\"; it is made of yyyy, yy, MMMM, MMM, MM, M, dd, d, EEEE, EEE, HH, H, hh, h, a, mm, m, ss, s, S, "
              "XXX, XX and X, and other letters stand between single quotes.");
}

} // namespace

/// What the pieces of a text said.
struct DatePattern::Reading
{
    int year = 0, month = 0, day = 0, weekday = -1;
    int hour = 0, minute = 0, second = 0;
    int halfDay = -1; ///< 0: AM, 1: PM
    int64_t nanos = 0;
    int offset = 0; ///< minutes
    bool isUtc = false;
    uint8_t decimals = 0;
};

Result<DatePattern> DatePattern::forWriting(std::string_view pattern)
{
    DatePattern made;
    if (auto done = made.takeApart(pattern); !done)
        return done.forward();
    return made;
}

Result<DatePattern> DatePattern::forReading(std::string_view pattern)
{
    auto made = forWriting(pattern);
    if (!made)
        return made;
    if (auto checked = made->checkReading(pattern); !checked)
        return checked.forward();
    return made;
}

Result<> DatePattern::takeApart(std::string_view pattern)
{
    bool isQuoted = false;
    for (size_t at = 0; at < pattern.size();) {
        const char c = pattern[at];
        if (c == '\'') {
            const bool isQuote = at + 1 < pattern.size() && pattern[at + 1] == '\'';
            if (isQuote)
                addLiteral(c);
            else
                isQuoted = !isQuoted;
            at += isQuote ? 2 : 1;
        } else if (isQuoted || !isLetter(c) || c == 'T') {
            addLiteral(c);
            ++at;
        } else {
            const size_t end = std::min(pattern.find_first_not_of(c, at), pattern.size());
            if (auto added = addLetters(c, end - at); !added)
                return added;
            at = end;
        }
    }
    if (isQuoted)
        return failure(ErrorKind::Parse,
                       "The date pattern \"" + std::string(pattern) + "\" ends within single quotes.");
    if (m_pieces.empty())
        return failure(ErrorKind::Parse, "A date pattern is missing; it is written as in dd.MM.yyyy HH:mm.");
    return {};
}

void DatePattern::addLiteral(char c)
{
    if (m_pieces.empty() || m_pieces.back().part != Part::Literal)
        m_pieces.push_back({Part::Literal, 0, {}});
    m_pieces.back().literal += c;
}

Result<> DatePattern::addLetters(char letter, size_t count)
{
    struct Row
    {
        char letter;
        size_t fewest, most; ///< how often it may stand there
        Part part;
    };
    constexpr std::array Rows{
        Row{'y', 4, 4, Part::Year},      Row{'y', 2, 2, Part::ShortYear},   Row{'M', 1, 2, Part::Month},
        Row{'M', 3, 4, Part::MonthName}, Row{'d', 1, 2, Part::Day},         Row{'E', 3, 4, Part::DayName},
        Row{'H', 1, 2, Part::Hour},      Row{'h', 1, 2, Part::HalfDayHour}, Row{'a', 1, 1, Part::HalfDay},
        Row{'m', 1, 2, Part::Minute},    Row{'s', 1, 2, Part::Second},      Row{'S', 1, 9, Part::Fraction},
        Row{'X', 1, 3, Part::Offset}};
    const auto *const row = std::find_if(Rows.begin(), Rows.end(), [&](const Row &each) {
        return each.letter == letter && count >= each.fewest && count <= each.most;
    });
    if (row == Rows.end())
        return unknownLetters(letter, count);
    m_pieces.push_back({row->part, uint8_t(count), {}});
    return {};
}

bool DatePattern::has(Part part) const
{
    return std::any_of(m_pieces.begin(), m_pieces.end(), [&](const Piece &piece) { return piece.part == part; });
}

Result<> DatePattern::checkReading(std::string_view pattern) const
{
    const std::string shown = "No date can be read with the pattern \"" + std::string(pattern) + "\": ";
    const auto either = [this](Part a, Part b) { return has(a) || has(b); };
    if (!either(Part::Year, Part::ShortYear) || !either(Part::Month, Part::MonthName) || !has(Part::Day))
        return failure(ErrorKind::Parse,
                       shown + "it needs year, month and day, as in dd.MM.yyyy (MM is the month, mm the minute).");
    for (size_t i = 0; i < m_pieces.size(); ++i) {
        const Part part = m_pieces[i].part;
        const bool isTwice = part != Part::Literal
                             && std::any_of(m_pieces.begin(), m_pieces.begin() + std::ptrdiff_t(i),
                                            [&](const Piece &piece) { return piece.part == part; });
        if (isTwice)
            return failure(ErrorKind::Parse, shown + "a part of it stands there twice.");
    }
    if ((has(Part::Year) && has(Part::ShortYear)) || (has(Part::Month) && has(Part::MonthName)))
        return failure(ErrorKind::Parse, shown + "year or month stands there twice.");
    if (has(Part::HalfDayHour) != has(Part::HalfDay) || (has(Part::HalfDayHour) && has(Part::Hour)))
        return failure(ErrorKind::Parse, shown + "h goes with a (AM or PM), and H without.");
    if ((has(Part::Minute) && !hasTime()) || (has(Part::Second) && !has(Part::Minute))
        || (has(Part::Fraction) && !has(Part::Second)) || (hasOffset() && !hasTime()))
        return failure(ErrorKind::Parse,
                       shown + "minutes and an offset need hours, seconds minutes, and fractions seconds.");
    return {};
}

bool DatePattern::parse(std::string_view text, Timestamp &moment) const
{
    Reading reading;
    for (const Piece &piece : m_pieces) {
        if (!read(piece, text, reading))
            return false;
    }
    return text.empty() && finish(reading, moment);
}

bool DatePattern::read(const Piece &piece, std::string_view &text, Reading &reading)
{
    constexpr std::array<std::string_view, 2> HalfDays{"AM", "PM"};
    switch (piece.part) {
    case Part::Literal:
        if (!beginsWith(text, piece.literal))
            return false;
        text.remove_prefix(piece.literal.size());
        return true;
    case Part::Year: return takeDigits(text, piece.width, piece.width, reading.year);
    case Part::ShortYear:
        if (!takeDigits(text, piece.width, piece.width, reading.year))
            return false;
        reading.year += reading.year < 70 ? 2000 : 1900;
        return true;
    case Part::Month: return takeNumber(text, piece.width, reading.month);
    case Part::MonthName:
        if (!takeName(text, Months, piece.width, reading.month))
            return false;
        ++reading.month;
        return true;
    case Part::Day: return takeNumber(text, piece.width, reading.day);
    case Part::DayName: return takeName(text, Weekdays, piece.width, reading.weekday);
    case Part::Hour:
    case Part::HalfDayHour: return takeNumber(text, piece.width, reading.hour);
    case Part::HalfDay: return takeName(text, HalfDays, HalfDays.front().size(), reading.halfDay);
    case Part::Minute: return takeNumber(text, piece.width, reading.minute);
    case Part::Second: return takeNumber(text, piece.width, reading.second);
    case Part::Fraction: {
        int fraction = 0;
        if (!takeDigits(text, piece.width, piece.width, fraction))
            return false;
        reading.nanos = fraction;
        for (int i = piece.width; i < NanosDigits; ++i)
            reading.nanos *= 10;
        reading.decimals = piece.width;
        return true;
    }
    case Part::Offset: return readOffset(text, reading);
    }
    return false;
}

bool DatePattern::readOffset(std::string_view &text, Reading &reading)
{
    if (text.empty())
        return false;
    const char sign = text.front();
    text.remove_prefix(1);
    if (lower(sign) == 'z') {
        reading.isUtc = true;
        return true;
    }
    int hours = 0, minutes = 0;
    if ((sign != '+' && sign != '-') || !takeNumber(text, 2, hours))
        return false;
    const bool hasColon = text.starts_with(':');
    if (hasColon)
        text.remove_prefix(1);
    if ((hasColon || (!text.empty() && isDigit(text.front()))) && !takeNumber(text, 2, minutes))
        return false;
    const int offset = hours * 60 + minutes;
    reading.offset = sign == '-' ? -offset : offset;
    return minutes < 60 && offset <= MostOffsetMinutes;
}

bool DatePattern::finish(const Reading &reading, Timestamp &moment) const
{
    using namespace std::chrono;
    const year_month_day date{year(reading.year), month(unsigned(reading.month)), day(unsigned(reading.day))};
    if (!date.ok() || reading.hour > 23 || reading.minute > 59 || reading.second > 59)
        return false;
    int hour = reading.hour;
    if (reading.halfDay >= 0) {
        if (hour < 1 || hour > 12)
            return false;
        hour = hour % 12 + 12 * reading.halfDay;
    }
    const sys_days days(date);
    if (reading.weekday >= 0 && weekday(days).c_encoding() != unsigned(reading.weekday))
        return false;
    Timestamp read;
    read.microseconds = int64_t(days.time_since_epoch().count()) * MicrosPerDay
                        + (int64_t(hour) * 60 + reading.minute - reading.offset) * MicrosPerMinute
                        + reading.second * MicrosPerSecond + reading.nanos / NanosPerMicro;
    read.nanoseconds = uint16_t(reading.nanos % NanosPerMicro);
    read.zoneMinutes = int16_t(reading.offset);
    read.decimals = reading.decimals;
    if (!hasTime())
        read.form = DateOnlyForm;
    else if (has(Part::Second))
        read.form = SecondsForm;
    if (hasOffset())
        read.form |= reading.isUtc ? UtcForm : OffsetForm;
    moment = read;
    return true;
}

void DatePattern::append(std::string &text, const Timestamp &moment) const
{
    using namespace std::chrono;
    const int64_t local = moment.microseconds + moment.zoneMinutes * MicrosPerMinute;
    const sys_days days = floor<std::chrono::days>(sys_time<microseconds>(microseconds(local)));
    const year_month_day date(days);
    const int64_t micros = local - int64_t(days.time_since_epoch().count()) * MicrosPerDay;
    const auto seconds = uint32_t(micros / MicrosPerSecond), hour = seconds / 3600;
    const auto name = [&text](std::string_view whole, size_t width) {
        text += width == ShortName ? whole.substr(0, ShortName) : whole;
    };
    for (const Piece &piece : m_pieces) {
        const size_t width = piece.width;
        switch (piece.part) {
        case Part::Literal: text += piece.literal; break;
        case Part::Year: appendDigits(text, uint32_t(int(date.year())), width); break;
        case Part::ShortYear: appendDigits(text, uint32_t(int(date.year())) % 100, width); break;
        case Part::Month: appendCount(text, unsigned(date.month()), width); break;
        case Part::MonthName: name(Months[unsigned(date.month()) - 1], width); break;
        case Part::Day: appendCount(text, unsigned(date.day()), width); break;
        case Part::DayName: name(Weekdays[weekday(days).c_encoding()], width); break;
        case Part::Hour: appendCount(text, hour, width); break;
        case Part::HalfDayHour: appendCount(text, (hour + 11) % 12 + 1, width); break;
        case Part::HalfDay: text += hour < 12 ? "AM" : "PM"; break;
        case Part::Minute: appendCount(text, seconds / 60 % 60, width); break;
        case Part::Second: appendCount(text, seconds % 60, width); break;
        case Part::Fraction:
            appendFraction(text, micros % MicrosPerSecond * NanosPerMicro + moment.nanoseconds, width);
            break;
        case Part::Offset: appendOffset(text, moment.zoneMinutes, width); break;
        }
    }
}

} // namespace millrace

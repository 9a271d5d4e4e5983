// SPDX-License-Identifier: MIT
#include "data/text/DateText.h"
#include "data/Value.h"

#include <chrono>

namespace millrace {

namespace {

constexpr int MostZoneMinutes = 14 * 60;

/// Takes pieces off the front of a text.
class Scanner
{
public:
    explicit Scanner(std::string_view text) : m_text(text) {}

    bool isAtEnd() const { return m_at == m_text.size(); }
    bool take(char wanted)
    {
        if (isAtEnd() || m_text[m_at] != wanted)
            return false;
        ++m_at;
        return true;
    }
    /// Exactly `count` digits.
    bool takeNumber(size_t count, int &number)
    {
        if (m_text.size() - m_at < count)
            return false;
        number = 0;
        for (size_t i = 0; i < count; ++i) {
            const char c = m_text[m_at + i];
            if (c < '0' || c > '9')
                return false;
            number = number * 10 + (c - '0');
        }
        m_at += count;
        return true;
    }
    bool isAtDigit() const { return !isAtEnd() && m_text[m_at] >= '0' && m_text[m_at] <= '9'; }

private:
    std::string_view m_text;
    size_t m_at = 0;
};

bool takeFraction(Scanner &scanner, Timestamp &timestamp)
{
    int64_t nanos = 0, unit = NanosPerSecond;
    while (scanner.isAtDigit()) {
        int digit = 0;
        scanner.takeNumber(1, digit);
        unit /= 10;
        if (unit == 0)
            return false;
        nanos += digit * unit;
        ++timestamp.decimals;
    }
    timestamp.microseconds += nanos / NanosPerMicro;
    timestamp.nanoseconds = uint16_t(nanos % NanosPerMicro);
    return timestamp.decimals > 0;
}

bool takeZone(Scanner &scanner, Timestamp &timestamp)
{
    const bool isSmall = scanner.take('z');
    if (isSmall || scanner.take('Z')) {
        timestamp.form |= isSmall ? UtcForm | SmallForm : UtcForm;
        return true;
    }
    const bool isWest = scanner.take('-');
    if (!isWest && !scanner.take('+'))
        return true;
    int hours = 0, minutes = 0;
    if (!scanner.takeNumber(2, hours))
        return false;
    const bool isCompact = !scanner.take(':');
    if (!scanner.takeNumber(2, minutes) || minutes > 59)
        return false;
    const int offset = hours * 60 + minutes;
    if (offset > MostZoneMinutes || (isWest && offset == 0)) // -00:00 is no offset in ISO 8601
        return false;
    timestamp.form |= isCompact ? OffsetForm | CompactForm : OffsetForm;
    timestamp.zoneMinutes = int16_t(isWest ? -offset : offset);
    return true;
}

bool takeTime(Scanner &scanner, Timestamp &timestamp)
{
    int hour = 0, minute = 0, second = 0;
    if (!scanner.takeNumber(2, hour) || !scanner.take(':') || !scanner.takeNumber(2, minute) || hour > 23
        || minute > 59)
        return false;
    if (scanner.take(':')) {
        if (!scanner.takeNumber(2, second) || second > 59)
            return false;
        timestamp.form |= SecondsForm;
        if (scanner.take('.') && !takeFraction(scanner, timestamp))
            return false;
    }
    timestamp.microseconds += (int64_t(hour) * 60 + minute) * MicrosPerMinute + second * MicrosPerSecond;
    return takeZone(scanner, timestamp);
}

/// Puts fixed numbers of digits one behind the other.
class Printer
{
public:
    void put(char c) { *m_at++ = c; }
    void put(uint32_t number, int digits)
    {
        for (int i = digits - 1; i >= 0; --i) {
            m_at[i] = char('0' + number % 10);
            number /= 10;
        }
        m_at += digits;
    }
    std::string_view text() const { return {m_buffer, size_t(m_at - m_buffer)}; }

private:
    char m_buffer[48];
    char *m_at = m_buffer;
};

void putTime(Printer &printer, int64_t micros, const Timestamp &timestamp)
{
    printer.put(timestamp.form & SpaceForm ? ' ' : 'T');
    const auto seconds = uint32_t(micros / MicrosPerSecond);
    printer.put(seconds / 3600, 2);
    printer.put(':');
    printer.put(seconds / 60 % 60, 2);
    if (!(timestamp.form & SecondsForm))
        return;
    printer.put(':');
    printer.put(seconds % 60, 2);
    if (timestamp.decimals == 0)
        return;
    auto fraction = uint32_t(micros % MicrosPerSecond);
    for (int i = timestamp.decimals; i < 6; ++i)
        fraction /= 10;
    if (timestamp.decimals > 6) {
        fraction = fraction * uint32_t(NanosPerMicro) + timestamp.nanoseconds;
        for (int i = timestamp.decimals; i < 9; ++i)
            fraction /= 10;
    }
    printer.put('.');
    printer.put(fraction, timestamp.decimals);
}

void putZone(Printer &printer, const Timestamp &timestamp)
{
    if (timestamp.form & UtcForm)
        printer.put(timestamp.form & SmallForm ? 'z' : 'Z');
    if (!(timestamp.form & OffsetForm))
        return;
    const auto offset = uint32_t(timestamp.zoneMinutes < 0 ? -timestamp.zoneMinutes : timestamp.zoneMinutes);
    printer.put(timestamp.zoneMinutes < 0 ? '-' : '+');
    printer.put(offset / 60, 2);
    if (!(timestamp.form & CompactForm))
        printer.put(':');
    printer.put(offset % 60, 2);
}

} // namespace

bool parseTimestamp(std::string_view text, Timestamp &timestamp)
{
    using namespace std::chrono;
    if (text.size() == 10)
        return parseDate(text.data(), timestamp);
    if (text.size() < 10 || text[4] != '-')
        return false;
    Scanner scanner(text);
    int yearNumber = 0, monthNumber = 0, dayNumber = 0;
    if (!scanner.takeNumber(4, yearNumber) || !scanner.take('-') || !scanner.takeNumber(2, monthNumber)
        || !scanner.take('-') || !scanner.takeNumber(2, dayNumber))
        return false;
    const year_month_day date{year(yearNumber), month(unsigned(monthNumber)), day(unsigned(dayNumber))};
    if (!date.ok())
        return false;

    Timestamp read;
    if (scanner.take(' '))
        read.form = SpaceForm;
    else if (!scanner.take('T'))
        return false;
    if (!takeTime(scanner, read) || !scanner.isAtEnd())
        return false;
    read.microseconds += int64_t(sys_days(date).time_since_epoch().count()) * MicrosPerDay;
    read.microseconds -= read.zoneMinutes * MicrosPerMinute;
    timestamp = read;
    return true;
}

void appendTimestamp(std::string &text, const Timestamp &timestamp)
{
    using namespace std::chrono;
    const int64_t local = timestamp.microseconds + timestamp.zoneMinutes * MicrosPerMinute;
    int64_t days = local / MicrosPerDay, rest = local % MicrosPerDay;
    if (rest < 0) {
        rest += MicrosPerDay;
        --days;
    }
    const year_month_day date{sys_days(std::chrono::days(days))};
    Printer printer;
    printer.put(uint32_t(int(date.year())), 4);
    printer.put('-');
    printer.put(unsigned(date.month()), 2);
    printer.put('-');
    printer.put(unsigned(date.day()), 2);
    if (!(timestamp.form & DateOnlyForm)) {
        putTime(printer, rest, timestamp);
        putZone(printer, timestamp);
    }
    text += printer.text();
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "expression/operations/DateOperations.h"

#include "data/text/DateText.h"
#include "expression/operations/Operations.h"
#include "expression/values/Arithmetic.h"
#include "expression/values/ValueCaches.h"
#include "expression/values/ValueReading.h"
#include "expression/values/Words.h"

#include <array>
#include <chrono>
#include <cmath>
#include <string>

namespace millrace {

namespace {

using std::chrono::days;
using std::chrono::microseconds;
using std::chrono::sys_days;
using std::chrono::sys_time;
using std::chrono::year_month_day;

constexpr int64_t MicrosPerHour = 60 * MicrosPerMinute;
constexpr int DaysPerWeek = 7, MonthsPerYear = 12;
constexpr double MostDays = 4e6, MostMonths = 12e4; ///< beyond all years that are known

enum class Unit : uint8_t { Second, Minute, Hour, Day, Week, Month, Year };
constexpr std::array<std::string_view, 7> Units{"second", "minute", "hour", "day", "week", "month", "year"};
constexpr std::array<int64_t, 5> MicrosOfUnit{MicrosPerSecond, MicrosPerMinute, MicrosPerHour, MicrosPerDay,
                                              DaysPerWeek *MicrosPerDay};

sys_days dayOfClock(int64_t clock)
{
    return std::chrono::floor<days>(sys_time<microseconds>(microseconds(clock)));
}

year_month_day dateOf(int64_t clock)
{
    return {dayOfClock(clock)};
}

int64_t clockOf(sys_days day)
{
    return int64_t(day.time_since_epoch().count()) * MicrosPerDay;
}

int64_t timeOfDay(int64_t clock)
{
    return clock - clockOf(dayOfClock(clock));
}

/// Months since the year 0.
int64_t monthsOf(const year_month_day &date)
{
    return int64_t(int(date.year())) * MonthsPerYear + unsigned(date.month()) - 1;
}

sys_days firstOfMonth(int64_t months)
{
    return sys_days(std::chrono::year(int(months / MonthsPerYear))
                    / std::chrono::month(unsigned(months % MonthsPerYear) + 1) / std::chrono::day(1));
}

int64_t clockOf(const Timestamp &moment)
{
    return moment.microseconds + moment.zoneMinutes * MicrosPerMinute;
}

/// A zone that stands there as an argument; null: there is none. False: it is none.
bool toZone(const OperationCall &call, size_t argument, const TimeZone *&zone)
{
    zone = nullptr;
    if (argument >= call.arguments.size())
        return true;
    const auto &found = call.caches.dates.zone(toPlain(call.arguments[argument]));
    if (!found)
        return call.fail(-1, ErrorKind::Type, found.error().message);
    zone = &*found;
    return true;
}

bool toUnit(const OperationCall &call, size_t argument, Unit &unit)
{
    const std::string word = toPlain(call.arguments[argument]);
    for (size_t i = 0; i < Units.size(); ++i) {
        const bool isPlural = word.size() == Units[i].size() + 1 && word.back() == 's' && word.starts_with(Units[i]);
        if (word != Units[i] && !isPlural)
            continue;
        unit = Unit(i);
        return true;
    }
    return call.fail(
        int(argument), ErrorKind::Type,
        shownValue(call.arguments[argument])
            + R"( is no unit of time; there are "second", "minute", "hour", "day", "week", "month" and "year")");
}

bool toWhole(const OperationCall &call, int argument, double most, int64_t &whole)
{
    double number = 0;
    if (!toReal(call, argument, number))
        return false;
    if (number != std::trunc(number) || std::fabs(number) > most)
        return call.fail(argument, ErrorKind::Type,
                         shownValue(call.arguments[size_t(argument)]) + " is no whole number of days or months");
    whole = int64_t(number);
    return true;
}

/// Of years 0 to 9999 only.
bool setMoment(const OperationCall &call, const Timestamp &moment)
{
    constexpr int LastYear = 9999;
    const int year = DateParts::yearOf(clockOf(moment));
    if (year < 0 || year > LastYear)
        return call.fail(-1, ErrorKind::Type,
                         joined({call.operation.name, "(): the date is out of range; years from 0 to 9999 "
                                                      "are known"}));
    call.result = Value(moment);
    return true;
}

int64_t startOf(Unit unit, int64_t clock)
{
    const sys_days day = dayOfClock(clock);
    const year_month_day date(day);
    switch (unit) {
    case Unit::Week: return clockOf(day - days(DateParts::weekdayOf(clock) - 1));
    case Unit::Month: return clockOf(firstOfMonth(monthsOf(date)));
    case Unit::Year: return clockOf(firstOfMonth(int64_t(int(date.year())) * MonthsPerYear));
    default: break;
    }
    const int64_t size = MicrosOfUnit[size_t(unit)];
    return clock - timeOfDay(clock) % size;
}

/// Whole months from b to a, below 0 where a is before b.
int64_t monthsBetween(int64_t a, int64_t b)
{
    if (a < b)
        return -monthsBetween(b, a);
    const year_month_day first = dateOf(b), last = dateOf(a);
    const int64_t months = monthsOf(last) - monthsOf(first);
    const bool isShort = last.day() < first.day() || (last.day() == first.day() && timeOfDay(a) < timeOfDay(b));
    return isShort ? months - 1 : months;
}

/// From a count of seconds or milliseconds since 1970.
bool fromCount(const OperationCall &call, double microsOfOne)
{
    constexpr double MostMicros = 4e17;
    double count = 0;
    if (!toReal(call, 0, count))
        return false;
    const double micros = std::round(count * microsOfOne);
    if (!(std::fabs(micros) < MostMicros))
        return call.fail(0, ErrorKind::Type,
                         shownValue(call.arguments[0]) + " is out of range; years from 0 to 9999 are known");
    Timestamp moment{int64_t(micros), 0, SecondsForm | UtcForm, 0};
    if (moment.microseconds % MicrosPerSecond != 0)
        moment.decimals = moment.microseconds % MicrosPerMilli == 0 ? 3 : 6;
    return setMoment(call, moment);
}

} // namespace

int DateParts::yearOf(int64_t clock)
{
    return int(dateOf(clock).year());
}

int DateParts::quarterOf(int64_t clock)
{
    return (monthOf(clock) + 2) / 3;
}

int DateParts::monthOf(int64_t clock)
{
    return int(unsigned(dateOf(clock).month()));
}

int DateParts::dayOf(int64_t clock)
{
    return int(unsigned(dateOf(clock).day()));
}

int DateParts::hourOf(int64_t clock)
{
    return int(timeOfDay(clock) / MicrosPerHour);
}

int DateParts::minuteOf(int64_t clock)
{
    return int(timeOfDay(clock) / MicrosPerMinute % 60);
}

int DateParts::secondOf(int64_t clock)
{
    return int(timeOfDay(clock) / MicrosPerSecond % 60);
}

int DateParts::weekdayOf(int64_t clock)
{
    return int(std::chrono::weekday(dayOfClock(clock)).iso_encoding());
}

int DateParts::weekOf(int64_t clock)
{
    constexpr int Thursday = 4;
    const sys_days thursday = dayOfClock(clock) + days(Thursday - weekdayOf(clock));
    const sys_days newYear = sys_days(year_month_day(thursday).year() / std::chrono::January / std::chrono::day(1));
    return int((thursday - newYear).count()) / DaysPerWeek + 1;
}

bool readClock(const OperationCall &call, int64_t &clock)
{
    Timestamp moment;
    const TimeZone *zone = nullptr;
    if (!toMoment(call, 0, moment) || !toZone(call, 1, zone))
        return false;
    if (zone)
        zone->applyTo(moment);
    clock = clockOf(moment);
    return true;
}

bool setDatePart(const OperationCall &call, int part)
{
    call.result = Value(double(part));
    return true;
}

bool computeParseDate(const OperationCall &call)
{
    const std::string text = toPlain(call.arguments[0]), pattern = toPlain(call.arguments[1]);
    const auto &known = call.caches.dates.reading(pattern);
    if (!known)
        return call.fail(-1, ErrorKind::Type, known.error().message);
    const TimeZone *zone = nullptr;
    if (!toZone(call, 2, zone))
        return false;
    Timestamp moment;
    if (!known->parse(trimmed(text), moment))
        return call.fail(0, ErrorKind::Type,
                         joined({shownValue(call.arguments[0]), " is no date written as ", pattern}));
    if (zone && !known->hasOffset()) {
        moment.microseconds = zone->momentOf(moment.microseconds);
        zone->applyTo(moment);
    }
    return setMoment(call, moment);
}

bool computeFormatDate(const OperationCall &call)
{
    Timestamp moment;
    const TimeZone *zone = nullptr;
    if (!toMoment(call, 0, moment) || !toZone(call, 2, zone))
        return false;
    const auto &known = call.caches.dates.writing(toPlain(call.arguments[1]));
    if (!known)
        return call.fail(-1, ErrorKind::Type, known.error().message);
    if (zone)
        zone->applyTo(moment);
    std::string text;
    known->append(text, moment);
    call.result = Value(text);
    return true;
}

bool computeAddDays(const OperationCall &call)
{
    Timestamp moment;
    int64_t count = 0;
    if (!toMoment(call, 0, moment) || !toWhole(call, 1, MostDays, count))
        return false;
    moment.microseconds += count * MicrosPerDay;
    return setMoment(call, moment);
}

bool computeAddMonths(const OperationCall &call)
{
    Timestamp moment;
    int64_t count = 0;
    if (!toMoment(call, 0, moment) || !toWhole(call, 1, MostMonths, count))
        return false;
    const int64_t clock = clockOf(moment), months = monthsOf(dateOf(clock)) + count;
    if (months < 0)
        return setMoment(call, {-MicrosPerDay * int64_t(MostDays), 0, 0, 0});
    const sys_days first = firstOfMonth(months);
    const auto last = (year_month_day(first).year() / year_month_day(first).month() / std::chrono::last).day();
    const auto day = std::min(dateOf(clock).day(), last);
    moment.microseconds += clockOf(first + days(unsigned(day) - 1)) + timeOfDay(clock) - clock;
    return setMoment(call, moment);
}

bool computeTruncate(const OperationCall &call)
{
    Timestamp moment;
    Unit unit = Unit::Day;
    const TimeZone *zone = nullptr;
    if (!toMoment(call, 0, moment) || !toUnit(call, 1, unit) || !toZone(call, 2, zone))
        return false;
    if (zone)
        zone->applyTo(moment);
    const int64_t clock = clockOf(moment), start = startOf(unit, clock);
    moment.microseconds = zone ? zone->momentOf(start) : moment.microseconds + start - clock;
    moment.nanoseconds = 0;
    moment.decimals = 0;
    if (zone)
        zone->applyTo(moment);
    return setMoment(call, moment);
}

bool computeDiff(const OperationCall &call)
{
    Timestamp a, b;
    Unit unit = Unit::Second;
    if (!toMoment(call, 0, a) || !toMoment(call, 1, b) || !toUnit(call, 2, unit))
        return false;
    if (unit == Unit::Month || unit == Unit::Year) {
        const int64_t offset = b.zoneMinutes * MicrosPerMinute;
        const int64_t months = monthsBetween(a.microseconds + offset, b.microseconds + offset);
        call.result = Value(double(unit == Unit::Year ? months / MonthsPerYear : months));
        return true;
    }
    const double nanos = double(a.nanoseconds) - double(b.nanoseconds);
    const double micros = double(a.microseconds - b.microseconds) + nanos / double(NanosPerMicro);
    call.result = Value(micros / double(MicrosOfUnit[size_t(unit)]));
    return true;
}

bool computeInZone(const OperationCall &call)
{
    Timestamp moment;
    const TimeZone *zone = nullptr;
    if (!toMoment(call, 0, moment) || !toZone(call, 1, zone) || !zone)
        return false;
    zone->applyTo(moment);
    return setMoment(call, moment);
}

bool computeFromSeconds(const OperationCall &call)
{
    return fromCount(call, double(MicrosPerSecond));
}

bool computeFromMilliseconds(const OperationCall &call)
{
    return fromCount(call, double(MicrosPerMilli));
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "expression/operations/DateOperations.h"

#include "expression/operations/Operations.h"

#include <chrono>

namespace millrace {

namespace {

constexpr int64_t MicrosPerMinute = 60'000'000;

/// The day as written: in the timestamp's own zone. False: it is no date.
bool toDate(const OperationCall &call, std::chrono::year_month_day &date)
{
    Timestamp moment;
    if (!toMoment(call, 0, moment))
        return false;
    const std::chrono::sys_time<std::chrono::microseconds> local{
        std::chrono::microseconds(moment.microseconds + moment.zoneMinutes * MicrosPerMinute)};
    date = std::chrono::floor<std::chrono::days>(local);
    return true;
}

} // namespace

bool computeYear(const OperationCall &call)
{
    std::chrono::year_month_day date{};
    const bool isDate = toDate(call, date);
    call.result = Value(double(int(date.year())));
    return isDate;
}

bool computeMonth(const OperationCall &call)
{
    std::chrono::year_month_day date{};
    const bool isDate = toDate(call, date);
    call.result = Value(double(unsigned(date.month())));
    return isDate;
}

bool computeDay(const OperationCall &call)
{
    std::chrono::year_month_day date{};
    const bool isDate = toDate(call, date);
    call.result = Value(double(unsigned(date.day())));
    return isDate;
}

} // namespace millrace

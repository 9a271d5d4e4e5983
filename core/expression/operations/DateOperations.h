// SPDX-License-Identifier: MIT
#pragma once

#include "expression/operations/Operation.h"

#include <cstdint>

namespace millrace {

/// Parts of what a clock shows, in microseconds since 1970 as if it were UTC.
struct DateParts
{
    static int yearOf(int64_t clock);
    static int quarterOf(int64_t clock);
    static int monthOf(int64_t clock);
    static int dayOf(int64_t clock);
    static int hourOf(int64_t clock);
    static int minuteOf(int64_t clock);
    static int secondOf(int64_t clock);
    static int weekdayOf(int64_t clock); ///< 1: Monday
    static int weekOf(int64_t clock);    ///< ISO 8601: the first one has the year's first Thursday
};

/// What a clock shows at a moment: that of the named zone, else that of the offset it is written with. False: an argument
/// is no moment, or no zone.
bool readClock(const OperationCall &call, int64_t &clock);
/// A whole number as the result.
bool setDatePart(const OperationCall &call, int part);

/// Of a moment, in the zone that may be named behind it.
template <int (*Part)(int64_t clock)>
bool computeDatePart(const OperationCall &call)
{
    int64_t clock = 0;
    return readClock(call, clock) && setDatePart(call, Part(clock));
}

bool computeParseDate(const OperationCall &call);
bool computeFormatDate(const OperationCall &call);
bool computeAddDays(const OperationCall &call);
/// A day that the month hasn't got is its last one.
bool computeAddMonths(const OperationCall &call);
bool computeTruncate(const OperationCall &call);
/// The first moment minus the second one, in a unit; months and years are whole ones.
bool computeDiff(const OperationCall &call);
bool computeInZone(const OperationCall &call);
bool computeFromSeconds(const OperationCall &call);
bool computeFromMilliseconds(const OperationCall &call);

} // namespace millrace

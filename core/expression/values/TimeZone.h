// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "data/Value.h"

#include <cstdint>
#include <memory>
#include <string_view>

namespace millrace {

/// A time zone by its name, such as "Europe/Berlin", "UTC" or "+02:00": never the machine's own. One thread at a time, for it
/// remembers between which moments it looked last.
class TimeZone
{
public:
    /// Fails ("type") where there is no such zone.
    static Result<TimeZone> named(std::string_view name);
    ~TimeZone();
    TimeZone(TimeZone &&) noexcept;
    TimeZone &operator=(TimeZone &&) noexcept;

    bool isUtc() const;
    /// The same moment, written as this clock shows it; of a date its midnight in UTC.
    void applyTo(Timestamp &moment) const;
    /// How many minutes its clock is ahead of UTC at that moment (microseconds since 1970).
    int minutesAt(int64_t moment) const;
    /// The moment at which its clock shows that (microseconds as if it were UTC): of two the earlier one; a time that the
    /// clock leaves out in spring is moved on by what it leaves out.
    int64_t momentOf(int64_t clock) const;

private:
    struct Private;
    explicit TimeZone(std::unique_ptr<Private> own);

    std::unique_ptr<Private> d;
};

} // namespace millrace

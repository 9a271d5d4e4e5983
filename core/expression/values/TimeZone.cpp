// SPDX-License-Identifier: MIT
#include "expression/values/TimeZone.h"

#include "data/text/DateText.h"

#include <chrono>
#include <limits>
#include <QByteArray>
#include <QDateTime>
#include <QTimeZone>
#include <string>

namespace millrace {

namespace {

constexpr int SecondsPerMinute = 60, MostMinutes = 14 * 60;

/// Of "+02:00" and the like. False: it is written otherwise.
bool readOffset(std::string_view name, int &minutes)
{
    const auto digit = [&](size_t at) { return name[at] - '0'; };
    const auto isDigit = [&](size_t at) { return name[at] >= '0' && name[at] <= '9'; };
    const bool hasForm = name.size() == 6 && (name[0] == '+' || name[0] == '-') && name[3] == ':' && isDigit(1)
                         && isDigit(2) && isDigit(4) && isDigit(5);
    if (!hasForm)
        return false;
    minutes = (digit(1) * 10 + digit(2)) * 60 + digit(4) * 10 + digit(5);
    const bool isOffset = minutes <= MostMinutes && digit(4) < 6;
    minutes = name[0] == '-' ? -minutes : minutes;
    return isOffset;
}

} // namespace

struct TimeZone::Private
{
    bool isFixed = false; ///< always `minutes`
    QTimeZone zone;
    // From `begin` to before `end` it is `minutes`.
    int64_t begin = 0, end = 0;
    int minutes = 0;

    void lookAt(int64_t moment);
};

void TimeZone::Private::lookAt(int64_t moment)
{
    const std::chrono::microseconds micros(moment);
    const int64_t millis = std::chrono::floor<std::chrono::milliseconds>(micros).count();
    const QDateTime when = QDateTime::fromMSecsSinceEpoch(millis, QTimeZone::utc());
    minutes = zone.offsetFromUtc(when) / SecondsPerMinute;
    begin = std::numeric_limits<int64_t>::min();
    end = std::numeric_limits<int64_t>::max();
    const QTimeZone::OffsetData next = zone.nextTransition(when);
    const QTimeZone::OffsetData before = zone.previousTransition(when.addMSecs(1));
    if (next.atUtc.isValid())
        end = next.atUtc.toMSecsSinceEpoch() * MicrosPerMilli;
    if (before.atUtc.isValid())
        begin = before.atUtc.toMSecsSinceEpoch() * MicrosPerMilli;
}

TimeZone::TimeZone(std::unique_ptr<Private> own) : d(std::move(own)) {}
TimeZone::~TimeZone() = default;
TimeZone::TimeZone(TimeZone &&) noexcept = default;
TimeZone &TimeZone::operator=(TimeZone &&) noexcept = default;

Result<TimeZone> TimeZone::named(std::string_view name)
{
    auto own = std::make_unique<Private>();
    own->isFixed = name == "UTC" || name == "Z" || readOffset(name, own->minutes);
    if (own->isFixed)
        return TimeZone(std::move(own));
    const QByteArray id(name.data(), qsizetype(name.size()));
    if (name.find('/') != std::string_view::npos && QTimeZone::isTimeZoneIdAvailable(id))
        own->zone = QTimeZone(id);
    if (!own->zone.isValid())
        return failure(ErrorKind::Type, "there is no time zone \"" + std::string(name)
                                            + R"("; write one as in "Europe/Berlin", "UTC" or "+02:00")");
    return TimeZone(std::move(own));
}

bool TimeZone::isUtc() const
{
    return d->isFixed && d->minutes == 0;
}

void TimeZone::applyTo(Timestamp &moment) const
{
    constexpr uint8_t ZoneForms = UtcForm | OffsetForm | CompactForm | SmallForm;
    if (moment.form & DateOnlyForm)
        moment.form = SecondsForm;
    moment.zoneMinutes = int16_t(minutesAt(moment.microseconds));
    moment.form = uint8_t((moment.form & ~ZoneForms) | (isUtc() ? UtcForm : OffsetForm));
}

int TimeZone::minutesAt(int64_t moment) const
{
    if (!d->isFixed && (moment < d->begin || moment >= d->end))
        d->lookAt(moment);
    return d->minutes;
}

int64_t TimeZone::momentOf(int64_t clock) const
{
    const int64_t before = minutesAt(clock - MicrosPerDay), after = minutesAt(clock + MicrosPerDay);
    const int64_t early = clock - before * MicrosPerMinute, late = clock - after * MicrosPerMinute;
    if (before == after || minutesAt(early) == before)
        return early;
    return minutesAt(late) == after ? late : early;
}

} // namespace millrace

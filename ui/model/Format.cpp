// SPDX-License-Identifier: MIT
#include "model/Format.h"

#include <QDateTime>

#include <array>
#include <cmath>

namespace millrace {

namespace {

/// Three significant digits, without a decimal that says nothing.
QString threeDigits(double value)
{
    const int decimals = value < 9.995 ? 1 : value < 99.95 ? 1 : 0;
    QString text = QString::number(value, 'f', decimals);
    if (text.endsWith(QLatin1String(".0")))
        text.chop(2);
    return text;
}

QString withUnit(double value, const QString &unit)
{
    return threeDigits(value) + QLatin1Char(' ') + unit;
}

} // namespace

QString formatCount(uint64_t count)
{
    QString text = QString::number(count);
    for (qsizetype at = text.size() - 3; at > 0; at -= 3)
        text.insert(at, QLatin1Char(','));
    return text;
}

QString formatShort(double value)
{
    if (!std::isfinite(value))
        return QStringLiteral("–");
    if (value < 0)
        return QStringLiteral("−") + formatShort(-value);
    if (value < 999.5)
        return threeDigits(value);
    static constexpr std::array units{'k', 'M', 'G', 'T'};
    size_t unit = 0;
    value /= 1000;
    while (value >= 999.5 && unit + 1 < units.size()) {
        value /= 1000;
        ++unit;
    }
    return withUnit(value, QString(QLatin1Char(units[unit])));
}

QString formatNoun(uint64_t count, const QString &noun)
{
    return formatCount(count) + QLatin1Char(' ') + noun + (count == 1 ? QString() : QStringLiteral("s"));
}

QString formatNoun(uint64_t count, const QString &noun, const QString &plural)
{
    return formatCount(count) + QLatin1Char(' ') + (count == 1 ? noun : plural);
}

QString formatPercent(double share)
{
    share = std::isfinite(share) ? std::clamp(share, 0.0, 1.0) : 0.0;
    int percent = int(std::lround(share * 100));
    if (percent == 100 && share < 1)
        percent = 99;
    if (percent == 0 && share > 0)
        percent = 1;
    return QString::number(percent) + QStringLiteral(" %");
}

QString formatDuration(double seconds)
{
    if (!std::isfinite(seconds) || seconds < 0)
        return QStringLiteral("–");
    if (seconds < 1)
        return QStringLiteral("under 1 s");
    const auto whole = int64_t(std::llround(seconds));
    if (whole < 60)
        return QStringLiteral("%1 s").arg(whole);
    if (whole < 3600)
        return whole % 60 ? QStringLiteral("%1 min %2 s").arg(whole / 60).arg(whole % 60)
                          : QStringLiteral("%1 min").arg(whole / 60);
    const int64_t minutes = whole / 60;
    return minutes % 60 ? QStringLiteral("%1 h %2 min").arg(minutes / 60).arg(minutes % 60)
                        : QStringLiteral("%1 h").arg(minutes / 60);
}

QString formatElapsed(double seconds)
{
    if (!std::isfinite(seconds) || seconds < 0)
        return QStringLiteral("–");
    if (seconds < 0.0005)
        return QStringLiteral("<1 ms");
    if (seconds < 0.9995)
        return QStringLiteral("%1 ms").arg(std::llround(seconds * 1000));
    return seconds < 9.95 ? withUnit(seconds, QStringLiteral("s")) : formatDuration(seconds);
}

QString formatMoment(double seconds, bool hasTenths)
{
    if (!std::isfinite(seconds) || seconds < 0)
        return QStringLiteral("–");
    const auto tenths = int64_t(seconds * 10 + 1e-6);
    const int64_t minutes = tenths / 600, hours = minutes / 60;
    const auto two = [](int64_t number) { return QStringLiteral("%1").arg(number, 2, 10, QLatin1Char('0')); };
    QString text = hours > 0 ? QStringLiteral("%1:%2").arg(hours).arg(two(minutes % 60)) : QString::number(minutes);
    text += QLatin1Char(':') + two(tenths / 10 % 60);
    return hasTenths ? text + QStringLiteral(".%1").arg(tenths % 10) : text;
}

QString formatNanoseconds(double nanoseconds)
{
    if (!std::isfinite(nanoseconds) || nanoseconds <= 0)
        return QStringLiteral("–");
    if (nanoseconds < 999.5)
        return withUnit(nanoseconds, QStringLiteral("ns"));
    if (nanoseconds < 999.5e3)
        return withUnit(nanoseconds / 1e3, QStringLiteral("µs"));
    if (nanoseconds < 999.5e6)
        return withUnit(nanoseconds / 1e6, QStringLiteral("ms"));
    return nanoseconds < 59.5e9 ? withUnit(nanoseconds / 1e9, QStringLiteral("s")) : formatDuration(nanoseconds / 1e9);
}

QString formatBytes(uint64_t bytes)
{
    static constexpr std::array units{"B", "kB", "MB", "GB", "TB"};
    auto value = double(bytes);
    size_t unit = 0;
    while (value >= 999.5 && unit + 1 < units.size()) {
        value /= 1000;
        ++unit;
    }
    return withUnit(value, QLatin1String(units[unit]));
}

QString formatClock(int64_t milliseconds)
{
    return QDateTime::fromMSecsSinceEpoch(milliseconds).toString(QStringLiteral("HH:mm:ss.zzz"));
}

QString formatOrdinal(int number)
{
    const int ten = std::abs(number) % 100, one = std::abs(number) % 10;
    const char *ending = ten >= 11 && ten <= 13 ? "th" : one == 1 ? "st" : one == 2 ? "nd" : one == 3 ? "rd" : "th";
    return QString::number(number) + QLatin1String(ending);
}

} // namespace millrace

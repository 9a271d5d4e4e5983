// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

#include <cstdint>

namespace millrace {

/// Numbers, times and sizes as the window shows them: the same everywhere, short enough for a card.
/// All are pure and safe on any thread.

/// 482,100.
QString formatCount(uint64_t count);
/// Three digits and a unit: "831", "33.1 k", "1.2 M", "0.4". Under 10 one decimal unless it is whole.
QString formatShort(double value);
/// A number with its noun, in the singular where it is one: "1 step", "7 steps".
QString formatNoun(uint64_t count, const QString &noun);
/// The same with a plural of its own: "1 batch", "30 batches".
QString formatNoun(uint64_t count, const QString &noun, const QString &plural);
/// "98 %", of a share from 0 to 1; never 100 % before it is all, never 0 % once there is something.
QString formatPercent(double share);
/// How long something took: "<1 ms", "340 ms", "2.4 s", then as formatDuration().
QString formatElapsed(double seconds);
/// How long something will take. Rough and readable: "under 1 s", "7 s", "2 min 5 s", "3 h 20 min".
QString formatDuration(double seconds);
/// A moment of a run, by the seconds or tenths that have passed: "0:08", "12:05", "1:02:07", "0:08.3".
QString formatMoment(double seconds, bool hasTenths = false);
/// How long a batch took: "340 ns", "2.1 ms", "1.4 s".
QString formatNanoseconds(double nanoseconds);
/// "118 MB": decimal units, as file managers show them.
QString formatBytes(uint64_t bytes);
/// The local time of day, "14:02:11.482", of milliseconds since 1970.
QString formatClock(int64_t milliseconds);
/// "4th", "21st".
QString formatOrdinal(int number);

} // namespace millrace

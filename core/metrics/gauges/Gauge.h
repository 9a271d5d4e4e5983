// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

namespace millrace {

/// What a gauge's values are. A report has them as they are, tables and tiles as people read them.
enum class GaugeUnit : uint8_t { Count, Bytes, Seconds, Milliseconds, PerSecond, Share, Mean, Flag };

/// Over how much of a run a tile counts: all of it, the last few seconds, or the last one. Tables and reports count all of it.
enum class GaugeSpan : uint8_t { Whole, Recent, Moment };

/// Of which steps a table shows a gauge; the others have a dash.
enum class GaugeSteps : uint8_t { All, NotSources, NotSinks };

/// How a gauge is shown, each by its name there; empty: it isn't. The declaration that reports, tables and tiles read.
struct GaugeLook
{
    std::string_view key =
        {}; ///< in the report and the metrics; `queue.peak` is the member `peak` of the object `queue`
    /// In OpenMetrics, behind "millrace_"; one that ends in "_total" only ever grows. Its unit is the word before that, or its last one.
    std::string_view metric = {};
    std::string_view column = {}; ///< over a column of the tables of steps
    std::string_view tile = {};   ///< under a tile of the selected step
    std::string_view help = {};   ///< a sentence that says what it is, for tool tips
    GaugeUnit unit = GaugeUnit::Count;
    GaugeSteps steps = GaugeSteps::All;
    GaugeSpan span = GaugeSpan::Whole;
    std::string_view tileOfSinks = {}; ///< where a tile of a sink is called otherwise
    int tilePlace = 0;                 ///< among the tiles, from 1
    bool isBad = false;                ///< anything above 0 is bad news
    bool isRare = false;               ///< tables leave its column out as long as all steps have 0
    bool hasDashAtZero = false;        ///< in tables 0 means that nothing was measured

    constexpr bool isReported() const { return !key.empty(); }
};

} // namespace millrace

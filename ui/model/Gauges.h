// SPDX-License-Identifier: MIT
#pragma once

#include "analysis/Bottleneck.h"
#include "analysis/Drain.h"
#include "metrics/gauges/StepGauges.h"
#include "metrics/RunEnd.h"
#include "metrics/RunSample.h"
#include "model/Drawing.h"

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace {

/// From which share of its bound on a queue counts as filling up, and as full.
struct GaugeLimits
{
    double filling = 0.60;
    double full = 0.85;

    bool operator==(const GaugeLimits &) const = default;
};

enum class GaugeLevel : uint8_t { Calm, Filling, Full };

GaugeLevel gaugeLevel(double share, const GaugeLimits &limits = {});

/// What a card shows of a run: rounded as it is shown, so that equal values need no repaint.
struct StepGauge
{
    uint32_t depth = 0;
    uint32_t capacity = 0; ///< 0: unbounded
    bool hasQueue = true;  ///< false: it reads in this run, if only what was kept of it
    bool wasEnlarged = false;
    QString memory; ///< of its queue, and of what it holds back, in words; empty where that is little
    int workers = 1;
    int busyWorkers = 0;
    QString rate;         ///< items a second: out, or in for a sink; empty before there is one
    bool isTotal = false; ///< the run is over, and `rate` says what came of it: "3,376 → 263", or a number of items
    StepState state = StepState::Idle;
    bool wasStopped = false;  ///< the run's end came before its own; its state is Idle then
    bool gotNothing = false;  ///< it is done, and no item has come to it
    QString errors;           ///< empty: none
    QString elsewhere;        ///< "4 workers on 2 hosts", where they aren't on this machine; empty: they are
    QString elsewhereDetails; ///< a line for each process of theirs
    bool hasLostWorkers = false;
    QString inside; ///< of a step that stands for others: a sentence about the one that is worst off
    QString limit;  ///< "limits the run · 98 % busy", or empty

    /// It is done, but with items that failed.
    bool isDoneWithErrors() const { return state == StepState::Done && !errors.isEmpty(); }

    bool operator==(const StepGauge &) const = default;
};

/// How much flows through a link, from 0 (nothing) to 8 (the most of this run).
struct LinkGauge
{
    int width = 0;

    bool operator==(const LinkGauge &) const = default;
};

/// The gauges of one step that have a tile, as they are at this moment.
struct StepFigures
{
    struct Figure
    {
        const StepGaugeType *gauge;
        double value = 0; ///< 0 also where it isn't known

        bool operator==(const Figure &) const = default;
    };
    std::vector<Figure> figures; ///< in the order of the tiles
    bool isSink = false;

    /// Of the tile that is called so; 0 where there is none.
    double valueOf(std::string_view tile) const;
    bool operator==(const StepFigures &) const = default;
};

/// Figures of the whole run.
struct RunFigures
{
    RunState state = RunState::Ready;
    RunEnd end = RunEnd::None;
    std::optional<double> progress; ///< 0 to 1
    uint64_t items = 0;
    std::optional<uint64_t> totalItems;
    double itemsPerSecond = 0;
    std::optional<double> secondsLeft;
    double seconds = 0;
    double busyCores = 0;
    uint64_t errors = 0;       ///< failed items, those of earlier passes of a fit included
    bool hasAllFailed = false; ///< nothing came of any item
    uint64_t peakMemoryBytes = 0;
    std::optional<Drain> drain; ///< while it is stopping
};

/// Turns the samples of a run into what is shown. Rates are differences over the last second, or over what there is.
/// Plain value, lives on the GUI's thread.
class GaugeReader
{
public:
    void clear();
    /// What comes is of a further pass of the same fit: the errors of those before are counted on.
    void beginPass();
    void add(RunSample sample);
    /// The reader of another moment of the same pass, which has these samples in place of its own.
    GaugeReader during(std::vector<RunSample> samples) const;
    bool isEmpty() const { return m_samples.empty(); }
    const RunSample &last() const { return m_samples.back(); }
    /// The newest ten seconds of samples, oldest first.
    const std::deque<RunSample> &samples() const { return m_samples; }

    /// In the order of the sample's steps. `limit`: whose steps wear the badge; null, or not clear: none does.
    std::map<std::string, StepGauge> stepGauges(const Limit *limit = nullptr) const;
    /// In the order of the drawing's links.
    std::vector<LinkGauge> linkGauges(const Drawing &drawing) const;
    std::optional<StepFigures> figuresOf(const std::string &step) const;
    RunFigures runFigures() const;

private:
    /// The newest sample that is at least this much older than the last, or the oldest.
    const RunSample &before(double seconds) const;
    /// The same by the clock, which goes on while the run is paused.
    const RunSample &beforeByClock(double seconds) const;

    /// What the step has counted over so many seconds, with their true number; over the whole run once it is over.
    std::pair<StepSample, double> stretchOf(const StepSample &step, double seconds) const;
    uint64_t errorsOf(const StepSample &step) const;
    uint64_t errorsOfAll() const;
    bool wasStopped(const StepSample &step) const;

    std::deque<RunSample> m_samples;
    std::map<std::string, uint64_t, std::less<>> m_earlierErrors; ///< of earlier passes, by step
    std::set<std::string> m_ended;                                ///< steps that were done while nobody stopped the run
};

/// What came of a step when the drawing was tried with its first items: "tried 200 → 198".
QString triedText(const StepSample &step);

/// A gauge's value as people read it, without its name.
QString gaugeText(GaugeUnit unit, double value);

const StepSample *findStep(const RunSample &sample, const std::string &id);

/// "busy", "blocked by the next step", … as people read it.
QString stateText(StepState state);
/// The same, or "stopped", or how it is done: "done, 12 failed".
QString stateText(const StepGauge &gauge);
QString stateText(RunState state);

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "analysis/Bottleneck.h"
#include "metrics/RunSample.h"
#include "model/recording/RunChange.h"

#include <optional>
#include <string>
#include <vector>

namespace millrace {

/// What the canvas has shown of a run, to be shown again: of each sample what gauges are made of, and what was changed meanwhile.
/// Bounded, however long the run is and however many steps it has: when it is full, every second moment is given up, and from then
/// on half as many are kept. Times are seconds of the run, pauses left out. Plain value.
class RunRecording
{
public:
    static constexpr size_t MostBytes = size_t(8) << 20; ///< of all moments together, about
    static constexpr size_t MostMoments = 4000;
    static constexpr size_t MostChanges = 500; ///< the oldest go first
    static constexpr double OneGesture = 1.0;  ///< seconds: what is changed again meanwhile is the same change

    explicit RunRecording(size_t mostBytes = MostBytes) : m_mostBytes(mostBytes) {}

    void clear();
    /// Samples of one run, one after the other. The last one, of a run that is over, is always kept.
    /// `limit`: what was said to limit the run then.
    void add(const RunSample &sample, const std::optional<Limit> &limit);
    /// Of now. Settings that are changed on, or back, within one gesture are one change, or none.
    void note(RunChange change);

    bool isEmpty() const { return m_moments.empty(); }
    size_t size() const { return m_moments.size(); }
    /// Of the newest moment; 0 without one.
    double length() const { return m_moments.empty() ? 0 : m_moments.back().seconds; }
    /// The least time between two moments, but for the last.
    double resolution() const { return m_distance; }
    double secondsOf(size_t moment) const { return m_moments[moment].seconds; }
    /// The newest moment that isn't later, or the first. Not for an empty recording.
    size_t momentAt(double seconds) const;

    /// What GaugeReader needs to show the moment: it, and those before it that rates are counted from. Of a step there is what
    /// gauges show, but for the memory that its queue takes.
    std::vector<RunSample> samplesOf(size_t moment) const;
    /// What was said to limit the run; null: nothing was.
    const Limit *limitOf(size_t moment) const;
    /// Items that the run read, a second, over the second before.
    double itemsPerSecond(size_t moment) const;
    /// The step's place in the samples; nothing where it wasn't part of the run.
    std::optional<size_t> placeOf(const std::string &step) const;
    /// Of its bound, 0 to 1; nothing for a step without one.
    std::optional<double> queueShare(size_t moment, size_t place) const;
    /// Oldest first.
    const std::vector<RunChange> &changes() const { return m_changes; }
    /// What the moments take, about.
    size_t bytes() const;

private:
    struct StepFacts
    {
        std::string id;
        bool isSource = false, isSink = false;
    };
    struct StepMoment
    {
        uint64_t itemsIn = 0, itemsOut = 0, errors = 0, busy = 0;
        uint32_t depth = 0, capacity = 0;
        uint16_t workers = 0, activeWorkers = 0;
        StepState state = StepState::Idle;
        bool wasEnlarged = false;
    };
    struct Moment
    {
        double seconds = 0;
        RunState state = RunState::Ready;
        uint64_t itemsRead = 0, errors = 0;
        std::vector<StepMoment> steps; ///< as m_steps
    };
    struct SaidLimit
    {
        double since = 0; ///< seconds
        std::optional<Limit> limit;
    };

    size_t mostMoments() const;
    size_t bytesOfMoment() const { return sizeof(Moment) + m_steps.size() * sizeof(StepMoment); }
    void begin(const RunSample &sample);
    void halve();
    void noteLimit(double seconds, const std::optional<Limit> &limit);
    /// The newest moment that is at least a second older, or the first.
    size_t before(size_t moment) const;
    RunSample sampleOf(size_t moment) const;

    size_t m_mostBytes;
    double m_distance = 0.1;
    std::vector<StepFacts> m_steps; ///< in the order of the samples
    std::vector<Moment> m_moments;
    std::vector<SaidLimit> m_limits; ///< each holds until the next
    std::vector<RunChange> m_changes;
};

} // namespace millrace

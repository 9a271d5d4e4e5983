// SPDX-License-Identifier: MIT
#include "analysis/Bottleneck.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace millrace {

namespace {

constexpr double ShortestClearRun = 0.05; // seconds
constexpr uint64_t FewestClearBatches = 5;
constexpr double ClearlyBusy = 0.5;
constexpr double CoresAreFull = 0.88; // the rest is the engine's own, and the system's
// CPU time against busy time. Below the first, whoever is busy waits; below the second, others keep the cores busy: that
// alone is no sign of waiting.
constexpr double WaitsMostly = 0.1;
constexpr double MuchByOthers = 0.1; // of the cores
constexpr double IsHeldUp = 0.7;
constexpr double ShortestForOthers = 0.5; // seconds: the machine's clock ticks every hundredth

double secondsOf(uint64_t nanoseconds)
{
    return double(nanoseconds) / 1e9;
}

std::string percent(double share)
{
    return std::to_string(std::lround(std::clamp(share, 0.0, 1.0) * 100)) + " %";
}

std::string decimals(double value, int digits)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.*f", digits, value);
    return text;
}

/// One step's share in the run, in seconds.
struct Load
{
    const StepSample *step = nullptr;
    double busy = 0, cpu = 0;
    double used = 0; ///< share of its workers' time

    double onCore() const { return busy > 0 ? cpu / busy : 0; }
    /// The engine may take a step for one that waits which others keep from the cores.
    bool waits(bool areOthersInTheWay) const { return onCore() < WaitsMostly || (step->waits && !areOthersInTheWay); }
};

class LimitSearch
{
public:
    LimitSearch(const RunSample &sample, int cores, const StepNaming &nameOf)
        : m_sample(sample)
        , m_nameOf(nameOf)
        , m_cores(std::max(1, cores))
        , m_seconds(sample.activeSeconds > 0 ? sample.activeSeconds : sample.seconds)
    {
        for (const StepSample &step : sample.steps) {
            Load load{&step, secondsOf(step.busy), secondsOf(step.cpu), 0};
            load.used = m_seconds > 0 ? load.busy / (m_seconds * std::max(1, step.workers)) : 0;
            m_loads.push_back(load);
            m_cpu += load.cpu;
        }
        if (m_seconds >= ShortestForOthers)
            m_others = std::clamp(sample.othersSeconds * m_seconds / std::max(sample.seconds, m_seconds), 0.0,
                                  std::max(0.0, m_seconds * m_cores - m_cpu));
        m_areOthersInTheWay =
            m_others >= MuchByOthers * m_seconds * m_cores && m_cpu + m_others >= CoresAreFull * m_seconds * m_cores;
    }

    std::optional<Limit> find() const
    {
        const auto busiest = std::ranges::max_element(m_loads, {}, &Load::used);
        if (m_seconds <= 0 || busiest == m_loads.end() || busiest->busy <= 0)
            return std::nullopt;
        const double coresUsed = m_cpu / (m_seconds * m_cores);
        // Cores that are full make every step look busy, waiting for its turn. A step alone on one core is no such case.
        const bool areCoresFull = coresUsed >= CoresAreFull && (m_cores > 1 || busiest->used < CoresAreFull);
        Limit limit = areCoresFull ? coresLimit(coresUsed) : stepLimit(*busiest);
        if (!isLongEnough(*busiest)) {
            limit.isClear = false;
            limit.why += " The run was too short (" + decimals(m_seconds, 3) + " s) to be sure.";
        }
        if (limit.isClear && !areCoresFull && !busiest->step->isSource && !busiest->step->isSink)
            addPrediction(*busiest, limit);
        return limit;
    }

private:
    std::string named(const StepSample &step) const { return '"' + (m_nameOf ? m_nameOf(step.id) : step.id) + '"'; }

    Limit coresLimit(double used) const
    {
        const auto most = std::ranges::max_element(m_loads, {}, &Load::cpu);
        const double mostShare = m_cpu > 0 ? most->cpu / m_cpu : 0;
        Limit limit;
        limit.kind = Limit::Kind::Cores;
        limit.step = most->step->id;
        limit.share = used;
        limit.why = "The machine's "
                    + std::string(m_cores == 1 ? "core limits" : std::to_string(m_cores) + " cores limit")
                    + " the run: " + percent(used) + " of their time was used, "
                    + (mostShare >= 0.5 ? "most of it by " : "the largest part by ") + named(*most->step) + " ("
                    + percent(mostShare) + " of that); more workers would not help, less work would.";
        return limit;
    }

    Limit stepLimit(const Load &load) const
    {
        const StepSample &step = *load.step;
        Limit limit;
        limit.step = step.id;
        limit.share = std::min(load.used, 1.0);
        if (step.isSource)
            limit.kind = Limit::Kind::Source;
        else if (step.isSink)
            limit.kind = Limit::Kind::Sink;
        else
            limit.kind = load.waits(m_areOthersInTheWay) ? Limit::Kind::Waiting : Limit::Kind::Workers;
        limit.isClear = limit.share >= ClearlyBusy;
        limit.why = evidence(load, limit);
        return limit;
    }

    std::string evidence(const Load &load, const Limit &limit) const
    {
        const StepSample &step = *load.step;
        const std::string noun = step.isSource ? "source" : step.isSink ? "sink" : "step";
        std::string text =
            limit.isClear ? "The " + noun + ' ' + named(step) + " limits the run: "
                          : "No step clearly limits the run; the busiest is the " + noun + ' ' + named(step) + ": ";
        text += step.workers <= 1 ? "its worker was" : "its " + std::to_string(step.workers) + " workers were";
        text += " busy for " + percent(load.used) + " of the time";
        if (!step.isSource)
            text += queueEvidence(step);
        text += neighbours(load);
        if (limit.kind == Limit::Kind::Waiting)
            text += "; it waits more than it computes (" + percent(load.onCore())
                    + " of that time on a core), so more workers cost little";
        else if (load.onCore() < IsHeldUp)
            text += "; it had a core for " + percent(load.onCore()) + " of that time only, for others use them too";
        return text + '.';
    }

    static std::string queueEvidence(const StepSample &step)
    {
        if (step.queue.capacity == 0)
            return step.queue.peak > 0 ? ", up to " + std::to_string(step.queue.peak) + " batches waited for it" : "";
        return ", its queue held " + decimals(step.queue.mean, 1) + " of " + std::to_string(step.queue.capacity)
               + " batches on average";
    }

    /// The step that was held back the longest, and the one that went short of work the longest.
    std::string neighbours(const Load &load) const
    {
        std::string text;
        const auto add = [&](uint64_t StepSample::*time, std::string_view verb) {
            const StepSample *most = nullptr;
            for (const Load &other : m_loads) {
                if (other.step != load.step && (!most || other.step->*time > most->*time))
                    most = other.step;
            }
            const double share = most ? secondsOf(most->*time) / (m_seconds * std::max(1, most->workers)) : 0;
            if (share >= 0.1)
                text +=
                    (text.empty() ? "; " : ", ") + named(*most) + ' ' + std::string(verb) + " for " + percent(share);
        };
        add(&StepSample::blocked, "was held back");
        add(&StepSample::starved, "had nothing to do");
        return text;
    }

    bool isLongEnough(const Load &load) const
    {
        return m_seconds >= ShortestClearRun
               && std::max(load.step->batchesIn, load.step->batchesOut) >= FewestClearBatches;
    }

    /// w / (v s) of each step is its workers' time against its busy time, and so is the cores' share: all in units of
    /// the speed now.
    void addPrediction(const Load &limiting, Limit &limit) const
    {
        double speed = m_cpu > 0 ? m_seconds * coresWithOneMoreThread() / m_cpu : HUGE_VAL;
        std::string next;
        for (const Load &load : m_loads) {
            if (load.busy <= 0)
                continue;
            const int workers = std::max(1, load.step->workers) + (load.step == limiting.step ? 1 : 0);
            const double allowed = m_seconds * workers / load.busy;
            if (allowed < speed) {
                speed = allowed;
                next = load.step->id;
            }
        }
        const double now =
            1 / std::max(limiting.used, 1e-9); // what the limiting step allows, in units of the speed now
        Prediction prediction;
        prediction.step = limiting.step->id;
        prediction.workers = std::max(1, limiting.step->workers) + 1;
        prediction.gain = std::max(1.0, speed / now);
        prediction.itemsPerSecond = double(m_sample.itemsRead) / m_seconds * prediction.gain;
        prediction.nextLimit = std::move(next);
        limit.oneMoreWorker = std::move(prediction);
    }

    /// How many cores this process gets if one more of its threads computes. Others' threads aren't known: where the cores aren't full
    /// there are as many as cores that they use, else so many that a fair scheduler gives this process what it got.
    double coresWithOneMoreThread() const
    {
        double threads = 0;
        for (const Load &load : m_loads)
            threads += load.waits(m_areOthersInTheWay) ? load.cpu : load.busy;
        threads /= m_seconds;
        const double own = m_cpu / m_seconds, others = m_others / m_seconds;
        const double othersThreads = m_areOthersInTheWay ? std::max(others, threads * (m_cores / own - 1)) : others;
        return std::max(m_cores - others, m_cores * (threads + 1) / (threads + 1 + othersThreads));
    }

    const RunSample &m_sample;
    const StepNaming &m_nameOf;
    const int m_cores;
    const double m_seconds;
    std::vector<Load> m_loads;
    double m_cpu = 0;
    double m_others = 0; ///< core seconds of other processes
    bool m_areOthersInTheWay = false;
};

/// What happened after `first` until `last`: counters are differences, the queue's figures those of the end.
RunSample between(const RunSample &first, RunSample last)
{
    if (first.steps.size() != last.steps.size())
        return last;
    last.seconds -= first.seconds;
    last.activeSeconds -= first.activeSeconds;
    last.othersSeconds -= first.othersSeconds;
    last.itemsRead -= first.itemsRead;
    last.itemsWritten -= first.itemsWritten;
    for (size_t i = 0; i < last.steps.size(); ++i) {
        StepSample &step = last.steps[i];
        const StepSample &before = first.steps[i];
        for (auto counter :
             {&StepSample::batchesIn, &StepSample::batchesOut, &StepSample::itemsIn, &StepSample::itemsOut,
              &StepSample::busy, &StepSample::cpu, &StepSample::blocked, &StepSample::starved})
            step.*counter -= std::min(step.*counter, before.*counter);
    }
    return last;
}

} // namespace

std::optional<Limit> findLimit(const RunSample &sample, int cores, const StepNaming &nameOf)
{
    return LimitSearch(sample, cores, nameOf).find();
}

std::optional<Limit> findLimit(const std::vector<RunSample> &samples, int cores, const StepNaming &nameOf)
{
    if (samples.empty())
        return std::nullopt;
    return findLimit(samples.size() == 1 ? samples.front() : between(samples.front(), samples.back()), cores, nameOf);
}

} // namespace millrace

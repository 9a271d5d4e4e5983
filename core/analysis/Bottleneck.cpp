// SPDX-License-Identifier: MIT
#include "analysis/Bottleneck.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <span>

namespace millrace {

namespace {

// Before that, figures differ from run to run: files come into the cache, processors get faster, children start.
constexpr double ShortestClearRun = 0.5, ShortestForPrediction = 1.0; // seconds
constexpr uint64_t FewestClearBatches = 5, FewestForPrediction = 10;
// Shares of the workers' time.
constexpr double AlwaysBusy = 0.85;   // holds the others back, whatever else is seen
constexpr double MostlyBusy = 0.5;    // does so where its queue is half full as well
constexpr double BusyMargin = 0.1;    // less of both until the opposite is said of what is shown
constexpr double AsBusy = 0.05;       // apart: two share the limit
constexpr double LessBusy = 0.1;      // apart: two that were said to share it don't any more
constexpr double CalmStretch = 4.0;   // seconds: over less, shares are so much less exact
constexpr double CoresAreFull = 0.88; // the rest is the engine's own, and the system's
constexpr double CoresMargin = 0.04;  // more or less until the opposite is said of what is shown
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

std::string listed(const std::vector<std::string> &names)
{
    std::string text;
    for (size_t i = 0; i < names.size(); ++i)
        text += (i == 0 ? "" : i + 1 < names.size() ? ", " : " and ") + names[i];
    return text;
}

/// One step's share in the run, in seconds.
struct Load
{
    const StepSample *step = nullptr;
    double busy = 0,
           cpu = 0;  ///< busy: also that it kept to a rate, for others wait for that alike; cpu: with its children's
    double used = 0; ///< share of its workers' time
    bool isShown = false; ///< is said to limit now

    bool keepsToRate() const { return secondsOf(step->paced) > busy / 2; }
    bool isTransform() const { return !step->isSource && !step->isSink; }
    double onCore() const { return busy > 0 ? cpu / busy : 0; }
    /// The engine may take a step for one that waits which others keep from the cores, or whose children compute.
    bool waits(bool areOthersInTheWay) const
    {
        if (step->lacksChildCpu)
            return false;
        if (step->childCpu > 0)
            return onCore() < (areOthersInTheWay ? WaitsMostly : 0.5);
        return onCore() < WaitsMostly || (step->waits && !areOthersInTheWay);
    }
    /// Whether the others have to wait for it.
    bool holdsBack() const
    {
        const QueueSample &queue = step->queue;
        const bool hasBacklog = !step->isSource && queue.mean >= std::max(1.0, queue.capacity * 0.5);
        return used + (isShown ? BusyMargin : 0) >= (hasBacklog ? MostlyBusy : AlwaysBusy);
    }
};

class LimitSearch
{
public:
    LimitSearch(const RunSample &sample, int cores, const StepNaming &nameOf, const Limit *shown)
        : m_sample(sample)
        , m_nameOf(nameOf)
        , m_shown(shown)
        , m_cores(std::max(1, cores))
        , m_seconds(sample.activeSeconds > 0 ? sample.activeSeconds : sample.seconds)
    {
        for (const StepSample &step : sample.steps) {
            Load load{&step, secondsOf(step.busy + step.paced), secondsOf(step.cpu) + secondsOf(step.childCpu)};
            load.isShown = shown && shown->isAt(step.id);
            load.used = m_seconds > 0 ? load.busy / (m_seconds * std::max(1, step.workers)) : 0;
            m_loads.push_back(load);
            m_cpu += load.cpu;
            m_isCpuKnown &= !step.lacksChildCpu;
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
        const double full = CoresAreFull
                            + (!m_shown                              ? 0
                               : m_shown->kind == Limit::Kind::Cores ? -CoresMargin
                                                                     : CoresMargin);
        const bool areCoresFull = coresUsed >= full && (m_cores > 1 || busiest->used < CoresAreFull);
        const std::vector<const Load *> limiting = limitingSteps();
        Limit limit = areCoresFull ? coresLimit(coresUsed) : stepLimit(limiting);
        const Load &first = *limiting.front();
        if (m_seconds < ShortestClearRun || batchesOf(first) < FewestClearBatches) {
            limit.isClear = false;
            limit.why += m_seconds < ShortestClearRun
                             ? " The run was too short (" + decimals(m_seconds, 3) + " s) to be sure."
                             : " Too few batches went through (" + std::to_string(batchesOf(first)) + ") to be sure.";
        }
        const bool isKnown =
            m_isCpuKnown && m_seconds >= ShortestForPrediction && batchesOf(first) >= FewestForPrediction;
        if (limit.isClear && isKnown && !areCoresFull && first.isTransform() && !first.keepsToRate())
            addPrediction(first, limit);
        return limit;
    }

private:
    std::string named(const StepSample &step) const { return '"' + (m_nameOf ? m_nameOf(step.id) : step.id) + '"'; }

    static std::string nounOf(const StepSample &step)
    {
        return step.isSource ? "source" : step.isSink ? "sink" : "step";
    }

    static uint64_t batchesOf(const Load &load) { return std::max(load.step->batchesIn, load.step->batchesOut); }

    /// The busiest step, of those that hold others back if there are any, and those that are as busy. First the one that is shown, or
    /// the busiest, then the others in the order of the pipeline.
    std::vector<const Load *> limitingSteps() const
    {
        std::vector<const Load *> found;
        for (const Load &load : m_loads)
            if (load.holdsBack())
                found.push_back(&load);
        if (found.empty())
            return {&*std::ranges::max_element(m_loads, {}, &Load::used)};
        const Load *first = *std::ranges::max_element(found, {}, &Load::used);
        const double most = first->used;
        const double blur = std::sqrt(std::max(1.0, CalmStretch / m_seconds));
        std::erase_if(found,
                      [&](const Load *load) { return load->used < most - blur * (load->isShown ? LessBusy : AsBusy); });
        if (const auto shown = std::ranges::find_if(
                found, [this](const Load *load) { return m_shown && load->step->id == m_shown->step; });
            shown != found.end())
            first = *shown;
        std::stable_partition(found.begin(), found.end(), [first](const Load *load) { return load == first; });
        return found;
    }

    Limit coresLimit(double used) const
    {
        const auto most = std::ranges::max_element(m_loads, {}, &Load::cpu);
        const double mostShare = m_cpu > 0 ? most->cpu / m_cpu : 0;
        const bool isByChildren = secondsOf(most->step->childCpu) > most->cpu / 2;
        Limit limit;
        limit.kind = Limit::Kind::Cores;
        limit.step = most->step->id;
        limit.share = used;
        limit.why = "The machine's "
                    + std::string(m_cores == 1 ? "core limits" : std::to_string(m_cores) + " cores limit")
                    + " the run: " + percent(used) + " of their time was used, "
                    + (mostShare >= 0.5 ? "most of it by " : "the largest part by ") + named(*most->step) + " ("
                    + percent(mostShare) + " of that" + (isByChildren ? ", in its child processes" : "")
                    + "); more workers would not help, less work would.";
        return limit;
    }

    Limit stepLimit(const std::vector<const Load *> &loads) const
    {
        const Load &load = *loads.front();
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
        limit.isClear = load.holdsBack();
        for (const Load *other : std::span(loads).subspan(1))
            limit.sharedWith.push_back({other->step->id, std::min(other->used, 1.0)});
        limit.why = loads.size() > 1 ? sharedEvidence(loads) : evidence(load, limit);
        return limit;
    }

    /// "The steps "a" and "b" limit the run together: their workers were busy for 97 % and 96 % of the time."
    std::string sharedEvidence(const std::vector<const Load *> &loads) const
    {
        std::vector<std::string> names, shares;
        bool areSteps = true;
        for (const Load *load : loads) {
            names.push_back(named(*load->step));
            shares.push_back(percent(load->used));
            areSteps &= load->isTransform();
        }
        return (areSteps ? "The steps " : "") + listed(names) + " limit the run together: their workers were busy for "
               + listed(shares) + " of the time; one of them alone can't make it faster.";
    }

    std::string evidence(const Load &load, const Limit &limit) const
    {
        const StepSample &step = *load.step;
        const std::string noun = nounOf(step);
        std::string text =
            limit.isClear ? "The " + noun + ' ' + named(step) + " limits the run: "
                          : "No step clearly limits the run; the busiest is the " + noun + ' ' + named(step) + ": ";
        text += step.workers <= 1 ? "its worker was" : "its " + std::to_string(step.workers) + " workers were";
        text += (load.keepsToRate() ? " holding items back, to keep to its rate, for " : " busy for ")
                + percent(load.used) + " of the time";
        if (!step.isSource)
            text += queueEvidence(step);
        text += neighbours(load);
        if (load.keepsToRate())
            text += "; a higher rate makes it faster, more workers don't";
        else if (limit.kind == Limit::Kind::Waiting)
            text += "; it waits more than it computes (" + percent(load.onCore())
                    + " of that time on a core), so more workers cost little";
        else if (load.onCore() < IsHeldUp && !step.lacksChildCpu)
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
    const Limit *const m_shown; ///< may be null
    const int m_cores;
    const double m_seconds;
    std::vector<Load> m_loads;
    double m_cpu = 0;
    double m_others = 0; ///< core seconds of other processes
    bool m_areOthersInTheWay = false;
    bool m_isCpuKnown = true;
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
              &StepSample::busy, &StepSample::paced, &StepSample::cpu, &StepSample::childCpu, &StepSample::blocked,
              &StepSample::starved, &StepSample::waitingForCore})
            step.*counter -= std::min(step.*counter, before.*counter);
    }
    return last;
}

} // namespace

bool Limit::isAt(const std::string &id) const
{
    return kind != Kind::Cores && (step == id || std::ranges::find(sharedWith, id, &Part::step) != sharedWith.end());
}

std::optional<Limit> findLimit(const RunSample &sample, int cores, const StepNaming &nameOf, const Limit *shown)
{
    return LimitSearch(sample, cores, nameOf, shown).find();
}

std::optional<Limit> findLimit(
    const RunSample &first, const RunSample &last, int cores, const StepNaming &nameOf, const Limit *shown)
{
    return findLimit(between(first, last), cores, nameOf, shown);
}

} // namespace millrace

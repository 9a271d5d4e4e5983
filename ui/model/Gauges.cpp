// SPDX-License-Identifier: MIT
#include "model/Gauges.h"

#include "model/Format.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <functional>

namespace millrace {

namespace {

constexpr size_t MostSamples = 100;
constexpr double RateSeconds = 1.0;
constexpr double FigureSeconds = 4.0;
constexpr double LongestForecast = 90.0 * 24 * 3600; // seconds
constexpr uint64_t FewBatches = 5;                   ///< whose times say little; all of the run say more
constexpr int WidestLink = 8;

bool isOver(RunState state)
{
    return state == RunState::Finished || state == RunState::Failed || state == RunState::Stopped;
}

/// Change a second of a counter between two samples; over the whole run once it is over.
template <class Counter>
double rateOf(const RunSample &from, const RunSample &to, const StepSample &step, Counter counter)
{
    if (isOver(to.state))
        return to.activeSeconds > 0 ? double(counter(step)) / to.activeSeconds : 0;
    const StepSample *earlier = findStep(from, step.id);
    const double seconds = to.activeSeconds - from.activeSeconds;
    const uint64_t start = earlier ? counter(*earlier) : 0;
    return seconds > 0 && counter(step) >= start ? double(counter(step) - start) / seconds : 0;
}

/// How many of the step's workers were at work on average.
double busyWorkers(const RunSample &from, const RunSample &to, const StepSample &step)
{
    return rateOf(from, to, step, [](const StepSample &s) { return s.busy; }) / 1e9;
}

int shownBusyWorkers(const RunSample &from, const RunSample &to, const StepSample &step)
{
    if (isOver(to.state))
        return 0;
    if (to.state == RunState::Paused)
        return std::clamp(step.activeWorkers, 0, step.workers);
    const int mean = int(std::ceil(busyWorkers(from, to, step) - 0.02));
    return std::clamp(std::max(mean, step.activeWorkers), 0, step.workers);
}

/// Items that wait in queues: read, but not worked off.
uint64_t itemsInQueues(const RunSample &sample)
{
    double items = 0;
    for (const StepSample &step : sample.steps)
        if (step.batchesIn > 0)
            items += double(step.queue.depth) * double(step.itemsIn) / double(step.batchesIn);
    return std::min(sample.itemsRead, uint64_t(items));
}

/// The share that is worked off, where `progress` is the share that was read.
std::optional<double> workedOff(const RunSample &sample)
{
    if (!sample.progress || sample.itemsRead == 0)
        return sample.progress;
    return *sample.progress * double(sample.itemsRead - itemsInQueues(sample)) / double(sample.itemsRead);
}

/// What the step's badge says: that of the verdict, so that it is as calm.
QString limitText(const Limit &limit, const std::string &step)
{
    if (limit.kind == Limit::Kind::Cores)
        return step == limit.step ? QStringLiteral("cores are full · uses most") : QString();
    const auto part = std::ranges::find(limit.sharedWith, step, &Limit::Part::step);
    if (step != limit.step && part == limit.sharedWith.end())
        return {};
    const double busy = step == limit.step ? limit.share : part->share;
    return (limit.sharedWith.empty() ? QStringLiteral("limits the run · %1 busy")
                                     : QStringLiteral("shares the limit · %1 busy"))
        .arg(formatPercent(busy));
}

/// "3,376 → 263"; of a source or a sink, and of a step that only looks on, one number.
QString totalText(const StepSample &step)
{
    constexpr qsizetype Widest = 15; // that a card has room for
    const bool isEnd = step.isSource || step.isSink;
    const auto text = [&](auto format) {
        return isEnd ? format(step.itemsDone())
                     : QStringLiteral("%1 → %2").arg(format(step.itemsIn), format(step.itemsOut));
    };
    const QString exact = text(formatCount);
    return exact.size() <= Widest ? exact : text([](uint64_t count) { return formatShort(double(count)); });
}

} // namespace

QString triedText(const StepSample &step)
{
    return QCoreApplication::translate("Gauges", "tried %1").arg(totalText(step));
}

GaugeLevel gaugeLevel(double share, const GaugeLimits &limits)
{
    return share > limits.full ? GaugeLevel::Full : share >= limits.filling ? GaugeLevel::Filling : GaugeLevel::Calm;
}

QString gaugeText(GaugeUnit unit, double value)
{
    switch (unit) {
    case GaugeUnit::PerSecond: return formatShort(value);
    case GaugeUnit::Share: return formatPercent(value);
    case GaugeUnit::Milliseconds: return formatNanoseconds(value * 1e6);
    case GaugeUnit::Seconds: return formatElapsed(value);
    case GaugeUnit::Bytes: return formatBytes(uint64_t(value));
    case GaugeUnit::Mean: return QString::number(value, 'f', 1);
    case GaugeUnit::Flag: return value != 0 ? QStringLiteral("yes") : QStringLiteral("no");
    case GaugeUnit::Count: return formatCount(uint64_t(value));
    }
    return {};
}

const StepSample *findStep(const RunSample &sample, const std::string &id)
{
    const auto found = std::ranges::find(sample.steps, id, &StepSample::id);
    return found == sample.steps.end() ? nullptr : &*found;
}

QString stateText(StepState state)
{
    switch (state) {
    case StepState::Idle: return QStringLiteral("idle");
    case StepState::Busy: return QStringLiteral("busy");
    case StepState::Blocked: return QStringLiteral("blocked by the next step");
    case StepState::Starved: return QStringLiteral("waiting for input");
    case StepState::WaitingForCore: return QStringLiteral("waits for a core");
    case StepState::Paused: return QStringLiteral("paused");
    case StepState::Failed: return QStringLiteral("failed");
    case StepState::Done: return QStringLiteral("done");
    }
    return {};
}

QString stateText(const StepGauge &gauge)
{
    if (gauge.wasStopped)
        return QStringLiteral("stopped");
    if (gauge.isDoneWithErrors())
        return QStringLiteral("done, %1 failed").arg(gauge.errors);
    return gauge.gotNothing ? QStringLiteral("done, no items came") : stateText(gauge.state);
}

QString stateText(RunState state)
{
    switch (state) {
    case RunState::Ready: return QStringLiteral("Ready");
    case RunState::Running: return QStringLiteral("Running");
    case RunState::Paused: return QStringLiteral("Paused");
    case RunState::Stopping: return QStringLiteral("Stopping");
    case RunState::Finished: return QStringLiteral("Finished");
    case RunState::Failed: return QStringLiteral("Failed");
    case RunState::Stopped: return QStringLiteral("Stopped");
    }
    return {};
}

void GaugeReader::add(RunSample sample)
{
    if (sample.state == RunState::Running || sample.state == RunState::Paused)
        for (const StepSample &step : sample.steps)
            if (step.state == StepState::Done)
                m_ended.insert(step.id);
    m_samples.push_back(std::move(sample));
    if (m_samples.size() > MostSamples)
        m_samples.pop_front();
}

const RunSample &GaugeReader::beforeByClock(double seconds) const
{
    const double limit = last().seconds - seconds;
    const auto found = std::ranges::find_if(m_samples.rbegin(), m_samples.rend(),
                                            [&](const RunSample &at) { return at.seconds <= limit; });
    return found == m_samples.rend() ? m_samples.front() : *found;
}

const RunSample &GaugeReader::before(double seconds) const
{
    const double limit = m_samples.back().activeSeconds - seconds;
    for (auto at = m_samples.rbegin(); at != m_samples.rend(); ++at)
        if (at->activeSeconds <= limit)
            return *at;
    return m_samples.front();
}

void GaugeReader::clear()
{
    m_samples.clear();
    m_ended.clear();
    m_earlierErrors.clear();
}

void GaugeReader::beginPass()
{
    if (!m_samples.empty())
        for (const StepSample &step : last().steps)
            m_earlierErrors[step.id] += step.errors;
    m_samples.clear();
    m_ended.clear();
}

GaugeReader GaugeReader::during(std::vector<RunSample> samples) const
{
    GaugeReader reader;
    reader.m_earlierErrors = m_earlierErrors;
    for (RunSample &sample : samples)
        reader.add(std::move(sample));
    return reader;
}

uint64_t GaugeReader::errorsOf(const StepSample &step) const
{
    const auto found = m_earlierErrors.find(step.id);
    return step.errors + (found == m_earlierErrors.end() ? 0 : found->second);
}

uint64_t GaugeReader::errorsOfAll() const
{
    uint64_t sum = last().errors;
    for (const auto &[step, errors] : m_earlierErrors)
        sum += errors;
    return sum;
}

/// The engine counts as done whatever has nothing more to do, also where that is because the run was ended.
bool GaugeReader::wasStopped(const StepSample &step) const
{
    if (step.state == StepState::Failed)
        return false;
    // A run that fails ends its sources before it says so, and a result gets its name only where the run has finished.
    const bool hasEnded = last().state != RunState::Failed && !step.isSink && m_ended.contains(step.id);
    switch (last().state) {
    case RunState::Stopping: return step.state == StepState::Done && !hasEnded;
    case RunState::Stopped:
    case RunState::Failed: return !hasEnded;
    default: return false;
    }
}

/// Rounded, so that a card needn't be told of every batch.
static QString memoryText(const StepSample &step)
{
    constexpr uint64_t Mentioned = 1 << 20;
    QString text;
    const QueueSample &queue = step.queue;
    if (queue.bytes >= Mentioned || queue.peakBytes >= Mentioned)
        text = QStringLiteral("%1 wait in its queue, which may hold %2; at most it was %3.")
                   .arg(formatBytes(queue.bytes), formatBytes(queue.capacityBytes), formatBytes(queue.peakBytes));
    const auto add = [&text](const QString &sentence) {
        text += (text.isEmpty() ? QString() : QStringLiteral("\n")) + sentence;
    };
    if (step.heldBytes >= Mentioned)
        add(QStringLiteral("It holds back %1 until their turn comes.").arg(formatBytes(step.heldBytes)));
    if (step.spilledBytes > 0)
        add(QStringLiteral("%1 went to a temporary file meanwhile.").arg(formatBytes(step.spilledBytes)));
    return text;
}

std::map<std::string, StepGauge> GaugeReader::stepGauges(const Limit *limit) const
{
    std::map<std::string, StepGauge> gauges;
    if (m_samples.empty())
        return gauges;
    const RunSample &to = last(), &from = before(RateSeconds);
    for (const StepSample &step : to.steps) {
        StepGauge &gauge = gauges[step.id];
        gauge.depth = step.queue.depth;
        gauge.capacity = step.queue.capacity;
        gauge.hasQueue = !step.isSource;
        gauge.wasEnlarged = step.queue.wasEnlarged;
        gauge.memory = memoryText(step);
        gauge.workers = std::max(step.workers, 1);
        gauge.busyWorkers = shownBusyWorkers(from, to, step);
        gauge.wasStopped = wasStopped(step);
        gauge.state = gauge.wasStopped ? StepState::Idle : step.state;
        gauge.gotNothing = gauge.state == StepState::Done && !step.isSource && step.itemsIn == 0 && to.itemsRead > 0;
        gauge.isTotal = isOver(to.state);
        if (gauge.isTotal)
            gauge.rate = totalText(step);
        else if (to.state != RunState::Paused)
            gauge.rate = formatShort(rateOf(from, to, step, std::mem_fn(&StepSample::itemsDone)));
        if (const uint64_t errors = errorsOf(step); errors > 0)
            gauge.errors = formatShort(double(errors));
        if (limit && limit->isClear)
            gauge.limit = limitText(*limit, step.id);
    }
    return gauges;
}

std::vector<LinkGauge> GaugeReader::linkGauges(const Drawing &drawing) const
{
    std::vector<LinkGauge> gauges(drawing.links.size());
    if (m_samples.empty() || last().state == RunState::Paused)
        return gauges;
    const RunSample &to = last(), &from = before(RateSeconds);
    std::map<std::string_view, int> feeders;
    for (const LinkView &link : drawing.links)
        ++feeders[link.toStep];
    std::vector<double> flows;
    double most = 0;
    for (const LinkView &link : drawing.links) {
        const StepSample *source = findStep(to, link.fromStep), *target = findStep(to, link.toStep);
        double flow = 0;
        if (target && feeders[link.toStep] == 1)
            flow = rateOf(from, to, *target, [](const StepSample &s) { return s.itemsIn; });
        else if (source && link.isError())
            flow = rateOf(from, to, *source, [](const StepSample &s) { return s.errors; });
        else if (source)
            flow = rateOf(from, to, *source, [](const StepSample &s) { return s.itemsOut; });
        flows.push_back(flow);
        most = std::max(most, flow);
    }
    for (size_t i = 0; i < flows.size(); ++i)
        if (flows[i] > 0)
            gauges[i].width = std::max(1, int(std::lround(std::sqrt(flows[i] / most) * WidestLink)));
    return gauges;
}

double StepFigures::valueOf(std::string_view tile) const
{
    const auto found = std::ranges::find(figures, tile, [](const Figure &figure) { return figure.gauge->look.tile; });
    return found == figures.end() ? 0 : found->value;
}

std::pair<StepSample, double> GaugeReader::stretchOf(const StepSample &step, double seconds) const
{
    const RunSample &to = last(), &from = before(seconds);
    if (isOver(to.state))
        return {step, to.activeSeconds};
    const StepSample *earlier = findStep(from, step.id);
    StepSample counted = earlier ? countedSince(*earlier, step) : step;
    uint64_t batches = 0;
    for (const uint64_t count : counted.service)
        batches += count;
    if (batches < FewBatches)
        counted.service = step.service;
    return {std::move(counted), to.state == RunState::Paused ? 0 : to.activeSeconds - from.activeSeconds};
}

std::optional<StepFigures> GaugeReader::figuresOf(const std::string &id) const
{
    if (m_samples.empty() || !findStep(last(), id))
        return {};
    StepSample whole = *findStep(last(), id);
    const auto [moment, momentSeconds] = stretchOf(whole, RateSeconds);
    const auto [recent, recentSeconds] = stretchOf(whole, FigureSeconds);
    whole.errors = errorsOf(whole);
    StepFigures figures;
    figures.isSink = whole.isSink;
    for (const StepGaugeType &gauge : stepGaugeTypes()) {
        if (gauge.look.tile.empty())
            continue;
        std::optional<double> value;
        switch (gauge.look.span) {
        case GaugeSpan::Whole: value = gauge.of(whole, last().activeSeconds); break;
        case GaugeSpan::Recent: value = gauge.of(recent, recentSeconds); break;
        case GaugeSpan::Moment: value = gauge.of(moment, momentSeconds); break;
        }
        figures.figures.push_back({&gauge, value.value_or(0)});
    }
    std::ranges::sort(figures.figures, {}, [](const StepFigures::Figure &one) { return one.gauge->look.tilePlace; });
    return figures;
}

RunFigures GaugeReader::runFigures() const
{
    RunFigures figures;
    if (m_samples.empty())
        return figures;
    const RunSample &to = last(), &from = before(FigureSeconds);
    figures.state = to.state;
    figures.items = to.itemsRead - itemsInQueues(to);
    figures.totalItems = to.totalItems;
    figures.progress = workedOff(to);
    figures.seconds = to.seconds;
    figures.errors = errorsOfAll();
    figures.end = runEnd(to.state, figures.errors);
    figures.hasAllFailed = to.itemsRead > 0 && to.itemsWritten == 0 && to.errors >= to.itemsRead;
    figures.peakMemoryBytes = to.peakMemoryBytes;
    const bool over = isOver(to.state);
    const double active = over ? to.activeSeconds : to.activeSeconds - from.activeSeconds;
    const uint64_t itemsBefore = over ? 0 : from.itemsRead - itemsInQueues(from);
    if (active > 0 && figures.items >= itemsBefore)
        figures.itemsPerSecond = double(figures.items - itemsBefore) / active;
    const auto computed = [](const RunSample &sample) { return sample.cpuSeconds + sample.childCpuSeconds; };
    const RunSample &earlier = beforeByClock(FigureSeconds);
    const double wall = over ? to.seconds : to.seconds - earlier.seconds;
    if (wall > 0)
        figures.busyCores = std::max(0.0, over ? computed(to) : computed(to) - computed(earlier)) / wall;
    const auto progressBefore = workedOff(from);
    if (!over && figures.progress && progressBefore && *figures.progress > *progressBefore && active > 0)
        figures.secondsLeft = (1 - *figures.progress) / ((*figures.progress - *progressBefore) / active);
    if (figures.secondsLeft > LongestForecast) // hardly anything moves: nobody knows
        figures.secondsLeft.reset();
    return figures;
}

} // namespace millrace

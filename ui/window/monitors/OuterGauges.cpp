// SPDX-License-Identifier: MIT
#include "window/monitors/OuterGauges.h"

#include "model/Format.h"
#include "theme/Text.h"

#include <QCoreApplication>

#include <algorithm>
#include <set>
#include <utility>

namespace millrace {

namespace {

constexpr double RateStretch = 2.0; ///< seconds of samples that rates are taken from, and some more

bool isWithin(const std::string &id, const std::string &outer)
{
    return id.size() > outer.size() && id[outer.size()] == '/' && id.starts_with(outer);
}

bool isQueueFull(const StepGauge &gauge, const GaugeLimits &limits)
{
    const bool isUnderWay = gauge.state != StepState::Done && gauge.state != StepState::Idle;
    return isUnderWay && gauge.capacity > 0
           && gaugeLevel(double(gauge.depth) / gauge.capacity, limits) == GaugeLevel::Full;
}

int severityOf(const StepGauge &gauge, const GaugeLimits &limits)
{
    if (gauge.state == StepState::Failed)
        return 8;
    if (!gauge.errors.isEmpty())
        return 7;
    if (isQueueFull(gauge, limits))
        return 6;
    if (!gauge.limit.isEmpty())
        return 5;
    switch (gauge.state) {
    case StepState::Busy: return 4;
    case StepState::WaitingForCore: return 3;
    case StepState::Paused:
    case StepState::Blocked: return 2;
    case StepState::Starved: return 1;
    default: return 0;
    }
}

/// What of the worst one is worth to be told by its name.
QString insideText(const QString &name, const StepGauge &gauge, const GaugeLimits &limits)
{
    const auto text = [&name](const char *english) {
        return QCoreApplication::translate("OuterGauges", english).arg(name);
    };
    if (gauge.state == StepState::Failed)
        return text("Inside, “%1” has failed.");
    if (!gauge.errors.isEmpty())
        return text("Inside, items fail in “%1”.");
    if (isQueueFull(gauge, limits))
        return text("Inside, the queue of “%1” is full.");
    if (!gauge.limit.isEmpty())
        return text("Inside, “%1” %2.").arg(gauge.limit);
    switch (gauge.state) {
    case StepState::WaitingForCore: return text("Inside, “%1” waits for a core.");
    case StepState::Blocked: return text("Inside, “%1” is blocked by the step behind it.");
    default: return {};
    }
}

std::set<std::string> outerStepsOf(const RunSample &sample)
{
    std::set<std::string> outer;
    for (const StepSample &step : sample.steps)
        if (const std::string card = cardOf(step.id); card != step.id)
            outer.insert(card);
    return outer;
}

/// The newest samples, with the sums of such steps; where `isAlone` nothing but these.
GaugeReader summed(const GaugeReader &reader, const OuterParts &parts, bool isAlone)
{
    std::vector<RunSample> samples;
    for (const RunSample &sample : reader.samples()) {
        if (sample.seconds < reader.last().seconds - RateStretch)
            continue;
        RunSample made = sample;
        if (isAlone)
            made.steps.clear();
        for (const std::string &outer : outerStepsOf(sample))
            made.steps.push_back(insideSumOf(outer, parts, sample));
        samples.push_back(std::move(made));
    }
    return reader.during(std::move(samples));
}

} // namespace

StepSample insideSumOf(const std::string &outer, const OuterParts &parts, const RunSample &sample)
{
    StepSample sum;
    sum.id = outer;
    sum.type = "pipeline";
    const auto part = parts.find(outer);
    for (const StepSample &step : sample.steps) {
        if (!isWithin(step.id, outer))
            continue;
        sum.errors += step.errors;
        sum.heldBytes += step.heldBytes;
        sum.spilledBytes += step.spilledBytes;
        if (part == parts.end())
            continue;
        if (step.id == part->second.entry)
            sum.itemsIn += step.itemsIn;
        const bool isExit =
            std::ranges::any_of(part->second.exits, [&](const auto &exit) { return exit.second == step.id; });
        if (isExit)
            sum.itemsOut += step.itemsOut;
    }
    return sum;
}

void addOuterGauges(std::map<std::string, StepGauge> &gauges,
                    const GaugeReader &reader,
                    const OuterParts &parts,
                    const GaugeLimits &limits)
{
    if (reader.isEmpty() || outerStepsOf(reader.last()).empty())
        return;
    std::set<std::string> ends; // no more than places, which nobody has drawn as steps that work
    for (const auto &[id, part] : parts) {
        ends.insert(part.entry);
        for (const auto &[port, exit] : part.exits)
            ends.insert(exit);
    }
    for (auto &[outer, sum] : summed(reader, parts, true).stepGauges()) {
        const StepGauge *worst = nullptr;
        std::string name;
        int workers = 0, busyWorkers = 0;
        double fullest = -1;
        for (const auto &[id, gauge] : gauges) {
            if (!isWithin(id, outer))
                continue;
            if (!worst || severityOf(gauge, limits) > severityOf(*worst, limits)) {
                worst = &gauge;
                name = id.substr(outer.size() + 1);
            }
            workers += ends.contains(id) ? 0 : gauge.workers;
            busyWorkers += ends.contains(id) ? 0 : gauge.busyWorkers;
            const double share = gauge.capacity > 0 ? double(gauge.depth) / gauge.capacity : 0;
            if (std::exchange(fullest, std::max(fullest, share)) < share) {
                sum.depth = gauge.depth;
                sum.capacity = gauge.capacity;
            }
        }
        if (!worst)
            continue;
        sum.state = worst->state;
        sum.wasStopped = worst->wasStopped;
        sum.wasEnlarged = worst->wasEnlarged;
        sum.limit = worst->limit;
        sum.elsewhere = worst->elsewhere;
        sum.elsewhereDetails = worst->elsewhereDetails;
        sum.hasLostWorkers = worst->hasLostWorkers;
        sum.inside = insideText(toQString(name), *worst, limits);
        sum.workers = std::max(workers, 1);
        sum.busyWorkers = busyWorkers;
        sum.gotNothing = sum.gotNothing && parts.contains(outer) && sum.state == StepState::Done;
        if (!parts.contains(outer))
            sum.rate = worst->rate;
        gauges[outer] = std::move(sum);
    }
}

std::vector<LinkGauge> outerLinkGauges(const GaugeReader &reader, const Drawing &drawing, const OuterParts &parts)
{
    return reader.isEmpty() || outerStepsOf(reader.last()).empty() ? reader.linkGauges(drawing)
                                                                   : summed(reader, parts, false).linkGauges(drawing);
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "window/monitors/CanvasFeed.h"

#include "canvas/CanvasScene.h"
#include "model/ClusterGauges.h"
#include "monitor/TimeBar.h"
#include "run/RunBridge.h"

#include <algorithm>
#include <utility>

namespace millrace {

CanvasFeed::CanvasFeed(RunBridge &bridge,
                       CanvasScene &scene,
                       TimeBar &bar,
                       std::function<int(const StepSample &)> workersOf,
                       QObject *parent)
    : QObject(parent), m_bridge(bridge), m_scene(scene), m_bar(bar), m_workersOf(std::move(workersOf))
{
    connect(&bar, &TimeBar::momentChanged, this, [this] {
        const auto moment = m_bar.moment();
        if (!moment || m_bridge.recording().secondsOf(*moment) != m_shown)
            show();
    });
}

void CanvasFeed::begin(OuterParts parts)
{
    m_parts = std::move(parts);
    m_bar.showNow();
}

void CanvasFeed::follow()
{
    m_bar.follow(m_bridge.isUnderWay());
    if (!m_bar.moment())
        showNow();
}

void CanvasFeed::show()
{
    if (!m_bridge.hasSamples())
        return;
    if (const auto moment = m_bar.moment())
        showMoment(*moment);
    else
        showNow();
}

void CanvasFeed::clear()
{
    m_bar.clear();
    m_shown.reset();
    m_scene.clearGauges();
}

void CanvasFeed::showNow()
{
    m_shown.reset();
    const GaugeReader &reader = m_bridge.reader();
    const auto &limit = m_bridge.limit();
    auto gauges = reader.stepGauges(limit ? &*limit : nullptr);
    for (const StepSample &step : reader.last().steps)
        gauges[step.id].workers = std::max(m_workersOf(step), 1);
    addElsewhere(gauges, m_bridge.cluster());
    addOuterGauges(gauges, reader, m_parts, m_scene.stepPainter().gaugeLimits());
    m_scene.setGauges(gauges, outerLinkGauges(reader, m_scene.drawing(), m_parts));
}

void CanvasFeed::showMoment(size_t moment)
{
    const RunRecording &recording = m_bridge.recording();
    m_shown = recording.secondsOf(moment);
    const GaugeReader reader = m_bridge.reader().during(recording.samplesOf(moment));
    auto gauges = reader.stepGauges(recording.limitOf(moment));
    addOuterGauges(gauges, reader, m_parts, m_scene.stepPainter().gaugeLimits());
    m_scene.setGauges(gauges, outerLinkGauges(reader, m_scene.drawing(), m_parts));
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/RunSample.h"
#include "window/monitors/OuterGauges.h"

#include <QObject>

#include <functional>
#include <optional>

namespace millrace {

class CanvasScene;
class RunBridge;
class TimeBar;

/// Gives the canvas its gauges: those of now, or, while the time bar is at an earlier moment of the run, those of that moment.
class CanvasFeed : public QObject
{
    Q_OBJECT

public:
    /// `workersOf`: how many workers a step is shown with now.
    CanvasFeed(RunBridge &bridge,
               CanvasScene &scene,
               TimeBar &bar,
               std::function<int(const StepSample &)> workersOf,
               QObject *parent);

    /// A run, or a further pass of one, has begun: it is shown as it goes on. `parts`: of the pipelines within it.
    void begin(OuterParts parts);
    /// A sample has come, or the run is over.
    void follow();
    /// What is drawn, or given to steps, has changed: the moment that is shown is shown again.
    void show();
    /// There is no run, or another one is wanted.
    void clear();

private:
    void showNow();
    void showMoment(size_t moment);

    RunBridge &m_bridge;
    CanvasScene &m_scene;
    TimeBar &m_bar;
    std::function<int(const StepSample &)> m_workersOf;
    OuterParts m_parts;
    std::optional<double> m_shown; ///< the second of the run that is shown; nothing: now
};

} // namespace millrace

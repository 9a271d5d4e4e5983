// SPDX-License-Identifier: MIT
#pragma once

#include "model/Edits.h"
#include "model/Pending.h"
#include "pipeline/Pipeline.h"
#include "run/RunBridge.h"

#include <QObject>
#include <QTimer>

namespace millrace {

class BottomPanel;
class CanvasFeed;
class CanvasScene;
class Document;
class LimitBox;
class NowTiles;
class TimeBar;
class TopBar;

/// Shows a run: hands each sample of the bridge to the canvas, the progress, the tiles, the charts and the log;
/// hands changes of workers, queue sizes and error policies to the run.
class RunMonitor : public QObject
{
    Q_OBJECT

public:
    struct Views
    {
        CanvasScene &scene;
        TopBar &topBar;
        BottomPanel &bottom;
        NowTiles &tiles;
        LimitBox &limitBox;
        TimeBar &timeBar;
    };

    RunMonitor(RunBridge &bridge, Document &document, Views views, QObject *parent);

    void setSelection(const StepIds &selection);
    /// The document is another one: what is shown of a run is no more about it.
    void clear();
    /// Whether the drawing has changed in a way that this run doesn't follow.
    bool needsRestart() const { return m_needsRestart; }
    /// The settings that were changed so, until the next run.
    const StepSettings &pending() const { return m_pending; }
    QString nameOf(const std::string &step) const;

Q_SIGNALS:
    void needsRestartChanged();

private:
    void begin();
    void forgetEarlierRun();
    void showSample();
    /// What the drawing gives the step now; what the run had, where that hasn't changed since.
    int workersOf(const StepSample &step) const;
    void showSteps();
    void showSelected();
    void showLimit();
    std::string stepOfQueue() const;
    void showLog();
    void applyChanges();
    void handOver(const Pipeline &now);
    void showPending(StepSettings pending, bool needsRestart);

    RunBridge &m_bridge;
    Document &m_document;
    Views m_views;
    CanvasFeed *m_canvas;
    StepIds m_selection;
    Pipeline m_running; ///< what the run was started with, and what was handed to it since
    StepIds m_leftOut;  ///< drawn, and not part of this run
    StepSettings m_pending;
    bool m_needsRestart = false;
    QTimer m_moreLog; ///< where there is more than is read at once
};

} // namespace millrace

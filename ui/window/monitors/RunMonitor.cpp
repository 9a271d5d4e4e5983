// SPDX-License-Identifier: MIT
#include "window/monitors/RunMonitor.h"

#include "canvas/CanvasScene.h"
#include "document/Document.h"
#include "log/LogModel.h"
#include "log/LogPanel.h"
#include "model/Format.h"
#include "model/ProblemText.h"
#include "monitor/LimitBox.h"
#include "monitor/NowTiles.h"
#include "monitor/RunProgress.h"
#include "monitor/StepsModel.h"
#include "monitor/throughput/ThroughputPanel.h"
#include "monitor/TimeBar.h"
#include "pipeline/InlinedPipeline.h"
#include "pipeline/Parameters.h"
#include "theme/Text.h"
#include "window/BottomPanel.h"
#include "window/monitors/CanvasFeed.h"
#include "window/TopBar.h"

#include <algorithm>
#include <iterator>

namespace millrace {

namespace {

/// The settings that are in both.
StepSettings common(const StepSettings &one, const StepSettings &other)
{
    StepSettings both;
    for (const auto &[step, settings] : one)
        if (const auto found = other.find(step); found != other.end())
            std::ranges::set_intersection(settings, found->second, std::inserter(both[step], both[step].end()));
    std::erase_if(both, [](const auto &entry) { return entry.second.empty(); });
    return both;
}

} // namespace

RunMonitor::RunMonitor(RunBridge &bridge, Document &document, Views views, QObject *parent)
    : QObject(parent)
    , m_bridge(bridge)
    , m_document(document)
    , m_views(views)
    , m_canvas(new CanvasFeed(
          bridge, views.scene, views.timeBar, [this](const StepSample &step) { return workersOf(step); }, this))
{
    connect(&bridge, &RunBridge::started, this, &RunMonitor::begin);
    connect(&bridge, &RunBridge::sampled, this, &RunMonitor::showSample);
    connect(&document, &Document::changed, this, &RunMonitor::applyChanges);
    connect(&views.bottom, &BottomPanel::tabChosen, this, &RunMonitor::showSteps);
    connect(&views.bottom, &BottomPanel::tabChosen, &views.bottom.chart(), &ThroughputPanel::follow);
    m_moreLog.setSingleShot(true);
    m_moreLog.setInterval(0);
    connect(&m_moreLog, &QTimer::timeout, this, &RunMonitor::showLog);
    connect(&views.bottom.log(), &LogPanel::resumed, this, &RunMonitor::showLog);
    const auto name = [this](const std::string &step) { return nameOf(step); };
    bridge.setNaming([this](const std::string &step) { return toUtf8(nameOf(step)); });
    connect(&bridge, &RunBridge::stateChanged, this, &RunMonitor::forgetEarlierRun);
    views.bottom.log().setNames(name);
    views.bottom.chart().setSources(&bridge.history(), &bridge.recording(), name);
    views.timeBar.setRecording(&bridge.recording(), name);
    views.tiles.hide();
    views.limitBox.hide();
}

QString RunMonitor::nameOf(const std::string &step) const
{
    const PipelineStep *found = m_document.pipeline().step(step);
    if (!found) // deleted since; it was part of the run
        found = m_bridge.pipeline().step(step);
    if (const std::string card = cardOf(step); !found && card != step) // inside another pipeline
        return tr("%1 › %2").arg(nameOf(card), toQString(step.substr(card.size() + 1)));
    return found ? shownName(*found, m_document.registry()) : toQString(step);
}

/// What was said of a run holds until the next one is wanted.
void RunMonitor::forgetEarlierRun()
{
    if (m_bridge.hasSamples())
        return;
    m_canvas->clear();
    m_views.topBar.progress().clear();
    m_views.topBar.setCpu({});
    showSelected();
    showPending({}, false);
}

void RunMonitor::setSelection(const StepIds &selection)
{
    m_selection = selection;
    showSelected();
}

void RunMonitor::begin()
{
    m_running = m_bridge.pipeline();
    m_leftOut.clear();
    for (const PipelineStep &step : m_document.pipeline().steps)
        if (!m_running.step(step.id))
            m_leftOut.insert(step.id);
    showPending({}, false);
    if (!m_bridge.isLaterPass()) {
        m_views.bottom.log().clear();
        m_views.bottom.setErrorCount(0);
    }
    const FilledPipeline filled(m_running, m_document.registry());
    m_canvas->begin(InlinedPipeline(filled.pipeline(), m_document.registry(), toUtf8(m_document.folder())).parts());
    applyChanges();
    showSample();
}

void RunMonitor::clear()
{
    m_leftOut.clear();
    m_canvas->clear();
    m_views.topBar.progress().clear();
    m_views.topBar.setCpu({});
    m_views.bottom.log().clear();
    m_views.bottom.setErrorCount(0);
    m_views.bottom.chart().follow();
    m_views.bottom.steps().clear();
    showSelected();
    showPending({}, false);
}

void RunMonitor::showSample()
{
    if (!m_bridge.hasSamples())
        return;
    m_canvas->follow();
    RunFigures figures = m_bridge.reader().runFigures();
    if (figures.state == RunState::Stopping)
        figures.drain = estimateDrain(m_bridge.reader().last(), m_bridge.pipeline(), m_bridge.cores());
    m_views.topBar.progress().setFigures(figures);
    const double busy = std::min(figures.busyCores, double(m_bridge.cores())); // both times are read one after another
    m_views.topBar.setCpu(QStringLiteral("CPU %1 of %2").arg(busy, 0, 'f', 1).arg(m_bridge.cores()));
    if (m_views.bottom.shows(BottomPanel::Tab::Throughput))
        m_views.bottom.chart().follow();
    showSteps();
    showSelected();
    showLog();
}

int RunMonitor::workersOf(const StepSample &step) const
{
    const Pipeline &now = m_document.pipeline();
    const PipelineStep *drawn = now.step(step.id), *given = m_running.step(step.id);
    return drawn && given && now.workersOf(*drawn) != m_running.workersOf(*given) ? now.workersOf(*drawn)
                                                                                  : step.workers;
}

void RunMonitor::showSteps()
{
    if (m_views.bottom.shows(BottomPanel::Tab::Steps) && m_bridge.hasSamples())
        m_views.bottom.steps().setSample(m_bridge.reader().last(),
                                         [this](const std::string &id) { return nameOf(id); });
}

void RunMonitor::showSelected()
{
    m_views.bottom.chart().setSelected(m_selection.size() == 1 ? *m_selection.begin() : std::string());
    const auto figures = m_selection.size() == 1 ? m_bridge.reader().figuresOf(*m_selection.begin()) : std::nullopt;
    m_views.tiles.setVisible(figures.has_value());
    m_views.tiles.setFigures(figures);
    m_views.timeBar.setQueueStep(stepOfQueue());
    showLimit();
}

/// Whose queue the time bar draws: that of the selected step, or of the one that limits the run.
std::string RunMonitor::stepOfQueue() const
{
    const auto hasQueue = [this](const std::string &id) {
        const StepSample *step = m_bridge.hasSamples() ? findStep(m_bridge.reader().last(), id) : nullptr;
        return step && step->queue.capacity > 0;
    };
    if (m_selection.size() == 1 && hasQueue(*m_selection.begin()))
        return *m_selection.begin();
    const auto &limit = m_bridge.limit();
    return limit && hasQueue(limit->step) ? limit->step : std::string();
}

void RunMonitor::showLimit()
{
    const auto &limit = m_bridge.limit();
    const std::string card = limit ? cardOf(limit->step) : std::string();
    const PipelineStep *drawn = limit ? m_document.pipeline().step(card) : nullptr;
    const auto isOfSelected = [&] {
        const std::string &selected = *m_selection.begin();
        return m_selection.size() == 1 && (card == selected || limit->isAt(selected));
    };
    // With nothing selected, what limits the run is what there is to know. What isn't drawn any more is a matter of the run alone.
    const bool isShown = limit && (drawn || m_bridge.isUnderWay()) && (m_selection.empty() || isOfSelected());
    m_views.limitBox.setVisible(isShown);
    if (!isShown)
        return;
    const StepSample *step = findStep(m_bridge.reader().last(), limit->step);
    const bool isDrawn = drawn || limit->kind == Limit::Kind::Cores;
    m_views.limitBox.setLimit(*limit,
                              {isDrawn, step ? workersOf(*step) : 1, m_bridge.reader().runFigures().itemsPerSecond,
                               m_selection.empty() || card != limit->step, card != limit->step},
                              [this](const std::string &id) { return nameOf(id); });
}

void RunMonitor::showLog()
{
    LogPanel &log = m_views.bottom.log();
    if (log.isPaused())
        return;
    auto records = m_bridge.logAfter(log.model().lastNumber());
    // After the end no sample comes that would read the rest.
    if (records.size() == RunBridge::MostLogAtOnce)
        m_moreLog.start();
    log.append(std::move(records));
    m_views.bottom.setErrorCount(m_bridge.errorCount());
}

void RunMonitor::applyChanges()
{
    if (!m_bridge.hasSamples())
        return;
    const Pipeline &now = m_document.pipeline();
    const bool isUnderWay = m_bridge.isUnderWay();
    if (isUnderWay)
        handOver(now);
    m_canvas->show(); // no sample comes that would, after the run and while an earlier moment is shown
    showLimit();
    StepSettings pending = pendingSettings(now, m_running);
    std::erase_if(pending, [this](const auto &entry) { return m_leftOut.contains(entry.first); });
    // After the run everything applies at the next one: only what was said stays, until it is taken back.
    if (!isUnderWay)
        pending = common(pending, m_pending);
    const bool differs = essenceOf(now) != essenceOf(m_running);
    showPending(std::move(pending), differs && (isUnderWay || m_needsRestart));
}

void RunMonitor::handOver(const Pipeline &now)
{
    for (const PipelineStep &step : now.steps) {
        const PipelineStep *before = m_running.step(step.id);
        if (!before)
            continue;
        if (now.workersOf(step) != m_running.workersOf(*before))
            m_bridge.setWorkers(step.id, now.workersOf(step));
        if (now.queueSizeOf(step) != m_running.queueSizeOf(*before))
            m_bridge.setQueueSize(step.id, now.queueSizeOf(step));
        if (now.queueBytesOf(step) != m_running.queueBytesOf(*before))
            m_bridge.setQueueBytes(step.id, now.queueBytesOf(step));
        if (now.errorPolicyOf(step) != m_running.errorPolicyOf(*before)
            || now.retriesOf(step) != m_running.retriesOf(*before))
            m_bridge.setErrorPolicy(step.id, now.errorPolicyOf(step), now.retriesOf(step));
    }
    // Settings that were handed over are known; the rest stays as it was started with.
    for (PipelineStep &step : m_running.steps)
        if (const PipelineStep *changed = now.step(step.id)) {
            step.workers = now.workersOf(*changed);
            step.queueSize = now.queueSizeOf(*changed);
            step.queueBytes = changed->queueBytes;
            step.onError = now.errorPolicyOf(*changed);
            step.retries = now.retriesOf(*changed);
        }
}

void RunMonitor::showPending(StepSettings pending, bool needsRestart)
{
    std::map<std::string, QString> sentences;
    StepIds leftOut = m_leftOut;
    for (const std::string &id : m_leftOut)
        sentences[id] = tr("Left out of this run.");
    for (const auto &[id, settings] : pending) {
        leftOut.erase(id);
        const PipelineStep *step = m_document.pipeline().step(id);
        const StepType *type = step ? m_document.registry().find(step->type) : nullptr;
        QStringList titles;
        for (const std::string &setting : settings)
            titles << settingTitle(type, setting);
        sentences[id] = settings.contains(std::string())
                            ? tr("Takes part from the next run on.")
                            : tr("Applies at the next run: %1.").arg(titles.join(QStringLiteral(", ")));
    }
    m_views.scene.setPending(sentences, leftOut);
    if (pending == m_pending && needsRestart == m_needsRestart)
        return;
    m_pending = std::move(pending);
    m_needsRestart = needsRestart;
    Q_EMIT needsRestartChanged();
}

} // namespace millrace

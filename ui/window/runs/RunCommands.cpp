// SPDX-License-Identifier: MIT
#include "window/runs/RunCommands.h"

#include "commands/Actions.h"
#include "document/Document.h"
#include "editing/CanvasEditor.h"
#include "model/Format.h"
#include "run/BrokenOffLook.h"
#include "run/RunBridge.h"
#include "run/RunDiary.h"
#include "run/RunScope.h"
#include "run/WrittenFiles.h"
#include "theme/Text.h"
#include "trust/TrustGate.h"
#include "window/commands/StepGuide.h"
#include "window/MessageBar.h"
#include "window/monitors/RunMonitor.h"
#include "window/TopBar.h"

#include <QAction>
#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <utility>

namespace millrace {

RunCommands::RunCommands(Parts parts, QObject *parent)
    : QObject(parent), m_parts(parts), m_brokenOff(new BrokenOffLook(parts.document.registry(), this))
{
    const auto on = [this](const char *id, void (RunCommands::*command)()) {
        connect(m_parts.actions[id], &QAction::triggered, this, command);
    };
    on("run.start", &RunCommands::run);
    on("run.upTo", &RunCommands::runUpToSelection);
    on("run.fit", &RunCommands::fit);
    on("run.goOn", &RunCommands::goOn);
    on("run.fresh", &RunCommands::runFresh);
    on("run.check", &RunCommands::check);
    on("run.pause", &RunCommands::pauseOrResume);
    connect(m_parts.actions["run.stop"], &QAction::triggered, &m_parts.bridge, &RunBridge::stop);
    connect(&m_parts.bridge, &RunBridge::stateChanged, this, &RunCommands::updateActions);
    connect(&m_parts.bridge, &RunBridge::finished, this, &RunCommands::showOutcome);
    connect(&m_parts.bridge, &RunBridge::stateChanged, this, &RunCommands::showWritten);
    connect(&m_parts.bridge, &RunBridge::refused, this, &RunCommands::showRefusal);
    connect(&m_parts.bridge, &RunBridge::fitted, this, &RunCommands::showFitted);
    connect(&m_parts.gate, &TrustGate::failed, this, &RunCommands::notBegun);
    connect(&m_parts.bridge, &RunBridge::retried, this,
            [this](const QString &sentence) { m_parts.messages.show(MessageBar::Kind::Info, sentence); });
    connect(&m_parts.document, &Document::changed, this, &RunCommands::updateActions);
    connect(m_brokenOff, &BrokenOffLook::looked, this, &RunCommands::offerToGoOn);
    connect(&m_parts.document, &Document::opened, this, &RunCommands::lookForBrokenOff);
    connect(&m_parts.bridge, &RunBridge::started, m_brokenOff, &BrokenOffLook::forget);
}

QString RunCommands::fittedFolder() const
{
    const QFileInfo file(m_parts.document.path());
    return file.dir().filePath(file.completeBaseName() + QStringLiteral(".fitted"));
}

StepIds RunCommands::learners() const
{
    return learnersIn(m_parts.document.pipeline(), m_parts.document.registry());
}

void RunCommands::want(Wanted wanted)
{
    m_wanted = std::max(m_wanted, wanted);
    m_parts.document.check();
}

void RunCommands::run()
{
    if (m_parts.bridge.isUnderWay() || m_parts.document.pipeline().steps.empty())
        return;
    m_runUpTo.clear();
    m_cluster.clear();
    m_goesOn = m_isFresh = false;
    want(Wanted::Run);
}

void RunCommands::runOn(const QString &cluster)
{
    if (m_parts.bridge.isUnderWay())
        return;
    run();
    m_cluster = cluster;
}

void RunCommands::goOn()
{
    if (m_parts.bridge.isUnderWay())
        return;
    run();
    m_goesOn = true;
}

void RunCommands::runFresh()
{
    if (m_parts.bridge.isUnderWay())
        return;
    run();
    m_isFresh = true;
}

void RunCommands::runUpToSelection()
{
    if (m_parts.editor.selection().size() != 1) {
        Q_EMIT told(tr("Select the step to run up to."), 4000);
        return;
    }
    run();
    m_runUpTo = *m_parts.editor.selection().begin();
}

void RunCommands::fit()
{
    wantFit(Wanted::Fit);
}

void RunCommands::wantFit(Wanted wanted)
{
    if (m_parts.bridge.isUnderWay())
        return;
    if (learners().empty()) {
        m_parts.messages.show(MessageBar::Kind::Info,
                              tr("No step of this pipeline learns anything, so there is nothing to fit."));
        return;
    }
    if (m_parts.document.path().isEmpty()) {
        m_parts.messages.show(MessageBar::Kind::Info,
                              tr("Save the pipeline first: what its steps learn is kept in a folder beside it."),
                              tr("Save as…"), [this] { Q_EMIT saveAsWanted(); });
        return;
    }
    m_runUpTo.clear();
    want(wanted);
}

void RunCommands::fitAndRun()
{
    if (learners().empty() || QFileInfo::exists(fittedFolder())) {
        run();
        return;
    }
    wantFit(Wanted::FitAndRun);
}

void RunCommands::check()
{
    want(Wanted::Check);
}

void RunCommands::pauseOrResume()
{
    if (m_parts.bridge.isPaused())
        m_parts.bridge.resume();
    else
        m_parts.bridge.pause();
}

void RunCommands::proceed()
{
    if (m_parts.document.isChecking())
        return; // edited while it was checked: what was found is not of what would run, and the next check follows
    const Wanted wanted = std::exchange(m_wanted, Wanted::Nothing);
    if (wanted == Wanted::Nothing)
        return;
    if (showFirstProblem(wanted, currentScope().steps)) {
        Q_EMIT notBegun(tr("A problem of the pipeline is in the way."));
        return;
    }
    switch (wanted) {
    case Wanted::Nothing: return;
    case Wanted::Check: tellChecked(); return;
    case Wanted::Retry: startRetry(); return;
    case Wanted::Run: startRun(); return;
    case Wanted::Fit: startFit(false); return;
    case Wanted::FitAndRun: startFit(true); return;
    }
}

RunScope RunCommands::currentScope() const
{
    const Document &document = m_parts.document;
    return scopeOf(document.pipeline(), document.problems(), document.registry(), m_runUpTo);
}

bool RunCommands::showFirstProblem(Wanted wanted, const StepIds &steps)
{
    const bool runs = wanted != Wanted::Check;
    const auto isInTheWay = [runs, &steps](const Problem &problem) {
        return problem.severity == Severity::Error && (!runs || problem.step.empty() || steps.contains(problem.step));
    };
    const Problems problems = m_parts.document.problems(); // a copy: the panel that shows them may check again
    const auto first = std::ranges::find_if(problems, isInTheWay);
    if (first == problems.end())
        return false;
    m_parts.editor.markNewSteps();
    m_parts.guide.inspect();
    const auto errors = std::ranges::count_if(problems, isInTheWay);
    const QString rest = errors > 1 ? tr(" (%1 problems; F8 goes to the next)").arg(errors) : QString();
    m_parts.messages.show(MessageBar::Kind::Error, placeOf(first->step) + toQString(first->text) + rest);
    m_parts.guide.showProblem(*first);
    return true;
}

/// "Orders: ", before a sentence about a step; empty where it is about none.
QString RunCommands::placeOf(const std::string &step) const
{
    return step.empty() ? QString() : m_parts.monitor.nameOf(step) + QStringLiteral(": ");
}

void RunCommands::tellChecked()
{
    m_parts.messages.hide();
    const size_t warnings = m_parts.document.problems().size();
    Q_EMIT told(warnings == 0 ? tr("Nothing is wrong with this pipeline.")
                              : tr("It can be run; %1 to look at.").arg(formatNoun(warnings, tr("warning"))),
                5000);
}

void RunCommands::startFit(bool runsWhenFitted)
{
    const RunScope scope = currentScope();
    m_parts.gate.pass(scope.pipeline, [this, scope, runsWhenFitted](const TrustGate::Guard &guard) {
        hideMessages();
        m_runsWhenFitted = runsWhenFitted;
        m_parts.bridge.fit(scope.pipeline, m_parts.document.folder(), fittedFolder(), scope.remarks, guard);
        tellOfStrays(scope.remarks);
    });
}

std::optional<QString> RunCommands::knowledgeFor(const RunScope &scope)
{
    const StepIds learners = learnersIn(scope.pipeline, m_parts.document.registry());
    if (learners.empty())
        return QString();
    const QString fitted = fittedFolder();
    if (!m_parts.document.path().isEmpty() && QFileInfo::exists(fitted))
        return fitted;
    m_parts.messages.show(MessageBar::Kind::Warning,
                          tr("%1: It learns from data, and hasn't yet. Fit the pipeline before it is run.")
                              .arg(m_parts.monitor.nameOf(*learners.begin())),
                          tr("Fit"), [this] { fit(); });
    m_parts.guide.showStep(*learners.begin());
    return {};
}

void RunCommands::startRun()
{
    const RunScope scope = currentScope();
    const std::optional<QString> fitted = knowledgeFor(scope);
    if (!fitted) {
        Q_EMIT notBegun(tr("Some of its steps have to learn first."));
        return;
    }
    const QString file = m_runUpTo.empty() ? m_parts.document.path() : QString(); // else results stay as they were
    m_parts.gate.pass(scope.pipeline, [this, scope, fitted = *fitted, file](const TrustGate::Guard &guard) {
        hideMessages();
        m_parts.bridge.start(scope.pipeline, m_parts.document.folder(),
                             {.fitted = fitted,
                              .remarks = scope.remarks,
                              .mayStart = guard,
                              .file = file,
                              .goesOn = m_goesOn,
                              .isFresh = m_isFresh,
                              .cluster = m_cluster});
        tellOfStrays(scope.remarks);
    });
}

void RunCommands::retry(const RetryChoice &choice)
{
    if (m_parts.bridge.isUnderWay()) {
        Q_EMIT told(tr("Failed items can be tried again once the run is over."), 6000);
        return;
    }
    if (m_parts.document.path().isEmpty()) {
        m_parts.messages.show(
            MessageBar::Kind::Info,
            tr("Save the pipeline and run it again: the failed items of a run are kept beside its file, "
               "to be tried again."),
            tr("Save as…"), [this] { Q_EMIT saveAsWanted(); });
        return;
    }
    m_runUpTo.clear();
    m_retryChoice = choice;
    want(Wanted::Retry);
}

void RunCommands::startRetry()
{
    const RunScope scope = currentScope();
    const std::optional<QString> fitted = knowledgeFor(scope);
    if (!fitted)
        return;
    m_parts.gate.pass(scope.pipeline, [this, scope, fitted = *fitted](const TrustGate::Guard &guard) {
        hideMessages();
        m_parts.bridge.retry(scope.pipeline, m_parts.document.folder(),
                             {.fitted = fitted, .mayStart = guard, .file = m_parts.document.path()}, m_retryChoice);
    });
}

void RunCommands::tellOfStrays(const Problems &remarks)
{
    if (!remarks.empty())
        Q_EMIT told(remarks.size() == 1
                        ? tr("“%1” was left out of this run.").arg(m_parts.monitor.nameOf(remarks.front().step))
                        : tr("%1 steps were left out of this run.").arg(remarks.size()),
                    8000);
}

/// What was said of an earlier run.
void RunCommands::hideMessages()
{
    m_parts.messages.hide();
    Q_EMIT told({}, 0);
}

void RunCommands::showFitted(const QString &folder)
{
    if (std::exchange(m_runsWhenFitted, false)) {
        run();
        return;
    }
    const auto count = learnersIn(m_parts.bridge.pipeline(), m_parts.document.registry()).size();
    m_parts.messages.show(
        MessageBar::Kind::Info,
        tr("%1 learnt; it is kept in “%2”, and every run uses it.")
            .arg(count == 1 ? tr("1 step has") : tr("%1 steps have").arg(count), QFileInfo(folder).fileName()),
        tr("Run"), [this] { run(); });
}

void RunCommands::showRefusal(const QString &sentence)
{
    m_runsWhenFitted = false;
    if (m_goesOn)
        m_parts.messages.show(MessageBar::Kind::Error, sentence, fromTheBeginning(), [this] { run(); });
    else if (learnersIn(m_parts.bridge.pipeline(), m_parts.document.registry()).empty())
        m_parts.messages.show(MessageBar::Kind::Error, sentence);
    else
        m_parts.messages.show(MessageBar::Kind::Error, sentence, tr("Fit"), [this] { fit(); });
}

void RunCommands::showWritten()
{
    const bool hasResult = m_parts.bridge.hasSamples() && !m_parts.bridge.isUnderWay() && !m_parts.bridge.wasFit()
                           && m_parts.bridge.outcome().state == RunState::Finished;
    m_parts.written.setFiles(
        hasResult ? writtenFiles(m_parts.bridge.pipeline(), m_parts.document.registry(), m_parts.bridge.folder())
                  : std::vector<WrittenFile>());
}

QString RunCommands::fromTheBeginning()
{
    return tr("Run from the beginning");
}

void RunCommands::lookForBrokenOff()
{
    m_brokenOff->forget();
    if (!m_parts.document.path().isEmpty())
        m_brokenOff->look(m_parts.document.pipeline(), m_parts.document.folder());
}

void RunCommands::offerToGoOn()
{
    updateActions();
    if (m_brokenOff->items() == 0 || m_parts.bridge.isUnderWay())
        return;
    const MessageBar::Answer goesOn{tr("Go on"), [this] { goOn(); }};
    if (!m_parts.bridge.hasSamples()) {
        m_parts.messages.show(MessageBar::Kind::Info,
                              tr("The last run of this pipeline was broken off after %1. It can go on from there.")
                                  .arg(formatNoun(m_brokenOff->items(), tr("item"))),
                              {goesOn, {fromTheBeginning(), [this] { run(); }}});
        return;
    }
    if (m_parts.bridge.outcome().state == RunState::Failed)
        showFailure({goesOn});
    else
        m_parts.messages.show(
            MessageBar::Kind::Info,
            tr("Stopped. The run can go on after %1.").arg(formatNoun(m_brokenOff->items(), tr("item"))), {goesOn});
}

void RunCommands::showOutcome()
{
    const RunOutcome &outcome = m_parts.bridge.outcome();
    m_runsWhenFitted = m_runsWhenFitted && outcome.state == RunState::Finished;
    const QString kept = keptText(outcome.keptFiles);
    if (outcome.state == RunState::Stopped && !kept.isEmpty())
        Q_EMIT told(tr("Stopped. %1").arg(kept), 10'000);
    const RunFigures figures = m_parts.bridge.reader().runFigures();
    if (figures.end == RunEnd::WithErrors)
        Q_EMIT told(figures.hasAllFailed
                        ? tr("All items failed: the log says why.")
                        : tr("%1: the log says why.").arg(formatNoun(figures.errors, tr("failed item"))),
                    10'000);
    if (outcome.state == RunState::Failed)
        showFailure({});
    if (outcome.state != RunState::Finished)
        lookForBrokenOff();
}

void RunCommands::showFailure(std::vector<MessageBar::Answer> answers)
{
    const RunOutcome &outcome = m_parts.bridge.outcome();
    QString kept = keptText(outcome.keptFiles);
    if (!kept.isEmpty())
        kept.prepend(QLatin1Char('\n'));
    if (!outcome.step.empty())
        answers.push_back({tr("Show step"), [this, step = outcome.step] { m_parts.guide.showStep(step); }});
    m_parts.messages.show(MessageBar::Kind::Error, placeOf(outcome.step) + toQString(outcome.error.message) + kept,
                          std::move(answers));
}

void RunCommands::updateActions()
{
    const bool isUnderWay = m_parts.bridge.isUnderWay(), isPaused = m_parts.bridge.isPaused();
    m_parts.actions["run.start"]->setEnabled(!isUnderWay && !m_parts.document.pipeline().steps.empty());
    const bool isAttached = m_parts.bridge.isAttached();
    m_parts.actions["run.on"]->setEnabled(!isUnderWay && !m_parts.document.pipeline().steps.empty());
    m_parts.actions["run.attach"]->setEnabled(!isUnderWay);
    m_parts.actions["run.pause"]->setEnabled(isUnderWay && !isAttached && !m_parts.bridge.isStopping());
    m_parts.actions["run.pause"]->setText(isPaused ? tr("&Resume") : tr("&Pause"));
    m_parts.actions["run.pause"]->setIcon(
        m_parts.theme.icon(isPaused ? QStringLiteral("run") : QStringLiteral("pause")));
    m_parts.actions["run.stop"]->setEnabled(isUnderWay);
    m_parts.actions["run.stop"]->setText(isAttached                    ? tr("&Leave")
                                         : m_parts.bridge.isStopping() ? tr("&Stop now")
                                                                       : tr("&Stop"));
    m_parts.actions["run.stop"]->setToolTip(isAttached ? tr("Look on no longer; the run goes on")
                                            : m_parts.bridge.isStopping()
                                                ? tr("Drop what is under way")
                                                : tr("Stop the sources; what is under way finishes"));
    m_parts.actions["run.upTo"]->setEnabled(!isUnderWay);
    m_parts.actions["run.goOn"]->setEnabled(!isUnderWay && m_brokenOff->items() > 0);
    m_parts.actions["run.fresh"]->setEnabled(!isUnderWay
                                             && std::ranges::any_of(m_parts.document.pipeline().links, &Link::isKept));
    m_parts.actions["run.fit"]->setEnabled(!isUnderWay && !m_parts.document.pipeline().steps.empty());
    m_parts.actions["run.nextProblem"]->setEnabled(!m_parts.document.problems().empty());
    m_parts.topBar.setHighlight(isUnderWay ? TopBar::Highlight::Pause : TopBar::Highlight::Run);
}

} // namespace millrace

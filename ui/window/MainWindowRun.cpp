// SPDX-License-Identifier: MIT
// Runs of the main window.
#include "canvas/CanvasScene.h"
#include "commands/Actions.h"
#include "document/Document.h"
#include "editing/CanvasEditor.h"
#include "engine/RunPlan.h"
#include "model/Format.h"
#include "run/RunBridge.h"
#include "run/RunDiary.h"
#include "run/WrittenFiles.h"
#include "theme/Text.h"
#include "trust/TrustGate.h"
#include "window/BottomPanel.h"
#include "window/MainWindow.h"
#include "window/MessageBar.h"
#include "window/RunMonitor.h"

#include <QDir>
#include <QFileInfo>
#include <QStatusBar>

#include <algorithm>
#include <utility>

namespace millrace {

namespace {

/// The steps of the drawing that must have learnt before they can work.
StepIds learning(const Pipeline &pipeline, const StepRegistry &registry)
{
    StepIds found;
    for (const PipelineStep &step : pipeline.steps)
        if (const StepType *type = registry.find(step.type); type && mustLearn(step, *type))
            found.insert(step.id);
    return found;
}

} // namespace

QString MainWindow::fittedFolder() const
{
    const QFileInfo file(m_document->path());
    return file.dir().filePath(file.completeBaseName() + QStringLiteral(".fitted"));
}

void MainWindow::fit()
{
    if (m_bridge->isUnderWay())
        return;
    if (learning(m_document->pipeline(), m_registry).empty()) {
        m_messages->show(MessageBar::Kind::Info,
                         tr("No step of this pipeline learns anything, so there is nothing to fit."));
        return;
    }
    if (m_document->path().isEmpty()) {
        m_messages->show(MessageBar::Kind::Info,
                         tr("Save the pipeline first: what its steps learn is kept in a folder beside it."),
                         tr("Save as…"), [this] { saveAs(); });
        return;
    }
    m_runUpTo.clear();
    m_isFitWanted = true;
    m_document->check();
}

void MainWindow::showFitted(const QString &folder)
{
    if (std::exchange(m_runsWhenFitted, false)) {
        run();
        return;
    }
    const auto count = learning(m_bridge->pipeline(), m_registry).size();
    m_messages->show(
        MessageBar::Kind::Info,
        tr("%1 learnt; it is kept in “%2”, and every run uses it.")
            .arg(count == 1 ? tr("1 step has") : tr("%1 steps have").arg(count), QFileInfo(folder).fileName()),
        tr("Run"), [this] { run(); });
}

void MainWindow::showRefusal(const QString &sentence)
{
    m_runsWhenFitted = false;
    if (learning(m_bridge->pipeline(), m_registry).empty())
        m_messages->show(MessageBar::Kind::Error, sentence);
    else
        m_messages->show(MessageBar::Kind::Error, sentence, tr("Fit"), [this] { fit(); });
}

bool MainWindow::mustFit(const Pipeline &pipeline) const
{
    return !learning(pipeline, m_registry).empty();
}

void MainWindow::fitAndRun()
{
    if (!mustFit(m_document->pipeline()) || QFileInfo::exists(fittedFolder())) {
        run();
        return;
    }
    fit();
    m_runsWhenFitted = true;
}

void MainWindow::run()
{
    if (m_bridge->isUnderWay() || m_document->pipeline().steps.empty())
        return;
    m_runUpTo.clear();
    m_isRunWanted = true;
    m_document->check();
}

void MainWindow::runUpToSelection()
{
    if (m_editor->selection().size() != 1) {
        statusBar()->showMessage(tr("Select the step to run up to."), 4000);
        return;
    }
    run();
    m_runUpTo = *m_editor->selection().begin();
}

StepIds MainWindow::stepsToRun() const
{
    const Pipeline &pipeline = m_document->pipeline();
    if (!m_runUpTo.empty())
        return upstreamOf(pipeline, {m_runUpTo});
    StepIds wrong;
    for (const Problem &problem : m_document->problems())
        if (problem.severity == Severity::Error && !problem.step.empty())
            wrong.insert(problem.step);
    const StepIds strays = strayIn(pipeline, m_registry);
    StepIds left;
    for (const std::string &stray : strays)
        if (wrong.contains(stray))
            left.merge(upstreamOf(pipeline, downstreamOf(pipeline, {stray})));
    StepIds all;
    for (const PipelineStep &step : pipeline.steps)
        if (!left.contains(step.id))
            all.insert(step.id);
    // Where nothing else is drawn, what is wrong with it is what there is to say.
    if (std::ranges::all_of(all, [&strays](const std::string &id) { return strays.contains(id); }))
        for (const PipelineStep &step : pipeline.steps)
            all.insert(step.id);
    return all;
}

Pipeline MainWindow::pipelineToRun() const
{
    Pipeline pipeline = m_document->pipeline();
    const StepIds wanted = stepsToRun();
    StepIds others;
    for (const PipelineStep &step : pipeline.steps)
        if (!wanted.contains(step.id))
            others.insert(step.id);
    removeSteps(pipeline, others);
    return pipeline;
}

Problems MainWindow::remarksOnStrays() const
{
    Problems remarks;
    const StepIds wanted = stepsToRun();
    for (const PipelineStep &step : m_document->pipeline().steps)
        if (m_runUpTo.empty() && !wanted.contains(step.id)) {
            const StepType *type = m_registry.find(step.type);
            const bool isSource = type && !type->hasInput();
            remarks.push_back({Severity::Warning,
                               step.id,
                               {},
                               toUtf8(isSource ? tr("Left out of this run: nothing is linked to it.")
                                               : tr("Left out of this run: no source leads to it."))});
        }
    return remarks;
}

void MainWindow::runChecked()
{
    if (m_document->isChecking())
        return; // edited while it was checked: what was found is not of what would run, and the next check follows
    const bool wantsRun = m_isRunWanted, wantsCheck = m_isCheckWanted, wantsFit = m_isFitWanted;
    m_isRunWanted = m_isCheckWanted = m_isFitWanted = false;
    if (!wantsRun && !wantsCheck && !wantsFit)
        return;
    const Problems &problems = m_document->problems();
    const bool runs = wantsRun || wantsFit;
    const auto isInTheWay = [runs, wanted = stepsToRun()](const Problem &problem) {
        return problem.severity == Severity::Error && (!runs || problem.step.empty() || wanted.contains(problem.step));
    };
    if (const auto firstError = std::ranges::find_if(problems, isInTheWay); firstError != problems.end()) {
        m_editor->markNewSteps();
        inspect();
        const auto errors = std::ranges::count_if(problems, isInTheWay);
        const QString where =
            firstError->step.empty() ? QString() : m_monitor->nameOf(firstError->step) + QStringLiteral(": ");
        const QString rest = errors > 1 ? tr(" (%1 problems; F8 goes to the next)").arg(errors) : QString();
        m_messages->show(MessageBar::Kind::Error, where + toQString(firstError->text) + rest);
        // A copy: the panel that shows it may check again.
        showProblem(Problem(*firstError));
        return;
    }
    if (wantsFit) {
        const Pipeline pipeline = pipelineToRun();
        m_gate->pass(pipeline, [this, pipeline, remarks = remarksOnStrays()](const TrustGate::Guard &guard) {
            hideMessages();
            m_bridge->fit(pipeline, m_document->folder(), fittedFolder(), remarks, guard);
            tellOfStrays(remarks);
        });
        return;
    }
    if (wantsRun) {
        startRun();
        return;
    }
    m_messages->hide();
    statusBar()->showMessage(problems.empty()
                                 ? tr("Nothing is wrong with this pipeline.")
                                 : tr("It can be run; %1 to look at.").arg(formatNoun(problems.size(), tr("warning"))),
                             5000);
}

void MainWindow::startRun()
{
    const Pipeline pipeline = pipelineToRun();
    QString fitted;
    if (const StepIds learners = learning(pipeline, m_registry); !learners.empty()) {
        fitted = fittedFolder();
        if (m_document->path().isEmpty() || !QFileInfo::exists(fitted)) {
            m_messages->show(MessageBar::Kind::Warning,
                             tr("%1: It learns from data, and hasn't yet. Fit the pipeline before it is run.")
                                 .arg(m_monitor->nameOf(*learners.begin())),
                             tr("Fit"), [this] { fit(); });
            showStep(*learners.begin());
            return;
        }
    }
    m_gate->pass(pipeline, [this, pipeline, fitted, remarks = remarksOnStrays()](const TrustGate::Guard &guard) {
        hideMessages();
        m_bridge->start(pipeline, m_document->folder(), fitted, remarks, guard);
        tellOfStrays(remarks);
    });
}

void MainWindow::tellOfStrays(const Problems &remarks)
{
    if (!remarks.empty())
        statusBar()->showMessage(remarks.size() == 1
                                     ? tr("“%1” was left out of this run.").arg(m_monitor->nameOf(remarks.front().step))
                                     : tr("%1 steps were left out of this run.").arg(remarks.size()),
                                 8000);
}

/// What was said of an earlier run.
void MainWindow::hideMessages()
{
    m_messages->hide();
    statusBar()->clearMessage();
}

void MainWindow::pauseOrResume()
{
    if (m_bridge->isPaused())
        m_bridge->resume();
    else
        m_bridge->pause();
}

void MainWindow::showWritten()
{
    const bool hasResult = m_bridge->hasSamples() && !m_bridge->isUnderWay() && !m_bridge->wasFit()
                           && m_bridge->outcome().state == RunState::Finished;
    m_written->setFiles(hasResult ? writtenFiles(m_bridge->pipeline(), m_registry, m_bridge->folder())
                                  : std::vector<WrittenFile>());
}

void MainWindow::showOutcome()
{
    const RunOutcome &outcome = m_bridge->outcome();
    m_runsWhenFitted = m_runsWhenFitted && outcome.state == RunState::Finished;
    QString kept = keptText(outcome.keptFiles);
    if (outcome.state == RunState::Stopped && !kept.isEmpty())
        statusBar()->showMessage(tr("Stopped. %1").arg(kept), 10'000);
    const RunFigures figures = m_bridge->reader().runFigures();
    if (figures.end == RunEnd::WithErrors)
        statusBar()->showMessage(figures.hasAllFailed
                                     ? tr("All items failed: the log says why.")
                                     : tr("%1: the log says why.").arg(formatNoun(figures.errors, tr("failed item"))),
                                 10'000);
    if (outcome.state != RunState::Failed)
        return;
    if (!kept.isEmpty())
        kept.prepend(QLatin1Char('\n'));
    const QString where = outcome.step.empty() ? QString() : m_monitor->nameOf(outcome.step) + QStringLiteral(": ");
    m_messages->show(MessageBar::Kind::Error, where + toQString(outcome.error.message) + kept,
                     outcome.step.empty() ? QString() : tr("Show step"),
                     [this, step = outcome.step] { showStep(step); });
}

} // namespace millrace

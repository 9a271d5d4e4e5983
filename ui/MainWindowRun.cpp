// SPDX-License-Identifier: MIT
// Runs of the main window.
#include "Actions.h"
#include "BottomPanel.h"
#include "canvas/CanvasScene.h"
#include "CanvasEditor.h"
#include "Document.h"
#include "MainWindow.h"
#include "MessageBar.h"
#include "model/Format.h"
#include "model/Text.h"
#include "RunBridge.h"
#include "RunMonitor.h"

#include <QStatusBar>

#include <algorithm>

namespace millrace {

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

void MainWindow::runChecked()
{
    const Problems &problems = m_document->problems();
    const auto firstError = std::ranges::find(problems, Severity::Error, &Problem::severity);
    const bool wantsRun = m_isRunWanted, wantsCheck = m_isCheckWanted;
    m_isRunWanted = m_isCheckWanted = false;
    if (!wantsRun && !wantsCheck)
        return;
    if (firstError != problems.end()) {
        const auto errors = std::ranges::count(problems, Severity::Error, &Problem::severity);
        const QString where =
            firstError->step.empty() ? QString() : m_monitor->nameOf(firstError->step) + QStringLiteral(": ");
        const QString rest = errors > 1 ? tr(" (%1 problems; F8 goes to the next)").arg(errors) : QString();
        m_messages->show(MessageBar::Kind::Error, where + toQString(firstError->text) + rest);
        // A copy: the panel that shows it may check again.
        showProblem(Problem(*firstError));
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
    m_messages->hide();
    m_scene->clearGauges();
    Pipeline pipeline = m_document->pipeline();
    if (!m_runUpTo.empty()) {
        const StepIds wanted = upstreamOf(pipeline, {m_runUpTo});
        StepIds others;
        for (const PipelineStep &step : pipeline.steps)
            if (!wanted.contains(step.id))
                others.insert(step.id);
        removeSteps(pipeline, others);
    }
    m_bridge->start(pipeline, m_document->folder());
}

void MainWindow::pauseOrResume()
{
    if (m_bridge->isPaused())
        m_bridge->resume();
    else
        m_bridge->pause();
}

void MainWindow::showOutcome()
{
    const RunOutcome &outcome = m_bridge->outcome();
    if (outcome.state != RunState::Failed)
        return;
    const QString where = outcome.step.empty() ? QString() : m_monitor->nameOf(outcome.step) + QStringLiteral(": ");
    m_messages->show(MessageBar::Kind::Error, where + toQString(outcome.error.message),
                     outcome.step.empty() ? QString() : tr("Show step"),
                     [this, step = outcome.step] { showStep(step); });
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "window/commands/StepGuide.h"

#include "canvas/CanvasScene.h"
#include "canvas/CanvasView.h"
#include "commands/Actions.h"
#include "document/Document.h"
#include "editing/CanvasEditor.h"
#include "inspector/editors/CodeWindow.h"
#include "inspector/InspectorPanel.h"
#include "log/LogPanel.h"
#include "metrics/LogRecord.h"
#include "model/Drawing.h"
#include "model/ProblemText.h"
#include "run/RunBridge.h"
#include "theme/Text.h"
#include "window/BottomPanel.h"
#include "window/HelpWindow.h"
#include "window/monitors/RunMonitor.h"

#include <QAction>
#include <QRegularExpression>

#include <algorithm>

namespace millrace {

StepGuide::StepGuide(Parts parts, QObject *parent) : QObject(parent), m_parts(parts)
{
    const auto on = [this](const char *id, void (StepGuide::*command)()) {
        connect(m_parts.actions[id], &QAction::triggered, this, command);
    };
    on("edit.settings", &StepGuide::showSettings);
    on("run.nextProblem", &StepGuide::showNextProblem);
    on("help.step", &StepGuide::showHelpOfSelected);
    connect(&m_parts.inspector, &InspectorPanel::codeWanted, this,
            [this](const std::string &step, const std::string &param) { openCode(step, param); });
    connect(&m_parts.view, &CanvasView::codeWanted, this, [this](const std::string &step) { openCode(step); });
    connect(&m_parts.inspector, &InspectorPanel::helpRequested, this, &StepGuide::showHelp);
    connect(&m_parts.bottom.log(), &LogPanel::recordWanted, this, &StepGuide::showCodeOf);
    connect(&m_parts.bottom, &BottomPanel::stepWanted, this, &StepGuide::showStep);
    connect(&m_parts.bottom, &BottomPanel::problemWanted, this, &StepGuide::showProblem);
}

void StepGuide::inspect()
{
    m_parts.inspector.inspect({m_parts.document.pipeline(), m_parts.editor.selection(), m_parts.document.problems(),
                               m_parts.document.fields(), toUtf8(m_parts.document.folder()),
                               m_parts.bridge.isUnderWay(), m_parts.monitor.pending(), m_parts.editor.newSteps()});
}

void StepGuide::showProblems()
{
    // Where nothing is drawn yet the canvas says how to begin: that is no problem to be counted.
    const bool isEmpty = m_parts.document.pipeline().steps.empty();
    m_parts.bottom.setProblems(
        isEmpty ? Problems() : m_parts.document.problems(),
        [this](const std::string &step) { return m_parts.monitor.nameOf(step); },
        [this](const Problem &problem) {
            const PipelineStep *step = m_parts.document.pipeline().step(problem.step);
            return settingTitle(step ? m_parts.document.registry().find(step->type) : nullptr, problem.param);
        });
}

void StepGuide::showStep(const std::string &step)
{
    const std::string card = cardOf(step); // it may be inside another pipeline
    m_parts.scene.select({card});
    m_parts.view.showStep(card);
}

void StepGuide::showSettings()
{
    Q_EMIT inspectorWanted(); // with nothing selected it shows the pipeline's
    inspect();
    m_parts.inspector.focusFirst();
}

void StepGuide::showProblem(const Problem &problem)
{
    if (!problem.step.empty()) {
        showStep(problem.step);
        Q_EMIT inspectorWanted();
        // The panel shows the step at the latest now; the keyboard goes where the problem is.
        inspect();
        m_parts.inspector.focusParam(problem.param);
    }
    Q_EMIT told(toQString(problem.text), 8000);
}

void StepGuide::showNextProblem()
{
    const Problems &problems = m_parts.document.problems();
    if (problems.empty())
        return;
    const Problem &problem = problems[m_problemAt++ % problems.size()];
    showProblem(problem);
}

void StepGuide::showHelp(const QString &typeId)
{
    if (const StepType *type = m_parts.document.registry().find(toUtf8(typeId)))
        m_parts.help.showStep(*type);
}

void StepGuide::showHelpOfSelected()
{
    const auto &selection = m_parts.editor.selection();
    const PipelineStep *step = selection.empty() ? nullptr : m_parts.document.pipeline().step(*selection.begin());
    if (step)
        showHelp(toQString(step->type));
    else
        Q_EMIT told(tr("Select a step to see its help."), 4000);
}

void StepGuide::openCode(const std::string &step, const std::string &param, int line, int column)
{
    const PipelineStep *found = m_parts.document.pipeline().step(step);
    const StepType *type = found ? m_parts.document.registry().find(found->type) : nullptr;
    if (!type)
        return;
    const auto code = std::ranges::find_if(type->params, [&param](const Param &candidate) {
        return candidate.kind == ParamKind::Code && (param.empty() || candidate.name == param);
    });
    if (code == type->params.end())
        return;
    CodeWindow &window = m_parts.inspector.openCode(step, code->name);
    window.addAction(m_parts.actions["run.start"]);
    inspect();
    if (line > 0)
        window.goTo(line, column);
}

void StepGuide::showCodeOf(const LogRecord &record)
{
    static const QRegularExpression place(QStringLiteral("^line (\\d+)(?:, column (\\d+))?: "));
    if (const auto match = place.match(toQString(record.message)); match.hasMatch())
        openCode(record.step, {}, match.captured(1).toInt(), match.captured(2).toInt());
}

} // namespace millrace

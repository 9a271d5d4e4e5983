// SPDX-License-Identifier: MIT
#include "inspector/InspectorPanel.h"

#include "inspector/editors/CodeWindow.h"
#include "inspector/editors/FieldUndo.h"
#include "inspector/editors/FormGrid.h"
#include "inspector/editors/ParamEditor.h"
#include "inspector/PipelineForm.h"
#include "inspector/SettingsForm.h"
#include "inspector/StepForm.h"
#include "model/Drawing.h"
#include "theme/Text.h"

#include <QApplication>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>

namespace millrace {

bool Inspected::isPending(const std::string &setting) const
{
    return std::ranges::any_of(selection, [&](const std::string &step) {
        const auto found = pending.find(step);
        return found != pending.end() && found->second.contains(setting);
    });
}

QString Inspected::textOf(const Problem &problem, const StepRegistry &registry) const
{
    const PipelineStep *step = selection.size() > 1 ? pipeline.step(problem.step) : nullptr;
    const QString text = toQString(problem.text);
    return step ? QStringLiteral("%1: %2").arg(shownName(*step, registry), text) : text;
}

InspectorPanel::InspectorPanel(const StepRegistry &registry, Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_step(new StepForm(registry, theme))
    , m_settings(new SettingsForm(registry))
    , m_pipeline(new PipelineForm)
    , m_column(new QVBoxLayout)
    , m_area(new QScrollArea)
    , m_undo(new FieldUndo(*this))
    , m_registry(registry)
    , m_theme(theme)
{
    setObjectName(QStringLiteral("sidePanel"));
    auto *content = new QWidget;
    content->setLayout(m_column);
    content->installEventFilter(this);
    m_column->setContentsMargins(13, 10, 11, 12);
    m_column->setSpacing(12);
    m_column->addWidget(m_pipeline);
    m_column->addWidget(m_step);
    m_column->addWidget(m_settings);
    m_column->addStretch(1);
    m_area->setWidget(content);
    m_area->setWidgetResizable(true);
    m_area->setFrameShape(QFrame::NoFrame);
    m_area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_area->setFocusPolicy(Qt::NoFocus);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_area);
    // The area shows what Tab comes to within it, but not what it comes to from outside.
    connect(qApp, &QApplication::focusChanged, m_area, [this](QWidget *, QWidget *now) {
        if (now && m_area->isAncestorOf(now) && now->visibleRegion().isEmpty())
            m_area->ensureWidgetVisible(now, 0, 40);
    });

    connect(m_step, &StepForm::edited, this, &InspectorPanel::edited);
    connect(m_step, &StepForm::codeWanted, this, &InspectorPanel::codeWanted);
    connect(m_step, &StepForm::fileChosen, this, &InspectorPanel::fileChosen);
    connect(m_step, &StepForm::helpRequested, this, &InspectorPanel::helpRequested);
    connect(m_settings, &SettingsForm::edited, this, &InspectorPanel::edited);
    connect(m_pipeline, &PipelineForm::edited, this, &InspectorPanel::edited);
}

int InspectorPanel::contentHeight(int width) const
{
    m_column->activate();
    return m_column->hasHeightForWidth() ? m_column->totalHeightForWidth(width) : m_column->totalSizeHint().height();
}

bool InspectorPanel::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::LayoutRequest && watched == m_area->widget())
        Q_EMIT contentChanged();
    return QWidget::eventFilter(watched, event);
}

void InspectorPanel::inspect(const Inspected &inspected)
{
    showCode(inspected);
    std::vector<const PipelineStep *> steps;
    for (const PipelineStep &step : inspected.pipeline.steps)
        if (inspected.selection.contains(step.id))
            steps.push_back(&step);
    m_pipeline->setVisible(steps.empty());
    m_step->setVisible(!steps.empty());
    m_settings->setVisible(!steps.empty());
    if (steps.empty()) {
        m_pipeline->show(inspected.pipeline);
        return;
    }
    m_step->show(inspected, steps);
    m_settings->show(inspected, steps);
    orderStops();
}

CodeWindow &InspectorPanel::openCode(const std::string &step, const std::string &param)
{
    if (!m_code) {
        m_code = new CodeWindow(m_theme, window());
        if (m_undoAction)
            m_code->setUndoActions(m_undoAction, m_redoAction);
        connect(m_code, &CodeWindow::edited, this, &InspectorPanel::tellCode);
    }
    m_codeStep = step;
    m_codeParam = param;
    m_code->show();
    m_code->raise();
    m_code->activateWindow();
    m_code->setFocus();
    return *m_code;
}

void InspectorPanel::showCode(const Inspected &inspected)
{
    if (!m_code || !m_code->isVisible())
        return;
    const PipelineStep *step = inspected.pipeline.step(m_codeStep);
    const StepType *type = step ? m_registry.find(step->type) : nullptr;
    const Param *param = type ? type->param(m_codeParam) : nullptr;
    if (!param) {
        m_code->close();
        return;
    }
    const Value *value = step->param(m_codeParam);
    m_code->setWindowTitle(QStringLiteral("%1 · %2").arg(titleOf(*param), shownName(*step, m_registry)));
    m_code->setCode(toQString(toPlain(value ? *value : param->defaultValue)));
    const auto fields = inspected.fields.input.find(m_codeStep);
    m_code->setFields(fields == inspected.fields.input.end() ? nullptr : fields->second);
    const auto problem = std::ranges::find_if(inspected.problems, [this](const Problem &found) {
        return found.step == m_codeStep && found.param == m_codeParam;
    });
    m_code->setProblem(problem == inspected.problems.end() ? QString() : toQString(problem->text));
}

void InspectorPanel::tellCode(const QString &code)
{
    const QString key = QStringLiteral("code/%1/%2").arg(toQString(m_codeParam), toQString(m_codeStep));
    Q_EMIT codeEdited(m_codeStep, tr("Write code"), key,
                      [id = m_codeStep, param = m_codeParam, text = toUtf8(code)](Pipeline &pipeline) {
                          if (PipelineStep *step = pipeline.step(id))
                              step->setParam(param, Value(text));
                      });
}

/// Rows that were made later would be come by last: Tab goes from above to below.
void InspectorPanel::orderStops()
{
    QWidget *before = nullptr;
    for (const FormGrid *grid : findChildren<FormGrid *>())
        if (m_pipeline->isAncestorOf(grid) && !grid->stops().isEmpty())
            before = grid->stops().back();
    for (QWidget *form : {static_cast<QWidget *>(m_step), static_cast<QWidget *>(m_settings)})
        for (const FormGrid *grid : form->findChildren<FormGrid *>())
            for (QWidget *stop : grid->stops()) {
                if (before)
                    setTabOrder(before, stop);
                before = stop;
            }
}

void InspectorPanel::addBelow(QWidget *widget)
{
    m_column->insertWidget(m_column->count() - 1, widget);
}

void InspectorPanel::setUndoActions(QAction *undo, QAction *redo)
{
    m_undo->setActions(undo, redo);
    m_undoAction = undo;
    m_redoAction = redo;
}

void InspectorPanel::focusFirst()
{
    if (!m_pipeline->isHidden())
        m_pipeline->focusName();
    else if (!m_step->focusFirst())
        m_step->focusName();
    showFocus();
}

void InspectorPanel::focusParam(const std::string &param)
{
    if (SettingsForm::holds(param))
        m_settings->focusSetting(param);
    else if (!m_step->focusParam(param))
        m_step->focusName();
    showFocus();
}

void InspectorPanel::showFocus()
{
    if (QWidget *field = QApplication::focusWidget(); field && isAncestorOf(field))
        m_area->ensureWidgetVisible(field, 0, 40);
}

} // namespace millrace

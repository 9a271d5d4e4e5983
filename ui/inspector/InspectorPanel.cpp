// SPDX-License-Identifier: MIT
#include "inspector/InspectorPanel.h"

#include "inspector/FieldUndo.h"
#include "inspector/FormGrid.h"
#include "inspector/PipelineForm.h"
#include "inspector/SettingsForm.h"
#include "inspector/StepForm.h"
#include "model/Drawing.h"
#include "model/Text.h"

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
{
    setObjectName(QStringLiteral("sidePanel"));
    auto *content = new QWidget;
    content->setLayout(m_column);
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

    connect(m_step, &StepForm::edited, this, &InspectorPanel::edited);
    connect(m_step, &StepForm::helpRequested, this, &InspectorPanel::helpRequested);
    connect(m_settings, &SettingsForm::edited, this, &InspectorPanel::edited);
    connect(m_pipeline, &PipelineForm::edited, this, &InspectorPanel::edited);
}

void InspectorPanel::inspect(const Inspected &inspected)
{
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
}

void InspectorPanel::focusName()
{
    m_step->focusName();
}

void InspectorPanel::focusParam(const std::string &param)
{
    if (SettingsForm::holds(param))
        m_settings->focusSetting(param);
    else if (!m_step->focusParam(param))
        m_step->focusName();
    if (QWidget *field = QApplication::focusWidget(); field && isAncestorOf(field))
        m_area->ensureWidgetVisible(field, 0, 40);
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "inspector/InspectorPanel.h"

class QCheckBox;
class QComboBox;
class QSpinBox;

namespace millrace {

class FormGrid;

/// How the selected steps are run: workers, queue size, place, errors. Applies while running.
class SettingsForm : public QWidget
{
    Q_OBJECT

public:
    explicit SettingsForm(const StepRegistry &registry, QWidget *parent = nullptr);

    void show(const Inspected &inspected, const std::vector<const PipelineStep *> &steps);

Q_SIGNALS:
    void edited(const QString &caption, const QString &gestureKey, const millrace::InspectorPanel::Edit &edit);

private:
    void connectFields();
    void tell(const QString &caption, const QString &key, std::function<void(PipelineStep &)> change);

    const StepRegistry &m_registry;
    FormGrid *m_grid;
    QSpinBox *m_workers, *m_queueSize, *m_retries;
    QComboBox *m_runIn, *m_onError;
    QCheckBox *m_enabled, *m_bypassed;
    QLabel *m_workersProblem = nullptr;
    StepIds m_steps;
};

} // namespace millrace

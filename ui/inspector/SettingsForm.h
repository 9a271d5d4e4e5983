// SPDX-License-Identifier: MIT
#pragma once

#include "inspector/InspectorPanel.h"

#include <map>

class QCheckBox;
class QComboBox;
class QLineEdit;
class QSpinBox;

namespace millrace {

class BatchingRows;
class FormGrid;
class WorkerArgumentsEditor;

/// How the selected steps are run: workers, queue size, place, errors. Applies while running.
class SettingsForm : public QWidget
{
    Q_OBJECT

public:
    explicit SettingsForm(const StepRegistry &registry, QWidget *parent = nullptr);

    void show(const Inspected &inspected, const std::vector<const PipelineStep *> &steps);
    /// Whether a problem with this name is shown here, rather than among the step's parameters.
    static bool holds(const std::string &setting);
    void focusSetting(const std::string &setting);

Q_SIGNALS:
    void edited(const QString &caption, const QString &gestureKey, const millrace::InspectorPanel::Edit &edit);

private:
    void addRows();
    void nameFields();
    void connectFields();
    void connectBatching();
    void editQueueBytes(const QString &text);
    void showQueueBytes(uint64_t bytes);
    void showLimits(const std::vector<const PipelineStep *> &steps, int workers);
    void showBatching(const Pipeline &pipeline, const std::vector<const PipelineStep *> &steps);
    void showLines(const Inspected &inspected, const std::vector<const PipelineStep *> &steps);
    void tell(const QString &caption, const QString &key, std::function<void(PipelineStep &)> change);

    const StepRegistry &m_registry;
    FormGrid *m_grid;
    QSpinBox *m_workers, *m_queueSize, *m_retries;
    QLineEdit *m_queueBytes;
    QComboBox *m_runIn, *m_onError;
    QCheckBox *m_enabled, *m_bypassed, *m_ownBatches;
    WorkerArgumentsEditor *m_arguments;
    BatchingRows *m_batching = nullptr;
    struct Line
    {
        QWidget *field;
        QLabel *problem;
    };
    std::map<std::string, Line> m_lines; ///< by the setting's name in the file
    Batching m_inherited;                ///< what a source has that begins to have its own
    StepIds m_steps;
};

} // namespace millrace

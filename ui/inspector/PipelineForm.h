// SPDX-License-Identifier: MIT
#pragma once

#include "inspector/InspectorPanel.h"

class QComboBox;
class QLineEdit;
class QSpinBox;

namespace millrace {

class BatchingRows;
class ParametersEditor;

/// What holds for the whole pipeline: its name, how streams are cut into batches, the defaults of its steps, its
/// parameters.
class PipelineForm : public QWidget
{
    Q_OBJECT

public:
    explicit PipelineForm(QWidget *parent = nullptr);

    void show(const Pipeline &pipeline);
    /// Puts the keyboard on the pipeline's name.
    void focusName();

Q_SIGNALS:
    void edited(const QString &caption, const QString &gestureKey, const millrace::InspectorPanel::Edit &edit);

private:
    void nameFields();
    void connectFields();
    void connectDefaults();
    void tellDefault(const QString &caption, const QString &key, const std::function<void(StepDefaults &)> &change);

    QLineEdit *m_name;
    QSpinBox *m_workers, *m_queueSize, *m_retries;
    QComboBox *m_runIn, *m_onError;
    BatchingRows *m_batching = nullptr;
    ParametersEditor *m_parameters;
};

} // namespace millrace

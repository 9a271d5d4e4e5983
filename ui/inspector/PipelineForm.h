// SPDX-License-Identifier: MIT
#pragma once

#include "inspector/InspectorPanel.h"

class QComboBox;
class QLineEdit;
class QSpinBox;

namespace millrace {

/// What holds for the whole pipeline: its name, how streams are cut into batches, the defaults of its steps.
class PipelineForm : public QWidget
{
    Q_OBJECT

public:
    explicit PipelineForm(QWidget *parent = nullptr);

    void show(const Pipeline &pipeline);

Q_SIGNALS:
    void edited(const QString &caption, const QString &gestureKey, const millrace::InspectorPanel::Edit &edit);

private:
    void connectFields();

    QLineEdit *m_name;
    QSpinBox *m_batchSize, *m_workers, *m_queueSize;
    QComboBox *m_incomplete, *m_onError;
};

} // namespace millrace

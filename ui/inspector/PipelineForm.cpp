// SPDX-License-Identifier: MIT
#include "inspector/PipelineForm.h"

#include "inspector/BatchingRows.h"
#include "inspector/editors/FormGrid.h"
#include "inspector/ParametersEditor.h"
#include "inspector/RunFields.h"
#include "remote/WorkerPlaces.h"
#include "theme/Fields.h"
#include "theme/Text.h"

#include <QLineEdit>
#include <QVBoxLayout>

#include <algorithm>

namespace millrace {

PipelineForm::PipelineForm(QWidget *parent)
    : QWidget(parent)
    , m_name(new TextField)
    , m_workers(new IntegerField)
    , m_queueSize(new IntegerField)
    , m_retries(new IntegerField)
    , m_runIn(new ChoiceField)
    , m_onError(new ChoiceField)
    , m_parameters(new ParametersEditor)
{
    auto *grid = new FormGrid;
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(grid);
    setUpRunFields(*m_workers, *m_queueSize, *m_retries, *m_runIn, *m_onError);
    grid->addHeading(tr("Pipeline"));
    grid->addRow(tr("Name"), m_name);
    grid->addHeading(tr("Batches"), tr("needs a new run"));
    m_batching = new BatchingRows(grid);
    grid->addHeading(tr("Steps, where they don’t say"));
    grid->addRow(tr("Workers"), m_workers, tr("How many batches a step works on at the same time."));
    grid->addRow(tr("Queue size"), m_queueSize, tr("How many batches may wait before a step; 0: no bound."));
    grid->addRow(tr("Run in"), m_runIn, toQString(workerPlacesHelp()));
    grid->addRow(tr("On error"), m_onError, tr("What becomes of an item that fails."));
    grid->addRow(tr("Retries"), m_retries, tr("How often a failed item is tried again first."));
    grid->addHeading(tr("Parameters"), tr("needs a new run"));
    grid->addRow({}, m_parameters, {}, true);
    nameFields();
    connectFields();
    connectDefaults();
}

void PipelineForm::focusName()
{
    m_name->setFocus();
    m_name->selectAll();
}

void PipelineForm::nameFields()
{
    m_name->setAccessibleName(tr("Name of the pipeline"));
    m_workers->setAccessibleName(tr("Default workers"));
    m_queueSize->setAccessibleName(tr("Default queue size"));
    m_runIn->setAccessibleName(tr("Default place of workers"));
    m_onError->setAccessibleName(tr("Default on error"));
    m_retries->setAccessibleName(tr("Default retries"));
}

void PipelineForm::connectFields()
{
    connect(m_name, &QLineEdit::textEdited, this, [this](const QString &text) {
        Q_EMIT edited(tr("Rename the pipeline"), QStringLiteral("pipelineName"),
                      [name = toUtf8(text)](Pipeline &pipeline) { pipeline.name = name; });
    });
    connect(m_batching, &BatchingRows::edited, this,
            [this](const QString &caption, const QString &key, const std::function<void(Batching &)> &edit) {
                Q_EMIT edited(caption, key, [edit](Pipeline &pipeline) {
                    edit(pipeline.batching);
                    pipeline.hasBatching = true;
                });
            });
    connect(m_parameters, &ParametersEditor::edited, this,
            [this](const QString &caption, const QString &key,
                   const std::function<void(ParametersEditor::Parameters &)> &edit) {
                Q_EMIT edited(caption, key, [edit](Pipeline &pipeline) {
                    edit(pipeline.parameters);
                    pipeline.hasParameters = !pipeline.parameters.empty();
                });
            });
}

void PipelineForm::tellDefault(const QString &caption,
                               const QString &key,
                               const std::function<void(StepDefaults &)> &change)
{
    Q_EMIT edited(caption, key, [change](Pipeline &pipeline) {
        change(pipeline.defaults);
        pipeline.hasDefaults = true;
    });
}

void PipelineForm::connectDefaults()
{
    connect(m_workers, &QSpinBox::valueChanged, this, [this](int workers) {
        tellDefault(tr("Change the default workers"), QStringLiteral("defaultWorkers"),
                    [workers](StepDefaults &defaults) { defaults.workers = workers; });
    });
    connect(m_queueSize, &QSpinBox::valueChanged, this, [this](int size) {
        tellDefault(tr("Change the default queue size"), QStringLiteral("defaultQueueSize"),
                    [size](StepDefaults &defaults) { defaults.queueSize = size; });
    });
    connect(m_retries, &QSpinBox::valueChanged, this, [this](int retries) {
        tellDefault(tr("Change the default retries"), QStringLiteral("defaultRetries"),
                    [retries](StepDefaults &defaults) { defaults.retries = retries; });
    });
    connect(m_runIn, &QComboBox::activated, this, [this] {
        tellDefault(
            tr("Change where steps run"), {},
            [place = toUtf8(m_runIn->currentData().toString())](StepDefaults &defaults) { defaults.runIn = place; });
    });
    connect(m_onError, &QComboBox::activated, this, [this] {
        tellDefault(tr("Change the default on errors"), {},
                    [policy = ErrorPolicy(m_onError->currentData().toInt())](StepDefaults &defaults) {
                        defaults.onError = policy;
                    });
    });
}

void PipelineForm::show(const Pipeline &pipeline)
{
    const QSignalBlocker blockers[] = {QSignalBlocker(m_name), QSignalBlocker(m_workers), QSignalBlocker(m_queueSize),
                                       QSignalBlocker(m_retries)};
    showText(*m_name, toQString(pipeline.name));
    m_batching->show(pipeline.batching);
    m_parameters->show(pipeline.parameters);
    m_workers->setValue(std::max(1, pipeline.defaults.workers));
    m_queueSize->setValue(pipeline.defaults.queueSize);
    m_retries->setValue(pipeline.defaults.retries);
    showPlace(*m_runIn, pipeline.defaults.runIn);
    m_onError->setCurrentIndex(m_onError->findData(int(pipeline.defaults.onError)));
}

} // namespace millrace

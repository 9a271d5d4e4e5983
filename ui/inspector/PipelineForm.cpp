// SPDX-License-Identifier: MIT
#include "inspector/PipelineForm.h"

#include "inspector/FormGrid.h"
#include "model/Text.h"
#include "theme/Fields.h"

#include <QLineEdit>
#include <QVBoxLayout>

#include <algorithm>
#include <limits>

namespace millrace {

PipelineForm::PipelineForm(QWidget *parent)
    : QWidget(parent)
    , m_name(new QLineEdit)
    , m_batchSize(new IntegerField)
    , m_workers(new IntegerField)
    , m_queueSize(new IntegerField)
    , m_incomplete(new ChoiceField)
    , m_onError(new ChoiceField)
{
    auto *grid = new FormGrid;
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(grid);
    m_batchSize->setRange(1, std::numeric_limits<int>::max());
    m_batchSize->setSuffix(tr(" items"));
    m_workers->setRange(1, 999);
    m_queueSize->setRange(0, 1'000'000);
    m_queueSize->setSpecialValueText(tr("unbounded"));
    m_queueSize->setSuffix(tr(" batches"));
    m_incomplete->addItem(tr("Keep"), int(Batching::Incomplete::Keep));
    m_incomplete->addItem(tr("Drop"), int(Batching::Incomplete::Drop));
    m_incomplete->addItem(tr("Pad"), int(Batching::Incomplete::Pad));
    m_onError->addItem(tr("Stop the run"), int(ErrorPolicy::Stop));
    m_onError->addItem(tr("Skip the item"), int(ErrorPolicy::Skip));
    m_onError->addItem(tr("Send to error port"), int(ErrorPolicy::Route));
    grid->addHeading(tr("Pipeline"));
    grid->addRow(tr("Name"), m_name);
    grid->addHeading(tr("Batches"), tr("needs a new run"));
    grid->addRow(tr("Batch size"), m_batchSize, tr("How many items travel together. Queues count batches."));
    grid->addRow(tr("Last batch"), m_incomplete, tr("What becomes of a last batch that has fewer items."));
    grid->addHeading(tr("Steps, where they don’t say"));
    grid->addRow(tr("Workers"), m_workers);
    grid->addRow(tr("Queue size"), m_queueSize);
    grid->addRow(tr("On error"), m_onError);
    m_name->setAccessibleName(tr("Name of the pipeline"));
    m_batchSize->setAccessibleName(tr("Batch size in items"));
    m_incomplete->setAccessibleName(tr("What becomes of an incomplete last batch"));
    m_workers->setAccessibleName(tr("Workers of steps that don’t say"));
    m_queueSize->setAccessibleName(tr("Queue size of steps that don’t say"));
    m_onError->setAccessibleName(tr("What steps that don’t say do on an error"));
    connectFields();
}

void PipelineForm::connectFields()
{
    connect(m_name, &QLineEdit::textEdited, this, [this](const QString &text) {
        Q_EMIT edited(tr("Rename the pipeline"), QStringLiteral("pipelineName"),
                      [name = toUtf8(text)](Pipeline &pipeline) { pipeline.name = name; });
    });
    connect(m_batchSize, &QSpinBox::valueChanged, this, [this](int size) {
        Q_EMIT edited(tr("Change the batch size"), QStringLiteral("batchSize"), [size](Pipeline &pipeline) {
            pipeline.batching.size = size;
            pipeline.hasBatching = true;
        });
    });
    connect(m_incomplete, &QComboBox::activated, this, [this] {
        const auto incomplete = Batching::Incomplete(m_incomplete->currentData().toInt());
        Q_EMIT edited(tr("Change the last batch"), {}, [incomplete](Pipeline &pipeline) {
            pipeline.batching.incomplete = incomplete;
            pipeline.hasBatching = true;
        });
    });
    connect(m_workers, &QSpinBox::valueChanged, this, [this](int workers) {
        Q_EMIT edited(tr("Change the default workers"), QStringLiteral("defaultWorkers"),
                      [workers](Pipeline &pipeline) {
                          pipeline.defaults.workers = workers;
                          pipeline.hasDefaults = true;
                      });
    });
    connect(m_queueSize, &QSpinBox::valueChanged, this, [this](int size) {
        Q_EMIT edited(tr("Change the default queue size"), QStringLiteral("defaultQueueSize"),
                      [size](Pipeline &pipeline) {
                          pipeline.defaults.queueSize = size;
                          pipeline.hasDefaults = true;
                      });
    });
    connect(m_onError, &QComboBox::activated, this, [this] {
        const auto policy = ErrorPolicy(m_onError->currentData().toInt());
        Q_EMIT edited(tr("Change the default on errors"), {}, [policy](Pipeline &pipeline) {
            pipeline.defaults.onError = policy;
            pipeline.hasDefaults = true;
        });
    });
}

void PipelineForm::show(const Pipeline &pipeline)
{
    const QSignalBlocker blockers[] = {QSignalBlocker(m_name), QSignalBlocker(m_batchSize), QSignalBlocker(m_workers),
                                       QSignalBlocker(m_queueSize)};
    if (m_name->text() != toQString(pipeline.name))
        m_name->setText(toQString(pipeline.name));
    m_batchSize->setValue(int(std::clamp<int64_t>(pipeline.batching.size, 1, std::numeric_limits<int>::max())));
    m_workers->setValue(std::max(1, pipeline.defaults.workers));
    m_queueSize->setValue(pipeline.defaults.queueSize);
    m_incomplete->setCurrentIndex(m_incomplete->findData(int(pipeline.batching.incomplete)));
    m_onError->setCurrentIndex(m_onError->findData(int(pipeline.defaults.onError)));
}

} // namespace millrace

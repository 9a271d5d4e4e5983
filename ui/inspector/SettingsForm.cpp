// SPDX-License-Identifier: MIT
#include "inspector/SettingsForm.h"

#include "inspector/FormGrid.h"
#include "model/Text.h"
#include "theme/Fields.h"

#include <QCheckBox>
#include <QVBoxLayout>

#include <algorithm>

namespace millrace {

namespace {

constexpr int MostWorkers = 999;
constexpr int MostBatches = 1'000'000;

template <class Field, class Owner, class V>
void setQuietly(Field *field, void (Owner::*setter)(V), V value)
{
    const QSignalBlocker blocker(field);
    (field->*setter)(value);
}

} // namespace

SettingsForm::SettingsForm(const StepRegistry &registry, QWidget *parent)
    : QWidget(parent)
    , m_registry(registry)
    , m_grid(new FormGrid)
    , m_workers(new IntegerField)
    , m_queueSize(new IntegerField)
    , m_retries(new IntegerField)
    , m_runIn(new ChoiceField)
    , m_onError(new ChoiceField)
    , m_enabled(new QCheckBox(tr("Takes part in the run")))
    , m_bypassed(new QCheckBox(tr("Lets batches through unchanged")))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_grid);
    m_workers->setRange(1, MostWorkers);
    m_queueSize->setRange(0, MostBatches);
    m_queueSize->setSpecialValueText(tr("unbounded"));
    m_queueSize->setSuffix(tr(" batches"));
    m_retries->setRange(0, 100);
    m_runIn->addItem(tr("Threads"), QStringLiteral("threads"));
    m_runIn->addItem(tr("Processes"), QStringLiteral("processes"));
    m_onError->addItem(tr("Stop the run"), int(ErrorPolicy::Stop));
    m_onError->addItem(tr("Skip the item"), int(ErrorPolicy::Skip));
    m_onError->addItem(tr("Send to error port"), int(ErrorPolicy::Route));

    m_grid->addHeading(tr("Parallelism"), tr("applies while running"));
    m_workersProblem =
        m_grid->addRow(tr("Workers"), m_workers, tr("How many batches this step works on at the same time."));
    m_grid->addRow(
        tr("Queue size"), m_queueSize,
        tr("How many batches may wait before this step. A full queue holds back the step before; 0: no bound."));
    m_grid->addRow(tr("Run in"), m_runIn,
                   tr("Threads of this program, or a child process for each worker. Needs a new run."));
    m_grid->addRow(tr("On error"), m_onError, tr("What becomes of an item that fails. Its batch's other items go on."));
    m_grid->addRow(tr("Retries"), m_retries, tr("How often a failed item is tried again first."));
    m_grid->addRow(tr("Enabled"), m_enabled);
    m_grid->addRow(tr("Bypass"), m_bypassed);
    m_workers->setAccessibleName(tr("Workers"));
    m_queueSize->setAccessibleName(tr("Queue size in batches"));
    m_runIn->setAccessibleName(tr("Run in"));
    m_onError->setAccessibleName(tr("On error"));
    m_retries->setAccessibleName(tr("Retries"));
    m_enabled->setText({});
    m_enabled->setAccessibleName(tr("Takes part in the run"));
    m_bypassed->setText({});
    m_bypassed->setAccessibleName(tr("Lets batches through unchanged"));
    connectFields();
}

void SettingsForm::connectFields()
{
    connect(m_workers, &QSpinBox::valueChanged, this, [this](int value) {
        tell(tr("Change workers"), QStringLiteral("workers"), [value](PipelineStep &step) { step.workers = value; });
    });
    connect(m_queueSize, &QSpinBox::valueChanged, this, [this](int value) {
        tell(tr("Change queue size"), QStringLiteral("queueSize"),
             [value](PipelineStep &step) { step.queueSize = value; });
    });
    connect(m_retries, &QSpinBox::valueChanged, this, [this](int value) {
        tell(tr("Change retries"), QStringLiteral("retries"), [value](PipelineStep &step) { step.retries = value; });
    });
    connect(m_runIn, &QComboBox::activated, this, [this] {
        tell(tr("Change where it runs"), {},
             [place = toUtf8(m_runIn->currentData().toString())](PipelineStep &step) { step.runIn = place; });
    });
    connect(m_onError, &QComboBox::activated, this, [this] {
        tell(tr("Change what happens on an error"), {},
             [policy = ErrorPolicy(m_onError->currentData().toInt())](PipelineStep &step) { step.onError = policy; });
    });
    connect(m_enabled, &QCheckBox::toggled, this, [this](bool isOn) {
        tell(isOn ? tr("Enable") : tr("Disable"), {}, [isOn](PipelineStep &step) { step.isEnabled = isOn; });
    });
    connect(m_bypassed, &QCheckBox::toggled, this, [this](bool isOn) {
        tell(isOn ? tr("Bypass") : tr("End bypass"), {}, [isOn](PipelineStep &step) { step.isBypassed = isOn; });
    });
}

void SettingsForm::tell(const QString &caption, const QString &key, std::function<void(PipelineStep &)> change)
{
    QString fullKey = key;
    if (!key.isEmpty())
        for (const std::string &id : m_steps)
            fullKey += QLatin1Char('/') + toQString(id);
    Q_EMIT edited(caption, fullKey, [ids = m_steps, change = std::move(change)](Pipeline &pipeline) {
        for (const std::string &id : ids)
            if (PipelineStep *step = pipeline.step(id))
                change(*step);
    });
}

void SettingsForm::show(const Inspected &inspected, const std::vector<const PipelineStep *> &steps)
{
    const PipelineStep &first = *steps.front();
    const Pipeline &pipeline = inspected.pipeline;
    m_steps = inspected.selection;
    int most = MostWorkers;
    bool anyQueue = false, anyFails = false;
    for (const PipelineStep *step : steps) {
        const StepType *type = m_registry.find(step->type);
        if (const int limit = type ? mostWorkersOf(*type) : 0; limit > 0)
            most = std::min(most, limit);
        anyQueue = anyQueue || !type || type->hasInput();
        anyFails = anyFails || !type || type->hasErrorPort();
    }
    // A file may ask for more than the type stands: the checker says so, and the field shows what is written.
    const int workers = pipeline.workersOf(first);
    const QSignalBlocker blocker(m_workers);
    m_workers->setMaximum(std::max(most, workers));
    m_workers->setEnabled(m_workers->maximum() > 1);
    m_workers->setToolTip(m_workers->isEnabled() ? tr("How many batches this step works on at the same time.")
                                                 : tr("This kind of step works on one batch at a time."));
    setQuietly(m_workers, &QSpinBox::setValue, workers);
    setQuietly(m_queueSize, &QSpinBox::setValue, pipeline.queueSizeOf(first));
    setQuietly(m_retries, &QSpinBox::setValue, pipeline.retriesOf(first));
    setQuietly(m_enabled, &QAbstractButton::setChecked, first.isEnabled);
    setQuietly(m_bypassed, &QAbstractButton::setChecked, first.isBypassed);
    m_queueSize->setEnabled(anyQueue);
    m_retries->setEnabled(anyFails);
    const QString place = toQString(pipeline.runInOf(first));
    if (m_runIn->findData(place) < 0)
        m_runIn->addItem(place, place);
    m_runIn->setCurrentIndex(m_runIn->findData(place));
    m_onError->setCurrentIndex(m_onError->findData(int(pipeline.errorPolicyOf(first))));

    QString problem;
    for (const Problem &found : inspected.problems)
        if (found.step == first.id && (found.param == "workers" || found.param == "workerArguments"))
            problem = toQString(found.text);
    showProblem(*m_workersProblem, problem);
}

} // namespace millrace

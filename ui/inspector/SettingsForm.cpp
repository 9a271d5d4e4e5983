// SPDX-License-Identifier: MIT
#include "inspector/SettingsForm.h"

#include "data/text/ByteSize.h"
#include "inspector/BatchingRows.h"
#include "inspector/editors/FormGrid.h"
#include "inspector/RunFields.h"
#include "inspector/WorkerArgumentsEditor.h"
#include "remote/WorkerPlaces.h"
#include "theme/Fields.h"
#include "theme/Text.h"

#include <QCheckBox>
#include <QLineEdit>
#include <QVBoxLayout>

#include <algorithm>
#include <set>

namespace millrace {

namespace {

template <class Field, class Owner, class V>
void setQuietly(Field *field, void (Owner::*setter)(V), V value)
{
    const QSignalBlocker blocker(field);
    (field->*setter)(value);
}

/// What a single worker of that type could have instead of the step.
QString exampleFor(const StepType *type)
{
    if (!type || type->params.empty())
        return {};
    const Param &param = type->params.front();
    const Value &usual = param.defaultValue;
    const bool isEmpty = usual.isNull() || (usual.isText() && usual.toText().empty());
    const bool isNumber = param.kind == ParamKind::Integer || param.kind == ParamKind::Number;
    const Value value = !isEmpty ? usual : isNumber ? Value(2) : Value("…");
    return toQString(toJson(Value(Members{{param.name, value}})));
}

} // namespace

SettingsForm::SettingsForm(const StepRegistry &registry, QWidget *parent)
    : QWidget(parent)
    , m_registry(registry)
    , m_grid(new FormGrid)
    , m_workers(new IntegerField)
    , m_queueSize(new IntegerField)
    , m_retries(new IntegerField)
    , m_queueBytes(new QLineEdit)
    , m_runIn(new ChoiceField)
    , m_onError(new ChoiceField)
    , m_enabled(new TickField)
    , m_bypassed(new TickField)
    , m_ownBatches(new TickField)
    , m_arguments(new WorkerArgumentsEditor)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_grid);
    setUpRunFields(*m_workers, *m_queueSize, *m_retries, *m_runIn, *m_onError);
    addRows();
    nameFields();
    connectFields();
    connectBatching();
}

void SettingsForm::addRows()
{
    const auto add = [this](const char *setting, const QString &label, QWidget *field, const QString &toolTip,
                            bool isWide = false) {
        m_lines[setting] = {field, m_grid->addRow(label, field, toolTip, isWide)};
    };
    m_grid->addHeading(tr("Parallelism"), tr("applies while running"));
    add("workers", tr("Workers"), m_workers, tr("How many batches this step works on at the same time."));
    add("queueSize", tr("Queue size"), m_queueSize,
        tr("How many batches may wait before this step. A full queue holds back the step before; 0: no bound."));
    add("queueBytes", tr("Queue memory"), m_queueBytes,
        tr("How much the batches may hold that wait before this step, such as 64 MiB. A queue that holds more takes no "
           "further batch. Empty: its share of the memory that the run may use."));
    m_queueBytes->setPlaceholderText(tr("the run’s share"));
    add("runIn", tr("Run in"), m_runIn, toQString(workerPlacesHelp()) + tr(" Needs a new run."));
    add("onError", tr("On error"), m_onError, tr("What becomes of an item that fails. Its batch's other items go on."));
    add("retries", tr("Retries"), m_retries, tr("How often a failed item is tried again first."));
    add("enabled", tr("Enabled"), m_enabled, tr("Whether the step takes part in the run, with what hangs on it."));
    add("bypass", tr("Bypass"), m_bypassed, tr("Lets batches through unchanged."));
    add("workerArguments", tr("Worker settings"), m_arguments,
        tr("Values that single workers have instead of the step's, a JSON object for each."), true);
    add("batching", tr("Own batches"), m_ownBatches,
        tr("Cuts this source's stream in another way than the pipeline says. Needs a new run."));
    m_batching = new BatchingRows(m_grid);
}

void SettingsForm::nameFields()
{
    m_workers->setAccessibleName(tr("Workers"));
    m_queueSize->setAccessibleName(tr("Queue size in batches"));
    m_queueBytes->setAccessibleName(tr("Queue memory"));
    m_runIn->setAccessibleName(tr("Run in"));
    m_onError->setAccessibleName(tr("On error"));
    m_retries->setAccessibleName(tr("Retries"));
    m_enabled->setAccessibleName(tr("Takes part in the run"));
    m_bypassed->setAccessibleName(tr("Lets batches through unchanged"));
    m_ownBatches->setAccessibleName(tr("The source has batches of its own"));
}

bool SettingsForm::holds(const std::string &setting)
{
    static const std::set<std::string> names{"workers", "queueSize", "queueBytes", "runIn",           "onError",
                                             "retries", "enabled",   "bypass",     "workerArguments", "batching"};
    return names.contains(setting);
}

void SettingsForm::focusSetting(const std::string &setting)
{
    if (const auto line = m_lines.find(setting); line != m_lines.end())
        line->second.field->setFocus();
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
    connect(m_queueBytes, &QLineEdit::textEdited, this, &SettingsForm::editQueueBytes);
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

/// What is being typed counts as soon as it is a size.
void SettingsForm::editQueueBytes(const QString &text)
{
    const std::string size = toUtf8(text.trimmed());
    const auto bytes = size.empty() ? std::optional<uint64_t>(0) : byteSizeOf(size);
    setStyleFlag(*m_queueBytes, "wrong", !bytes);
    if (!bytes) {
        showProblem(*m_lines.at("queueBytes").problem, tr("Write a size, such as 64 MiB."));
        return;
    }
    showProblem(*m_lines.at("queueBytes").problem, {});
    tell(tr("Change queue memory"), QStringLiteral("queueBytes"), [bytes = int64_t(*bytes)](PipelineStep &step) {
        step.queueBytes = bytes > 0 ? std::optional(bytes) : std::nullopt;
    });
}

/// A text that says the same is left as it was typed.
void SettingsForm::showQueueBytes(uint64_t bytes)
{
    const std::string shown = toUtf8(m_queueBytes->text().trimmed());
    if (!shown.empty() && byteSizeOf(shown) == bytes && bytes > 0)
        return;
    m_queueBytes->setText(bytes == 0                                 ? QString()
                          : byteSizeOf(byteSizeText(bytes)) == bytes ? toQString(byteSizeText(bytes))
                                                                     : QString::number(bytes));
}

void SettingsForm::connectBatching()
{
    connect(m_arguments, &WorkerArgumentsEditor::edited, this, [this](const std::vector<Members> &arguments) {
        tell(tr("Change worker settings"), QStringLiteral("workerArguments"),
             [arguments](PipelineStep &step) { step.workerArguments = arguments; });
    });
    connect(m_ownBatches, &QCheckBox::toggled, this, [this](bool isOn) {
        tell(isOn ? tr("Give it its own batches") : tr("Use the pipeline's batches"), {},
             [isOn, inherited = m_inherited](PipelineStep &step) {
                 step.batching = isOn ? std::optional(inherited) : std::nullopt;
             });
    });
    connect(m_batching, &BatchingRows::edited, this,
            [this](const QString &caption, const QString &key, const std::function<void(Batching &)> &edit) {
                tell(caption, key, [edit, inherited = m_inherited](PipelineStep &step) {
                    if (!step.batching)
                        step.batching = inherited;
                    edit(*step.batching);
                });
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
    const int workers = pipeline.workersOf(first);
    showLimits(steps, workers);
    setQuietly(m_workers, &QSpinBox::setValue, workers);
    setQuietly(m_queueSize, &QSpinBox::setValue, pipeline.queueSizeOf(first));
    showQueueBytes(pipeline.queueBytesOf(first));
    setQuietly(m_retries, &QSpinBox::setValue, pipeline.retriesOf(first));
    setQuietly(m_enabled, &QAbstractButton::setChecked, first.isEnabled);
    setQuietly(m_bypassed, &QAbstractButton::setChecked, first.isBypassed);
    showPlace(*m_runIn, pipeline.runInOf(first));
    m_onError->setCurrentIndex(m_onError->findData(int(pipeline.errorPolicyOf(first))));
    // Those of a step that stands for another pipeline are those of the steps inside.
    const bool isOuter = std::ranges::all_of(steps, [this](const PipelineStep *step) {
        const StepType *type = m_registry.find(step->type);
        return type && type->nesting == Nesting::Pipeline;
    });
    for (const char *setting : {"workers", "queueSize", "queueBytes", "runIn", "retries"})
        m_grid->setRowVisible(m_lines.at(setting).field, !isOuter);
    m_grid->setRowVisible(m_arguments, steps.size() == 1 && !isOuter);
    m_arguments->setExample(exampleFor(m_registry.find(first.type)));
    m_arguments->setArguments(first.workerArguments, workers);
    showBatching(pipeline, steps);
    showLines(inspected, steps);
}

void SettingsForm::showLimits(const std::vector<const PipelineStep *> &steps, int workers)
{
    int most = MostWorkers;
    bool anyQueue = false, anyFails = false, anyPasses = false;
    for (const PipelineStep *step : steps) {
        const StepType *type = m_registry.find(step->type);
        if (const int limit = type ? mostWorkersOf(*type) : 0; limit > 0)
            most = std::min(most, limit);
        anyQueue = anyQueue || !type || type->hasInput();
        anyFails = anyFails || !type || type->hasErrorPort();
        anyPasses = anyPasses || !type || type->kind == StepKind::Transform || step->isBypassed;
    }
    // A file may ask for more than the type stands: the checker says so, and the field shows what is written.
    const QSignalBlocker blocker(m_workers);
    m_workers->setMaximum(std::max(most, workers));
    m_workers->setEnabled(m_workers->maximum() > 1);
    m_workers->setToolTip(m_workers->isEnabled() ? tr("How many batches this step works on at the same time.")
                                                 : tr("This kind of step works on one batch at a time."));
    m_queueSize->setEnabled(anyQueue);
    m_queueBytes->setEnabled(anyQueue);
    m_retries->setEnabled(anyFails);
    m_bypassed->setEnabled(anyPasses);
}

void SettingsForm::showBatching(const Pipeline &pipeline, const std::vector<const PipelineStep *> &steps)
{
    const PipelineStep &first = *steps.front();
    const bool isSource = std::ranges::all_of(steps, [this](const PipelineStep *step) {
        const StepType *type = m_registry.find(step->type);
        return step->batching || (type && type->kind == StepKind::Source);
    });
    m_inherited = pipeline.batching;
    setQuietly(m_ownBatches, &QAbstractButton::setChecked, first.batching.has_value());
    m_grid->setRowVisible(m_ownBatches, isSource);
    m_batching->show(pipeline.batchingOf(first));
    m_batching->setVisible(isSource && first.batching.has_value());
}

void SettingsForm::showLines(const Inspected &inspected, const std::vector<const PipelineStep *> &steps)
{
    const PipelineStep &first = *steps.front();
    const Pipeline &pipeline = inspected.pipeline;
    const auto differs = [&](const auto &valueOf) {
        return std::ranges::any_of(steps, [&](const PipelineStep *step) { return valueOf(*step) != valueOf(first); });
    };
    const std::map<std::string, bool> differing{
        {"workers", differs([&](const PipelineStep &step) { return pipeline.workersOf(step); })},
        {"queueSize", differs([&](const PipelineStep &step) { return pipeline.queueSizeOf(step); })},
        {"queueBytes", differs([&](const PipelineStep &step) { return pipeline.queueBytesOf(step); })},
        {"runIn", differs([&](const PipelineStep &step) { return pipeline.runInOf(step); })},
        {"onError", differs([&](const PipelineStep &step) { return pipeline.errorPolicyOf(step); })},
        {"retries", differs([&](const PipelineStep &step) { return pipeline.retriesOf(step); })},
        {"enabled", differs([](const PipelineStep &step) { return step.isEnabled; })},
        {"bypass", differs([](const PipelineStep &step) { return step.isBypassed; })},
        {"batching", differs([&](const PipelineStep &step) { return pipeline.batchingOf(step); })}};
    for (const auto &[setting, line] : m_lines) {
        QString problem, warning;
        for (const Problem &found : inspected.problems) {
            QString &text = found.severity == Severity::Error ? problem : warning;
            if (text.isEmpty() && inspected.selection.contains(found.step) && found.param == setting)
                text = inspected.textOf(found, m_registry);
        }
        setStyleFlag(*line.field, "wrong", !problem.isEmpty());
        describe(*line.field, {}, inspected.isPending(setting));
        const auto found = differing.find(setting);
        if (problem.isEmpty() && !warning.isEmpty())
            showWarning(*line.problem, warning);
        else if (problem.isEmpty() && inspected.isPending(setting))
            showPending(*line.problem);
        else if (problem.isEmpty() && found != differing.end() && found->second)
            showRemark(*line.problem, tr("differs between the steps"));
        else
            showProblem(*line.problem, problem);
    }
    m_lines.at("batching")
        .problem->setVisible(!m_ownBatches->isHidden() && !m_lines.at("batching").problem->text().isEmpty());
}

} // namespace millrace

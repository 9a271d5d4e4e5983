// SPDX-License-Identifier: MIT
#include "inspector/StepForm.h"

#include "inspector/editors/CodeEditors.h"
#include "inspector/editors/FormGrid.h"
#include "inspector/SettingsForm.h"
#include "model/Drawing.h"
#include "model/Format.h"
#include "theme/Fields.h"
#include "theme/Text.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace millrace {

namespace {

QString helpOf(const Param &param)
{
    QString text = toQString(param.help);
    if (!param.defaultValue.isNull() && !param.isRequired)
        text += QStringLiteral("\nDefault: %1").arg(toQString(toJson(param.defaultValue)));
    return text;
}

bool isEmpty(const Value &value)
{
    return value.isNull() || (value.isText() && value.toText().empty()) || (value.isList() && value.toList().empty())
           || (value.isObject() && value.toObject().empty());
}

} // namespace

StepForm::StepForm(const StepRegistry &registry, Theme &theme, QWidget *parent)
    : QWidget(parent), m_registry(registry), m_theme(theme), m_grid(new FormGrid)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_grid);
}

QString StepForm::keyFor(const QString &what) const
{
    QString key = what;
    for (const std::string &id : m_steps)
        key += QLatin1Char('/') + toQString(id);
    return key;
}

void StepForm::build(const StepType *type, const std::string &typeId)
{
    m_grid->clear();
    m_rows.clear();
    m_name = new TextField;
    m_name->setAccessibleName(tr("Name of the step"));
    connect(m_name, &QLineEdit::textEdited, this, [this](const QString &text) {
        Q_EMIT edited(tr("Rename"), keyFor(QStringLiteral("name")),
                      [ids = m_steps, name = toUtf8(text)](Pipeline &pipeline) {
                          for (const std::string &id : ids)
                              if (PipelineStep *step = pipeline.step(id))
                                  step->name = name;
                      });
    });
    m_grid->addHeading(m_isSingle ? tr("Step") : formatNoun(m_steps.size(), QStringLiteral("step")));
    if (m_isSingle)
        m_grid->addRow(tr("Name"), m_name);
    else
        m_name->setParent(this), m_name->hide();

    const QString title = type ? toQString(type->title) : typeId.empty() ? tr("Several") : toQString(typeId);
    m_stepProblem = m_grid->addRow(tr("Type"), makeTypeRow(type, title), type ? toQString(type->help) : QString());
    if (type)
        buildParams(*type);
}

QWidget *StepForm::makeTypeRow(const StepType *type, const QString &title)
{
    auto *row = new QWidget;
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 4, 0, 4);
    QLabel *name = makeLabel(title, "muted");
    name->setWordWrap(true);
    layout->addWidget(name, 1);
    if (!type)
        return row;
    auto *help = new QToolButton;
    help->setText(tr("Help"));
    help->setProperty("role", QStringLiteral("link"));
    help->setCursor(Qt::PointingHandCursor);
    help->setAccessibleName(tr("Help for this step"));
    connect(help, &QToolButton::clicked, this, [this, id = type->id] { Q_EMIT helpRequested(toQString(id)); });
    layout->addWidget(help, 0, Qt::AlignTop);
    return row;
}

void StepForm::buildParams(const StepType &type)
{
    for (const Param &param : type.params) {
        ParamEditor *editor = makeParamEditor(param, m_theme, m_grid);
        if (editor->focusField()->accessibleName().isEmpty())
            editor->focusField()->setAccessibleName(titleOf(param));
        describe(*editor->focusField(), toQString(param.help), false);
        const QString title = param.isRequired ? titleOf(param) + QStringLiteral(" *") : titleOf(param);
        const QString help = toQString(param.help);
        m_rows[param.name] = {editor, m_grid->addRow(title, editor, helpOf(param), editor->isWide()), help, {}, {}};
        connect(editor, &ParamEditor::faultChanged, this, [this, name = param.name] { showLine(name); });
        connect(editor, &ParamEditor::edited, this,
                [this, name = param.name](const Value &value) { changeParam(name, value); });
        connect(editor, &ParamEditor::fileChosen, this, [this] {
            if (m_isSingle && !m_steps.empty())
                Q_EMIT fileChosen(*m_steps.begin());
        });
        if (auto *code = qobject_cast<CodeEditor *>(editor))
            connect(code, &CodeEditor::windowWanted, this, [this, name = param.name] {
                if (!m_steps.empty())
                    Q_EMIT codeWanted(*m_steps.begin(), name);
            });
    }
}

void StepForm::changeParam(const std::string &name, const Value &value)
{
    const StepType *type = m_registry.find(m_typeId);
    const Param *param = type ? type->param(name) : nullptr;
    Q_EMIT edited(tr("Change “%1”").arg(param ? titleOf(*param) : toQString(name)), keyFor(toQString(name)),
                  [ids = m_steps, name, value](Pipeline &pipeline) {
                      for (const std::string &id : ids)
                          if (PipelineStep *step = pipeline.step(id))
                              step->setParam(name, value);
                  });
}

void StepForm::show(const Inspected &inspected, const std::vector<const PipelineStep *> &steps)
{
    const PipelineStep &first = *steps.front();
    const bool isSameType =
        std::ranges::all_of(steps, [&](const PipelineStep *step) { return step->type == first.type; });
    const StepType *type = isSameType ? m_registry.find(first.type) : nullptr;
    const std::string typeId = isSameType ? first.type : std::string();
    m_steps = inspected.selection;
    if (!m_isBuilt || typeId != m_typeId || m_isSingle != (steps.size() == 1)) {
        m_isBuilt = true;
        m_typeId = typeId;
        m_isSingle = steps.size() == 1;
        build(type, typeId);
    }
    showValues(inspected, steps);
    showProblems(inspected);
}

/// What the step has guessed for a parameter that leaves it open, and why; or empty.
QString StepForm::guessText(const Inspected &inspected, const PipelineStep &step, const std::string &param) const
{
    const auto guesses = inspected.fields.guesses.find(step.id);
    if (!m_isSingle || guesses == inspected.fields.guesses.end() || !isLeftOpen(step, m_registry, param))
        return {};
    const auto guess = std::ranges::find(guesses->second, param, &FormatGuess::param);
    if (guess == guesses->second.end())
        return {};
    QString text = tr("Guessed: %1").arg(toQString(guess->words));
    if (!guess->why.empty())
        text += tr(" (%1)").arg(toQString(guess->why));
    if (!guess->rival.isNull())
        text += tr("; %1 fits nearly as well").arg(toQString(toJson(guess->rival)));
    return text + QLatin1Char('.');
}

void StepForm::showValues(const Inspected &inspected, const std::vector<const PipelineStep *> &steps)
{
    const PipelineStep &first = *steps.front();
    showText(*m_name, toQString(first.name));
    const StepType *type = m_registry.find(m_typeId);
    m_name->setPlaceholderText(type ? toQString(type->title) : toQString(first.id));
    if (!type)
        return;
    const auto fields = inspected.fields.input.find(first.id);
    const ParamSurroundings surroundings{fields == inspected.fields.input.end() ? nullptr : fields->second,
                                         inspected.folder};
    for (const Param &param : type->params) {
        const auto row = m_rows.find(param.name);
        if (row == m_rows.end())
            continue;
        const auto valueOf = [&](const PipelineStep &step) {
            const Value *value = step.param(param.name);
            return value ? *value : param.defaultValue;
        };
        row->second.editor->setSurroundings(surroundings);
        row->second.editor->setValue(valueOf(first));
        row->second.isPending = inspected.isPending(param.name);
        describe(*row->second.editor->focusField(), row->second.help, row->second.isPending);
        row->second.guess = guessText(inspected, first, param.name);
        row->second.isMissing = param.isRequired && std::ranges::any_of(steps, [&](const PipelineStep *step) {
                                    return isEmpty(valueOf(*step));
                                });
        row->second.differs =
            std::ranges::any_of(steps, [&](const PipelineStep *step) { return !(valueOf(*step) == valueOf(first)); });
    }
}

void StepForm::showProblems(const Inspected &inspected)
{
    m_isNew = std::ranges::includes(inspected.newSteps, inspected.selection);
    std::map<std::string, QString> errors, warnings;
    for (const Problem &problem : inspected.problems)
        if (inspected.selection.contains(problem.step) && !SettingsForm::holds(problem.param)) {
            const std::string key = m_rows.contains(problem.param) ? problem.param : std::string();
            QString &text = (problem.severity == Severity::Error ? errors : warnings)[key];
            if (text.isEmpty())
                text = inspected.textOf(problem, m_registry);
        }
    if (m_isNew)
        warnings.clear(); // what isn't linked yet goes nowhere
    for (auto &[name, row] : m_rows) {
        row.problem = errors[name];
        row.warning = warnings[name];
        showLine(name);
    }
    if (const QString &error = errors[std::string()]; error.isEmpty() && !warnings[std::string()].isEmpty())
        showWarning(*m_stepProblem, warnings[std::string()]);
    else if (m_isNew)
        showRemark(*m_stepProblem, error);
    else
        showProblem(*m_stepProblem, error);
}

void StepForm::showLine(const std::string &param)
{
    const Row &row = m_rows.at(param);
    const QString fault = row.editor->fault();
    const QString text = fault.isEmpty() ? row.problem : fault;
    const bool isQuiet = m_isNew && fault.isEmpty();
    row.editor->setWrong(!text.isEmpty() && !isQuiet);
    if (!text.isEmpty() && isQuiet)
        showRemark(*row.line, row.isMissing ? tr("Needed") : text);
    else if (text.isEmpty() && !row.warning.isEmpty())
        showWarning(*row.line, row.warning);
    else if (text.isEmpty() && row.isPending)
        showPending(*row.line);
    else if (text.isEmpty() && row.differs)
        showRemark(*row.line, tr("differs between the steps"));
    else if (text.isEmpty() && !row.guess.isEmpty())
        showRemark(*row.line, row.guess);
    else
        showProblem(*row.line, text);
}

void StepForm::focusName()
{
    if (m_name && m_isSingle) {
        m_name->setFocus();
        m_name->selectAll();
    }
}

bool StepForm::focusFirst()
{
    const StepType *type = m_registry.find(m_typeId);
    if (!type || m_rows.empty())
        return false;
    const auto missing =
        std::ranges::find_if(type->params, [this](const Param &param) { return m_rows.at(param.name).isMissing; });
    return focusParam(missing == type->params.end() ? type->params.front().name : missing->name);
}

bool StepForm::focusParam(const std::string &param)
{
    const auto row = m_rows.find(param);
    if (row == m_rows.end())
        return false;
    row->second.editor->focusField()->setFocus();
    return true;
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "inspector/StepForm.h"

#include "inspector/FormGrid.h"
#include "model/Drawing.h"
#include "model/Format.h"
#include "model/Text.h"
#include "theme/Fields.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QVBoxLayout>

#include <algorithm>

namespace millrace {

namespace {

/// "fieldName" and "field_name" as people read them: "Field name".
QString readable(const std::string &name)
{
    QString text;
    for (const QChar c : toQString(name)) {
        if (c == QLatin1Char('_') || c == QLatin1Char('-'))
            text += QLatin1Char(' ');
        else if (c.isUpper() && !text.isEmpty())
            text += QLatin1Char(' ') + c.toLower();
        else
            text += text.isEmpty() ? c.toUpper() : c;
    }
    return text;
}

QString titleOf(const Param &param)
{
    return param.title.empty() ? readable(param.name) : toQString(param.title);
}

QString helpOf(const Param &param)
{
    QString text = toQString(param.help);
    if (!param.defaultValue.isNull() && !param.isRequired)
        text += QStringLiteral("\nDefault: %1").arg(toQString(toJson(param.defaultValue)));
    return text;
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
    m_name = new QLineEdit;
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

    auto *typeRow = new QWidget;
    auto *layout = new QHBoxLayout(typeRow);
    layout->setContentsMargins(0, 4, 0, 4);
    layout->addWidget(makeLabel(type             ? toQString(type->title)
                                : typeId.empty() ? tr("Several")
                                                 : toQString(typeId),
                                "muted"));
    layout->addStretch(1);
    if (type) {
        auto *help =
            new QLabel(QStringLiteral("<a href=\"help\" style=\"text-decoration:none\">%1</a>").arg(tr("Help")));
        help->setAccessibleName(tr("Help for this step"));
        help->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
        connect(help, &QLabel::linkActivated, this, [this, id = type->id] { Q_EMIT helpRequested(toQString(id)); });
        layout->addWidget(help);
    }
    m_stepProblem = m_grid->addRow(tr("Type"), typeRow, type ? toQString(type->help) : QString());
    if (type)
        buildParams(*type);
}

void StepForm::buildParams(const StepType &type)
{
    for (const Param &param : type.params) {
        ParamEditor *editor = makeParamEditor(param, m_theme, m_grid);
        editor->focusField()->setAccessibleName(titleOf(param));
        editor->focusField()->setAccessibleDescription(toQString(param.help));
        const QString title = param.isRequired ? titleOf(param) + QStringLiteral(" *") : titleOf(param);
        m_rows[param.name] = {editor, m_grid->addRow(title, editor, helpOf(param), editor->isWide())};
        connect(editor, &ParamEditor::edited, this,
                [this, name = param.name](const Value &value) { changeParam(name, value); });
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
    showValues(inspected, first);
    showProblems(inspected.problems, first);
}

void StepForm::showValues(const Inspected &inspected, const PipelineStep &first)
{
    const QString name = toQString(first.name);
    if (m_name->text() != name) {
        const QSignalBlocker blocker(m_name);
        m_name->setText(name);
    }
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
        const Value *value = first.param(param.name);
        row->second.editor->setSurroundings(surroundings);
        row->second.editor->setValue(value ? *value : param.defaultValue);
    }
}

void StepForm::showProblems(const Problems &problems, const PipelineStep &first)
{
    std::map<std::string, QString> byParam;
    for (const Problem &problem : problems)
        if (problem.step == first.id) {
            const std::string key = m_rows.contains(problem.param) ? problem.param : std::string();
            if (byParam[key].isEmpty())
                byParam[key] = toQString(problem.text);
        }
    for (auto &[name, row] : m_rows) {
        showProblem(*row.problem, byParam[name]);
        row.editor->setWrong(!byParam[name].isEmpty());
    }
    showProblem(*m_stepProblem, byParam[std::string()]);
}

void StepForm::focusName()
{
    if (m_name && m_isSingle) {
        m_name->setFocus();
        m_name->selectAll();
    }
}

} // namespace millrace

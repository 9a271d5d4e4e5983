// SPDX-License-Identifier: MIT
#include "inspector/editors/ParamEditor.h"

#include "inspector/editors/CodeEditors.h"
#include "inspector/editors/FieldEditors.h"
#include "inspector/editors/SecretEditor.h"
#include "inspector/editors/SimpleEditors.h"
#include "theme/Fields.h"
#include "theme/Text.h"

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

} // namespace

QString titleOf(const Param &param)
{
    return param.title.empty() ? readable(param.name) : toQString(param.title);
}

void ParamEditor::setWrong(bool isWrong)
{
    setStyleFlag(*focusField(), "wrong", isWrong);
}

ParamEditor *makeParamEditor(const Param &param, Theme &theme, QWidget *parent)
{
    if (param.isSecret)
        return new SecretEditor(param, parent);
    switch (param.kind) {
    case ParamKind::Text: return new TextEditor(param, parent);
    case ParamKind::Integer:
    case ParamKind::Number: return new NumberEditor(param, parent);
    case ParamKind::Boolean: return new BooleanEditor(param, parent);
    case ParamKind::Choice: return new ChoiceEditor(param, parent);
    case ParamKind::Expression:
    case ParamKind::NumberOrExpression: return new ExpressionEditor(param, theme, parent);
    case ParamKind::InputFile:
    case ParamKind::OutputFile:
    case ParamKind::Folder: return new PathEditor(param, theme, parent);
    case ParamKind::FieldName: return new FieldNameEditor(param, parent);
    case ParamKind::FieldNames: return new FieldNamesEditor(param, theme, parent);
    case ParamKind::TextMap: return new TextMapEditor(param, theme, parent);
    case ParamKind::Code: return new CodeEditor(param, theme, parent);
    case ParamKind::Any: return new JsonEditor(param, parent);
    }
    return new JsonEditor(param, parent);
}

} // namespace millrace

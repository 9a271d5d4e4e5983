// SPDX-License-Identifier: MIT
#pragma once

#include "data/Schema.h"
#include "steps/StepType.h"
#include "theme/Theme.h"

#include <QWidget>

#include <string>

namespace millrace {

/// What editors know of the step's surroundings.
struct ParamSurroundings
{
    SchemaPtr fields;   ///< that arrive; null: not known
    std::string folder; ///< that relative paths are relative to
};

/// The field of one parameter, of whatever kind. Tells each change at once; a value that is set from outside is told to nobody.
class ParamEditor : public QWidget
{
    Q_OBJECT

public:
    explicit ParamEditor(QWidget *parent = nullptr) : QWidget(parent) {}

    virtual void setValue(const Value &value) = 0;
    virtual void setSurroundings(const ParamSurroundings &) {}
    /// What the keyboard goes to.
    virtual QWidget *focusField() = 0;
    void setWrong(bool isWrong);
    /// Wide editors stand below their label.
    virtual bool isWide() const { return false; }
    /// What the editor itself sees is wrong with what is typed, before any check; or empty.
    virtual QString fault() const { return {}; }

Q_SIGNALS:
    void edited(const millrace::Value &value);
    void faultChanged();
    /// A file was chosen, which edited() has told: what is in it may be looked at.
    void fileChosen();
};

/// A parameter's title as declared, else its name as people read it: "Field name" for `fieldName`.
QString titleOf(const Param &param);

/// The editor that fits the parameter's kind.
ParamEditor *makeParamEditor(const Param &param, Theme &theme, QWidget *parent);

} // namespace millrace

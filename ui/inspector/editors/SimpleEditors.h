// SPDX-License-Identifier: MIT
#pragma once

#include "inspector/editors/ParamEditor.h"

class QCheckBox;
class QComboBox;
class QLineEdit;

namespace millrace {

class NumberField;

class TextEditor : public ParamEditor
{
    Q_OBJECT

public:
    TextEditor(const Param &param, QWidget *parent);
    void setValue(const Value &value) override;
    QWidget *focusField() override;

private:
    QLineEdit *m_field;
};

/// Integers and reals, with unit and range.
class NumberEditor : public ParamEditor
{
    Q_OBJECT

public:
    NumberEditor(const Param &param, QWidget *parent);
    void setValue(const Value &value) override;
    QWidget *focusField() override;

private:
    bool m_isInteger, m_isRequired;
    NumberField *m_field;
};

class BooleanEditor : public ParamEditor
{
    Q_OBJECT

public:
    BooleanEditor(const Param &param, QWidget *parent);
    void setValue(const Value &value) override;
    QWidget *focusField() override;

private:
    QCheckBox *m_field;
};

class ChoiceEditor : public ParamEditor
{
    Q_OBJECT

public:
    ChoiceEditor(const Param &param, QWidget *parent);
    void setValue(const Value &value) override;
    QWidget *focusField() override;

private:
    QComboBox *m_field;
};

/// A path, with a button that opens a dialog. A path within the pipeline's folder is kept relative to it.
class PathEditor : public ParamEditor
{
    Q_OBJECT

public:
    PathEditor(const Param &param, Theme &theme, QWidget *parent);
    void setValue(const Value &value) override;
    void setSurroundings(const ParamSurroundings &surroundings) override;
    QWidget *focusField() override;

private:
    void browse();

    ParamKind m_kind;
    QString m_folder;
    QLineEdit *m_field;
};

/// Any JSON value, as text.
class JsonEditor : public ParamEditor
{
    Q_OBJECT

public:
    JsonEditor(const Param &param, QWidget *parent);
    void setValue(const Value &value) override;
    QWidget *focusField() override;

private:
    QLineEdit *m_field;
};

} // namespace millrace

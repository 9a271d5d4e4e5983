// SPDX-License-Identifier: MIT
#pragma once

#include "inspector/editors/ParamEditor.h"

#include <QPlainTextEdit>

class QCompleter;
class QStandardItemModel;

namespace millrace {

/// A text field for expressions and code: as high as its text, coloured, completes fields and functions while one types.
class ExpressionField : public QPlainTextEdit
{
    Q_OBJECT

public:
    ExpressionField(Theme &theme, bool isOneLine, QWidget *parent = nullptr);

    /// Fields to complete, beside the functions; null: not known.
    void setFields(const SchemaPtr &fields);
    /// Underlines what stands from this character on; -1: nothing.
    void markFault(int character);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    bool isCompleting() const;
    void keyPressEvent(QKeyEvent *event) override;
    /// Tab belongs to the list of completions while it is open.
    bool focusNextPrevChild(bool next) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    QString wordBeforeCursor() const;
    bool isWithinText() const;
    void fillWords();
    void complete();
    void insertCompletion(const QModelIndex &index);

    Theme &m_theme;
    bool m_isOneLine, m_isFilled = false;
    SchemaPtr m_fields;
    QCompleter *m_completer;
    QStandardItemModel *m_words; ///< filled when the first completion is asked for
};

/// An expression of the expression language, or a number where the parameter takes both.
class ExpressionEditor : public ParamEditor
{
    Q_OBJECT

public:
    ExpressionEditor(const Param &param, Theme &theme, QWidget *parent);
    void setValue(const Value &value) override;
    void setSurroundings(const ParamSurroundings &surroundings) override;
    QWidget *focusField() override { return m_field; }
    QString fault() const override { return m_fault; }

private:
    void findFault();

    bool m_takesNumbers;
    ExpressionField *m_field;
    QString m_fault;
};

/// A script of several lines.
class CodeEditor : public ParamEditor
{
    Q_OBJECT

public:
    CodeEditor(const Param &param, Theme &theme, QWidget *parent);
    void setValue(const Value &value) override;
    void setSurroundings(const ParamSurroundings &surroundings) override;
    QWidget *focusField() override { return m_field; }
    bool isWide() const override { return true; }

Q_SIGNALS:
    /// A person wants to write it in a window of its own.
    void windowWanted();

private:
    ExpressionField *m_field;
};

} // namespace millrace

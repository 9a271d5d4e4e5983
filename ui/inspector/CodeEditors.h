// SPDX-License-Identifier: MIT
#pragma once

#include "inspector/ParamEditor.h"

#include <QPlainTextEdit>

class QCompleter;
class QStringListModel;

namespace millrace {

/// A text field for expressions and code: as high as its text, coloured, completes fields and functions while one types.
class ExpressionField : public QPlainTextEdit
{
    Q_OBJECT

public:
    ExpressionField(Theme &theme, bool isOneLine, QWidget *parent = nullptr);

    void setWords(const QStringList &words);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    QString wordBeforeCursor() const;
    void complete();
    void insertCompletion(const QString &word);

    bool m_isOneLine;
    QCompleter *m_completer;
    QStringListModel *m_words;
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

private:
    bool m_takesNumbers;
    ExpressionField *m_field;
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

private:
    ExpressionField *m_field;
};

} // namespace millrace

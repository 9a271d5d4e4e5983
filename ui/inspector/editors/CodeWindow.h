// SPDX-License-Identifier: MIT
#pragma once

#include "data/Schema.h"
#include "theme/Theme.h"

#include <QWidget>

class QAction;
class QLabel;

namespace millrace {

class LargeCodeField;

/// A window of its own for the code of one step: as large as one likes, with line numbers. Every change is told at once.
class CodeWindow : public QWidget
{
    Q_OBJECT

public:
    CodeWindow(Theme &theme, QWidget *parent);
    ~CodeWindow() override;

    void setCode(const QString &code);
    void setFields(const SchemaPtr &fields);
    /// What is wrong with the code, a sentence; or empty.
    void setProblem(const QString &sentence);
    /// Both count from 1; 0 is the line's beginning.
    void goTo(int line, int column);
    /// Undo and redo are the document's, here too.
    void setUndoActions(QAction *undo, QAction *redo);
    QString code() const;

Q_SIGNALS:
    void edited(const QString &code);

protected:
    /// Escape that the field has no use for closes it.
    void keyPressEvent(QKeyEvent *event) override;

private:
    void showPlace();

    LargeCodeField *m_field;
    QLabel *m_problem, *m_place;
};

} // namespace millrace

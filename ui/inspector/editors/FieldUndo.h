// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>

class QAction;
class QContextMenuEvent;
class QLineEdit;
class QWidget;

namespace millrace {

/// Leaves undo and redo, as keys and in menus, in a panel's fields to the document: every field applies at once, so a history
/// of its own would contradict the document's. What is typed and not applied yet is taken back first.
class FieldUndo : public QObject
{
    Q_OBJECT

public:
    explicit FieldUndo(QWidget &panel);
    /// What the fields' menus offer in place of their own.
    void setActions(QAction *undo, QAction *redo);

protected:
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    void watch(QWidget *before, QWidget *now);
    void openMenu(QWidget &field, const QContextMenuEvent &event);

    QWidget &m_panel;
    QAction *m_undo = nullptr, *m_redo = nullptr;
};

/// What is typed in the field isn't applied; undo puts the text back that is.
void setUnapplied(QLineEdit &field, const QString &applied);
/// All that is typed in the field is applied.
void setApplied(QLineEdit &field);

} // namespace millrace

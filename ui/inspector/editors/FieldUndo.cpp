// SPDX-License-Identifier: MIT
#include "inspector/editors/FieldUndo.h"

#include <QAbstractScrollArea>
#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QContextMenuEvent>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QSpinBox>
#include <QVariant>

namespace millrace {

namespace {

constexpr const char *Applied = "applied";

/// The line that a field consists of; null where it is none.
QLineEdit *lineOf(QWidget &field)
{
    if (auto *line = qobject_cast<QLineEdit *>(&field))
        return line;
    if (auto *choice = qobject_cast<QComboBox *>(&field))
        return choice->lineEdit();
    return qobject_cast<QAbstractSpinBox *>(&field) ? field.findChild<QLineEdit *>() : nullptr;
}

bool isUnapplied(QWidget &field)
{
    const QLineEdit *line = lineOf(field);
    if (!line)
        return false;
    if (qobject_cast<QAbstractSpinBox *>(&field))
        return !line->hasAcceptableInput();
    const QVariant applied = line->property(Applied);
    return applied.isValid() && applied.toString() != line->text();
}

void takeBack(QWidget &field)
{
    if (auto *number = qobject_cast<QSpinBox *>(&field)) {
        number->setValue(number->value());
    } else if (auto *real = qobject_cast<QDoubleSpinBox *>(&field)) {
        real->setValue(real->value());
    } else if (QLineEdit *line = lineOf(field)) {
        const QString applied = line->property(Applied).toString();
        line->selectAll();
        line->insert(applied); // as if typed, so that what was said about the rest goes
    }
}

} // namespace

void setUnapplied(QLineEdit &field, const QString &applied)
{
    field.setProperty(Applied, applied);
}

void setApplied(QLineEdit &field)
{
    field.setProperty(Applied, QVariant());
}

FieldUndo::FieldUndo(QWidget &panel) : QObject(&panel), m_panel(panel)
{
    connect(qApp, &QApplication::focusChanged, this, &FieldUndo::watch);
}

void FieldUndo::setActions(QAction *undo, QAction *redo)
{
    m_undo = undo;
    m_redo = redo;
}

void FieldUndo::watch(QWidget *before, QWidget *now)
{
    const auto partsOf = [](QWidget *field) {
        auto *area = qobject_cast<QAbstractScrollArea *>(field);
        return area ? QList<QWidget *>{area, area->viewport()} : QList<QWidget *>{field};
    };
    if (before)
        for (QWidget *part : partsOf(before))
            part->removeEventFilter(this);
    if (now && m_panel.isAncestorOf(now))
        for (QWidget *part : partsOf(now))
            part->installEventFilter(this);
}

bool FieldUndo::eventFilter(QObject *object, QEvent *event)
{
    auto *field = static_cast<QWidget *>(object);
    const auto type = event->type();
    if (type == QEvent::ContextMenu && m_undo) {
        QWidget *owner = qobject_cast<QAbstractScrollArea *>(field->parentWidget()) ? field->parentWidget() : field;
        if (!lineOf(*owner) && !qobject_cast<QPlainTextEdit *>(owner))
            return false;
        openMenu(*owner, *static_cast<QContextMenuEvent *>(event));
        return true;
    }
    if (type != QEvent::ShortcutOverride && type != QEvent::KeyPress)
        return false;
    const auto *key = static_cast<QKeyEvent *>(event);
    const bool isUndo = key->matches(QKeySequence::Undo);
    if (!isUndo && !key->matches(QKeySequence::Redo))
        return false;
    const bool isOwn = isUndo && isUnapplied(*field);
    if (type == QEvent::KeyPress && isOwn)
        takeBack(*field);
    // Otherwise the key is the window's; where nothing is left to undo it comes as a key, and is nobody's.
    event->setAccepted(isOwn || type == QEvent::KeyPress);
    return true;
}

void FieldUndo::openMenu(QWidget &field, const QContextMenuEvent &event)
{
    auto *text = qobject_cast<QPlainTextEdit *>(&field);
    QMenu *menu = text ? text->createStandardContextMenu() : lineOf(field)->createStandardContextMenu();
    menu->setAttribute(Qt::WA_DeleteOnClose);
    // The first two are the field's own undo and redo.
    const QList<QAction *> own = menu->actions();
    menu->insertActions(own.value(0), {m_undo, m_redo});
    for (QAction *action : own.mid(0, 2))
        menu->removeAction(action);
    menu->popup(event.globalPos());
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "window/commands/Questions.h"

#include <QAbstractButton>
#include <QCoreApplication>
#include <QMessageBox>
#include <QPushButton>

namespace millrace {

namespace {

QString text(const char *english)
{
    return QCoreApplication::translate("Questions", english);
}

bool confirmInBox(QWidget *window, const QString &question, const QString &yes)
{
    QMessageBox box(QMessageBox::Question, text("Millrace"), question, QMessageBox::Cancel, window);
    box.setTextFormat(Qt::PlainText);
    QPushButton *accept = box.addButton(yes, QMessageBox::AcceptRole);
    box.setDefaultButton(QMessageBox::Cancel);
    box.exec();
    return box.clickedButton() == static_cast<QAbstractButton *>(accept);
}

Questions::Leaving askLeavingInBox(QWidget *window, const QString &question, bool isDirty, bool isRunning)
{
    QMessageBox box(QMessageBox::Question, text("Millrace"), question, QMessageBox::Cancel, window);
    box.setTextFormat(Qt::PlainText);
    QPushButton *save =
        isDirty ? box.addButton(isRunning ? text("Stop and save") : text("Save"), QMessageBox::AcceptRole) : nullptr;
    QPushButton *leave = box.addButton(isDirty && isRunning ? text("Stop without saving")
                                       : isDirty            ? text("Don't save")
                                                            : text("Stop the run"),
                                       QMessageBox::DestructiveRole);
    box.setDefaultButton(save ? save : leave);
    box.exec();
    const QAbstractButton *clicked = box.clickedButton();
    return save && clicked == static_cast<QAbstractButton *>(save) ? Questions::Leaving::Save
           : clicked == static_cast<QAbstractButton *>(leave)      ? Questions::Leaving::Leave
                                                                   : Questions::Leaving::Cancel;
}

} // namespace

Questions askedInBoxes(QWidget *window)
{
    Questions questions;
    questions.confirm = [window](const QString &question, const QString &yes) {
        return confirmInBox(window, question, yes);
    };
    questions.askLeaving = [window](const QString &question, bool isDirty, bool isRunning) {
        return askLeavingInBox(window, question, isDirty, isRunning);
    };
    return questions;
}

} // namespace millrace

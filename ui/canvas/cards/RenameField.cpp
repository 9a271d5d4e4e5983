// SPDX-License-Identifier: MIT
#include "canvas/cards/RenameField.h"

#include <QKeyEvent>

namespace millrace {

RenameField::RenameField(const QString &name, QWidget *parent) : QLineEdit(name, parent), m_before(name)
{
    setAccessibleName(tr("Name of the step"));
    selectAll();
}

void RenameField::close(bool accepts)
{
    if (m_isClosing)
        return;
    m_isClosing = true;
    if (accepts && text() != m_before)
        Q_EMIT accepted(text().trimmed());
    deleteLater();
}

void RenameField::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        close(true);
    else if (event->key() == Qt::Key_Escape)
        close(false);
    else
        QLineEdit::keyPressEvent(event);
}

void RenameField::focusOutEvent(QFocusEvent *event)
{
    QLineEdit::focusOutEvent(event);
    close(true);
}

} // namespace millrace

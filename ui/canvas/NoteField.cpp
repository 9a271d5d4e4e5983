// SPDX-License-Identifier: MIT
#include "canvas/NoteField.h"

#include <QKeyEvent>
#include <QTextDocument>

#include <algorithm>
#include <cmath>

namespace millrace {

double noteHeight(const Theme &theme, const QString &text, double width)
{
    constexpr double BarAndGap = 12; // left of the text, as NoteItem draws it
    QFont font = theme.font(FontRole::Body);
    font.setPixelSize(12);
    font.setHintingPreference(QFont::PreferNoHinting);
    QTextDocument document;
    document.setDocumentMargin(0);
    document.setIndentWidth(16);
    document.setDefaultFont(font);
    document.setMarkdown(text);
    document.setTextWidth(std::max(20.0, width - BarAndGap));
    return std::ceil(document.size().height());
}

NoteField::NoteField(const QString &text, QWidget *parent) : QPlainTextEdit(text, parent), m_before(text)
{
    setAccessibleName(tr("Text of the note, in Markdown"));
    setToolTip(tr("Markdown. Ctrl+Enter accepts, Esc leaves the note as it was."));
    selectAll();
}

void NoteField::close(bool accepts)
{
    if (m_isClosing)
        return;
    m_isClosing = true;
    if (accepts && toPlainText() != m_before)
        Q_EMIT accepted(toPlainText().trimmed());
    deleteLater();
}

bool NoteField::event(QEvent *event)
{
    // Every key is the text's while it is written, none an action's.
    if (event->type() == QEvent::ShortcutOverride)
        event->accept();
    return QPlainTextEdit::event(event);
}

void NoteField::keyPressEvent(QKeyEvent *event)
{
    const bool isEnter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (isEnter && (event->modifiers() & Qt::ControlModifier))
        close(true);
    else if (event->key() == Qt::Key_Escape)
        close(false);
    else
        QPlainTextEdit::keyPressEvent(event);
}

void NoteField::focusOutEvent(QFocusEvent *event)
{
    QPlainTextEdit::focusOutEvent(event);
    if (event->reason() != Qt::PopupFocusReason)
        close(true);
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "canvas/notes/NoteField.h"

#include "canvas/notes/NoteText.h"
#include "theme/Fields.h"

#include <QKeyEvent>
#include <QLabel>
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
    setNoteText(document, text);
    document.setTextWidth(std::max(20.0, width - BarAndGap));
    return std::ceil(document.size().height());
}

NoteField::NoteField(const QString &text, QWidget *parent)
    : QPlainTextEdit(text, parent), m_before(text), m_hint(makeLabel(tr("Esc or Ctrl+Enter: done"), "small", this))
{
    setAccessibleName(tr("Text of the note, in Markdown"));
    setToolTip(tr("Markdown. Esc or Ctrl+Enter: done. Undo brings back what stood here."));
    m_hint->setAttribute(Qt::WA_TransparentForMouseEvents);
    setViewportMargins(0, 0, 0, m_hint->sizeHint().height() + 2);
    selectAll();
}

void NoteField::placeHint()
{
    constexpr int Aside = 6; // pixels, as the text
    const QSize size = m_hint->sizeHint();
    m_hint->setGeometry(Aside, height() - size.height() - 3, std::min(size.width(), width() - 2 * Aside),
                        size.height());
}

void NoteField::resizeEvent(QResizeEvent *event)
{
    QPlainTextEdit::resizeEvent(event);
    placeHint();
}

void NoteField::close()
{
    if (m_isClosing)
        return;
    m_isClosing = true;
    if (toPlainText() != m_before)
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
    if (event->key() == Qt::Key_Escape || (isEnter && (event->modifiers() & Qt::ControlModifier)))
        close();
    else
        QPlainTextEdit::keyPressEvent(event);
}

void NoteField::focusOutEvent(QFocusEvent *event)
{
    QPlainTextEdit::focusOutEvent(event);
    if (event->reason() != Qt::PopupFocusReason)
        close();
}

} // namespace millrace

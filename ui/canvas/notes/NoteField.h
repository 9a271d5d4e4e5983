// SPDX-License-Identifier: MIT
#pragma once

#include "theme/Theme.h"

#include <QPlainTextEdit>

class QLabel;

namespace millrace {

/// What a note's Markdown needs at that width, in pixels at 100 %.
double noteHeight(const Theme &theme, const QString &text, double width);

/// A field over a note for its Markdown, with a line below that says how to leave it. Esc, Ctrl+Enter or a click elsewhere keep
/// what is written, which is an edit that undo takes back. Deletes itself.
class NoteField : public QPlainTextEdit
{
    Q_OBJECT

public:
    NoteField(const QString &text, QWidget *parent);

Q_SIGNALS:
    void accepted(const QString &text);

protected:
    bool event(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void close();
    void placeHint();

    QString m_before;
    QLabel *m_hint;
    bool m_isClosing = false;
};

} // namespace millrace

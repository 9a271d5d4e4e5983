// SPDX-License-Identifier: MIT
#pragma once

#include "theme/Theme.h"

#include <QPlainTextEdit>

namespace millrace {

/// What a note's Markdown needs at that width, in pixels at 100 %.
double noteHeight(const Theme &theme, const QString &text, double width);

/// A field over a note for its Markdown. Ctrl+Enter, or a click elsewhere, accepts; Esc leaves the note as it was. Deletes
/// itself.
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

private:
    void close(bool accepts);

    QString m_before;
    bool m_isClosing = false;
};

} // namespace millrace

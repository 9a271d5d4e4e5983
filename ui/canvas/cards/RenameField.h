// SPDX-License-Identifier: MIT
#pragma once

#include <QLineEdit>

namespace millrace {

/// A field over a name on the canvas: Enter or a click elsewhere accepts, Esc leaves the name as it was. Deletes itself.
class RenameField : public QLineEdit
{
    Q_OBJECT

public:
    RenameField(const QString &name, QWidget *parent);

Q_SIGNALS:
    void accepted(const QString &name);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    void close(bool accepts);

    QString m_before;
    bool m_isClosing = false;
};

} // namespace millrace

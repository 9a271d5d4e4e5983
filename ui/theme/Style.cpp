// SPDX-License-Identifier: MIT
#include "theme/Style.h"

#include <QApplication>
#include <QKeyEvent>
#include <QWidget>

namespace millrace {

Style::Style() : QProxyStyle(QStringLiteral("Fusion"))
{
    qApp->installEventFilter(this);
}

int Style::styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget, QStyleHintReturn *result) const
{
    if (hint == SH_UnderlineShortcut)
        return m_isAltHeld;
    // A click looks at something, a double click travels to it: on every desktop.
    if (hint == SH_ItemView_ActivateItemOnSingleClick)
        return 0;
    return QProxyStyle::styleHint(hint, option, widget, result);
}

bool Style::eventFilter(QObject *watched, QEvent *event)
{
    const bool isKey = event->type() == QEvent::KeyPress || event->type() == QEvent::KeyRelease;
    if (isKey && static_cast<QKeyEvent *>(event)->key() == Qt::Key_Alt) {
        m_isAltHeld = event->type() == QEvent::KeyPress;
        if (QWidget *window = QApplication::activeWindow())
            window->update();
    }
    return QProxyStyle::eventFilter(watched, event);
}

} // namespace millrace

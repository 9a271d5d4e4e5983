// SPDX-License-Identifier: MIT
#include "window/HelpWindow.h"

#include "model/StepHelp.h"
#include "theme/Fields.h"
#include "theme/Text.h"

#include <QKeyEvent>
#include <QTextBrowser>
#include <QVBoxLayout>

namespace millrace {

HelpWindow::HelpWindow(QWidget *parent) : QWidget(parent, Qt::Tool), m_text(new QTextBrowser)
{
    setAccessibleName(tr("Help for a step"));
    m_text->setAccessibleName(tr("What the step does and its settings"));
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->document()->setDocumentMargin(16);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_text);
    resize(26 * fontMetrics().height(), 30 * fontMetrics().height());
}

void HelpWindow::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        hide();
    else
        QWidget::keyPressEvent(event);
}

void HelpWindow::showStep(const StepType &type)
{
    setWindowTitle(tr("%1 — Help").arg(toQString(type.title)));
    m_text->setHtml(helpPage(type));
    placeWithinParent(*this, Qt::AlignRight | Qt::AlignVCenter);
    show();
    raise();
    activateWindow(); // so that keys scroll it, and Escape closes it
    m_text->setFocus();
}

} // namespace millrace

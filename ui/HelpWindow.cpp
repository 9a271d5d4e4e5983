// SPDX-License-Identifier: MIT
#include "HelpWindow.h"

#include "model/StepHelp.h"
#include "model/Text.h"

#include <QShortcut>
#include <QTextBrowser>
#include <QVBoxLayout>

namespace millrace {

HelpWindow::HelpWindow(QWidget *parent) : QWidget(parent, Qt::Tool), m_text(new QTextBrowser)
{
    setAccessibleName(tr("Help for a step"));
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->document()->setDocumentMargin(16);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_text);
    new QShortcut(QKeySequence(Qt::Key_Escape), this, this, &QWidget::hide);
    resize(26 * fontMetrics().height(), 30 * fontMetrics().height());
}

void HelpWindow::showStep(const StepType &type)
{
    setWindowTitle(tr("%1 — Help").arg(toQString(type.title)));
    m_text->setHtml(helpPage(type));
    show();
    raise();
}

} // namespace millrace

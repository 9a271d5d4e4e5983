// SPDX-License-Identifier: MIT
#include "document/HistoryPanel.h"

#include "document/Document.h"
#include "theme/Fields.h"
#include "theme/PlainText.h"

#include <QListWidget>
#include <QVBoxLayout>

namespace millrace {

HistoryPanel::HistoryPanel(Document &document, Theme &theme, QWidget *parent)
    : QWidget(parent), m_document(document), m_theme(theme), m_list(new QListWidget)
{
    setObjectName(QStringLiteral("sidePanel"));
    setAttribute(Qt::WA_StyledBackground);
    setAccessibleName(tr("History"));
    m_list->setAccessibleName(tr("What was done, oldest first"));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setUniformItemSizes(true);
    m_list->setTextElideMode(Qt::ElideRight);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setWhatsThis(tr("Click a line to go back or forth to it."));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 12, 6, 6);
    layout->setSpacing(6);
    auto *heading = makeHeading(tr("History"));
    heading->setContentsMargins(7, 0, 0, 0); // in line with the rows' texts
    layout->addWidget(heading);
    layout->addWidget(m_list);
    setMinimumHeight(90);
    connect(&document, &Document::historyChanged, this, &HistoryPanel::fill);
    connect(&theme, &Theme::changed, this, &HistoryPanel::fill);
    connect(m_list, &QListWidget::itemClicked, this, &HistoryPanel::goTo);
    connect(m_list, &QListWidget::itemActivated, this, &HistoryPanel::goTo);
}

void HistoryPanel::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    fill();
}

void HistoryPanel::fill()
{
    if (!isVisible())
        return; // a thousand lines for nobody
    const QStringList captions = m_document.captions();
    const int now = int(m_document.historyIndex());
    while (m_list->count() > captions.size())
        delete m_list->takeItem(m_list->count() - 1);
    while (m_list->count() < captions.size())
        m_list->addItem(QString());
    for (int row = 0; row < captions.size(); ++row) {
        QListWidgetItem &item = *m_list->item(row);
        item.setText(captions[row]);
        item.setToolTip(
            plainToolTip(row > now ? tr("%1\nUndone; a click does it again").arg(captions[row]) : captions[row]));
        item.setFont(m_theme.font(row == now ? FontRole::Strong : FontRole::Body));
        item.setForeground(row > now ? m_theme.colors().muted : m_theme.colors().text);
    }
    m_list->setCurrentRow(now);
}

void HistoryPanel::goTo(const QListWidgetItem *item)
{
    m_document.goTo(size_t(m_list->row(item)));
}

} // namespace millrace

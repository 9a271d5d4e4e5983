// SPDX-License-Identifier: MIT
#include "window/commands/HistoryCommands.h"

#include "commands/Actions.h"
#include "document/Document.h"
#include "theme/PlainText.h"

#include <QAction>

namespace millrace {

HistoryCommands::HistoryCommands(Parts parts, QObject *parent) : QObject(parent), m_parts(parts)
{
    connect(m_parts.actions["edit.undo"], &QAction::triggered, this, [this] { m_parts.document.undo(); });
    connect(m_parts.actions["edit.redo"], &QAction::triggered, this, [this] { m_parts.document.redo(); });
    connect(&m_parts.document, &Document::historyChanged, this, &HistoryCommands::update);
    update();
}

void HistoryCommands::update()
{
    const Document &document = m_parts.document;
    QStringList captions = document.captions();
    captions.replaceInStrings(QStringLiteral("&"), QStringLiteral("&&")); // a name's own, no key of the menu
    const auto at = qsizetype(document.historyIndex());
    QAction *undo = m_parts.actions["edit.undo"], *redo = m_parts.actions["edit.redo"];
    undo->setEnabled(document.canUndo());
    undo->setText(document.canUndo() ? tr("&Undo: %1").arg(captions[at]) : tr("&Undo"));
    redo->setEnabled(document.canRedo());
    redo->setText(document.canRedo() ? tr("&Redo: %1").arg(captions[at + 1]) : tr("&Redo"));
    for (QAction *action : {undo, redo})
        action->setToolTip(plainToolTip(action->text().remove(QLatin1Char('&'))));
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "window/runs/ClusterCommands.h"

#include "commands/Actions.h"
#include "document/Document.h"
#include "run/RunBridge.h"
#include "window/commands/FileCommands.h"
#include "window/MessageBar.h"
#include "window/runs/ClusterDialog.h"
#include "window/runs/RunCommands.h"

#include <QAction>

namespace millrace {

ClusterCommands::ClusterCommands(Parts parts, QWidget *window) : QObject(window), m_parts(parts), m_window(window)
{
    connect(parts.actions["run.on"], &QAction::triggered, this, &ClusterCommands::askForCluster);
    connect(parts.actions["run.attach"], &QAction::triggered, this, &ClusterCommands::askForRun);
    connect(
        &parts.bridge, &RunBridge::attached, this,
        [this](const Pipeline &pipeline, const QString &name, const QString &server) {
            m_parts.document.reset(pipeline);
            m_parts.messages.show(
                MessageBar::Kind::Info,
                tr("You look on at the run “%1” of %2. What you change here changes nothing there.").arg(name, server),
                tr("Leave"), [this] { m_parts.bridge.stop(); });
        });
    connect(&parts.bridge, &RunBridge::left, this, [this](const QString &sentence) {
        m_parts.messages.hide();
        if (!sentence.isEmpty())
            m_parts.messages.show(MessageBar::Kind::Info, sentence);
    });
}

void ClusterCommands::askForCluster()
{
    auto *dialog = new ClusterDialog(m_parts.theme, ClusterDialog::For::Run, m_window);
    connect(dialog, &ClusterDialog::chosen, &m_parts.runs, &RunCommands::runOn);
    dialog->open();
}

void ClusterCommands::askForRun()
{
    auto *dialog = new ClusterDialog(m_parts.theme, ClusterDialog::For::Attach, m_window);
    connect(dialog, &ClusterDialog::chosen, this, &ClusterCommands::attach);
    dialog->open();
}

/// What is drawn here makes room for the pipeline of that run.
void ClusterCommands::attach(const QString &cluster)
{
    if (!m_parts.files.mayLeave())
        return;
    m_parts.messages.hide();
    m_parts.bridge.attach(cluster);
}

} // namespace millrace

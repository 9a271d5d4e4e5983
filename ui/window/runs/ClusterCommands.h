// SPDX-License-Identifier: MIT
#pragma once

#include "theme/Theme.h"

#include <QObject>

namespace millrace {

class Actions;
class Document;
class FileCommands;
class MessageBar;
class RunBridge;
class RunCommands;

/// Runs with workers on a cluster, and looks on at runs that go on elsewhere.
class ClusterCommands : public QObject
{
    Q_OBJECT

public:
    struct Parts
    {
        Theme &theme;
        Document &document;
        RunBridge &bridge;
        RunCommands &runs;
        FileCommands &files;
        Actions &actions;
        MessageBar &messages;
    };

    ClusterCommands(Parts parts, QWidget *window);

private:
    void askForCluster();
    void askForRun();
    void attach(const QString &cluster);

    Parts m_parts;
    QWidget *m_window;
};

} // namespace millrace

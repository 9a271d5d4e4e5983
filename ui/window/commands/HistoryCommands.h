// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>

namespace millrace {

class Actions;
class Document;

/// Undo and redo: the actions say what they would undo, and can be used where there is something.
class HistoryCommands : public QObject
{
    Q_OBJECT

public:
    struct Parts
    {
        Document &document;
        Actions &actions;
    };

    HistoryCommands(Parts parts, QObject *parent);

private:
    void update();

    Parts m_parts;
};

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "theme/Theme.h"

#include <QObject>
#include <QString>

#include <functional>
#include <string>

class QWidget;

namespace millrace {

class Actions;
class Document;
class RunBridge;
class WhatIfWindow;

/// Asks what would be with other workers and queues, by what was measured in the run, and applies what is chosen as one edit.
class WhatIf : public QObject
{
    Q_OBJECT

public:
    struct Parts
    {
        Theme &theme;
        Document &document;
        RunBridge &bridge;
        Actions &actions;
    };

    /// `nameOf`: how a step's id is shown.
    WhatIf(Parts parts, std::function<QString(const std::string &)> nameOf, QWidget *window);

private:
    void open();
    void updateAction();

    Parts m_parts;
    std::function<QString(const std::string &)> m_nameOf;
    QWidget *m_window;
    WhatIfWindow *m_view = nullptr; ///< made when it is first asked for
};

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "theme/Theme.h"

#include <QObject>

class QVBoxLayout;

namespace millrace {

class CanvasView;
class Document;
class FileCommands;
class MessageBar;
class RunCommands;
class TrustGate;
class WelcomePage;

/// The welcome page in a window: makes it when it is first shown, in the canvas's place, lets it give way to whatever is to be
/// seen on the canvas, and does what is chosen there.
class WelcomeHost : public QObject
{
    Q_OBJECT

public:
    struct Parts
    {
        Theme &theme;
        Document &document;
        TrustGate &gate;
        CanvasView &view;
        FileCommands &files;
        RunCommands &runs;
        MessageBar &messages;
        QVBoxLayout &column; ///< that holds the canvas
    };

    WelcomeHost(Parts parts, QObject *parent);

    /// Shows the page in the canvas's place, or the canvas again.
    void show(bool isShown);
    bool isShown() const;

private:
    void make();
    void openExample(const QString &id);

    Parts m_parts;
    WelcomePage *m_page = nullptr;
};

} // namespace millrace

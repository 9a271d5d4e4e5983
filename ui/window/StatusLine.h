// SPDX-License-Identifier: MIT
#pragma once

#include "theme/Theme.h"

#include <QObject>

class QLabel;
class QStatusBar;
class QToolButton;

namespace millrace {

class Actions;
class CanvasView;
class Document;
class RunBridge;
class RunMonitor;
class WrittenButton;

/// What the status bar shows all the time: how much is drawn, the run's memory, whether it is saved, what was written, and the
/// zoom.
class StatusLine : public QObject
{
    Q_OBJECT

public:
    struct Parts
    {
        Theme &theme;
        Document &document;
        RunBridge &bridge;
        RunMonitor &monitor;
        CanvasView &view;
        Actions &actions;
    };

    /// Fills the bar, which it borrows.
    StatusLine(Parts parts, QStatusBar &bar, QObject *parent);

    WrittenButton &written() const { return *m_written; }
    void update();

private:
    void addLabels(QStatusBar &bar);
    void fillZoomMenu();

    Parts m_parts;
    QLabel *m_counts, *m_memory, *m_saved;
    QToolButton *m_zoom;
    WrittenButton *m_written;
};

} // namespace millrace

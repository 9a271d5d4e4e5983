// SPDX-License-Identifier: MIT
#pragma once

#include "theme/Theme.h"

#include <QObject>

namespace millrace {

class Actions;
class CanvasView;
class DataMonitor;

/// How a window looks: zoom, minimap, wheel, from when on gauges warn, and the theme. What was chosen is kept for the next start.
class ViewCommands : public QObject
{
    Q_OBJECT

public:
    struct Parts
    {
        Theme &theme;
        CanvasView &view;
        Actions &actions;
        DataMonitor &data;
    };

    ViewCommands(Parts parts, QWidget *window);

    /// Shows the canvas as it was chosen last.
    void restore();

private:
    template <typename Slot>
    void on(const char *action, Slot slot);
    void joinZoom();
    void joinPreferences();
    void joinThemes();
    void openGaugeLimits();
    void checkTheme();

    Parts m_parts;
    QWidget *m_window;
};

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <QRect>

#include <functional>
#include <map>
#include <vector>

class QAction;
class QDockWidget;
class QMainWindow;
class QSettings;
class QWidget;

namespace millrace {

/// Where a window stands, and what its docks have of it. Kept as plain numbers for each size of screen, and fitted to the screen
/// that there is: a state saved by Qt on a larger screen can't be restored on a smaller one without harm.
class WindowLayout : public QObject
{
    Q_OBJECT

public:
    WindowLayout(QMainWindow &window, double textScale);

    /// A dock of the window. Their names are inspector, history and bottom.
    QDockWidget &addDock(const char *name, const QString &title, Qt::DockWidgetArea area);
    /// Shows and hides a dock by an action, which is checked while it is shown.
    void joinDock(QDockWidget &dock, QAction &toggle);
    /// Keeps a choice under that name from one start to the next.
    void remember(const char *name, std::function<bool()> get, std::function<void(bool)> set);

    /// Before the window is shown: as it was on a screen like this one, or else on the last one.
    void restore();
    void keep() const;
    /// Gives each dock what a hand gave it, or else its share of a window of that size.
    void share(QSize window);
    /// A hand takes an edge between docks, and lets go of it.
    void grip();
    void release();

Q_SIGNALS:
    /// What is shown of docks is as it was when the program ended.
    void restored();

private:
    struct Edge;
    struct Choice
    {
        QString name;
        std::function<bool()> get;
        std::function<void(bool)> set;
    };
    static const Edge Edges[];

    int extentOf(const Edge &edge) const;
    int sharedExtent(const Edge &edge, QSize window) const;
    int mostExtent(const Edge &edge, QSize window) const;
    int scaled(int pixels) const;
    void read(QSettings &settings);
    void placeOn(const QRect &room, bool isMaximized);
    void noteEdges();

    QMainWindow &m_window;
    double m_textScale;
    QRect m_place;                    ///< of the window while it isn't maximised
    std::map<QString, int> m_extents; ///< by edge, that a hand gave; in pixels at the usual size of text
    std::map<QString, int> m_atGrip;  ///< what edges had when a hand took one of them
    std::vector<Choice> m_choices;
    bool m_isInHand = false;
};

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "window/WindowLayout.h"

#include <QAction>
#include <QDockWidget>
#include <QGuiApplication>
#include <QMainWindow>
#include <QScreen>
#include <QSettings>
#include <QTimer>

#include <algorithm>
#include <array>
#include <cmath>

namespace millrace {

namespace {

constexpr QSize FrameRoom(16, 48); // that a desktop may draw around the window: not known before it is shown
constexpr QSize FirstSize(1440, 900);
constexpr int MostPixels = 1 << 20; ///< more than any desktop has, in sum within an int

QString sizeText(QSize size)
{
    return QStringLiteral("%1x%2").arg(size.width()).arg(size.height());
}

/// The screen that is as large as the text says; null where there is none.
const QScreen *screenOfSize(const QString &text)
{
    for (const QScreen *screen : QGuiApplication::screens())
        if (sizeText(screen->size()) == text)
            return screen;
    return nullptr;
}

QDockWidget *dockOf(const QMainWindow &window, const char *name)
{
    return window.findChild<QDockWidget *>(QLatin1String(name), Qt::FindDirectChildrenOnly);
}

} // namespace

/// What stands at an edge of the canvas has one extent, whichever of its docks are shown.
struct WindowLayout::Edge
{
    const char *name;
    Qt::Orientation orientation;
    std::array<const char *, 2> docks; ///< the first that is shown is asked and told

    QDockWidget *dock(const QMainWindow &window) const
    {
        for (const char *dockName : docks)
            if (QDockWidget *dock = dockName ? dockOf(window, dockName) : nullptr;
                dock && !dock->isHidden() && dock->widget()
                && dock->widget()->maximumHeight() == QWIDGETSIZE_MAX) // not folded
                return dock;
        return nullptr;
    }
};

const WindowLayout::Edge WindowLayout::Edges[] = {
    {"right", Qt::Horizontal, {"inspector", "history"}},
    {"bottom", Qt::Vertical, {"bottom", nullptr}},
    {"history", Qt::Vertical, {"history", nullptr}},
};

WindowLayout::WindowLayout(QMainWindow &window, double textScale)
    : QObject(&window), m_window(window), m_textScale(textScale)
{}

QDockWidget &WindowLayout::addDock(const char *name, const QString &title, Qt::DockWidgetArea area)
{
    auto *dock = new QDockWidget(title);
    dock->setObjectName(QLatin1String(name));
    dock->setFeatures(QDockWidget::NoDockWidgetFeatures);
    dock->setTitleBarWidget(new QWidget(dock)); // no title bar: the content says what it is
    m_window.addDockWidget(area, dock);
    // One that comes back has its share, too.
    connect(dock, &QDockWidget::visibilityChanged, this, [this](bool isVisible) {
        if (isVisible && m_window.isVisible())
            share(m_window.size());
    });
    return *dock;
}

void WindowLayout::joinDock(QDockWidget &dock, QAction &toggle)
{
    connect(&toggle, &QAction::triggered, &dock, &QDockWidget::setVisible);
    const auto follow = [&dock, &toggle] { toggle.setChecked(!dock.isHidden()); };
    connect(&dock, &QDockWidget::visibilityChanged, &toggle, follow);
    // A dock that is hidden before the window is shown says nothing about it.
    connect(this, &WindowLayout::restored, &toggle, follow);
}

void WindowLayout::remember(const char *name, std::function<bool()> get, std::function<void(bool)> set)
{
    m_choices.push_back({QLatin1String(name), std::move(get), std::move(set)});
}

int WindowLayout::scaled(int pixels) const
{
    return int(std::lround(pixels * m_textScale));
}

void WindowLayout::restore()
{
    QSettings settings;
    const QScreen *screen = QGuiApplication::primaryScreen();
    const QString last = settings.value(QStringLiteral("layout/last")).toString();
    if (const QScreen *same = screenOfSize(last))
        screen = same;
    const QString own = sizeText(screen->size());
    settings.beginGroup(QStringLiteral("layout"));
    settings.beginGroup(settings.childGroups().contains(own) ? own : last);
    read(settings);
    const bool isMaximized = settings.value(QStringLiteral("maximized")).toBool();
    // Of several screens of that size, the one it was on.
    const QScreen *there = QGuiApplication::screenAt(m_place.center());
    placeOn((there && there->size() == screen->size() ? there : screen)->availableGeometry(), isMaximized);
    share(m_window.size());
    Q_EMIT restored();
}

void WindowLayout::read(QSettings &settings)
{
    const auto number = [&settings](const char *name) {
        return std::clamp(settings.value(QLatin1String(name)).toInt(), -MostPixels, MostPixels);
    };
    m_place = QRect(number("x"), number("y"), number("width"), number("height"));
    for (const Edge &edge : Edges)
        if (const int extent = number(edge.name); extent > 0)
            m_extents[QLatin1String(edge.name)] = extent;
    for (const Choice &choice : m_choices)
        if (const QVariant chosen = settings.value(choice.name); chosen.isValid())
            choice.set(chosen.toBool());
}

void WindowLayout::placeOn(const QRect &room, bool isMaximized)
{
    const bool isFirst = m_place.isEmpty();
    const QSize most = room.size() - FrameRoom;
    m_place.setSize((isFirst ? FirstSize : m_place.size()).boundedTo(most));
    if (!isFirst) {
        m_place.moveLeft(std::clamp(m_place.x(), room.x(), room.right() + 1 - m_place.width()));
        m_place.moveTop(std::clamp(m_place.y(), room.y(), room.bottom() + 1 - m_place.height()));
        m_window.setGeometry(m_place);
    } else {
        m_window.resize(m_place.size()); // where, the desktop knows
    }
    if (isMaximized)
        m_window.setWindowState(Qt::WindowMaximized);
}

void WindowLayout::keep() const
{
    QSettings settings;
    settings.remove(QStringLiteral("window")); // what earlier versions kept
    const QString own = sizeText(m_window.screen()->size());
    settings.setValue(QStringLiteral("layout/last"), own);
    settings.beginGroup(QStringLiteral("layout/") + own);
    const QRect place = m_window.normalGeometry().isEmpty() ? m_window.geometry() : m_window.normalGeometry();
    const std::pair<const char *, int> numbers[] = {
        {"x", place.x()}, {"y", place.y()}, {"width", place.width()}, {"height", place.height()}};
    for (const auto &[name, value] : numbers)
        settings.setValue(QLatin1String(name), value);
    settings.setValue(QStringLiteral("maximized"), m_window.isMaximized());
    for (const auto &[edge, extent] : m_extents)
        settings.setValue(edge, extent);
    for (const Choice &choice : m_choices)
        settings.setValue(choice.name, choice.get());
}

int WindowLayout::extentOf(const Edge &edge) const
{
    const QDockWidget *dock = edge.dock(m_window);
    return !dock ? 0 : edge.orientation == Qt::Horizontal ? dock->width() : dock->height();
}

/// What an edge has at most as long as nobody chose otherwise: the canvas needs the rest. 0: whatever Qt gives it.
int WindowLayout::sharedExtent(const Edge &edge, QSize window) const
{
    // Larger text needs more, and on a small screen what can be spared.
    const QLatin1String name(edge.name);
    if (name == QLatin1String("right"))
        return std::min(scaled(288), window.width() * 36 / 100);
    if (name == QLatin1String("bottom"))
        return std::clamp(window.height() * 26 / 100, 150, std::max(150, scaled(236)));
    return 0;
}

/// What an edge that a hand made larger has at most of a window of that size.
int WindowLayout::mostExtent(const Edge &edge, QSize window) const
{
    if (edge.orientation == Qt::Horizontal)
        return window.width() * 40 / 100;
    return std::max(100, std::min(window.height() * 60 / 100, window.height() - scaled(300)));
}

void WindowLayout::share(QSize window)
{
    for (const Edge &edge : Edges) {
        QDockWidget *dock = edge.dock(m_window);
        const auto own = m_extents.find(QLatin1String(edge.name));
        const int extent = own == m_extents.end() ? sharedExtent(edge, window)
                                                  : std::min(scaled(own->second), mostExtent(edge, window));
        if (dock && extent > 0)
            m_window.resizeDocks({dock}, {extent}, edge.orientation);
    }
}

void WindowLayout::grip()
{
    m_isInHand = true;
    for (const Edge &edge : Edges)
        m_atGrip[QLatin1String(edge.name)] = extentOf(edge);
}

void WindowLayout::release()
{
    if (!m_isInHand)
        return;
    m_isInHand = false;
    QTimer::singleShot(0, this, &WindowLayout::noteEdges); // behind the window's own timer, which moves the edge
}

void WindowLayout::noteEdges()
{
    for (const Edge &edge : Edges)
        if (const int now = extentOf(edge); now > 0 && now != m_atGrip[QLatin1String(edge.name)])
            m_extents[QLatin1String(edge.name)] = int(std::lround(now / m_textScale));
}

} // namespace millrace

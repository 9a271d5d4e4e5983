// SPDX-License-Identifier: MIT
#include "window/commands/ViewCommands.h"

#include "canvas/CanvasScene.h"
#include "canvas/CanvasView.h"
#include "commands/Actions.h"
#include "monitor/GaugeLimitsWindow.h"
#include "window/monitors/DataMonitor.h"

#include <QAction>
#include <QActionGroup>
#include <QSettings>

namespace millrace {

namespace {

struct ThemeChoice
{
    const char *action;
    ThemeKind kind;
};

constexpr ThemeChoice themeChoices[] = {
    {"theme.system", ThemeKind::System}, {"theme.light", ThemeKind::Light}, {"theme.dark", ThemeKind::Dark}};

} // namespace

ViewCommands::ViewCommands(Parts parts, QWidget *window) : QObject(window), m_parts(parts), m_window(window)
{
    joinZoom();
    joinPreferences();
    joinThemes();
    m_parts.view.canvas().setGaugeLimits(GaugeLimitsWindow::kept());
}

template <typename Slot>
void ViewCommands::on(const char *action, Slot slot)
{
    connect(m_parts.actions[action], &QAction::triggered, this, slot);
}

void ViewCommands::joinZoom()
{
    on("view.zoomIn", [this] { m_parts.view.setZoom(m_parts.view.zoom() * 1.2); });
    on("view.zoomOut", [this] { m_parts.view.setZoom(m_parts.view.zoom() / 1.2); });
    on("view.zoom100", [this] { m_parts.view.setZoom(1); });
    on("view.fitAll", [this] { m_parts.view.fitAll(); });
    on("view.fitSelection", [this] { m_parts.view.fitSelection(); });
}

void ViewCommands::joinPreferences()
{
    on("view.minimap", [this](bool isOn) {
        m_parts.view.setMinimapShown(isOn);
        QSettings().setValue(QStringLiteral("canvas/minimap"), isOn);
    });
    on("view.wheelPans", [this](bool isOn) {
        m_parts.view.setWheelPans(isOn);
        QSettings().setValue(QStringLiteral("canvas/wheelPans"), isOn);
    });
    on("view.ghost", [this](bool isOn) {
        m_parts.data.setTrying(isOn);
        QSettings().setValue(QStringLiteral("data/tryWhileDrawing"), isOn);
    });
    on("view.gaugeLimits", [this] { openGaugeLimits(); });
}

void ViewCommands::restore()
{
    const QSettings settings;
    const bool hasMap = settings.value(QStringLiteral("canvas/minimap"), true).toBool();
    m_parts.view.setMinimapShown(hasMap);
    m_parts.actions["view.minimap"]->setChecked(hasMap);
    const bool tries = settings.value(QStringLiteral("data/tryWhileDrawing"), true).toBool();
    m_parts.data.setTrying(tries);
    m_parts.actions["view.ghost"]->setChecked(tries);
    const bool pans = settings.value(QStringLiteral("canvas/wheelPans"), false).toBool();
    m_parts.view.setWheelPans(pans);
    m_parts.actions["view.wheelPans"]->setChecked(pans);
}

void ViewCommands::openGaugeLimits()
{
    auto *limits = m_window->findChild<GaugeLimitsWindow *>();
    if (!limits) {
        limits = new GaugeLimitsWindow(m_window);
        connect(limits, &GaugeLimitsWindow::changed, &m_parts.view.canvas(), &CanvasScene::setGaugeLimits);
    }
    limits->open();
}

void ViewCommands::joinThemes()
{
    auto *themes = new QActionGroup(this);
    for (const auto &[action, kind] : themeChoices) {
        themes->addAction(m_parts.actions[action]);
        on(action, [this, chosen = kind] {
            m_parts.theme.setKind(chosen);
            QSettings().setValue(QStringLiteral("theme"), int(chosen));
        });
    }
    checkTheme();
    // Another window may choose it, too.
    connect(&m_parts.theme, &Theme::changed, this, &ViewCommands::checkTheme);
}

void ViewCommands::checkTheme()
{
    for (const auto &[action, kind] : themeChoices)
        m_parts.actions[action]->setChecked(m_parts.theme.kind() == kind);
}

} // namespace millrace

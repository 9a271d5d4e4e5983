// SPDX-License-Identifier: MIT
#include "window/floats/FloatLayout.h"

#include "canvas/CanvasScene.h"
#include "canvas/CanvasView.h"
#include "monitor/TimeBar.h"
#include "palette/PalettePanel.h"
#include "palette/StepRail.h"
#include "window/floats/InspectorHost.h"

#include <QAction>
#include <QApplication>
#include <QFrame>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace millrace {

namespace {

constexpr int Aside = 12;                               // pixels between cards, and to the view's edges
constexpr int PaletteWidth = 236, InspectorWidth = 300; // pixels at 100 %
constexpr int LowCanvas = 420;                          // pixels at 100 %: the time bar is low, too

} // namespace

FloatLayout::FloatLayout(Parts parts, QObject *parent)
    : QObject(parent), m_parts(parts), m_card(new QFrame(parts.view.parentWidget()))
{
    m_card->setObjectName(QStringLiteral("palette"));
    auto *layout = new QVBoxLayout(m_card);
    layout->setContentsMargins(1, 1, 1, 1);
    layout->addWidget(&parts.palette);
    m_card->hide();
    parts.view.installEventFilter(this);
    connect(&parts.rail, &StepRail::searchWanted, this,
            [this] { m_card->isVisible() && !m_family ? fold() : toggle(true); });
    connect(&parts.rail, &StepRail::familyWanted, this, &FloatLayout::showFamily);
    connect(&parts.rail, &StepRail::typed, this, [this](const QString &text) {
        unfold();
        m_parts.palette.search(text);
    });
    connect(&parts.paletteAction, &QAction::triggered, this, &FloatLayout::toggle);
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget *, QWidget *now) { followFocus(now); });
    connect(&parts.inspector, &InspectorHost::arranged, this, &FloatLayout::placeInspector);
    connect(&parts.timeBar, &TimeBar::arranged, this, &FloatLayout::place);
    place();
}

int FloatLayout::scaled(int pixels) const
{
    return int(std::lround(pixels * m_parts.theme.fontScale()));
}

void FloatLayout::unfold()
{
    m_family.reset();
    m_parts.rail.setShown(m_family);
    m_parts.paletteAction.setChecked(true);
    m_card->show();
    m_card->raise();
    placePalette();
}

void FloatLayout::fold()
{
    m_card->hide();
    m_family.reset();
    m_parts.rail.setShown(m_family);
    m_parts.paletteAction.setChecked(false);
}

void FloatLayout::toggle(bool isUnfolded)
{
    if (!isUnfolded) {
        fold();
        m_parts.view.setFocus();
        return;
    }
    unfold();
    m_parts.palette.focusSearch();
}

void FloatLayout::showFamily(Family family)
{
    if (m_card->isVisible() && m_family == family) {
        fold();
        return;
    }
    unfold();
    m_parts.palette.showFamily(family);
    m_family = family;
    m_parts.rail.setShown(m_family);
}

/// Who goes on elsewhere has found the step.
void FloatLayout::followFocus(const QWidget *now)
{
    if (m_card->isVisible() && now && now->window() == m_card->window() && !m_card->isAncestorOf(now)
        && !m_parts.rail.isAncestorOf(now))
        fold();
}

bool FloatLayout::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == &m_parts.view
        && (event->type() == QEvent::Resize || event->type() == QEvent::Move || event->type() == QEvent::ShowToParent
            || event->type() == QEvent::HideToParent))
        place();
    if (watched == &m_parts.view && (event->type() == QEvent::ShowToParent || event->type() == QEvent::HideToParent))
        Q_EMIT canvasShown(event->type() == QEvent::ShowToParent);
    return QObject::eventFilter(watched, event);
}

void FloatLayout::place()
{
    const QRect view = m_parts.view.geometry();
    const bool isCanvas = !m_parts.view.isHidden();
    StepRail &rail = m_parts.rail;
    rail.setVisible(isCanvas);
    rail.fitHeight(view.height() - 2 * Aside);
    rail.move(view.topLeft() + QPoint(Aside, Aside));
    rail.raise();
    if (!isCanvas)
        fold();
    placePalette();
    placeTimeBar();
    m_parts.inspector.setOnCanvas(isCanvas);
    placeInspector();
}

bool FloatLayout::isLow() const
{
    return m_parts.view.height() < scaled(LowCanvas);
}

/// What the time bar takes of the canvas's height, or would take during a run: what is drawn stays where it is when one begins.
int FloatLayout::timeBarRoom() const
{
    return m_parts.timeBar.heightFor(isLow()) + Aside;
}

/// Between the rail and the minimap's corner, whether there is a minimap now or not: it comes and goes with each zoom.
void FloatLayout::placeTimeBar()
{
    const QRect view = m_parts.view.geometry();
    TimeBar &bar = m_parts.timeBar;
    const bool isShown = !m_parts.view.isHidden() && bar.hasRun();
    if (!isShown && bar.isAncestorOf(QApplication::focusWidget()))
        m_parts.view.setFocus();
    const auto map = m_parts.view.minimapPlace();
    const int left = view.left() + 2 * Aside + m_parts.rail.width();
    const int right = map ? view.left() + map->left() : view.right() + 1;
    const int height = bar.heightFor(isLow());
    bar.setSlim(isLow());
    bar.setGeometry(left, view.bottom() + 1 - Aside - height, std::max(120, right - Aside - left), height);
    bar.setVisible(isShown);
    bar.raise();
}

void FloatLayout::placeInspector()
{
    QMargins covered(m_parts.rail.width() + Aside, 0, 0, timeBarRoom());
    InspectorHost &inspector = m_parts.inspector;
    if (!inspector.isHidden()) {
        const QRect place = inspectorPlace(m_isLeft);
        inspector.setGeometry(place);
        inspector.raise();
        if (m_isLeft)
            covered.setLeft(covered.left() + place.width() + Aside);
        else
            covered.setRight(place.width() + Aside);
    }
    m_parts.view.setCovered(covered);
}

void FloatLayout::placePalette()
{
    const QRect view = m_parts.view.geometry();
    const int left = view.left() + Aside + m_parts.rail.width() + Aside / 2;
    const int width = std::min(scaled(PaletteWidth), std::max(120, view.right() - left - Aside));
    m_card->setGeometry(left, view.top() + Aside, width, std::max(80, view.height() - 2 * Aside));
}

QRect FloatLayout::inspectorPlace(bool isLeft) const
{
    const QRect view = m_parts.view.geometry();
    const int width = std::min(scaled(InspectorWidth), view.width() * 45 / 100);
    const int below = m_parts.timeBar.isHidden() ? 0 : timeBarRoom();
    const int most = std::max(80, view.height() - 2 * Aside - below);
    const int height = std::clamp(m_parts.inspector.heightFor(width), 80, most);
    const int left = isLeft ? view.left() + 2 * Aside + m_parts.rail.width() : view.right() + 1 - Aside - width;
    return {left, view.top() + Aside, width, height};
}

void FloatLayout::chooseSide(bool isSelected)
{
    QRectF selected;
    for (const StepItem *step : m_parts.view.canvas().steps())
        if (step->isSelected())
            selected |= step->card();
    const QRect card = m_parts.view.mapFromScene(selected).boundingRect().translated(m_parts.view.geometry().topLeft());
    // As if it were as high as the view: what it shows, and so its height, changes while one looks at it.
    const auto covers = [&](bool isLeft) {
        QRect place = inspectorPlace(isLeft);
        place.setBottom(m_parts.view.geometry().bottom());
        return !selected.isEmpty() && place.intersects(card);
    };
    if (covers(m_isLeft) && !covers(!m_isLeft))
        m_isLeft = !m_isLeft;
    else if (m_isLeft && !covers(false))
        m_isLeft = false;
    m_parts.inspector.setSelected(isSelected); // which is told by arranged()
}

} // namespace millrace

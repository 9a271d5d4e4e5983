// SPDX-License-Identifier: MIT
#include "window/floats/InspectorHost.h"

#include "inspector/InspectorPanel.h"
#include "theme/PlainText.h"

#include <QAction>
#include <QDockWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace millrace {

namespace {

constexpr int Edge = 1;   // pixels of the card's line
constexpr int Corner = 6; // pixels from the card's edges to its buttons

} // namespace

InspectorHost::InspectorHost(
    InspectorPanel &panel, QDockWidget &dock, QAction &shown, QAction &pinned, Theme &theme, QWidget *parent)
    : QFrame(parent)
    , m_panel(panel)
    , m_dock(dock)
    , m_shown(shown)
    , m_pinned(pinned)
    , m_theme(theme)
    , m_pin(addCorner(QStringLiteral("pin"), tr("Pin beside the canvas")))
    , m_close(addCorner(QStringLiteral("close"), tr("Close")))
{
    setObjectName(QStringLiteral("inspectorCard"));
    setAccessibleName(tr("Inspector"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Edge, Edge, Edge, Edge);
    connect(m_pin, &QToolButton::clicked, &pinned, &QAction::trigger);
    connect(m_close, &QToolButton::clicked, this, [this] { setWanted(false); });
    connect(&shown, &QAction::triggered, this, &InspectorHost::toggle);
    connect(&pinned, &QAction::toggled, this, &InspectorHost::moveIn);
    connect(&panel, &InspectorPanel::contentChanged, this, &InspectorHost::arranged);
    moveIn();
}

QToolButton *InspectorHost::addCorner(const QString &icon, const QString &name)
{
    auto *button = new QToolButton(this);
    button->setObjectName(QStringLiteral("corner"));
    button->setIcon(m_theme.mutedIcon(icon));
    button->setAutoRaise(true);
    button->setAccessibleName(name);
    button->setToolTip(plainToolTip(name));
    button->setFocusPolicy(Qt::TabFocus);
    return button;
}

bool InspectorHost::isPinned() const
{
    return m_pinned.isChecked();
}

void InspectorHost::setWanted(bool isWanted)
{
    m_isWanted = isWanted;
    m_isAsked = false;
    arrange();
}

void InspectorHost::setSelected(bool isSelected)
{
    m_isSelected = isSelected;
    m_isAsked = false;
    arrange();
}

void InspectorHost::setOnCanvas(bool isOnCanvas)
{
    if (isOnCanvas == m_isOnCanvas)
        return;
    m_isOnCanvas = isOnCanvas;
    arrange();
}

void InspectorHost::ask()
{
    m_isWanted = true;
    m_isAsked = true;
    arrange();
}

void InspectorHost::toggle()
{
    const bool isSeen = isPinned() ? !m_dock.isHidden() : !isHidden();
    isSeen ? setWanted(false) : ask();
}

void InspectorHost::moveIn()
{
    if (isPinned()) {
        layout()->removeWidget(&m_panel);
        m_dock.setWidget(&m_panel);
    } else {
        layout()->addWidget(&m_panel);
        m_pin->raise();
        m_close->raise();
    }
    m_panel.show();
    arrange();
}

void InspectorHost::arrange()
{
    const bool isCard = !isPinned() && m_isWanted && m_isOnCanvas && (m_isSelected || m_isAsked);
    m_dock.setVisible(isPinned() && m_isWanted && m_isOnCanvas);
    setVisible(isCard);
    m_shown.setChecked(isCard || (isPinned() && m_isWanted));
    Q_EMIT arranged();
}

int InspectorHost::heightFor(int width) const
{
    return m_panel.contentHeight(width - 2 * Edge) + 2 * Edge;
}

void InspectorHost::resizeEvent(QResizeEvent *event)
{
    QFrame::resizeEvent(event);
    int right = width() - Corner;
    for (QToolButton *button : {m_close, m_pin}) {
        button->adjustSize();
        right -= button->width();
        button->move(right, Corner);
    }
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "palette/StepRail.h"

#include "model/Drawing.h"
#include "theme/Fields.h"
#include "theme/PlainText.h"
#include "theme/Text.h"

#include <QGridLayout>
#include <QKeyEvent>
#include <QToolButton>

#include <algorithm>
#include <cmath>

namespace millrace {

namespace {

constexpr int IconSize = 26, Gap = 4, Edge = 6; // pixels at 100 %

} // namespace

StepRail::StepRail(const StepRegistry &registry, Theme &theme, QWidget *parent) : QFrame(parent), m_theme(theme)
{
    setObjectName(QStringLiteral("rail"));
    setAccessibleName(tr("Families of steps"));
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(Edge, Edge, Edge, Edge);
    grid->setSpacing(Gap);
    QToolButton *search = addButton(tr("Find a step"));
    search->setIcon(theme.icon(QStringLiteral("search")));
    connect(search, &QToolButton::clicked, this, &StepRail::searchWanted);
    for (const StepType &type : registry.types()) {
        if (!m_families.empty() && m_families.back().first == type.family)
            continue;
        QToolButton *button = addButton(toQString(familyName(type.family)));
        const int size = int(std::lround(IconSize * theme.fontScale()));
        button->setIcon(theme.tile(familyIcon(type.family), type.family, size, devicePixelRatioF()));
        connect(button, &QToolButton::clicked, this, [this, family = type.family] { Q_EMIT familyWanted(family); });
        m_families.emplace_back(type.family, button);
    }
    arrange(1);
}

QToolButton *StepRail::addButton(const QString &name)
{
    auto *button = new QToolButton(this);
    const int size = int(std::lround(IconSize * m_theme.fontScale()));
    button->setIconSize({size, size});
    button->setAutoRaise(true);
    button->setAccessibleName(name);
    button->setToolTip(plainToolTip(name));
    button->setFocusPolicy(Qt::StrongFocus);
    button->installEventFilter(this);
    m_buttons.push_back(button);
    return button;
}

void StepRail::arrange(int columns)
{
    if (columns == m_columns)
        return;
    m_columns = columns;
    auto &grid = static_cast<QGridLayout &>(*layout());
    for (size_t i = 0; i < m_buttons.size(); ++i)
        grid.addWidget(m_buttons[i], int(i) / columns, int(i) % columns);
    grid.invalidate();
}

void StepRail::fitHeight(int most)
{
    const int each = m_buttons.front()->sizeHint().height() + Gap;
    const int rows = std::max(1, (most - 2 * Edge) / each);
    arrange((int(m_buttons.size()) + rows - 1) / rows);
    adjustSize();
}

void StepRail::setShown(std::optional<Family> family)
{
    for (const auto &[shown, button] : m_families)
        setStyleFlag(*button, "chosen", shown == family);
}

bool StepRail::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::KeyPress)
        return QFrame::eventFilter(watched, event);
    const auto &keys = static_cast<QKeyEvent &>(*event);
    const auto at = std::ranges::find(m_buttons, watched);
    if (keys.key() == Qt::Key_Down || keys.key() == Qt::Key_Up) {
        const auto next = (at - m_buttons.begin()) + (keys.key() == Qt::Key_Down ? 1 : -1);
        if (next >= 0 && next < std::ssize(m_buttons))
            m_buttons[size_t(next)]->setFocus(Qt::TabFocusReason);
        return true;
    }
    const QString text = keys.text();
    if (text.isEmpty() || !text.at(0).isLetterOrNumber() || keys.modifiers() & (Qt::ControlModifier | Qt::AltModifier))
        return QFrame::eventFilter(watched, event);
    Q_EMIT typed(text);
    return true;
}

} // namespace millrace

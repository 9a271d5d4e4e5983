// SPDX-License-Identifier: MIT
#include "canvas/notes/FrameItem.h"

#include "canvas/cards/StepGeometry.h"
#include "pipeline/layout/Layout.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QStyleOptionGraphicsItem>

#include <algorithm>
#include <array>
#include <cmath>

namespace millrace {

namespace {

struct NamedColor
{
    const char *word;
    QRgb color;
};

// The same as in the drawings frame-*.svg of the actions that choose them.
constexpr std::array namedColors{NamedColor{"grey", 0xff7c8699},  NamedColor{"blue", 0xff3d7be0},
                                 NamedColor{"green", 0xff2f9e63}, NamedColor{"amber", 0xffd19318},
                                 NamedColor{"red", 0xffd2524a},   NamedColor{"purple", 0xff8a63d2},
                                 NamedColor{"teal", 0xff1c9aa0}};

constexpr double HeadingLeft = 12, HandleSide = 6;

} // namespace

QStringList frameColorWords()
{
    QStringList words;
    for (const NamedColor &named : namedColors)
        words << QLatin1String(named.word);
    return words;
}

QColor frameColor(const QString &word)
{
    const auto *const found =
        std::ranges::find_if(namedColors, [&](const NamedColor &named) { return word == QLatin1String(named.word); });
    if (found != namedColors.end())
        return QColor(found->color);
    const QColor color(word.startsWith(QLatin1Char('#')) ? word : QString());
    return color.isValid() ? color : QColor(namedColors.front().color);
}

Qt::CursorShape Grip::cursor() const
{
    const bool isAcross = isLeft || isRight, isAlong = isTop || isBottom;
    if (isAcross && isAlong)
        return isLeft == isTop ? Qt::SizeFDiagCursor : Qt::SizeBDiagCursor;
    return isAcross ? Qt::SizeHorCursor : isAlong ? Qt::SizeVerCursor : Qt::ArrowCursor;
}

Grip gripAt(const QRectF &rect, QPointF point, double reach)
{
    if (!rect.adjusted(-reach, -reach, reach, reach).contains(point))
        return {};
    // The far edges win where a rectangle is so small that all are near.
    Grip grip;
    grip.isRight = point.x() >= rect.right() - reach;
    grip.isLeft = !grip.isRight && point.x() <= rect.left() + reach;
    grip.isBottom = point.y() >= rect.bottom() - reach;
    grip.isTop = !grip.isBottom && point.y() <= rect.top() + reach;
    return grip;
}

FrameItem::FrameItem(const Theme &theme, const FrameView &view) : m_theme(theme), m_view(view)
{
    setFlag(ItemIsSelectable);
    m_text.setTextFormat(Qt::PlainText);
    m_text.setPerformanceHint(QStaticText::AggressiveCaching);
    layOut();
}

void FrameItem::layOut()
{
    constexpr double LargestArea = 1e10; // pixels at 100 %
    showAt(m_view.rect);
    setZValue(-10 - std::min(1.0, m_view.rect.width() * m_view.rect.height() / LargestArea));
    m_font = m_theme.font(FontRole::Strong);
    m_font.setPixelSize(13);
    m_font.setHintingPreference(QFont::PreferNoHinting);
    m_text.setText(
        QFontMetricsF(m_font).elidedText(m_view.text, Qt::ElideRight, m_view.rect.width() - 2 * HeadingLeft));
    m_text.prepare({}, m_font);
}

void FrameItem::setView(const FrameView &view)
{
    showAt(view.rect);
    if (view == m_view)
        return;
    m_view = view;
    refresh();
}

void FrameItem::showAt(const QRectF &rect)
{
    if (rect.size() != m_shownSize) {
        prepareGeometryChange();
        m_shownSize = rect.size();
        update();
    }
    setPos(rect.topLeft());
}

void FrameItem::refresh()
{
    layOut();
    update();
}

void FrameItem::paint(QPainter *painter, const QStyleOptionGraphicsItem *option, QWidget *)
{
    const Colors &colors = m_theme.colors();
    const QRectF rect(QPointF(), m_shownSize);
    const double zoom = option->levelOfDetailFromTransform(painter->worldTransform());
    const QColor color = frameColor(m_view.color);
    QColor fill = color, edge = color;
    fill.setAlphaF(colors.isDark ? 0.16F : 0.10F);
    edge.setAlphaF(0.55F);
    painter->setPen(isSelected() ? QPen(colors.accent, 2) : QPen(edge, 1));
    painter->setBrush(fill);
    painter->drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), Radius, Radius);
    if (isSelected()) {
        const double side = HandleSide / std::max(1.0, zoom);
        painter->setPen(QPen(colors.accent, 1));
        painter->setBrush(colors.card);
        for (const double x : {rect.left(), rect.center().x(), rect.right()})
            for (const double y : {rect.top(), rect.center().y(), rect.bottom()})
                if (QPointF(x, y) != rect.center())
                    painter->drawRect(QRectF(x - side / 2, y - side / 2, side, side));
    }
    if (detailAt(zoom) == Detail::Blocks)
        return;
    painter->setFont(m_font);
    painter->setPen(colors.text);
    painter->drawStaticText(QPointF(HeadingLeft, (HeadingHeight - m_text.size().height()) / 2 + 1), m_text);
}

QRectF FrameItem::around(const QRectF &area)
{
    constexpr double Room = 10;
    const double badge = -StepGeometry().limitBadge(0).top(); // above a card
    const QRectF wanted = area.adjusted(-Room, -badge - HeadingHeight, Room, Room);
    const auto down = [](double value) { return std::floor(value / grid::Step) * grid::Step; };
    const auto up = [](double value) { return std::ceil(value / grid::Step) * grid::Step; };
    return {QPointF(down(wanted.left()), down(wanted.top())), QPointF(up(wanted.right()), up(wanted.bottom()))};
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "model/Drawing.h"
#include "theme/Theme.h"

#include <QGraphicsItem>
#include <QStaticText>
#include <QStringList>

#include <string>

namespace millrace {

/// The words for a frame's colour that files may hold, in the order of the menu. The first is meant where there is none.
QStringList frameColorWords();
/// What a word or "#rrggbb" means; grey for what isn't known.
QColor frameColor(const QString &word);

/// Which edges of a rectangle a hand holds: none, one, or two at a corner.
struct Grip
{
    bool isLeft = false, isRight = false, isTop = false, isBottom = false;

    bool isNone() const { return !(isLeft || isRight || isTop || isBottom); }
    Qt::CursorShape cursor() const;
};

/// The edges within that distance of the point. Lengths in the unit of the rectangle.
Grip gripAt(const QRectF &rect, QPointF point, double reach);

/// A coloured area behind the cards with a heading. Taken at its heading or its edge; a hand within it reaches the canvas.
/// A smaller frame stands before a larger one.
class FrameItem final : public QGraphicsItem
{
public:
    enum { Type = UserType + 4 };
    // Pixels at 100 %.
    static constexpr double HeadingHeight = 26;
    static constexpr QSizeF Least{80, 80}; ///< that a hand can make it small to
    static constexpr double Radius = 10;

    FrameItem(const Theme &theme, const FrameView &view);

    int type() const override { return Type; }
    QRectF boundingRect() const override { return QRectF(QPointF(), m_shownSize).adjusted(-5, -5, 5, 5); }
    void paint(QPainter *painter, const QStyleOptionGraphicsItem *option, QWidget *) override;

    const std::string &id() const { return m_view.id; }
    const FrameView &view() const { return m_view; }
    void setView(const FrameView &view);
    /// Where it is seen: as in its view, but for an animation that shows it elsewhere until then.
    QRectF shownRect() const { return {pos(), m_shownSize}; }
    void showAt(const QRectF &rect);
    /// After the theme has changed.
    void refresh();
    /// A frame's rectangle around that area: room on all sides, and for the heading and, below it, a card's badge, to the grid.
    static QRectF around(const QRectF &area);
    /// Where the heading is, in the scene.
    QRectF heading() const { return {pos(), QSizeF(m_view.rect.width(), HeadingHeight)}; }

private:
    void layOut();

    const Theme &m_theme;
    FrameView m_view;
    QSizeF m_shownSize;
    QFont m_font;
    QStaticText m_text; ///< the heading, elided
};

} // namespace millrace

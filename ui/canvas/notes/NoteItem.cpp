// SPDX-License-Identifier: MIT
#include "canvas/notes/NoteItem.h"

#include "canvas/cards/StepGeometry.h"
#include "canvas/notes/NoteText.h"

#include <QAbstractTextDocumentLayout>
#include <QPainter>
#include <QStyleOptionGraphicsItem>
#include <QTextBlock>
#include <QTextLayout>

namespace millrace {

namespace {

constexpr double BarWidth = 3;
constexpr double TextLeft = 12;
constexpr double ListIndent = 16;
constexpr double Ellipsis = 14; // width at the right edge of a note whose text doesn't fit

/// Of the whole lines that stand within that height.
double fittingHeight(const QTextDocument &text, double height)
{
    double fitting = 0;
    for (QTextBlock block = text.begin(); block.isValid(); block = block.next()) {
        const double top = text.documentLayout()->blockBoundingRect(block).top();
        for (int i = 0; i < block.layout()->lineCount(); ++i) {
            const double bottom = top + block.layout()->lineAt(i).rect().bottom();
            if (bottom > height)
                return fitting;
            fitting = bottom;
        }
    }
    return fitting;
}

} // namespace

NoteItem::NoteItem(const Theme &theme, const NoteView &view) : m_theme(theme), m_view(view)
{
    setFlag(ItemIsSelectable);
    setZValue(5);
    m_text.setDocumentMargin(0);
    m_text.setIndentWidth(ListIndent);
    setPos(view.rect.topLeft());
    layOut();
}

void NoteItem::layOut()
{
    QFont font = m_theme.font(FontRole::Body);
    font.setPixelSize(12);
    font.setHintingPreference(QFont::PreferNoHinting);
    m_text.setDefaultFont(font);
    setNoteText(m_text, m_view.text);
    m_text.setTextWidth(std::max(20.0, m_view.rect.width() - TextLeft));
    setToolTip({});
    m_shown = m_text.size().height() > m_view.rect.height() + 1 ? fittingHeight(m_text, m_view.rect.height()) : -1;
}

void NoteItem::setView(const NoteView &view)
{
    setPos(view.rect.topLeft());
    if (view == m_view)
        return;
    prepareGeometryChange();
    m_view = view;
    layOut();
    update();
}

void NoteItem::refresh()
{
    layOut();
    update();
}

void NoteItem::paintLines(QPainter &painter) const
{
    constexpr double Thickness = 0.3; // of a line's height
    QColor color = m_theme.colors().muted;
    color.setAlphaF(0.35F);
    const double bottom = m_shown >= 0 ? m_shown : m_view.rect.height();
    for (QTextBlock block = m_text.begin(); block.isValid(); block = block.next()) {
        const QTextLayout &layout = *block.layout();
        for (int i = 0; i < layout.lineCount(); ++i) {
            const QRectF line = layout.lineAt(i).naturalTextRect().translated(layout.position() + QPointF(TextLeft, 0));
            const double height = line.height() * Thickness;
            if (line.bottom() <= bottom)
                painter.fillRect(QRectF(line.left(), line.center().y() - height / 2, line.width(), height), color);
        }
    }
}

void NoteItem::paint(QPainter *painter, const QStyleOptionGraphicsItem *option, QWidget *)
{
    const Colors &colors = m_theme.colors();
    const QRectF rect(QPointF(), m_view.rect.size());
    const Detail detail = detailAt(option->levelOfDetailFromTransform(painter->worldTransform()));
    if (isSelected()) {
        painter->setPen(QPen(colors.accent, 1.5));
        painter->setBrush(colors.selection);
        painter->drawRoundedRect(rect.adjusted(-2, -2, 2, 2), 4, 4);
    }
    painter->fillRect(QRectF(0, 0, BarWidth, rect.height()), colors.accent);
    if (detail != Detail::Full) {
        paintLines(*painter);
        return;
    }
    painter->save();
    const bool isCut = m_shown >= 0;
    if (isCut) { // says that there is more
        painter->setFont(m_text.defaultFont());
        painter->setPen(colors.muted);
        painter->drawText(rect.adjusted(0, 0, -1, -1), Qt::AlignRight | Qt::AlignBottom, QStringLiteral("…"));
    }
    painter->setClipRect(isCut ? QRectF(0, 0, rect.width() - Ellipsis, m_shown) : rect, Qt::IntersectClip);
    painter->translate(TextLeft, 0);
    QAbstractTextDocumentLayout::PaintContext context;
    context.palette.setColor(QPalette::Text, colors.muted);
    context.palette.setColor(QPalette::Link, colors.accent);
    m_text.documentLayout()->draw(painter, context);
    painter->restore();
}

} // namespace millrace

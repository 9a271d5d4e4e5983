// SPDX-License-Identifier: MIT
#include "welcome/ExampleCard.h"

#include "theme/PlainText.h"

#include <QPainter>
#include <QPainterPath>
#include <QTextLayout>

namespace millrace {

namespace {

constexpr int Width = 268, PictureHeight = 128, TextLines = 3, Padding = 12;
constexpr double Radius = 8;

/// Draws the text into so many lines; what doesn't fit ends in an ellipsis.
void drawLines(QPainter &painter, const QRect &place, const QString &text, int most)
{
    QTextLayout layout(text, painter.font());
    layout.beginLayout();
    const QFontMetrics metrics(painter.font());
    for (int i = 0; i < most; ++i) {
        QTextLine line = layout.createLine();
        if (!line.isValid())
            break;
        line.setLineWidth(place.width());
        const QString rest = text.mid(line.textStart());
        const QString shown = i + 1 < most ? rest.left(line.textLength()).trimmed()
                                           : metrics.elidedText(rest, Qt::ElideRight, place.width());
        painter.drawText(place.left(), place.top() + i * metrics.lineSpacing() + metrics.ascent(), shown);
    }
    layout.endLayout();
}

} // namespace

ExampleCard::ExampleCard(const QString &title, const QString &text, Need need, Draw draw, Theme &theme, QWidget *parent)
    : QAbstractButton(parent), m_theme(theme), m_text(text), m_need(std::move(need)), m_draw(std::move(draw))
{
    setText(title);
    setAccessibleName(tr("Open and run the example “%1”").arg(title));
    const QString all = m_need.text.isEmpty() ? text : text + QStringLiteral("\n") + m_need.text;
    setAccessibleDescription(all);
    setToolTip(plainToolTip(all));
    setCursor(Qt::PointingHandCursor);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    connect(&theme, &Theme::changed, this, [this] {
        m_picture = {};
        update();
    });
}

int ExampleCard::pictureHeight() const
{
    return int(PictureHeight * m_theme.fontScale());
}

QSize ExampleCard::sizeHint() const
{
    const QFontMetrics strong(m_theme.font(FontRole::Strong)), small(m_theme.font(FontRole::Small));
    return {int(Width * m_theme.fontScale()),
            pictureHeight() + strong.lineSpacing() + TextLines * small.lineSpacing() + 2 * Padding + 4};
}

void ExampleCard::paintTexts(QPainter &painter, const QRect &place) const
{
    painter.setFont(m_theme.font(FontRole::Strong));
    painter.setPen(m_theme.colors().text);
    const QFontMetrics metrics(painter.font());
    painter.drawText(place.left(), place.top() + metrics.ascent(),
                     metrics.elidedText(text(), Qt::ElideRight, place.width()));
    painter.setFont(m_theme.font(FontRole::Small));
    painter.setPen(m_theme.colors().muted);
    const QRect rest = place.adjusted(0, metrics.lineSpacing() + 4, 0, 0);
    drawLines(painter, rest, m_text, m_need.text.isEmpty() ? TextLines : TextLines - 1);
    if (m_need.text.isEmpty())
        return;
    const QFontMetrics small(painter.font());
    const int side = small.ascent(), top = rest.top() + (TextLines - 1) * small.lineSpacing();
    const QColor ink = m_need.isMissing ? m_theme.colors().warnText : m_theme.colors().muted;
    painter.drawPixmap(rest.left(), top + (small.height() - side) / 2,
                       m_theme.glyph(m_need.isMissing ? QStringLiteral("warning") : QStringLiteral("info"), ink, side,
                                     devicePixelRatioF()));
    painter.setPen(m_theme.colors().text);
    painter.drawText(rest.left() + side + 5, top + small.ascent(),
                     small.elidedText(m_need.text, Qt::ElideRight, rest.width() - side - 5));
}

void ExampleCard::paintEvent(QPaintEvent *)
{
    const Colors &colors = m_theme.colors();
    const QSize size(width() - 2, pictureHeight());
    const double ratio = devicePixelRatioF();
    if (m_picture.size() != size * ratio)
        m_picture = m_draw(size, ratio);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF frame = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    QPainterPath shape;
    shape.addRoundedRect(frame, Radius, Radius);
    painter.fillPath(shape, underMouse() || isDown() ? colors.hover : colors.card);
    painter.setClipPath(shape);
    painter.drawPixmap(1, 1, m_picture);
    painter.setClipping(false);
    const int line = pictureHeight() + 1;
    painter.fillRect(1, line, width() - 2, 1, colors.line);
    const bool isChosen = hasFocus() || underMouse();
    painter.setPen(QPen(isChosen ? colors.accent : colors.edge, hasFocus() ? 2 : 1));
    painter.drawPath(shape);
    paintTexts(painter, QRect(Padding, line + Padding, width() - 2 * Padding, height() - line - 2 * Padding));
}

} // namespace millrace

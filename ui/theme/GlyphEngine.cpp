// SPDX-License-Identifier: MIT
#include "theme/GlyphEngine.h"

#include "theme/Theme.h"

#include <QFile>
#include <QPainter>
#include <QSvgRenderer>

namespace millrace {

QPixmap renderGlyph(const QString &name, const QColor &color, int pixels)
{
    if (pixels <= 0) // squeezed to nothing, in a window that is being laid out
        return {};
    QPixmap picture(pixels, pixels);
    picture.fill(Qt::transparent);
    QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
    if (!file.open(QIODevice::ReadOnly))
        return picture;
    // Qt's SVG module knows no style sheet's currentColor.
    QByteArray svg = file.readAll();
    svg.replace("currentColor", color.name().toLatin1());
    QSvgRenderer renderer(svg);
    QPainter painter(&picture);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setOpacity(color.alphaF());
    renderer.render(&painter, QRectF(0, 0, pixels, pixels));
    return picture;
}

QColor GlyphEngine::color(QIcon::Mode mode) const
{
    const Colors &colors = m_theme->colors();
    if (mode == QIcon::Disabled) {
        QColor faded = colors.muted;
        faded.setAlphaF(0.45F);
        return faded;
    }
    return mode == QIcon::Selected ? colors.onAccent : m_isMuted ? colors.muted : colors.text;
}

void GlyphEngine::paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State)
{
    const int side = std::min(rect.width(), rect.height());
    const double ratio = painter->device()->devicePixelRatioF();
    painter->drawPixmap(rect.x() + (rect.width() - side) / 2, rect.y() + (rect.height() - side) / 2,
                        m_theme->glyph(m_name, color(mode), side, ratio));
}

QPixmap GlyphEngine::pixmap(const QSize &size, QIcon::Mode mode, QIcon::State)
{
    return m_theme->glyph(m_name, color(mode), std::min(size.width(), size.height()), 1);
}

QPixmap GlyphEngine::scaledPixmap(const QSize &size, QIcon::Mode mode, QIcon::State, qreal scale)
{
    // Qt asks in device pixels here.
    QPixmap picture = m_theme->glyph(m_name, color(mode), std::min(size.width(), size.height()), 1);
    picture.setDevicePixelRatio(scale);
    return picture;
}

} // namespace millrace

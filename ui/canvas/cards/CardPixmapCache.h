// SPDX-License-Identifier: MIT
#pragma once

#include <QCache>
#include <QImage>
#include <QPainter>
#include <QPixmap>
#include <QRectF>

#include <array>
#include <cmath>
#include <cstdint>

namespace millrace {

/// What tells a stamp from others: whatever its look depends on, but not where it is and how large the zoom makes it.
struct CardPixmapKey
{
    std::array<uint32_t, 5> parts{};
    int64_t scale = 0; ///< set by CardPixmapCache

    bool operator==(const CardPixmapKey &) const = default;
};

inline size_t qHash(const CardPixmapKey &key, size_t seed = 0)
{
    return qHashMulti(seed, key.parts[0], key.parts[1], key.parts[2], key.parts[3], key.parts[4], key.scale);
}

/// Pictures of parts of cards that look the same on many of them: each is painted once for a zoom and then copied. Rounded
/// rectangles and ellipses cost as much as all else that a card shows. Forgets the ones that weren't used for longest. A painter
/// that doesn't paint pixels (SVG), turns, or enlarges much is given the drawing itself. GUI thread.
class CardPixmapCache
{
public:
    CardPixmapCache();

    /// After colours have changed.
    void forget() { m_kept.clear(); }

    /// Draws what `paint` paints within `area`, both in the painter's coordinates; the origin goes to the nearest pixel.
    template <typename Paint>
    void draw(QPainter &painter, CardPixmapKey key, const QRectF &area, Paint paint) const
    {
        const double scale = scaleFor(painter);
        if (scale <= 0) {
            paint(painter);
            return;
        }
        const QPoint origin(int(std::floor(area.left() * scale)), int(std::floor(area.top() * scale)));
        key.scale = int64_t(std::llround(scale * 1e6));
        if (const QPixmap *kept = m_kept.object(key)) {
            copy(painter, origin, *kept);
            return;
        }
        const QPoint end(int(std::ceil(area.right() * scale)), int(std::ceil(area.bottom() * scale)));
        QImage image(end.x() - origin.x(), end.y() - origin.y(), QImage::Format_ARGB32_Premultiplied);
        image.fill(Qt::transparent);
        QPainter stamp(&image);
        stamp.setRenderHints(painter.renderHints());
        stamp.translate(-origin);
        stamp.scale(scale, scale);
        paint(stamp);
        stamp.end();
        copy(painter, origin, *keep(key, std::move(image), painter.device()->devicePixelRatioF()));
    }

private:
    /// Device pixels for one of the painter's; 0: the painter can't take stamps.
    static double scaleFor(const QPainter &painter);
    static void copy(QPainter &painter, QPoint origin, const QPixmap &pixmap);
    const QPixmap *keep(const CardPixmapKey &key, QImage image, double devicePixelRatio) const;

    mutable QCache<CardPixmapKey, QPixmap> m_kept; ///< costs are bytes
};

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "canvas/cards/CardPixmapCache.h"

#include <QPaintEngine>

#include <utility>

namespace millrace {

namespace {

constexpr qsizetype MostBytes = 32 << 20;
constexpr double MostScale = 4; // a card is then 250 KiB times four; larger ones are few on a screen

} // namespace

CardPixmapCache::CardPixmapCache() : m_kept(MostBytes) {}

double CardPixmapCache::scaleFor(const QPainter &painter)
{
    const QTransform &world = painter.worldTransform();
    const double scale = world.m11() * painter.device()->devicePixelRatioF();
    const bool isEven = world.type() <= QTransform::TxScale && world.m11() == world.m22() && scale <= MostScale;
    return isEven && painter.paintEngine()->type() == QPaintEngine::Raster ? scale : 0;
}

void CardPixmapCache::copy(QPainter &painter, QPoint origin, const QPixmap &pixmap)
{
    const QTransform world = painter.worldTransform();
    const double ratio = pixmap.devicePixelRatio();
    const QPoint at(int(std::lround(world.dx() * ratio)), int(std::lround(world.dy() * ratio)));
    painter.setWorldTransform({});
    painter.drawPixmap(QPointF(at + origin) / ratio, pixmap);
    painter.setWorldTransform(world);
}

const QPixmap *CardPixmapCache::keep(const CardPixmapKey &key, QImage image, double devicePixelRatio) const
{
    const qsizetype bytes = image.sizeInBytes();
    auto *pixmap = new QPixmap(QPixmap::fromImage(std::move(image)));
    pixmap->setDevicePixelRatio(devicePixelRatio);
    m_kept.insert(key, pixmap, bytes);
    return pixmap;
}

} // namespace millrace

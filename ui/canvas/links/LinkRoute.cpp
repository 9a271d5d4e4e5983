// SPDX-License-Identifier: MIT
#include "canvas/links/LinkRoute.h"

#include "canvas/links/LinkPainter.h"

#include <algorithm>
#include <cmath>

namespace millrace {

namespace {

constexpr double CardClear = 6;   // pixels at 100 % that a curve keeps from cards
constexpr double LaneBeside = 14; // that a lane keeps
constexpr int CurveSamples = 24;

bool isCurveFree(QPointF from, QPointF to, const std::vector<QRectF> &cards)
{
    const QPainterPath path = linkPath(from, to);
    for (int i = 1; i < CurveSamples; ++i) {
        const QPointF at = path.pointAtPercent(double(i) / CurveSamples);
        for (const QRectF &card : cards)
            if (card.adjusted(-CardClear, -CardClear, CardClear, CardClear).contains(at))
                return false;
    }
    return true;
}

bool isLaneFree(double y, const std::vector<QRectF> &cards)
{
    return std::ranges::none_of(
        cards, [y](const QRectF &card) { return y > card.top() - CardClear && y < card.bottom() + CardClear; });
}

} // namespace

std::optional<double> laneOf(QPointF from, QPointF to, const std::vector<QRectF> &cards)
{
    const double left = from.x() + LaneTurn, right = to.x() - LaneTurn;
    if (right - left < LaneTurn)
        return {};
    std::vector<QRectF> between;
    for (const QRectF &card : cards)
        if (card.right() > left && card.left() < right)
            between.push_back(card);
    if (between.empty() || isCurveFree(from, to, between))
        return {};
    std::vector<double> lanes{from.y(), to.y()};
    for (const QRectF &card : between) {
        lanes.push_back(card.top() - LaneBeside);
        lanes.push_back(card.bottom() + LaneBeside);
    }
    std::optional<double> best;
    const auto way = [&](double y) { return std::abs(y - from.y()) + std::abs(y - to.y()); };
    for (const double lane : lanes)
        if ((!best || way(lane) < way(*best)) && isLaneFree(lane, between))
            best = lane;
    return best;
}

} // namespace millrace

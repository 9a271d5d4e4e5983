// SPDX-License-Identifier: MIT
#include "monitor/throughput/ChartColors.h"

#include <algorithm>
#include <cmath>

namespace millrace {

namespace {

constexpr double LeastContrast = 3.2;
constexpr double FirstHue = 0.61, GoldenShare = 0.6180339887498949;

/// Of the light that a colour gives, by WCAG 2.
double luminance(const QColor &color)
{
    const auto linear = [](double channel) {
        return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

double contrastOf(const QColor &one, const QColor &other)
{
    const double a = luminance(one), b = luminance(other);
    return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

} // namespace

QColor chartColor(size_t number, const QColor &ground)
{
    // Hues by the golden section never come near one another soon; saturation takes turns, so that those that do differ too.
    const double hue = std::fmod(FirstHue + double(number) * GoldenShare, 1.0);
    const double saturation = 0.62 + 0.12 * double(number % 3) - 0.0001 * double(number % 1000);
    const bool isDark = luminance(ground) < 0.2;
    double lightness = isDark ? 0.66 : 0.42;
    QColor color = QColor::fromHslF(float(hue), float(saturation), float(lightness));
    while (contrastOf(color, ground) < LeastContrast && lightness > 0.05 && lightness < 0.95) {
        lightness += isDark ? 0.02 : -0.02;
        color = QColor::fromHslF(float(hue), float(saturation), float(lightness));
    }
    return color;
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "monitor/throughput/Axis.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace millrace {

double niceCeiling(double value)
{
    if (value <= 0)
        return 1;
    const double power = std::pow(10, std::floor(std::log10(value)));
    for (const double factor : {1.0, 2.0, 5.0})
        if (value <= factor * power * (1 + 1e-9))
            return factor * power;
    return 10 * power;
}

void TimeStretch::follow(double end)
{
    m_end = std::max(Shortest, end);
    if (m_isAll || m_to > m_end) // another run, which is shorter
        showAll();
}

void TimeStretch::showAll()
{
    m_isAll = true;
    m_from = 0;
    m_to = m_end;
}

void TimeStretch::show(double from, double to)
{
    if (from > to)
        std::swap(from, to);
    const double length = std::clamp(to - from, Least, m_end);
    m_from = std::clamp(from, 0.0, m_end - length);
    m_to = m_from + length;
    m_isAll = length >= m_end;
}

void TimeStretch::zoom(double factor, double at)
{
    const double wanted = std::clamp(length() / factor, Least, m_end);
    const double share = (std::clamp(at, m_from, m_to) - m_from) / length();
    const double from = std::clamp(at, m_from, m_to) - share * wanted;
    show(from, from + wanted);
}

void TimeStretch::move(double seconds)
{
    show(m_from + seconds, m_to + seconds);
}

} // namespace millrace

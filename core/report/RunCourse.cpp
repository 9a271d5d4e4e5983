// SPDX-License-Identifier: MIT
#include "report/RunCourse.h"

#include "metrics/RunEnd.h"

#include <algorithm>
#include <utility>

namespace millrace {

void RunCourse::add(const RunSample &sample)
{
    const size_t count = std::min(sample.steps.size(), MostSteps);
    if (m_steps.size() != count) {
        *this = RunCourse();
        for (size_t i = 0; i < count; ++i)
            m_steps.push_back(sample.steps[i].id);
    }
    const bool isOver = runEnd(sample.state, 0) != RunEnd::None;
    if (!m_points.empty() && sample.activeSeconds - m_points.back().seconds < (isOver ? 1e-3 : m_distance))
        return;
    if (m_points.size() >= MostPoints) {
        for (size_t i = 0; 2 * i < m_points.size(); ++i)
            std::swap(m_points[i], m_points[2 * i]);
        m_points.resize((m_points.size() + 1) / 2);
        m_distance *= 2;
    }
    Point point{sample.activeSeconds, {}};
    for (size_t i = 0; i < count; ++i)
        point.done.push_back(sample.steps[i].itemsDone());
    m_points.push_back(std::move(point));
}

std::vector<RunCurve> RunCourse::curves() const
{
    std::vector<RunCurve> curves;
    for (size_t step = 0; step < m_steps.size(); ++step) {
        RunCurve curve{m_steps[step], {}};
        for (size_t i = 1; i < m_points.size(); ++i) {
            const Point &from = m_points[i - 1], &to = m_points[i];
            const uint64_t more = std::max(to.done[step], from.done[step]) - from.done[step];
            curve.points.emplace_back(to.seconds, double(more) / (to.seconds - from.seconds));
        }
        curves.push_back(std::move(curve));
    }
    return curves;
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "model/RunHistory.h"

#include <algorithm>

namespace millrace {

namespace {

template <class T>
void halveValues(std::vector<T> &values)
{
    for (size_t i = 0; i + 1 < values.size(); i += 2)
        values[i / 2] = (values[i] + values[i + 1]) / 2;
    values.resize(values.size() / 2);
}

} // namespace

void RunHistory::clear()
{
    *this = RunHistory();
}

void RunHistory::add(const RunSample &sample)
{
    const double passed = sample.activeSeconds - m_lastActive;
    if (m_steps.size() != sample.steps.size()) {
        clear();
        for (const StepSample &step : sample.steps) {
            m_steps.emplace_back(step.id, Series());
            m_done.push_back(step.itemsDone());
        }
        m_lastActive = sample.activeSeconds;
        return;
    }
    if (passed < m_distance)
        return;
    if (m_seconds.size() >= MostPoints)
        halve();
    m_seconds.push_back(sample.activeSeconds);
    for (size_t i = 0; i < sample.steps.size(); ++i) {
        const StepSample &step = sample.steps[i];
        const uint64_t done = step.itemsDone();
        const uint64_t more = done >= m_done[i] ? done - m_done[i] : 0;
        m_steps[i].second.itemsPerSecond.push_back(float(double(more) / passed));
        const double share = step.queue.capacity ? double(step.queue.depth) / step.queue.capacity : 0;
        m_steps[i].second.queueShare.push_back(float(std::min(share, 1.0)));
        m_done[i] = done;
    }
    m_lastActive = sample.activeSeconds;
}

void RunHistory::halve()
{
    m_distance *= 2;
    halveValues(m_seconds);
    for (auto &[id, series] : m_steps) {
        halveValues(series.itemsPerSecond);
        halveValues(series.queueShare);
    }
}

float RunHistory::mostItemsPerSecond() const
{
    float most = 0;
    for (const auto &[id, series] : m_steps)
        for (const float rate : series.itemsPerSecond)
            most = std::max(most, rate);
    return most;
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "analysis/LimitTracker.h"

#include <deque>
#include <string>

namespace millrace {

/// One line on standard error that is drawn again and again: percent, items, items per second, time left, what limits.
class ProgressLine
{
public:
    ProgressLine(bool isShown, int cores) : m_isShown(isShown), m_tracker(cores) {}
    ~ProgressLine() { clear(); }
    ProgressLine(const ProgressLine &) = delete;
    ProgressLine &operator=(const ProgressLine &) = delete;

    void show(const RunSample &sample);
    void clear();

private:
    std::string text() const;

    const bool m_isShown;
    bool m_isDrawn = false;
    std::deque<RunSample> m_samples; ///< of the last seconds
    LimitTracker m_tracker;
};

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/RunSample.h"

#include <deque>
#include <string>

namespace millrace {

/// One line on standard error that is drawn again and again: percent, items, items per second, time left, what limits.
class ProgressLine
{
public:
    explicit ProgressLine(bool isShown) : m_isShown(isShown) {}
    ~ProgressLine() { clear(); }
    ProgressLine(const ProgressLine &) = delete;
    ProgressLine &operator=(const ProgressLine &) = delete;

    void show(const RunSample &sample, int cores);
    void clear();

    /// The line's text, from the samples of the last seconds.
    static std::string textOf(const std::deque<RunSample> &samples, int cores);

private:
    const bool m_isShown;
    bool m_isDrawn = false;
    std::deque<RunSample> m_samples;
};

} // namespace millrace

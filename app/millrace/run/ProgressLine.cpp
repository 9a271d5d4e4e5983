// SPDX-License-Identifier: MIT
#include "millrace/run/ProgressLine.h"

#include "millrace/Console.h"

#include <algorithm>
#include <cstdio>
#include <unistd.h>

namespace millrace {

namespace {

constexpr size_t SamplesShown = 30; // about three seconds, so that the rate is calm

} // namespace

void ProgressLine::show(const RunSample &sample)
{
    if (!m_isShown)
        return;
    m_tracker.add(sample);
    m_samples.push_back(sample);
    if (m_samples.size() > SamplesShown)
        m_samples.pop_front();
    const std::string line = elided(text(), size_t(std::max(20, terminalWidth(STDERR_FILENO) - 2)));
    std::fprintf(stderr, "\r%s\x1b[K", line.c_str());
    std::fflush(stderr);
    m_isDrawn = true;
}

void ProgressLine::clear()
{
    if (m_isDrawn)
        std::fputs("\r\x1b[K", stderr);
    m_isDrawn = false;
}

std::string ProgressLine::text() const
{
    const RunSample &now = m_samples.back();
    const RunSample &before = m_samples.front();
    const double seconds = m_samples.size() > 1 ? now.activeSeconds - before.activeSeconds : now.activeSeconds;
    const uint64_t items = m_samples.size() > 1 ? now.itemsRead - before.itemsRead : now.itemsRead;
    std::string text = now.state == RunState::Stopping ? "stopping  " : "";
    if (now.progress)
        text += formatPercent(*now.progress) + "  ";
    text += formatCount(double(now.itemsRead)) + " items";
    if (now.errors > 0)
        text += "  " + formatCount(double(now.errors)) + " errors";
    if (seconds > 0)
        text += "  " + formatCount(double(items) / seconds) + "/s";
    if (now.progress && *now.progress > 0.001 && *now.progress < 1 && now.activeSeconds > 0.5)
        text += "  " + formatDuration(now.activeSeconds * (1 - *now.progress) / *now.progress) + " left";
    if (const auto &limit = m_tracker.limit()) {
        std::string who = limit->kind == Limit::Kind::Cores ? "the cores" : limit->step;
        for (const Limit::Part &part : limit->sharedWith)
            who += " and " + part.step;
        text += "  limited by " + who + " (" + formatPercent(limit->share) + ')';
    }
    return printable(text);
}

} // namespace millrace

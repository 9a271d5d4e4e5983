// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

namespace millrace::bench {

/// Wall and processor time of a process between start() and stop().
class Timer
{
public:
    void start();
    void stop();
    double wall() const { return m_wall; }
    double cpu() const { return m_cpu; }

private:
    std::chrono::steady_clock::time_point m_begin;
    double m_cpuBegin = 0, m_wall = 0, m_cpu = 0;
};

/// One run of one contender.
struct Reading
{
    double itemsPerSecond = 0;
    double cpuNanoseconds = 0; ///< an item
    double peakMiB = 0;        ///< of resident memory
    double others = 0;         ///< cores that other processes used meanwhile
    bool isRight = false;      ///< it ended in time, and its output was right and in order
};

/// Who takes part in a workload. `run` starts and stops the timer, and says whether the output was right.
struct Contender
{
    std::string name;
    std::function<bool(Timer &timer)> run;
    size_t items = 0;
};

/// Runs it in a child process of its own, so that pools, arenas and peak memory never touch the next one's; ended after
/// `limit` seconds. The caller has no threads.
Reading measureForked(const Contender &contender, unsigned limit);

double median(std::vector<double> values);

} // namespace millrace::bench

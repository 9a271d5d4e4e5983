// SPDX-License-Identifier: MIT
#pragma once

#include "expression/script/ScriptLimits.h"
#include "process/Descriptor.h"
#include "process/Event.h"

#include <atomic>
#include <cstdint>
#include <ctime>
#include <mutex>
#include <thread>

class QJSEngine;

namespace millrace {

/// How the process of a script engine ends by itself.
enum class ScriptEnding : int { Timeout = 70, Memory = 71, Crash = 72 };

/// Holds the engine of this process to its limits. What takes too long (by the time it computes, so that a busy machine is no item's fault;
/// on the clock, ten times as long) is interrupted by a thread that watches; what can't be
/// interrupted, and what needs too much memory, ends the process with a status that says so. The process also ends when whoever started
/// it is gone. All but the watch is called by the thread that uses the engine.
class ScriptGuard
{
public:
    explicit ScriptGuard(int socket);
    ~ScriptGuard();

    /// What begin() and end() are for from now on; null: nothing.
    void setEngine(QJSEngine *engine, const ScriptLimits &limits);
    const ScriptLimits &limits() const { return m_limits; }
    /// Memory is limited from now on, to what the limits allow and so many bytes more than the process had when the engine was set.
    void limitMemory(uint64_t more) const;
    /// It isn't, as for what is ours.
    static void freeMemory();
    /// Whether the process has much more than when the engine was set.
    bool hasGrown() const;

    /// An item, or whatever else may take the time of one, begins.
    void begin();
    /// Whether it was interrupted. The engine can be used again then.
    bool end();
    /// Asked in loops of ours over what a script has made.
    bool isInterrupted() const { return (m_state.load(std::memory_order_relaxed) & Flag) != 0; }

private:
    static constexpr uint64_t Flag = 1;

    void watch(int socket);
    int look(uint64_t now);
    bool isTooLong(uint64_t now) const;
    void wake() const;

    ScriptLimits m_limits;
    uint64_t m_memoryAtStart = 0;
    uint64_t m_number = 0; ///< of the item, from 1
    std::atomic<uint64_t> m_state =
        0; ///< twice the number of the item under way (0: none), and Flag once it is interrupted
    std::atomic<bool> m_isAsleep = true;
    Descriptor m_wake; ///< eventfd
    Event m_isOver;

    std::mutex m_mutex; ///< guards all below, and that Flag and the engine's interruption belong together
    QJSEngine *m_engine = nullptr;
    uint64_t m_limit = 0; ///< nanoseconds; 0: any
    uint64_t m_seen = 0, m_since = 0;
    uint64_t m_computedBefore = 0;                ///< nanoseconds, by m_clock, at m_since
    clockid_t m_clock = CLOCK_PROCESS_CPUTIME_ID; ///< of the thread that uses the engine

    std::thread m_thread;
};

} // namespace millrace

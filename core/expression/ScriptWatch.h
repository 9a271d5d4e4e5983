// SPDX-License-Identifier: MIT
#pragma once

#include "process/Descriptor.h"

#include <cstdint>
#include <mutex>
#include <thread>

class QJSEngine;

namespace millrace {

/// Interrupts what a script engine does when it takes too long, or when the run is broken off. Has a thread that sleeps until
/// the one or the other is possible. begin() and end() are called by the thread that uses the engine.
class ScriptWatch
{
public:
    enum class Cause : uint8_t { None, TimeLimit, RunEnded };

    /// `seconds`: the limit for what is between begin() and end(); 0: none. `interrupt`: a descriptor that becomes readable
    /// when the run is broken off; -1: none.
    ScriptWatch(QJSEngine &engine, double seconds, int interrupt);
    ~ScriptWatch();

    void begin();
    /// Why the engine was interrupted since begin(), if it was; it can be used again.
    Cause end();

private:
    void watch();
    void wake() const;

    QJSEngine &m_engine;
    const uint64_t m_limit; ///< nanoseconds; 0: none
    const int m_interrupt;
    Descriptor m_wake; ///< eventfd

    std::mutex m_mutex;     ///< guards all below
    uint64_t m_begin = 0;   ///< steady nanoseconds; 0: nothing is under way
    bool m_isAsleep = true; ///< the thread waits without a time
    bool m_isOver = false, m_isRunEnded = false;
    Cause m_cause = Cause::None;

    std::thread m_thread;
};

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace millrace {

/// What the threads of one run did when, for whoever wants to see how the engine shares out its work: a file that Perfetto and
/// Chrome's tracing page open (Chromium's "Trace Event Format", JSON). Each turn of a stage is an event of its thread, and how many
/// batches its queue had afterwards one of a counter.
class RunTrace
{
public:
    static constexpr size_t MostEvents = 200'000; ///< of a thread: 8 MB; later ones are counted only

    /// One thread's events. Used by that thread alone.
    class Track
    {
    public:
        explicit Track(pid_t threadId) : m_threadId(threadId) {}
        /// A turn of the stage with that number, in steady nanoseconds, and how many batches its queue has now.
        void add(uint32_t stage, uint64_t begin, uint64_t end, uint32_t queued)
        {
            if (m_events.size() < MostEvents)
                m_events.push_back({begin, end - begin, stage, queued});
            else
                ++m_left;
        }

    private:
        friend class RunTrace;
        struct Event
        {
            uint64_t begin = 0, length = 0; ///< steady nanoseconds
            uint32_t stage = 0, queued = 0;
        };
        pid_t m_threadId;
        std::vector<Event> m_events;
        uint64_t m_left = 0; ///< events that there was no room for
    };

    /// Whether the environment's MILLRACE_TRACE names a file.
    static bool isAskedFor();
    /// To be written to that file (`run.json`; this program's later runs write `run-2.json`, …). `stages`: their names, by number.
    static std::unique_ptr<RunTrace> fromEnvironment(std::vector<std::string> stages);

    RunTrace(std::string path, std::vector<std::string> stages) : m_path(std::move(path)), m_stages(std::move(stages))
    {}
    /// For a thread of the run. Stays valid as long as this object. Safe on any thread.
    Track &addTrack(pid_t threadId);
    /// Once no thread adds to its track any more. Times count from `start` (steady nanoseconds). Returns what went wrong, or nothing.
    std::string write(uint64_t start) const;

private:
    std::string textOf(const Track &track, uint64_t start) const;

    const std::string m_path;
    const std::vector<std::string> m_stages;
    std::mutex m_mutex; ///< guards m_tracks
    std::vector<std::unique_ptr<Track>> m_tracks;
};

} // namespace millrace

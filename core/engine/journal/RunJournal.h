// SPDX-License-Identifier: MIT
#pragma once

#include "engine/journal/JournalFile.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace millrace {

/// Writes down how far a run has come, about once a second, so that another run can go on from there. The source marks a moment between
/// two batches; each sink tells where its result ends when it has written everything before that moment, in order; then a thread of
/// the journal's own brings the results to the disk, and after them the entry. The idea is that of barriers in a stream, as in Carbone
/// et al., "Lightweight Asynchronous Snapshots for Distributed Dataflows" (2015), for a graph whose steps remember nothing.
///
/// What can't be written ends the journal, never the run.
class RunJournal
{
public:
    static constexpr uint64_t NoMark = UINT64_MAX;

    /// `first`: where the run begins; of sequence 0: at the beginning, else it is written down at once. `results`: the files that the
    /// sinks write, by step. Throws std::system_error where the system gives no thread.
    RunJournal(JournalEntry first,
               const std::map<std::string, std::string> &results,
               std::chrono::milliseconds interval);
    ~RunJournal();
    RunJournal(const RunJournal &) = delete;
    RunJournal &operator=(const RunJournal &) = delete;

    /// Whether a moment is to be marked. Any thread; costs one load.
    bool wantsMark() const { return m_wantsMark.load(std::memory_order_relaxed); }
    /// By the source, before it gives out the batch with that number.
    void mark(uint64_t sequence, uint64_t items);
    /// The batch before which the sinks tell; NoMark: none. Any thread; costs one load.
    uint64_t awaited() const { return m_awaited.load(std::memory_order_acquire); }
    /// Whether the sink has told for the moment that is awaited.
    bool hasTold(const std::string &sink) const;
    /// By a sink that has written everything before awaited(): Sink::checkpoint(). An error ends the journal.
    void tell(const std::string &sink, Result<Value> state);

    /// Whether the results may get their names one after the other: an entry says before that all are complete. `states`: what the sinks
    /// tell now. Nothing is done where there is no entry yet: then the run would begin anew.
    void complete(std::map<std::string, Value> states);
    /// The run is complete, and nothing can go on any more: takes the journal away.
    void discard();
    /// The run has failed or was stopped. `kept`: where the results are now that can be gone on with, by step; where one is
    /// missing the journal goes.
    void close(const std::map<std::string, std::string> &kept);
    /// A sentence, once, where the journal has ended because of an error.
    std::string takeProblem();

private:
    void work();
    void end(std::string problem);
    void stopThread();
    Result<> write(const JournalEntry &entry) const;

    const std::vector<std::string> m_sinks;
    std::vector<std::string> m_paths; ///< of the journal, one beside each result
    const std::chrono::milliseconds m_interval;
    std::atomic<bool> m_wantsMark{false};
    std::atomic<uint64_t> m_awaited{NoMark};

    mutable std::mutex m_mutex; ///< guards all below
    std::condition_variable m_changed;
    JournalEntry m_next;       ///< of the moment that is marked
    JournalEntry m_last;       ///< that is on the disk; of sequence 0: none
    bool m_isComplete = false; ///< all sinks have told of m_next
    bool m_isOver = false;
    std::string m_problem;
    std::thread m_thread; ///< last: it uses the others
};

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/RunLog.h"
#include "pipeline/Pipeline.h"
#include "run/start/StartedRun.h"

#include <QString>

#include <deque>
#include <memory>
#include <vector>

namespace millrace {

class Fit;
struct RunOptions;
struct RunPlan;

/// A fit from its first pass to the folder that keeps what was learnt. Each pass is a run; all of them share one log, whose
/// records are numbered on from pass to pass. A pass is started on a thread that may wait, one at a time; all else is for the
/// bridge's thread, also meanwhile.
class FitSession
{
public:
    static constexpr size_t MostEarlierLog = 100'000; ///< records that are kept of passes that are over, the newest

    /// What the steps of this pipeline learn will be the folder `saveTo`.
    FitSession(const Pipeline &pipeline, const QString &saveTo);
    ~FitSession();

    const QString &saveTo() const { return m_saveTo; }

    /// Makes and starts the first pass, whose log warns of these problems. Refused where no step learns anything.
    StartedRun startFirstPass(RunPlan plan, const RunOptions &options, const Problems &warnings);
    /// Makes and starts the pass behind one that has finished well; behind the last, saves what was learnt.
    StartedRun startNextPass();

    /// Keeps the log of a pass that is over, and how many items failed in it, before the next takes its place.
    void keepPass(const RunLog &log, uint64_t errors);
    bool isLaterPass() const { return m_hasEarlierPass; }
    /// Records of passes that are over with a number above `number`, oldest first, at most so many.
    std::vector<LogRecord> logAfter(uint64_t number, size_t most) const;
    /// Records of passes that are over, those that are no longer kept included: the next pass is numbered from there.
    uint64_t logCount() const { return m_logCount; }
    /// Failed items of passes that are over.
    uint64_t errorCount() const { return m_errors; }

private:
    StartedRun startPass(const Problems &warnings);

    const Pipeline m_pipeline;
    const QString m_saveTo;
    // Of the thread that starts a pass:
    std::unique_ptr<Fit> m_fit;
    int m_pass = 0; ///< from 1
    // Of the bridge's thread:
    bool m_hasEarlierPass = false;
    std::deque<LogRecord> m_log;
    uint64_t m_logCount = 0, m_errors = 0;
};

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "failures/RetryChoice.h"
#include "failures/RetryPipeline.h"
#include "metrics/LogRecord.h"
#include "run/start/RunStart.h"
#include "run/start/StartedRun.h"

#include <QString>

#include <string>
#include <vector>

namespace millrace {

/// Failed items that are tried again: from what the last run has kept of them to what is left. Used on one thread at a time, which may
/// wait.
class RetrySession
{
public:
    /// `file`: the pipeline's, beside which they are kept.
    RetrySession(const QString &file, RetryChoice choice);

    /// Makes and starts the run that tries them, from the steps on that they failed at; what comes out is added to the results. Refused
    /// with a sentence where that can't be done.
    StartedRun start(RunStart how);
    /// Once that run is over: keeps the failed items that are left. The answer holds no run; where this one has finished, it says what
    /// came of it.
    StartedRun settle(bool hasFinished);
    /// Those that are tried; once start() has returned, for any thread.
    const ItemsToRetry &items() const { return m_retry.items; }

private:
    std::string m_folder;
    const QString m_file;
    const RetryChoice m_choice;
    RetryPipeline m_retry;
    std::vector<LogRecord> m_untouched;
};

} // namespace millrace

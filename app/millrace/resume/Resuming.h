// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "engine/journal/JournalFile.h"
#include "engine/RunOptions.h"
#include "millrace/run/PreparedRun.h"
#include "steps/StepType.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace millrace {

/// How a call wants a run's journal to be treated.
struct ResumeWish
{
    bool resumes = false;         ///< --resume
    bool keepsJournal = true;     ///< no --no-journal
    std::optional<uint64_t> seed; ///< --seed
};

/// Sets the run up as the call wishes: its journal, and, with --resume, where it goes on. Says on standard error what comes of it. An error
/// is a sentence that says why it can't go on where the last run was broken off.
Result<> prepareResume(const ResumeWish &wish,
                       const PreparedRun &run,
                       const StepRegistry &registry,
                       RunOptions &options);

} // namespace millrace

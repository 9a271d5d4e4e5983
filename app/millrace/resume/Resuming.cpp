// SPDX-License-Identifier: MIT
#include "millrace/resume/Resuming.h"

#include "engine/JournalPlan.h"
#include "history/BrokenOffRun.h"
#include "millrace/Console.h"

#include <millrace/Version.h>

#include <utility>

namespace millrace {

namespace {

auto withWayOut(const Error &error)
{
    return failure(error.kind, error.message + " Without --resume the pipeline runs from the beginning.");
}

} // namespace

Result<> prepareResume(const ResumeWish &wish,
                       const PreparedRun &run,
                       const StepRegistry &registry,
                       RunOptions &options)
{
    const std::string digest =
        digestForResume(run.input.pipeline, run.input.folder, registry, options.states, MILLRACE_VERSION);
    if (wish.keepsJournal && !run.input.isStandardInput)
        options.journal = digest;
    if (!wish.resumes)
        return {};
    auto entry = oldestEntryOf(resultsWithJournal(run.input.pipeline, run.input.folder, registry));
    if (!entry)
        return withWayOut(entry.error());
    if (!*entry) {
        const std::string obstacle = journalObstacleOf(run.plan);
        say(stderr,
            run.input.label + ": "
                + (obstacle.empty() ? "There is no journal of a run that was broken off; it runs from the beginning."
                                    : "It runs from the beginning, for " + obstacle + '.')
                + '\n');
        return {};
    }
    if (const auto checked = checkResume(**entry, digest); !checked)
        return withWayOut(checked.error());
    if (wish.seed && *wish.seed != (*entry)->seed)
        return failure(ErrorKind::Call, "--seed " + std::to_string(*wish.seed)
                                            + ": the run that was broken off had the seed "
                                            + std::to_string((*entry)->seed) + '.');
    options.seed = (*entry)->seed;
    say(stderr, run.input.label + ": It goes on after " + std::to_string((*entry)->items) + " items.\n");
    options.resume = std::make_shared<const JournalEntry>(**std::move(entry));
    return {};
}

} // namespace millrace

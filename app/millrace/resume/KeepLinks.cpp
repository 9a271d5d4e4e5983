// SPDX-License-Identifier: MIT
#include "millrace/resume/KeepLinks.h"

#include "millrace/Console.h"

#include <millrace/Version.h>

#include <algorithm>

namespace millrace {

std::optional<KeptLinks> keepLinks(const KeepWish &wish,
                                   PreparedRun &run,
                                   const StepRegistry &registry,
                                   RunOptions &options)
{
    const bool isMarked = std::ranges::any_of(run.plan.links, &PlannedLink::isKept);
    if (run.input.path.empty() || (!isMarked && !wish.keeps))
        return std::nullopt;
    if (!wish.keeps) {
        say(stderr, run.input.label
                        + ": Nothing is kept of its links by this run: only whole runs on this machine that "
                          "begin at their sources do that.\n");
        return std::nullopt;
    }
    KeptLinks kept(
        {.folder = keptPlace(run.input.path), .version = MILLRACE_VERSION, .seed = wish.seed, .isFresh = wish.isFresh});
    kept.applyTo(run.plan, run.input.pipeline, run.input.folder, registry, options.states);
    for (const KeptNote &told : kept.told())
        say(stderr, printable(run.input.label + ": " + told.text) + '\n');
    if (kept.startsBehind())
        options.journal.clear();
    return kept;
}

} // namespace millrace

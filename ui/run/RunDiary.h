// SPDX-License-Identifier: MIT
#pragma once

#include "engine/Run.h"
#include "model/recording/RunChange.h"
#include "pipeline/Pipeline.h"

#include <QString>

#include <string>
#include <vector>

namespace millrace {

/// What a run's log says of the run itself, in sentences: how it began and ended, and what was changed meanwhile.
/// All but logEnd() are pure.

/// "Started with 5 steps and 7 workers." Steps that are disabled are not counted.
std::string startText(const Pipeline &pipeline);
/// "Fitting, pass 1 of 2: the steps that learn see the data." Alone, a pass has no number.
std::string passText(int number, int count);
/// "What was learnt is kept in “features.fitted”."
std::string savedText(const QString &folder);
/// "Finished after 7 s: 3,376 items read, 263 written, no errors.", "Finished after 7 s with 12 failed items: …".
std::string endText(const RunSample &last, RunState state);
/// "Written: /home/me/alaska.csv (12 kB)."
std::string writtenText(const QString &path, uint64_t bytes);
/// "What was finished until then is in “out.csv.partial” and “all.jsonl.partial”." Empty where nothing was kept.
QString keptText(const std::vector<std::string> &files);
/// Says in the log what ended the run, where that is no error of an item that is there already, how it ended, and which partial
/// results were kept. Returns how many errors it added.
uint64_t logEnd(RunLog &log, RunSample last, const RunOutcome &outcome);
/// "3 workers, 1 before."
std::string workersText(int now, int before);
/// "The queue holds 20 batches, 10 before." 0 is a queue without a bound.
std::string queueText(int now, int before);
/// "The queue may hold 64 MB of memory." 0 is its share of the run's.
std::string queueBytesText(uint64_t now);
/// "On an error: skip, after 2 retries."
std::string policyText(ErrorPolicy policy, int retries);

/// The same changes, for the run's recording.
RunChange workersChange(const std::string &step, int now, int before);
RunChange queueChange(const std::string &step, int now, int before);
RunChange queueBytesChange(const std::string &step, uint64_t now, uint64_t before);
struct GivenPolicy
{
    ErrorPolicy policy;
    int retries;
};
RunChange policyChange(const std::string &step, GivenPolicy now, GivenPolicy before);

} // namespace millrace

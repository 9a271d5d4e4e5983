// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "metrics/LogRecord.h"

#include <cstdint>
#include <string>
#include <vector>

namespace millrace {

/// The files of such a folder: the items, and how their run ended.
inline constexpr const char *FailedItemsName = "items.jsonl", *FailedItemsEndName = "run.json";

/// How the run ended that has left failed items.
struct EndOfFailedItems
{
    std::string status;   ///< a word of the report, such as "finished"; empty: the run is under way, or was killed
    uint64_t leftOut = 0; ///< items that failed beyond those that are kept
};

std::string failedItemsFileIn(const std::string &folder);

/// Where the failed items of a pipeline file are, or would be: `NAME.millrace.failed` beside it, or, where nobody can write there and there
/// is none, a folder of its own in the user's state folder ($XDG_STATE_HOME/millrace/failed), which is made. `pipeline`: absolute.
std::string failedItemsPlace(const std::string &pipeline);

/// Removes the folder with what a run has put there, and nothing else.
void discardFailedItems(const std::string &folder);

/// What was kept in that folder, oldest first; nothing where there is none. A last line that a crash cut short is left out. Fails where
/// the file can't be read or holds something else, with its line.
Result<std::vector<LogRecord>> readFailedItems(const std::string &folder);

/// The same of its run's end. One that can't be read counts as none.
EndOfFailedItems readEndOfFailedItems(const std::string &folder);
Result<> writeEndOfFailedItems(const std::string &folder, const EndOfFailedItems &end);

/// In place of what is kept there, whole or not at all; the folder goes where nothing is left.
Result<> replaceFailedItems(const std::string &folder, const std::vector<LogRecord> &records);

/// Whether a run that is under way keeps its failed items there.
bool isFailedItemsFolderInUse(const std::string &folder);

} // namespace millrace

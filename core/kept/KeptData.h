// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "engine/journal/JournalFile.h"

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace millrace {

/// What was kept of the batches that left a step by one port: a file of batches, and this beside it.
struct KeptData
{
    std::string step, port;           ///< that they left
    std::string digest;               ///< of all settings that they depend on
    std::vector<JournalInput> inputs; ///< files that they depend on, as they were
    std::string originName;           ///< what errors call the place that items came from
    std::string token;                ///< the same in the file of batches, which belongs to no other
    uint64_t items = 0, bytes = 0;
    uint64_t mostItems = 1; ///< of a batch
    int64_t keptAt = 0;     ///< milliseconds since 1970
    bool isBlind = false;   ///< a source before can't tell whether its data have changed: a database, a program
};

/// Where a pipeline's run keeps such data, or would: `NAME.millrace.kept` beside its file, see placeBeside(). `pipeline`: absolute.
std::string keptPlace(const std::string &pipeline);

/// The file of batches in that folder.
std::string keptBatchesPath(const std::string &folder, const std::string &step, const std::string &port);

/// Of one port; an error where there is nothing, or it can't be read.
Result<KeptData> readKeptData(const std::string &folder, const std::string &step, const std::string &port);
/// Atomically. The batches are there already.
Result<> writeKeptData(const std::string &folder, const KeptData &kept);

/// All that is in the folder, by step and port.
std::vector<KeptData> allKeptIn(const std::string &folder);
/// Removes what was kept of one port.
void discardKept(const std::string &folder, const std::string &step, const std::string &port);
/// Removes what was kept of all ports but these (step, port), and what a run that was killed has left; then the folder, where nothing
/// else is in it.
void discardKeptBut(const std::string &folder, const std::set<std::pair<std::string, std::string>> &ports);

} // namespace millrace

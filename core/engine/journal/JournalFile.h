// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "data/Value.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace millrace {

/// An input file as it was when a run began to read it.
struct JournalInput
{
    std::string path; ///< absolute
    int64_t bytes = 0;
    int64_t modified = 0; ///< nanoseconds since 1970

    bool operator==(const JournalInput &) const = default;
};

/// As state texts have them: a list of objects.
Value toValue(const std::vector<JournalInput> &inputs);
std::vector<JournalInput> journalInputsFrom(const Value &list);

/// How far a run had come at one moment: all that its source had given before it had been written by all sinks.
struct JournalEntry
{
    std::string pipeline;    ///< a digest of the settings on which the result depends
    uint64_t seed = 0;       ///< for steps that draw at random
    uint64_t epoch = 0;      ///< the how many-th moment of the run it is, from 1
    uint64_t sequence = 0;   ///< number of the source's next batch
    uint64_t items = 0;      ///< that the source had given
    bool isComplete = false; ///< everything has been written: all that is left is to give the results their names
    std::vector<JournalInput> inputs;
    std::map<std::string, Value> sinks; ///< by step: Sink::checkpoint()
};

/// Where the journal of a run stands that writes this result: `.NAME.journal` beside it.
std::string journalPathOf(const std::string &result);

/// As it is on the disk. A file that isn't there, or isn't one, is an error.
Result<JournalEntry> readJournal(const std::string &path);
/// Atomically, and on the disk when it returns.
Result<> writeJournal(const std::string &path, const JournalEntry &entry);

/// Files as they are now; fails for one that isn't there or is no file.
Result<std::vector<JournalInput>> inputsNow(const std::vector<std::string> &paths);

} // namespace millrace

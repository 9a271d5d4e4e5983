// SPDX-License-Identifier: MIT
#include "engine/journal/JournalFile.h"

#include "data/files/AtomicFile.h"
#include "data/files/FilePath.h"
#include "data/json/ObjectMembers.h"
#include "data/json/StateText.h"
#include "data/text/Quote.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <sys/stat.h>

namespace millrace {

namespace {

constexpr int64_t Version = 1;
constexpr int64_t NanosecondsPerSecond = 1'000'000'000;

Failure noJournal(const std::string &path)
{
    return failure(ErrorKind::Damaged, inQuotes(path) + " is no journal of a run.");
}

} // namespace

Value toValue(const std::vector<JournalInput> &inputs)
{
    List list;
    for (const JournalInput &input : inputs)
        list.push_back(Members{{"path", input.path}, {"bytes", input.bytes}, {"modified", input.modified}});
    return Value(std::move(list));
}

std::vector<JournalInput> journalInputsFrom(const Value &list)
{
    std::vector<JournalInput> inputs;
    for (const Value &input : list.toList())
        inputs.push_back({textOf(input, "path"), wholeOf(input, "bytes"), wholeOf(input, "modified")});
    return inputs;
}

std::string journalPathOf(const std::string &result)
{
    const std::filesystem::path path(AtomicFile::targetOf(result));
    return (path.parent_path() / ('.' + path.filename().string() + ".journal")).string();
}

Result<JournalEntry> readJournal(const std::string &path)
{
    const auto text = readWholeFile(path);
    if (!text)
        return text.forward();
    const auto value = parseStateText(*text);
    if (!value || wholeOf(*value, "millraceJournal") != Version)
        return noJournal(path);
    JournalEntry entry;
    entry.pipeline = textOf(*value, "pipeline");
    entry.seed = uint64_t(wholeOf(*value, "seed"));
    entry.epoch = uint64_t(wholeOf(*value, "epoch"));
    entry.sequence = uint64_t(wholeOf(*value, "sequence"));
    entry.items = uint64_t(wholeOf(*value, "items"));
    entry.isComplete = wholeOf(*value, "complete") == 1;
    const Value *inputs = memberOf(*value, "inputs"), *sinks = memberOf(*value, "sinks");
    if (!inputs || !inputs->isList() || !sinks || !sinks->isObject() || entry.sequence == 0)
        return noJournal(path);
    entry.inputs = journalInputsFrom(*inputs);
    for (const auto &[step, state] : sinks->toObject())
        entry.sinks.emplace(step, state);
    return entry;
}

Result<> writeJournal(const std::string &path, const JournalEntry &entry)
{
    Members sinks;
    for (const auto &[step, state] : entry.sinks)
        sinks.emplace_back(step, state);
    AtomicFile file;
    auto done = file.open(path);
    if (done)
        done = file.append(toStateText(Members{{"millraceJournal", Version},
                                               {"pipeline", entry.pipeline},
                                               {"seed", int64_t(entry.seed)},
                                               {"epoch", int64_t(entry.epoch)},
                                               {"sequence", int64_t(entry.sequence)},
                                               {"items", int64_t(entry.items)},
                                               {"complete", int64_t(entry.isComplete)},
                                               {"inputs", toValue(entry.inputs)},
                                               {"sinks", std::move(sinks)}}));
    if (done)
        done = file.commit();
    return done;
}

Result<std::vector<JournalInput>> inputsNow(const std::vector<std::string> &paths)
{
    std::vector<JournalInput> inputs;
    for (const std::string &path : paths) {
        struct stat status;
        if (::stat(path.c_str(), &status) != 0)
            return failure(ErrorKind::Io,
                           "The input " + inQuotes(path) + " can't be looked at: " + std::strerror(errno) + '.');
        if (!S_ISREG(status.st_mode))
            return failure(ErrorKind::Io,
                           "The input " + inQuotes(path) + " is no file, so it can't be read a second time.");
        inputs.push_back({path, int64_t(status.st_size),
                          int64_t(status.st_mtim.tv_sec) * NanosecondsPerSecond + int64_t(status.st_mtim.tv_nsec)});
    }
    return inputs;
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "kept/KeptData.h"

#include "data/files/AtomicFile.h"
#include "data/files/FilePath.h"
#include "data/json/ObjectMembers.h"
#include "data/json/StateText.h"
#include "data/text/Quote.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <tuple>
#include <unistd.h>

namespace millrace {

namespace {

namespace fs = std::filesystem;

constexpr int64_t Version = 1;
constexpr const char *DataSuffix = ".kept.json", *BatchesSuffix = ".batches";

/// Steps of pipelines within pipelines have slashes in their ids.
std::string stemOf(const std::string &folder, const std::string &step, const std::string &port)
{
    std::string name;
    for (const char c : step)
        name += c == '/' ? std::string("%2F") : c == '%' ? std::string("%25") : std::string(1, c);
    return (fs::path(folder) / (name + '.' + port)).string();
}

/// Of the files in it; nothing where there is no such folder.
std::vector<std::string> namesIn(const std::string &folder)
{
    std::vector<std::string> names;
    std::error_code error;
    if (fs::is_symlink(folder, error)) // not ours
        return names;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
        names.push_back(at->path().filename().string());
    return names;
}

Result<KeptData> readFile(const std::string &path)
{
    const auto text = readWholeFile(path);
    if (!text)
        return text.forward();
    const auto value = parseStateText(*text);
    const Value *const inputs = value ? memberOf(*value, "inputs") : nullptr;
    if (!value || wholeOf(*value, "millraceKept") != Version || !inputs || !inputs->isList())
        return failure(ErrorKind::Damaged, inQuotes(path) + " says nothing of kept batches.");
    KeptData kept;
    kept.step = textOf(*value, "step");
    kept.port = textOf(*value, "port");
    kept.digest = textOf(*value, "digest");
    kept.originName = textOf(*value, "origin");
    kept.token = textOf(*value, "token");
    kept.items = uint64_t(wholeOf(*value, "items"));
    kept.bytes = uint64_t(wholeOf(*value, "bytes"));
    kept.mostItems = uint64_t(std::max<int64_t>(1, wholeOf(*value, "mostItems")));
    kept.keptAt = wholeOf(*value, "keptAt");
    kept.isBlind = wholeOf(*value, "blind") == 1;
    kept.inputs = journalInputsFrom(*inputs);
    return kept;
}

} // namespace

std::string keptPlace(const std::string &pipeline)
{
    return placeBeside(pipeline, "kept");
}

std::string keptBatchesPath(const std::string &folder, const std::string &step, const std::string &port)
{
    return stemOf(folder, step, port) + BatchesSuffix;
}

Result<KeptData> readKeptData(const std::string &folder, const std::string &step, const std::string &port)
{
    auto kept = readFile(stemOf(folder, step, port) + DataSuffix);
    if (kept && (kept->step != step || kept->port != port))
        return failure(ErrorKind::Damaged, "What is kept in " + inQuotes(folder) + " is of another step.");
    return kept;
}

Result<> writeKeptData(const std::string &folder, const KeptData &kept)
{
    AtomicFile file;
    auto done = file.openOwn(stemOf(folder, kept.step, kept.port) + DataSuffix);
    if (done)
        done = file.append(toStateText(Members{{"millraceKept", Version},
                                               {"step", kept.step},
                                               {"port", kept.port},
                                               {"digest", kept.digest},
                                               {"origin", kept.originName},
                                               {"token", kept.token},
                                               {"items", int64_t(kept.items)},
                                               {"bytes", int64_t(kept.bytes)},
                                               {"mostItems", int64_t(kept.mostItems)},
                                               {"keptAt", kept.keptAt},
                                               {"blind", int64_t(kept.isBlind)},
                                               {"inputs", toValue(kept.inputs)}}));
    if (done)
        done = file.commit();
    return done;
}

std::vector<KeptData> allKeptIn(const std::string &folder)
{
    std::vector<KeptData> all;
    for (const std::string &name : namesIn(folder))
        if (name.ends_with(DataSuffix))
            if (auto kept = readFile((fs::path(folder) / name).string()))
                all.push_back(*std::move(kept));
    std::sort(all.begin(), all.end(),
              [](const KeptData &a, const KeptData &b) { return std::tie(a.step, a.port) < std::tie(b.step, b.port); });
    return all;
}

void discardKept(const std::string &folder, const std::string &step, const std::string &port)
{
    const std::string stem = stemOf(folder, step, port);
    ::unlink((stem + DataSuffix).c_str());
    ::unlink((stem + BatchesSuffix).c_str());
    ::rmdir(folder.c_str()); // only where nothing else is in it
}

void discardKeptBut(const std::string &folder, const std::set<std::pair<std::string, std::string>> &ports)
{
    std::set<std::string> wanted;
    for (const auto &[step, port] : ports)
        for (const char *suffix : {DataSuffix, BatchesSuffix})
            wanted.insert(fs::path(stemOf(folder, step, port) + suffix).filename().string());
    for (const std::string &name : namesIn(folder)) {
        const bool isLeftOver = name.starts_with('.') && name.ends_with(".partial");
        const bool isKept = name.ends_with(DataSuffix) || name.ends_with(BatchesSuffix);
        const bool isOfWanted = isLeftOver && std::ranges::any_of(wanted, [&name](const std::string &one) {
                                    return name.starts_with('.' + one + '.');
                                });
        if ((isKept && !wanted.contains(name)) || (isLeftOver && !isOfWanted))
            ::unlink((fs::path(folder) / name).c_str());
    }
    ::rmdir(folder.c_str()); // only where nothing else is in it
}

} // namespace millrace

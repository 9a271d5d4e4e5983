// SPDX-License-Identifier: MIT
#include "failures/FailedItemsFolder.h"

#include "data/files/AtomicFile.h"
#include "data/files/FilePath.h"
#include "data/json/ObjectMembers.h"
#include "data/json/StateText.h"
#include "data/text/Quote.h"
#include "failures/FailedItemLine.h"

#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <unistd.h>

namespace millrace {

namespace {

namespace fs = std::filesystem;

std::string endFileIn(const std::string &folder)
{
    return (fs::path(folder) / FailedItemsEndName).string();
}

std::string placeOfLine(const std::string &path, size_t line)
{
    return inQuotes(path) + ", line " + std::to_string(line);
}

} // namespace

std::string failedItemsFileIn(const std::string &folder)
{
    return (fs::path(folder) / FailedItemsName).string();
}

std::string failedItemsPlace(const std::string &pipeline)
{
    return placeBeside(pipeline, "failed");
}

void discardFailedItems(const std::string &folder)
{
    ::unlink(failedItemsFileIn(folder).c_str());
    ::unlink(endFileIn(folder).c_str());
    ::rmdir(folder.c_str()); // only where nothing else is in it
}

Result<std::vector<LogRecord>> readFailedItems(const std::string &folder)
{
    const std::string path = failedItemsFileIn(folder);
    std::vector<LogRecord> records;
    std::error_code error;
    if (!fs::exists(path, error))
        return records;
    const auto text = readWholeFile(path);
    if (!text)
        return text.forward();
    size_t line = 0;
    for (size_t begin = 0; begin < text->size(); ++line) {
        const size_t end = text->find('\n', begin);
        if (end == std::string::npos)
            break; // what was being written when the program was killed
        auto record = failedItemFrom(std::string_view(*text).substr(begin, end - begin));
        if (!record)
            return failure(ErrorKind::Damaged, placeOfLine(path, line + 1)
                                                   + ", is no failed item; discard them with \"millrace errors FILE "
                                                     "discard\" and run the pipeline again.");
        records.push_back(*std::move(record));
        begin = end + 1;
    }
    return records;
}

EndOfFailedItems readEndOfFailedItems(const std::string &folder)
{
    const auto text = readWholeFile(endFileIn(folder));
    const auto end = text ? parseStateText(*text) : Result<Value>(text.forward());
    return end ? EndOfFailedItems{textOf(*end, "status"), uint64_t(wholeOf(*end, "leftOut"))} : EndOfFailedItems();
}

Result<> writeEndOfFailedItems(const std::string &folder, const EndOfFailedItems &end)
{
    AtomicFile file;
    auto done = file.open(endFileIn(folder));
    if (done)
        done = file.append(toStateLine(Members{{"status", end.status}, {"leftOut", int64_t(end.leftOut)}}));
    if (done)
        done = file.commit();
    return done;
}

Result<> replaceFailedItems(const std::string &folder, const std::vector<LogRecord> &records)
{
    if (records.empty()) {
        discardFailedItems(folder);
        return {};
    }
    AtomicFile file;
    auto done = file.open(failedItemsFileIn(folder));
    for (size_t i = 0; done && i < records.size(); ++i)
        done = file.append(failedItemLine(records[i]));
    if (done)
        done = file.commit();
    return done;
}

bool isFailedItemsFolderInUse(const std::string &folder)
{
    const int file = ::open(failedItemsFileIn(folder).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0)
        return false;
    const bool isBusy = ::flock(file, LOCK_SH | LOCK_NB) != 0;
    ::close(file);
    return isBusy;
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "failures/FailedItemsFile.h"

#include "data/text/Quote.h"
#include "failures/FailedItemLine.h"
#include "failures/FailedItemsFolder.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace millrace {

namespace {

constexpr size_t WrittenAtOnce = 256 * 1024; // bytes

Failure inUse(const std::string &folder)
{
    return failure(ErrorKind::Io, "Another run of this pipeline keeps its failed items in " + inQuotes(folder)
                                      + ", so those of this one are not kept.");
}

/// All of it, or false with errno set.
bool writeAll(int file, std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t count = ::write(file, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return false;
        bytes.remove_prefix(size_t(count));
    }
    return true;
}

} // namespace

FailedItemsFile::~FailedItemsFile()
{
    close();
}

/// Those that failed before the run was broken off: what is worked on once more fails once more.
Result<> FailedItemsFile::keepBefore(uint64_t firstBatch)
{
    auto records = readFailedItems(m_folder);
    if (!records)
        return records.forward();
    std::erase_if(*records, [firstBatch](const LogRecord &record) {
        return record.batch < 0 || uint64_t(record.batch) >= firstBatch;
    });
    m_kept.store(records->size(), std::memory_order_relaxed);
    for (const LogRecord &record : *records)
        m_bytes += failedItemLine(record).size();
    return replaceFailedItems(m_folder, *records);
}

Result<> FailedItemsFile::begin(uint64_t firstBatch)
{
    const std::lock_guard lock(m_mutex);
    const std::string path = failedItemsFileIn(m_folder);
    const int older = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    const bool isBusy = older >= 0 && ::flock(older, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    Result<> begun;
    if (isBusy)
        begun = inUse(m_folder);
    else if (firstBatch > 0)
        begun = keepBefore(firstBatch);
    else
        discardFailedItems(m_folder);
    if (older >= 0)
        ::close(older);
    m_takesMore.store(!isBusy, std::memory_order_relaxed);
    return begun;
}

Result<> FailedItemsFile::open()
{
    if (::mkdir(m_folder.c_str(), S_IRWXU) != 0 && errno != EEXIST)
        return fail("make the folder", errno);
    const int folder = ::open(m_folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder < 0)
        return fail("open", errno);
    m_file =
        ::openat(folder, FailedItemsName, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
    const int reason = errno;
    ::close(folder);
    if (m_file < 0)
        return fail("write into", reason);
    if (::flock(m_file, LOCK_EX | LOCK_NB) == 0)
        return {};
    ::close(std::exchange(m_file, -1));
    m_takesMore.store(false, std::memory_order_relaxed);
    return inUse(m_folder);
}

Result<> FailedItemsFile::add(std::span<const LogRecord> records)
{
    const std::lock_guard lock(m_mutex);
    std::string text;
    uint64_t waiting = 0, taken = 0, items = 0; // items: in the text, written, all
    Result<> done;
    const auto write = [&] {
        if (done && m_file < 0)
            done = open();
        if (done && !writeAll(m_file, text))
            done = fail("write into", errno);
        if (done) {
            taken += waiting;
            m_bytes += text.size();
            m_kept.fetch_add(waiting, std::memory_order_relaxed);
        }
        waiting = 0;
        text.clear();
    };
    for (const LogRecord &record : records) {
        if (!record.hasItem)
            continue;
        ++items;
        if (!takesMore() || kept() + waiting >= m_mostItems)
            continue;
        std::string line = failedItemLine(record);
        if (m_bytes + text.size() + line.size() > m_mostBytes)
            continue; // a smaller one may still find room
        ++waiting;
        if (text.empty())
            text.swap(line);
        else
            text += line;
        if (text.size() > WrittenAtOnce)
            write();
    }
    if (!text.empty())
        write();
    leaveOut(items - taken);
    if (kept() >= m_mostItems || m_bytes >= m_mostBytes)
        m_takesMore.store(false, std::memory_order_relaxed);
    return done;
}

Result<> FailedItemsFile::fail(const char *what, int reason)
{
    m_takesMore.store(false, std::memory_order_relaxed);
    return failure(ErrorKind::Io, std::string("Failed items are not kept: it is not possible to ") + what + ' '
                                      + inQuotes(m_folder) + ": " + std::strerror(reason) + '.');
}

void FailedItemsFile::finish(std::string_view status)
{
    const std::lock_guard lock(m_mutex);
    if (m_file < 0)
        return;
    ::fsync(m_file);
    (void)writeEndOfFailedItems(m_folder, {std::string(status), leftOut()}); // without it the run counts as broken off
    close();
}

void FailedItemsFile::close()
{
    if (m_file >= 0)
        ::close(std::exchange(m_file, -1));
    m_takesMore.store(false, std::memory_order_relaxed);
}

} // namespace millrace

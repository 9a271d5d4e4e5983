// SPDX-License-Identifier: MIT
#include "kept/KeptSteps.h"

#include "data/SpareMemory.h"
#include "data/text/ByteSize.h"
#include "data/text/Quote.h"
#include "metrics/RunLog.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <limits>
#include <utility>

namespace millrace {

namespace {

std::string headerWith(const std::string &token)
{
    return "millrace kept 1 " + token + '\n';
}

/// Bytes of the disk that a file in that folder may take: half of those that are free.
uint64_t roomIn(const std::string &folder)
{
    struct statvfs disk;
    if (::statvfs(folder.c_str(), &disk) != 0)
        return std::numeric_limits<uint64_t>::max(); // writing will tell
    return uint64_t(disk.f_bavail) * disk.f_frsize / 2;
}

/// Behind the header; closed where the file is no such file, or another one.
Descriptor openKept(const std::string &path, const KeptData &kept)
{
    Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    const std::string expected = headerWith(kept.token);
    std::string header(expected.size(), '\0');
    struct stat status;
    const bool isIt = file.isOpen() && ::fstat(file.number(), &status) == 0 && uint64_t(status.st_size) == kept.bytes
                      && ::read(file.number(), header.data(), header.size()) == ssize_t(header.size())
                      && header == expected;
    return isIt ? std::move(file) : Descriptor();
}

Failure unreadable(const std::string &path)
{
    return failure(ErrorKind::Io, "The batches kept in " + inQuotes(path)
                                      + " are damaged; run the pipeline from its sources (--fresh).");
}

} // namespace

bool isKeptWhole(const std::string &path, const KeptData &kept)
{
    return openKept(path, kept).isOpen();
}

/// Where something went wrong, nothing is kept any more.
void KeepSink::give(const Result<> &done)
{
    if (done)
        return;
    m_isKeeping = false;
    m_file.abandon(false);
    if (m_log)
        m_log->warn(m_keeping->step, "What leaves it isn't kept: " + done.error().message);
}

Result<> KeepSink::open(const StepContext &context)
{
    m_log = context.log;
    const std::filesystem::path folder = std::filesystem::path(m_path).parent_path();
    std::error_code error;
    if (std::filesystem::create_directories(folder, error)) // what items hold is for their owner alone
        std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
    m_mostBytes = std::min(m_mostBytes, roomIn(folder.string()) / m_keeping->sharing);
    m_isKeeping = true;
    auto done = m_file.openOwn(m_path);
    if (done)
        done = m_file.append(headerWith(m_keeping->token));
    give(done);
    return {};
}

Result<> KeepSink::write(Batch &batch)
{
    if (!m_isKeeping)
        return {};
    m_buffer.assign(sizeof(uint64_t), '\0');
    encodeBatch(m_buffer, batch);
    const uint64_t bytes = m_buffer.size() - sizeof bytes;
    std::memcpy(m_buffer.data(), &bytes, sizeof bytes);
    if (m_file.size() + m_buffer.size() > m_mostBytes)
        give(failure(ErrorKind::Io, "it would take more than " + byteSizeText(m_mostBytes)
                                        + ", the most that is kept of a link, and no more than half of what the disk "
                                          "has left for all of them."));
    else
        give(m_file.append(m_buffer));
    ++m_keeping->batches;
    m_keeping->items += batch.size();
    m_keeping->mostItems = std::max<uint64_t>(m_keeping->mostItems, batch.size());
    giveBackIfLarge(m_buffer);
    return {};
}

Result<> KeepSink::settle()
{
    if (m_isKeeping)
        give(m_file.settle());
    return {};
}

Result<> KeepSink::finish()
{
    if (!m_isKeeping)
        return {};
    m_keeping->bytes = m_file.size();
    give(m_file.commit());
    m_keeping->isComplete = m_isKeeping;
    return {};
}

std::string KeepSink::abandon()
{
    m_file.abandon(false);
    return {};
}

Result<> KeptSource::open(const StepContext &)
{
    m_file = openKept(m_path, m_kept);
    if (!m_file.isOpen())
        return unreadable(m_path);
    Batch first;
    const auto any = readBatch(first);
    if (!any)
        return any.forward();
    if (*any) {
        m_ahead.swap(m_buffer);
        m_hasAhead = true;
        m_schema = first.schema();
    }
    return {};
}

/// What a call of read() can give less of than it was asked for. False: there was nothing at all.
static Result<bool> readWhole(int file, char *bytes, size_t size, const std::string &path)
{
    size_t done = 0;
    while (done < size) {
        const ssize_t count = ::read(file, bytes + done, size - done);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            break;
        done += size_t(count);
    }
    if (done == size)
        return true;
    return done == 0 ? Result<bool>(false) : unreadable(path);
}

/// The next one of the file, whose bytes stay in the buffer.
Result<bool> KeptSource::readBatch(Batch &batch)
{
    uint64_t bytes = 0;
    const auto any = readWhole(m_file.number(), reinterpret_cast<char *>(&bytes), sizeof bytes, m_path);
    if (!any || !*any)
        return any;
    if (bytes > m_kept.bytes)
        return unreadable(m_path);
    m_buffer.resize(bytes);
    const auto whole = readWhole(m_file.number(), m_buffer.data(), m_buffer.size(), m_path);
    if (!whole)
        return whole;
    if (!*whole || !m_decoder.decode(m_buffer, batch))
        return unreadable(m_path);
    return true;
}

Result<bool> KeptSource::fetch(Batch &batch, size_t)
{
    if (m_hasAhead) {
        m_hasAhead = false;
        if (!m_decoder.decode(m_ahead, batch))
            return unreadable(m_path);
        m_ahead = std::string();
    } else {
        const auto any = readBatch(batch);
        if (!any)
            return any;
        if (!*any) {
            if (m_items != m_kept.items)
                return unreadable(m_path);
            return false;
        }
        giveBackIfLarge(m_buffer);
    }
    m_items += batch.size();
    return true;
}

SourceProgress KeptSource::progress() const
{
    const double share = m_kept.items > 0 ? double(m_items) / double(m_kept.items) : 1.0;
    return {std::min(share, 1.0), m_kept.items};
}

} // namespace millrace

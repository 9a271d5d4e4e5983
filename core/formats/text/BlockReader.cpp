// SPDX-License-Identifier: MIT
#include "formats/text/BlockReader.h"

#include "data/files/FilePath.h"
#include "data/text/Quote.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <mutex>
#include <poll.h>
#include <unistd.h>
#include <vector>

namespace millrace {

/// Blocks of the usual size that no batch holds any more. Safe on all threads.
class BlockReader::Pool
{
public:
    static std::shared_ptr<TextBlock> take(const std::shared_ptr<Pool> &pool, size_t size)
    {
        std::unique_ptr<TextBlock> block = size == BlockSize ? pool->takeSpare() : nullptr;
        if (!block) {
            block = std::make_unique<TextBlock>();
            block->bytes.resize(size);
        }
        return {block.release(), [pool](TextBlock *used) { pool->give(std::unique_ptr<TextBlock>(used)); }};
    }

private:
    static constexpr size_t MostSpares = 32;

    std::unique_ptr<TextBlock> takeSpare()
    {
        const std::lock_guard lock(m_mutex);
        if (m_spares.empty())
            return nullptr;
        auto block = std::move(m_spares.back());
        m_spares.pop_back();
        return block;
    }
    void give(std::unique_ptr<TextBlock> block)
    {
        const std::lock_guard lock(m_mutex);
        if (block->bytes.size() == BlockSize && m_spares.size() < MostSpares)
            m_spares.push_back(std::move(block));
    }

    std::mutex m_mutex; ///< guards m_spares
    std::vector<std::unique_ptr<TextBlock>> m_spares;
};

BlockReader::~BlockReader()
{
    close();
}

Result<> BlockReader::open(const std::string &path, int stopFd)
{
    close();
    m_path = path;
    m_stopFd = stopFd;
    if (std::string problem = readProblem(path); !problem.empty())
        return failure(ErrorKind::Io, std::move(problem));
    m_file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK); // a pipe may have no writer yet
    if (m_file < 0)
        return failure(ErrorKind::Io, "The file " + inQuotes(path) + " can't be opened: " + std::strerror(errno) + ".");
    m_watch.start(m_file);
    m_length = m_watch.length();
    m_taken = 0;
    m_atEnd = false;
    m_begin = m_end = 0;
    m_pool = std::make_shared<Pool>();
    m_block = Pool::take(m_pool, BlockSize);
    while (available() < 3 && !m_atEnd) {
        if (auto read = readMore(); !read)
            return read.forward();
    }
    const std::string_view start(begin(), available());
    if (start.starts_with("\xFF\xFE") || start.starts_with("\xFE\xFF"))
        return failure(ErrorKind::Parse, "The file " + inQuotes(path) + " is UTF-16 text; save it as UTF-8.");
    if (start.find('\0') != std::string_view::npos)
        return failure(ErrorKind::Parse, "The file " + inQuotes(path)
                                             + " is no text: it has bytes of value 0. Is it a spreadsheet or a "
                                               "compressed file? Export it as text first.");
    if (start.starts_with("\xEF\xBB\xBF"))
        take(3);
    return {};
}

void BlockReader::close()
{
    if (m_file >= 0)
        ::close(m_file);
    m_file = -1;
}

bool BlockReader::wouldWait() const
{
    if (m_watch.isRegular() || m_atEnd)
        return false;
    pollfd waiting{m_file, POLLIN, 0};
    return ::poll(&waiting, 1, 0) == 0;
}

Result<> BlockReader::readMore()
{
    const size_t kept = available();
    if (m_end == m_block->bytes.size()) {
        size_t size = BlockSize;
        while (size < kept * 2)
            size *= 2;
        auto next = Pool::take(m_pool, size);
        std::memcpy(next->bytes.data(), begin(), kept);
        m_block = std::move(next);
        m_begin = 0;
        m_end = kept;
    }
    // A long record is looked at again from its beginning after each reading on, so its blocks are filled up first.
    const size_t least = kept > BlockSize / 2 ? m_block->bytes.size() : m_end + 1;
    while (m_end < least && !m_atEnd) {
        auto count = readInto(m_block->bytes.size() - m_end);
        if (!count)
            return count.forward();
        m_watch.read({m_block->bytes.data() + m_end, *count});
        m_end += *count;
        m_atEnd = *count == 0;
        if (!m_atEnd)
            continue;
        if (std::string problem = m_watch.problem(m_path); !problem.empty())
            return failure(ErrorKind::Io, std::move(problem));
    }
    return {};
}

/// Until there is something to read, or the end of it. A pipe that nobody has opened for writing yet has neither.
Result<> BlockReader::awaitText() const
{
    pollfd waited[] = {{m_file, POLLIN, 0}, {m_stopFd, POLLIN, 0}};
    while (::poll(waited, 2, -1) < 0) {
    }
    if (waited[0].revents == 0)
        return failure(ErrorKind::Interrupted, "Reading " + inQuotes(m_path) + " was broken off.");
    return {};
}

Result<size_t> BlockReader::readInto(size_t most)
{
    for (;;) {
        if (!m_watch.isRegular())
            if (auto ready = awaitText(); !ready)
                return ready.forward();
        const ssize_t count = ::read(m_file, m_block->bytes.data() + m_end, most);
        if (count >= 0)
            return size_t(count);
        if (errno != EINTR && errno != EAGAIN)
            return failure(ErrorKind::Io,
                           "Reading the file " + inQuotes(m_path) + " failed: " + std::strerror(errno) + ".");
    }
}

void BlockReader::take(size_t bytes)
{
    m_begin += bytes;
    m_taken.store(m_taken.load(std::memory_order_relaxed) + bytes, std::memory_order_relaxed);
}

std::optional<double> BlockReader::share() const
{
    const uint64_t length = m_length.load(std::memory_order_relaxed);
    if (length == 0)
        return {};
    return std::min(1.0, double(m_taken.load(std::memory_order_relaxed)) / double(length));
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "data/files/Spool.h"

#include "data/text/Quote.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>
#include <vector>

namespace millrace {

namespace {
constexpr size_t CopiedAtOnce = 256 * 1024; // bytes
}

Spool::~Spool()
{
    closeFile();
}

void Spool::closeFile()
{
    if (m_file >= 0)
        ::close(m_file);
    m_file = -1;
}

void Spool::start(std::string folder)
{
    closeFile();
    m_folder = std::move(folder);
    m_text.clear();
}

Result<> Spool::append(std::string_view text)
{
    if (m_text.size() + text.size() <= MostInMemory) {
        m_text += text;
        return {};
    }
    if (auto spilled = spill(); !spilled)
        return spilled;
    return write(text);
}

Result<> Spool::spill()
{
    auto written = write(m_text);
    m_text.clear();
    return written;
}

Result<> Spool::write(std::string_view text)
{
    if (m_file < 0) {
        std::string name = m_folder + "/.millrace-XXXXXX";
        m_file = ::mkostemp(name.data(), O_CLOEXEC);
        if (m_file < 0)
            return failed("made");
        ::unlink(name.c_str());
    }
    while (!text.empty()) {
        const ssize_t written = ::write(m_file, text.data(), text.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return failed("written");
        text.remove_prefix(size_t(written));
    }
    return {};
}

Result<> Spool::copyTo(const std::function<Result<>(std::string_view)> &append)
{
    if (m_file >= 0) {
        std::vector<char> buffer(CopiedAtOnce);
        for (off_t offset = 0;;) {
            const ssize_t count = ::pread(m_file, buffer.data(), buffer.size(), offset);
            if (count < 0 && errno == EINTR)
                continue;
            if (count < 0)
                return failed("read");
            if (count == 0)
                break;
            if (auto appended = append({buffer.data(), size_t(count)}); !appended)
                return appended;
            offset += count;
        }
    }
    return append(m_text);
}

Failure Spool::failed(std::string_view what) const
{
    return failure(ErrorKind::Io, "A temporary file in the folder " + inQuotes(m_folder) + " can't be "
                                      + std::string(what) + ": " + std::strerror(errno)
                                      + ". Make room on that disk or write the result elsewhere.");
}

} // namespace millrace

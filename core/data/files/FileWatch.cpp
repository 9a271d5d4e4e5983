// SPDX-License-Identifier: MIT
#include "data/files/FileWatch.h"

#include "data/text/Quote.h"

#include <algorithm>
#include <unistd.h>

namespace millrace {

namespace {
constexpr size_t KeptBytes = 512; // from each end of what was read
}

void FileWatch::start(int file)
{
    m_file = file;
    struct stat info = {};
    m_isRegular = ::fstat(file, &info) == 0 && S_ISREG(info.st_mode);
    m_length = m_longest = m_isRegular ? uint64_t(info.st_size) : 0;
    m_changed = info.st_mtim;
    m_read = 0;
    m_first.clear();
    m_last.clear();
}

void FileWatch::read(std::string_view bytes)
{
    if (!m_isRegular || bytes.empty())
        return;
    if (m_read == 0)
        m_first = bytes.substr(0, KeptBytes);
    m_last = bytes.substr(bytes.size() - std::min(bytes.size(), KeptBytes));
    m_read += bytes.size();
    struct stat info = {};
    if (::fstat(m_file, &info) == 0)
        m_longest = std::max(m_longest, uint64_t(info.st_size));
}

std::string FileWatch::problem(const std::string &path) const
{
    struct stat now = {};
    if (!m_isRegular || ::fstat(m_file, &now) != 0)
        return {};
    const auto length = uint64_t(now.st_size); // of what the kernel makes up as it is read: 0, or a page
    const std::string advice = " while it was read; run again when nobody writes it.";
    if (length < m_longest)
        return "The file " + inQuotes(path) + " was cut from " + std::to_string(m_longest) + " to "
               + std::to_string(length) + " bytes" + advice;
    const bool isTouched = now.st_mtim.tv_sec != m_changed.tv_sec || now.st_mtim.tv_nsec != m_changed.tv_nsec;
    if (isTouched && length > 0 && (!isAsRead(0, m_first) || !isAsRead(m_read - m_last.size(), m_last)))
        return "The file " + inQuotes(path) + " was changed" + advice;
    return {};
}

bool FileWatch::isAsRead(uint64_t offset, const std::string &bytes) const
{
    char found[KeptBytes];
    return ::pread(m_file, found, bytes.size(), off_t(offset)) == ssize_t(bytes.size())
           && bytes.compare(0, bytes.size(), found, bytes.size()) == 0;
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <sys/stat.h>

namespace millrace {

/// Notices, at the end of a regular file, that it was cut or written anew while it was read: what was read of it is then neither
/// the old file nor the new one. One that has grown meanwhile is as good as one that was opened later. One thread.
class FileWatch
{
public:
    /// At its beginning, once it is open.
    void start(int file);
    bool isRegular() const { return m_isRegular; }
    /// In bytes, as it was then.
    uint64_t length() const { return m_length; }
    /// What was just read. The first and the last of it are kept.
    void read(std::string_view bytes);
    /// At its end: empty, or a sentence.
    std::string problem(const std::string &path) const;

private:
    bool isAsRead(uint64_t offset, const std::string &bytes) const;

    int m_file = -1;
    bool m_isRegular = false;
    uint64_t m_length = 0, m_longest = 0, m_read = 0;
    timespec m_changed{};
    std::string m_first, m_last;
};

} // namespace millrace

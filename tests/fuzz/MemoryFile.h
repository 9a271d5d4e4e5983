// SPDX-License-Identifier: MIT
#pragma once

#include "fuzz/Fuzz.h"

#include <string>
#include <string_view>
#include <sys/mman.h>
#include <unistd.h>

namespace millrace::fuzz {

/// A file with that content, which lies in memory and is gone with this object.
class MemoryFile
{
public:
    explicit MemoryFile(std::string_view content) : m_file(::memfd_create("fuzz", MFD_CLOEXEC))
    {
        require(m_file >= 0 && ::write(m_file, content.data(), content.size()) == ssize_t(content.size()),
                "there is memory for a file");
    }
    ~MemoryFile() { ::close(m_file); }
    MemoryFile(const MemoryFile &) = delete;
    MemoryFile &operator=(const MemoryFile &) = delete;

    std::string path() const { return "/proc/self/fd/" + std::to_string(m_file); }

private:
    int m_file;
};

} // namespace millrace::fuzz

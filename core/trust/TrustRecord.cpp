// SPDX-License-Identifier: MIT
#include "trust/TrustRecord.h"

#include "trust/BundledExamples.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>

namespace millrace {

namespace {

namespace fs = std::filesystem;

constexpr size_t PrintSize = 64; // hexadecimal digits of a SHA-256

std::set<std::string> readPrints(const std::string &path)
{
    std::set<std::string> prints(BundledPrints.begin(), BundledPrints.end());
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        if (line.size() >= PrintSize)
            prints.insert(line.substr(0, PrintSize));
    }
    return prints;
}

Failure cannotWrite(const std::string &path, int error)
{
    return failure("io", "The record of what you trust, " + path + ", can't be written: " + std::strerror(error) + '.');
}

} // namespace

std::string TrustRecord::usualPath()
{
    const char *data = std::getenv("XDG_DATA_HOME"), *home = std::getenv("HOME");
    if (data && fs::path(data).is_absolute()) // relative ones are to be ignored, says the XDG specification
        return (fs::path(data) / "millrace" / "trusted").string();
    return home && *home ? (fs::path(home) / ".local" / "share" / "millrace" / "trusted").string() : std::string();
}

Executables TrustRecord::unknownOf(const Executables &executables) const
{
    Executables unknown;
    if (executables.empty())
        return unknown;
    const std::set<std::string> prints = readPrints(m_path);
    std::ranges::copy_if(executables, std::back_inserter(unknown),
                         [&](const Executable &executable) { return !prints.contains(executable.print); });
    return unknown;
}

Result<> TrustRecord::add(const Executables &executables) const
{
    const Executables missing = unknownOf(executables);
    if (missing.empty())
        return {};
    if (m_path.empty())
        return failure("io",
                       "There is no place for the record of what you trust: neither XDG_DATA_HOME nor HOME is set.");
    std::error_code error;
    fs::create_directories(fs::path(m_path).parent_path(), error);
    if (error)
        return cannotWrite(m_path, error.value());
    std::string lines;
    for (const Executable &executable : missing)
        lines += executable.print + ' ' + executable.type + '\n';
    const int descriptor = ::open(m_path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return cannotWrite(m_path, errno);
    // Appended at once: two programs that add at the same time don't disturb each other.
    const ssize_t written = ::write(descriptor, lines.data(), lines.size());
    const int reason = written < 0 ? errno : ENOSPC;
    ::close(descriptor);
    return written == ssize_t(lines.size()) ? Result<>() : Result<>(cannotWrite(m_path, reason));
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "duckdb/DuckDbFolder.h"

#include "data/text/Quote.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace millrace {

namespace {

namespace fs = std::filesystem;

constexpr const char *FolderStart = ".millrace-duckdb-";

Descriptor openFolder(const std::string &path)
{
    return Descriptor(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

/// What killed programs have left: nobody holds its lock.
void removeLeftFolders(const std::string &folder)
{
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
        const std::string path = entry->path().string();
        if (!entry->path().filename().string().starts_with(FolderStart)
            || ::faccessat(AT_FDCWD, path.c_str(), W_OK, 0) != 0)
            continue;
        const Descriptor own = openFolder(path);
        std::error_code ignored;
        if (own.isOpen() && ::flock(own.number(), LOCK_EX | LOCK_NB) == 0)
            fs::remove_all(path, ignored);
    }
}

} // namespace

DuckDbFolder::~DuckDbFolder()
{
    std::error_code ignored;
    if (!m_path.empty())
        fs::remove_all(m_path, ignored);
}

Result<> DuckDbFolder::make(const std::string &folder)
{
    const char *const chosen = std::getenv("TMPDIR");
    const std::string other = chosen && *chosen ? chosen : "/tmp";
    int problem = 0;
    for (const std::string &place : {folder.empty() ? std::string(".") : folder, other}) {
        std::error_code error;
        std::string path = (fs::absolute(place, error) / FolderStart).string() + "XXXXXX";
        removeLeftFolders(place);
        if (!::mkdtemp(path.data())) {
            problem = errno;
            continue;
        }
        m_path = path;
        m_lock = openFolder(path);
        if (m_lock.isOpen())
            (void)::flock(m_lock.number(), LOCK_EX | LOCK_NB); // file systems without locks have none to take
        return {};
    }
    return failure(ErrorKind::Io, "No folder for what memory has no room for can be made in " + inQuotes(folder)
                                      + " or " + inQuotes(other) + ": " + std::strerror(problem) + '.');
}

uint64_t DuckDbFolder::bytes() const
{
    uint64_t bytes = 0;
    std::error_code error;
    if (m_path.empty())
        return 0;
    for (fs::directory_iterator entry(m_path, error), end; !error && entry != end; entry.increment(error)) {
        std::error_code ignored;
        const auto size = fs::file_size(entry->path(), ignored);
        bytes += ignored ? 0 : size;
    }
    return bytes;
}

} // namespace millrace

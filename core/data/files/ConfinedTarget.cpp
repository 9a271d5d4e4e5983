// SPDX-License-Identifier: MIT
#include "data/files/ConfinedTarget.h"

#include "data/files/FilePath.h"
#include "data/text/Quote.h"

#include <algorithm>
#include <sys/stat.h>
#include <system_error>

namespace millrace {

namespace fs = std::filesystem;

namespace {

/// A path without "." and a slash at its end, whose parents are folders.
fs::path plainPath(const fs::path &path)
{
    const fs::path plain = fs::absolute(path).lexically_normal();
    return plain.has_filename() ? plain : plain.parent_path();
}

/// The nearest folder above that is there, by whatever links.
fs::path nearestFolder(fs::path folder)
{
    std::error_code error;
    while (folder.has_relative_path() && fs::symlink_status(folder, error).type() == fs::file_type::not_found)
        folder = folder.parent_path();
    return folder;
}

Failure cantMakeFolder(const std::string &given, const std::error_code &error)
{
    return failure(ErrorKind::Io,
                   "The folder of the file " + inQuotes(given) + " can't be made: " + error.message() + '.');
}

} // namespace

bool isInsideFolder(const fs::path &path, const fs::path &folder)
{
    return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first == folder.end();
}

Result<std::string> confinedTarget(const fs::path &path,
                                   const fs::path &within,
                                   const std::string &given,
                                   std::vector<std::string> *made)
{
    std::error_code error;
    const fs::path parent = plainPath(path).parent_path(), outer = plainPath(within);
    std::vector<std::string> missing;
    for (fs::path folder = parent; folder.has_relative_path() && !fs::exists(folder, error);
         folder = folder.parent_path())
        missing.push_back(folder.string());
    fs::create_directories(outer, error);
    const fs::path least = error ? fs::path() : canonicalOf(outer, error);
    if (error)
        return cantMakeFolder(given, error);
    const auto leadsOut = [&] {
        return failure(ErrorKind::Trust, "The file " + inQuotes(given)
                                             + " would lie elsewhere, for a link leads out of the folder "
                                             + inQuotes(within.string()) + '.');
    };
    // Before any folder is made, and once more when they are all there.
    const fs::path nearest = canonicalOf(nearestFolder(parent), error);
    if (error)
        return cantMakeFolder(given, error);
    if (!isInsideFolder(nearest, least))
        return leadsOut();
    fs::create_directories(parent, error);
    const fs::path folder = error ? fs::path() : canonicalOf(parent, error);
    if (error)
        return cantMakeFolder(given, error);
    if (!isInsideFolder(folder, least))
        return leadsOut();
    if (made)
        made->insert(made->end(), missing.begin(), missing.end());
    const fs::path real = folder / path.filename();
    struct stat info
    {};
    if (::lstat(real.c_str(), &info) == 0 && !S_ISREG(info.st_mode))
        return failure(ErrorKind::Io,
                       "The file " + inQuotes(given) + " can't be made: "
                           + (S_ISDIR(info.st_mode) ? "there is a folder" : "there is a link or a device")
                           + " of that name.");
    return real.string();
}

} // namespace millrace

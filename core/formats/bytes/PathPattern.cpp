// SPDX-License-Identifier: MIT
#include "formats/bytes/PathPattern.h"

#include "data/files/FilePath.h"

#include <algorithm>
#include <glob.h>
#include <new>
#include <sys/stat.h>

namespace millrace {

namespace {

constexpr const char *Signs = "*?[";

/// With what would be a sign of a pattern taken as it is.
std::string literal(const std::string &text)
{
    std::string escaped;
    for (const char c : text) {
        if (std::string_view("*?[]\\").find(c) != std::string_view::npos)
            escaped += '\\';
        escaped += c;
    }
    return escaped;
}

} // namespace

bool isPathPattern(const std::string &folder, const std::string &path)
{
    struct stat info;
    return path.find_first_of(Signs) != std::string::npos && ::lstat(resolvePath(folder, path).c_str(), &info) != 0;
}

std::vector<std::string> filesOfPattern(const std::string &folder, const std::string &pattern)
{
    const std::string before = resolvePath(folder, "x"); // what a relative path stands behind
    const size_t skipped = pattern.starts_with('/') ? 0 : before.size() - 1;
    const std::string whole = skipped == 0 ? pattern : literal(before.substr(0, skipped)) + pattern;
    struct Found : glob_t
    {
        Found() : glob_t{} {}
        ~Found() { ::globfree(this); }
    } found;
    std::vector<std::string> files;
    const int problem = ::glob(whole.c_str(), GLOB_NOSORT, nullptr, &found);
    if (problem == GLOB_NOSPACE)
        throw std::bad_alloc(); // or files would be missing
    for (size_t i = 0; problem == 0 && i < found.gl_pathc; ++i) {
        const std::string path = found.gl_pathv[i];
        struct stat info;
        if (::stat(path.c_str(), &info) == 0 && !S_ISDIR(info.st_mode))
            files.push_back(path.substr(skipped));
    }
    std::ranges::sort(files);
    return files;
}

} // namespace millrace

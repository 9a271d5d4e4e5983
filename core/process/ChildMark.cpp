// SPDX-License-Identifier: MIT
#include "process/ChildMark.h"

#include "process/Descriptor.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <csignal>
#include <cstring>
#include <random>
#include <string_view>

namespace millrace {

namespace {

constexpr size_t MostEnvironment = 4 << 20; ///< bytes that are looked through

bool isMarked(int folder, const char *process, std::string_view mark)
{
    struct stat info;
    const std::string path = std::string(process) + "/environ";
    if (::fstatat(folder, process, &info, 0) != 0 || info.st_uid != ::geteuid())
        return false;
    const Descriptor file(::openat(folder, path.c_str(), O_RDONLY | O_CLOEXEC));
    std::string text;
    while (file.isOpen() && text.size() < MostEnvironment) {
        char bytes[16 * 1024];
        const ssize_t count = ::read(file.number(), bytes, sizeof bytes);
        if (count <= 0)
            break;
        text.append(bytes, size_t(count));
    }
    return text.find(mark) != std::string::npos;
}

bool killAllMarked(std::string_view mark)
{
    DIR *const processes = ::opendir("/proc");
    if (!processes)
        return false;
    bool isAny = false;
    while (const dirent *const entry = ::readdir(processes)) {
        const char *const end = entry->d_name + std::strlen(entry->d_name);
        pid_t id = 0;
        if (std::from_chars(entry->d_name, end, id).ptr != end || id <= 1 || id == ::getpid())
            continue;
        if (isMarked(::dirfd(processes), entry->d_name, mark))
            isAny |= ::kill(id, SIGKILL) == 0;
    }
    ::closedir(processes);
    return isAny;
}

} // namespace

std::string newChildMark()
{
    static std::atomic<unsigned> number{0};
    std::random_device random;
    return "MILLRACE_CHILD_" + std::to_string(::getpid()) + '_' + std::to_string(++number) + '_'
           + std::to_string(random()) + "=1"; // of a child of a child: beside its own
}

void killMarked(const std::string &mark)
{
    constexpr int MostRounds = 20; // they may be starting others just now
    for (int round = 0; round < MostRounds && killAllMarked(mark); ++round) {
    }
}

} // namespace millrace

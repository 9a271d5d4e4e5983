// SPDX-License-Identifier: MIT
// How long it takes from the start of millrace-studio to a window that is painted and waits for a person: the real program, a
// process each time, on whatever QT_QPA_PLATFORM names. Beside the time on the clock, which other programs lengthen, the time
// that the program had a processor for: what an idle machine with one core would need.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

struct Start
{
    double clock = 0, processor = 0; ///< milliseconds
};

double millisecondsOf(const timeval &time)
{
    return double(time.tv_sec) * 1e3 + double(time.tv_usec) / 1e3;
}

/// False where the program ended without having shown its window.
bool measure(std::vector<char *> arguments, Start &start)
{
    arguments.push_back(nullptr);
    int ends[2];
    if (::pipe(ends) != 0)
        return false;
    const auto begin = std::chrono::steady_clock::now();
    const pid_t child = ::fork();
    if (child == 0) {
        ::dup2(ends[1], STDOUT_FILENO);
        ::close(ends[0]);
        ::close(ends[1]);
        ::execv(arguments[0], arguments.data());
        ::_exit(127);
    }
    ::close(ends[1]);
    char word[5] = {};
    size_t got = 0;
    for (ssize_t part = 1; part > 0 && got < sizeof word; got += size_t(std::max<ssize_t>(part, 0)))
        part = ::read(ends[0], word + got, sizeof word - got);
    start.clock = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
    ::close(ends[0]);
    int status = 0;
    rusage used{};
    if (child < 0 || ::wait4(child, &status, 0, &used) != child)
        return false;
    start.processor = millisecondsOf(used.ru_utime) + millisecondsOf(used.ru_stime);
    return std::string(word, got) == "shown";
}

void report(const char *what, std::vector<double> times)
{
    std::ranges::sort(times);
    std::printf("%-24s  p50 %4.0f ms  p95 %4.0f ms  max %4.0f ms\n", what, times[times.size() / 2],
                times[times.size() * 95 / 100], times.back());
}

} // namespace

int main(int argc, char **argv)
{
    const int times = argc > 1 ? std::atoi(argv[1]) : 20;
    if (times < 1) {
        std::fprintf(stderr, "Call it as: millrace-bench-start [TIMES [FILE.millrace]]\n");
        return 2;
    }
    std::string program = std::filesystem::canonical("/proc/self/exe").parent_path() / "millrace-studio";
    std::string option = "--end-when-shown";
    std::vector<char *> arguments{program.data(), option.data()};
    if (argc > 2)
        arguments.push_back(argv[2]);
    std::vector<double> clock, processor;
    for (int i = 0; i < times; ++i) {
        Start start;
        if (!measure(arguments, start)) {
            std::fprintf(stderr, "%s showed no window. Is it built, and QT_QPA_PLATFORM=offscreen set?\n",
                         program.c_str());
            return 1;
        }
        clock.push_back(start.clock);
        processor.push_back(start.processor);
    }
    report("start to usable window", clock);
    report("of it on a processor", processor);
    return 0;
}

// SPDX-License-Identifier: MIT
#include "Measurement.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <stdexcept>

namespace millrace::bench {

namespace {

double processSeconds()
{
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return double(time.tv_sec) + 1e-9 * double(time.tv_nsec);
}

double machineBusySeconds()
{
    double user = 0, nice = 0, system = 0, idle = 0, waiting = 0, interrupts = 0, soft = 0, stolen = 0;
    std::FILE *file = std::fopen("/proc/stat", "re");
    if (!file)
        return 0;
    const int found = std::fscanf(file, "cpu %lf %lf %lf %lf %lf %lf %lf %lf", &user, &nice, &system, &idle, &waiting,
                                  &interrupts, &soft, &stolen);
    std::fclose(file);
    return found == 8 ? (user + nice + system + interrupts + soft + stolen) / double(sysconf(_SC_CLK_TCK)) : 0;
}

double seconds(const timeval &time)
{
    return double(time.tv_sec) + 1e-6 * double(time.tv_usec);
}

Reading measureHere(const Contender &contender)
{
    Timer timer;
    Reading reading;
    try {
        reading.isRight = contender.run(timer) && timer.wall() > 0;
    } catch (const std::exception &exception) {
        std::fprintf(stderr, "%s: %s\n", contender.name.c_str(), exception.what());
    }
    reading.itemsPerSecond = timer.wall() > 0 ? double(contender.items) / timer.wall() : 0;
    reading.cpuNanoseconds = 1e9 * timer.cpu() / double(contender.items);
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    reading.peakMiB = double(usage.ru_maxrss) / 1024;
    return reading;
}

} // namespace

void Timer::start()
{
    m_cpuBegin = processSeconds();
    m_begin = std::chrono::steady_clock::now();
}

void Timer::stop()
{
    m_wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - m_begin).count();
    m_cpu = processSeconds() - m_cpuBegin;
}

Reading measureForked(const Contender &contender, unsigned limit)
{
    int ends[2];
    if (pipe(ends) != 0)
        throw std::runtime_error("no pipe for a child process");
    const auto begin = std::chrono::steady_clock::now();
    const double busy = machineBusySeconds();
    const pid_t child = fork();
    if (child < 0)
        throw std::runtime_error("no child process");
    if (child == 0) {
        close(ends[0]);
        alarm(limit);
        const Reading reading = measureHere(contender);
        const bool isWritten = write(ends[1], &reading, sizeof reading) == ssize_t(sizeof reading);
        _exit(isWritten ? 0 : 1);
    }
    close(ends[1]);
    Reading reading;
    if (read(ends[0], &reading, sizeof reading) != ssize_t(sizeof reading))
        reading = Reading();
    close(ends[0]);
    rusage usage{};
    wait4(child, nullptr, 0, &usage);
    const double own = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    reading.others = std::max(0.0, machineBusySeconds() - busy - own) / wall;
    return reading;
}

double median(std::vector<double> values)
{
    if (values.empty())
        return 0;
    std::sort(values.begin(), values.end());
    const size_t half = values.size() / 2;
    return values.size() % 2 ? values[half] : (values[half - 1] + values[half]) / 2;
}

} // namespace millrace::bench

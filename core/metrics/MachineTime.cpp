// SPDX-License-Identifier: MIT
#include "metrics/MachineTime.h"

#include "metrics/Clock.h"
#include "metrics/ProcessTable.h"

#include <sched.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <memory>

namespace millrace {

std::optional<double> machineCoreSeconds()
{
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    const std::unique_ptr<FILE, int (*)(FILE *)> file(std::fopen("/proc/stat", "re"), std::fclose);
    if (!file || ::sched_getaffinity(0, sizeof allowed, &allowed) != 0)
        return std::nullopt;
    char line[256];
    unsigned long long ticks = 0;
    bool isKnown = false;
    while (std::fgets(line, sizeof line, file.get()) && line[0] == 'c' && line[1] == 'p' && line[2] == 'u') {
        // Idle and waiting for a device are no work; guests are within the user's time.
        unsigned core;
        unsigned long long user, nice, system, idle, device, interrupts, soft, stolen;
        if (std::sscanf(line, "cpu%u %llu %llu %llu %llu %llu %llu %llu %llu", &core, &user, &nice, &system, &idle,
                        &device, &interrupts, &soft, &stolen)
                != 9
            || core >= CPU_SETSIZE || !CPU_ISSET(core, &allowed))
            continue;
        ticks += user + nice + system + interrupts + soft + stolen;
        isKnown = true;
    }
    if (!isKnown)
        return std::nullopt;
    return double(ticks) / double(::sysconf(_SC_CLK_TCK));
}

double ownCoreSeconds()
{
    rusage children{};
    ::getrusage(RUSAGE_CHILDREN, &children);
    const auto seconds = [](const timeval &time) { return double(time.tv_sec) + double(time.tv_usec) * 1e-6; };
    return double(processCpuNanoseconds()) * 1e-9 + seconds(children.ru_utime) + seconds(children.ru_stime);
}

std::optional<double> ownCoreSeconds(const ProcessTable &table)
{
    const auto all = table.treeNanoseconds(::getpid());
    return all ? std::optional(double(*all) * 1e-9) : std::nullopt;
}

bool hasChildren()
{
    siginfo_t info{};
    return ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

} // namespace millrace

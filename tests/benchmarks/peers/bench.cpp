// SPDX-License-Identifier: MIT
#include "bench.h"
#include <map>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pb {

std::vector<Peer> &peers()
{
    static std::vector<Peer> all;
    return all;
}

namespace {

struct Sample {
    double itemsPerSecond = 0, rssMiB = 0, cpuSeconds = 0, wallSeconds = 0;
    bool ok = false;
    double foreign = 0;     // cores that other processes used meanwhile
};

// CPU seconds that the whole machine has spent busy.
double machineBusySeconds()
{
    double user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0;
    FILE *f = std::fopen("/proc/stat", "r");
    if (f) {
        if (std::fscanf(f, "cpu %lf %lf %lf %lf %lf %lf %lf %lf", &user, &nice, &system, &idle, &iowait, &irq,
                        &softirq, &steal) != 8)
            user = 0;
        std::fclose(f);
    }
    return (user + nice + system + irq + softirq + steal) / double(sysconf(_SC_CLK_TCK));
}

template <class W, class F>
Sample timed(W &w, const F &f, const Config &cfg)
{
    auto cpuNow = [] {
        timespec c{};
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &c);
        return double(c.tv_sec) + 1e-9 * double(c.tv_nsec);
    };
    double cpu = cpuNow();
    auto t = std::chrono::steady_clock::now();
    f(w, cfg);
    double s = std::chrono::duration<double>(std::chrono::steady_clock::now() - t).count();
    cpu = cpuNow() - cpu;
    rusage u{};
    getrusage(RUSAGE_SELF, &u);
    return {double(w.items()) / s, double(u.ru_maxrss) / 1024.0, cpu, s, w.ok(), 0};
}

Sample runHere(const std::string &wl, const Peer &p, Config cfg)
{
    if (wl == "W1") { Overhead1 w(cfg.w1, 1); return timed(w, p.overhead1, cfg); }
    if (wl == "W1p") { Overhead1 w(cfg.w1, 2); return timed(w, p.overhead1, cfg); }
    if (wl == "W6") { Overhead1 w(cfg.w6, 2); return timed(w, p.overhead1, cfg); }
    if (wl == "W2") { Overhead100 w(cfg.w2, 1); return timed(w, p.overhead100, cfg); }
    if (wl == "W2p") { Overhead100 w(cfg.w2, 2); return timed(w, p.overhead100, cfg); }
    if (wl == "W3") { CpuBound w(cfg.w3, cfg.burn50us); return timed(w, p.cpu, cfg); }
    if (wl == "W4" || wl == "W4p") {
        if (p.oversubscribe) cfg.threads = 26;
        Sleeping w(cfg.w4, wl == "W4" ? 8 : 13, wl == "W4" ? 16 : 13);
        return timed(w, p.sleep, cfg);
    }
    if (wl == "W5") {
        int fd = open(cfg.csvIn.c_str(), O_RDONLY);
        struct stat st{};
        if (fd < 0 || fstat(fd, &st) != 0)
            throw std::runtime_error("no CSV input");
        void *m = mmap(nullptr, size_t(st.st_size), PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
        CsvJob w({static_cast<const char *>(m), size_t(st.st_size)}, cfg.w5, cfg.csvBatch,
                 cfg.csvOut + "." + std::to_string(getpid()));
        Sample s = timed(w, p.csv, cfg);
        unlink((cfg.csvOut + "." + std::to_string(getpid())).c_str());
        return s;
    }
    throw std::runtime_error("unknown workload " + wl);
}

// One run in a child process of its own; a run over `limit` seconds counts as failed.
Sample runForked(const std::string &wl, const Peer &p, const Config &cfg, unsigned limit)
{
    int fds[2];
    if (pipe(fds) != 0)
        throw std::runtime_error("pipe");
    using clock = std::chrono::steady_clock;
    double busy = machineBusySeconds();
    auto start = clock::now();
    pid_t pid = fork();
    if (pid == 0) {
        close(fds[0]);
        alarm(limit);
        Sample s = runHere(wl, p, cfg);
        ssize_t n = write(fds[1], &s, sizeof s);
        _exit(n == sizeof s ? 0 : 1);
    }
    close(fds[1]);
    Sample s;
    if (read(fds[0], &s, sizeof s) != sizeof s)
        s = Sample{};
    close(fds[0]);
    rusage u{};
    wait4(pid, nullptr, 0, &u);
    double own = double(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + 1e-6 * double(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
    s.foreign = std::max(0.0, machineBusySeconds() - busy - own) / std::chrono::duration<double>(clock::now() - start).count();
    unlink((cfg.csvOut + "." + std::to_string(pid)).c_str());
    return s;
}

// Waits until other processes leave the machine alone for 200 ms, at most `seconds`.
void waitForCalm(unsigned seconds)
{
    for (unsigned i = 0; i < 5 * seconds; ++i) {
        double busy = machineBusySeconds();
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        if (machineBusySeconds() - busy < 0.03)
            return;
    }
}

bool selected(const std::string &list, const std::string &name)
{
    if (list.empty())
        return true;
    size_t at = 0;
    while (at <= list.size()) {
        size_t e = std::min(list.find(',', at), list.size());
        std::string one = list.substr(at, e - at);
        if (!one.empty() && (one == name || (one.back() == '*' && name.starts_with(one.substr(0, one.size() - 1)))))
            return true;
        at = e + 1;
    }
    return false;
}

double median(std::vector<double> v)
{
    if (v.empty()) return 0;
    std::sort(v.begin(), v.end());
    return v.size() % 2 ? v[v.size() / 2] : (v[v.size() / 2 - 1] + v[v.size() / 2]) / 2;
}

const char *usage =
    "peerbench [--w1 N] [--w2 N] [--w3 N] [--w4 N] [--w5 N] [--w6 N]   sizes (items, lines)\n"
    "          [--scale X]             multiply all sizes\n"
    "          [--workloads W1,W3]     default: all\n"
    "          [--peers tbb*,fused]    default: all; a trailing * matches a prefix\n"
    "          [--reps R]              interleaved repetitions, the median is printed (default 5)\n"
    "          [--tries N]             run N times as often, keep the runs that other processes\n"
    "                                  disturbed least (for a shared machine; default 1)\n"
    "          [--calm S]              before a run wait up to S seconds for an idle machine\n"
    "          [--queue Q] [--threads T] [--csv-batch L] [--limit SECONDS]\n"
    "          [--detail]              adds: min, max, CPU time an item, CPU/wall, cores used by\n"
    "                                  other processes meanwhile, peak RSS\n"
    "          [--list]\n";

} // namespace

int benchMain(int argc, char **argv)
{
    Config cfg;
    cfg.threads = std::max(1u, std::thread::hardware_concurrency());
    int reps = 5, tries = 1;
    unsigned limit = 120, calm = 0;
    bool detail = false;
    double scale = 1;
    std::string workloads, peerList;
    for (int i = 1; i < argc; ++i) {
        std::string a = argv[i];
        auto value = [&]() -> std::string {
            if (i + 1 >= argc) { std::fputs(usage, stderr); std::exit(2); }
            return argv[++i];
        };
        auto number = [&] { return size_t(std::stoull(value())); };
        if (a == "--w1") cfg.w1 = number();
        else if (a == "--w2") cfg.w2 = number();
        else if (a == "--w3") cfg.w3 = number();
        else if (a == "--w4") cfg.w4 = number();
        else if (a == "--w5") cfg.w5 = number();
        else if (a == "--w6") cfg.w6 = number();
        else if (a == "--scale") scale = std::stod(value());
        else if (a == "--queue") cfg.queue = number();
        else if (a == "--threads") cfg.threads = unsigned(number());
        else if (a == "--csv-batch") cfg.csvBatch = number();
        else if (a == "--limit") limit = unsigned(number());
        else if (a == "--reps") reps = std::max(1, int(number()));
        else if (a == "--calm") calm = unsigned(number());
        else if (a == "--tries") tries = std::max(1, int(number()));
        else if (a == "--workloads") workloads = value();
        else if (a == "--peers") peerList = value();
        else if (a == "--detail") detail = true;
        else if (a == "--list") {
            for (auto &p : peers()) std::puts(p.name.c_str());
            return 0;
        } else { std::fputs(usage, stderr); return 2; }
    }
    for (size_t *s : {&cfg.w1, &cfg.w2, &cfg.w3, &cfg.w4, &cfg.w5, &cfg.w6})
        *s = std::max<size_t>(1, size_t(double(*s) * scale));
    cfg.w2 = std::max<size_t>(100, cfg.w2);
    cfg.burn50us = calibrateBurn();
    cfg.csvIn += "." + std::to_string(getpid());

    std::sort(peers().begin(), peers().end(), [](auto &a, auto &b) { return a.name < b.name; });
    bool failed = false;
    for (std::string wl : {"W1", "W1p", "W2", "W2p", "W3", "W4", "W4p", "W5", "W6"}) {
        if (!selected(workloads, wl))
            continue;
        if (wl == "W5")
            CsvJob::generate(cfg.csvIn, cfg.w5);
        std::map<std::string, std::vector<Sample>> samples;
        for (int r = 0; r < reps * tries; ++r)
            for (auto &p : peers())
                if (selected(peerList, p.name)) {
                    waitForCalm(calm);
                    samples[p.name].push_back(runForked(wl, p, cfg, limit));
                }
        for (auto &[name, list] : samples) {
            const size_t runs = list.size();
            std::erase_if(list, [](const Sample &s) { return !s.ok; });
            const size_t bad = runs - list.size();
            failed = failed || bad;
            // Keep the runs that others disturbed least.
            std::stable_sort(list.begin(), list.end(), [](auto &a, auto &b) { return a.foreign < b.foreign; });
            list.resize(std::min(list.size(), size_t(reps)));

            std::vector<double> rate, rss, load, cpu, foreign;
            for (auto &s : list) {
                rate.push_back(s.itemsPerSecond);
                rss.push_back(s.rssMiB);
                load.push_back(s.cpuSeconds / s.wallSeconds);
                foreign.push_back(s.foreign);
                cpu.push_back(1e9 * s.cpuSeconds / (s.itemsPerSecond * s.wallSeconds));
            }
            std::printf("%s %s %.0f", wl.c_str(), name.c_str(), median(rate));
            if (detail && !rate.empty()) {
                auto [lo, hi] = std::minmax_element(rate.begin(), rate.end());
                std::printf(" min=%.0f max=%.0f cpu-ns/item=%.1f cpu/wall=%.2f others=%.2f rss=%.1fMiB", *lo, *hi,
                            median(cpu), median(load), median(foreign), median(rss));
            }
            if (bad)
                std::printf(" failed=%zu/%zu", bad, runs);
            std::printf("\n");
            std::fflush(stdout);
        }
        if (wl == "W5")
            unlink(cfg.csvIn.c_str());
    }
    return failed ? 1 : 0;
}

} // namespace pb

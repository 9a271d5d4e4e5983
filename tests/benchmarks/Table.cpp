// SPDX-License-Identifier: MIT
#include "Table.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>

namespace millrace::bench {

void Results::keepCalmest(int rounds)
{
    if (m_readings.empty())
        return;
    const size_t all = m_readings.begin()->second.size();
    std::vector<double> others(all);
    for (const auto &[name, readings] : m_readings)
        for (size_t i = 0; i < all; ++i)
            others[i] += readings[i].others;
    std::vector<size_t> order(all);
    std::iota(order.begin(), order.end(), size_t(0));
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return others[a] < others[b]; });
    order.resize(std::min(all, size_t(rounds)));
    for (auto &[name, readings] : m_readings) {
        std::vector<Reading> kept;
        for (const size_t i : order)
            kept.push_back(readings[i]);
        readings = std::move(kept);
    }
}

const std::vector<Reading> &Results::of(const std::string &contender) const
{
    static const std::vector<Reading> none;
    const auto found = m_readings.find(contender);
    return found == m_readings.end() ? none : found->second;
}

std::optional<double> Results::ratio(const std::string &first, const std::string &second, double Reading::*figure) const
{
    const auto &a = of(first), &b = of(second);
    std::vector<double> ratios;
    for (size_t i = 0; i < std::min(a.size(), b.size()); ++i)
        if (a[i].isRight && b[i].isRight)
            ratios.push_back(a[i].*figure / (b[i].*figure));
    return ratios.empty() ? std::nullopt : std::optional(bench::median(std::move(ratios)));
}

std::optional<double> Results::median(const std::string &contender, double Reading::*figure) const
{
    std::vector<double> figures;
    for (const Reading &reading : of(contender))
        if (reading.isRight)
            figures.push_back(reading.*figure);
    return figures.empty() ? std::nullopt : std::optional(bench::median(std::move(figures)));
}

bool Results::areAllRight() const
{
    return std::all_of(m_readings.begin(), m_readings.end(), [](const auto &entry) {
        return std::all_of(entry.second.begin(), entry.second.end(), [](const Reading &r) { return r.isRight; });
    });
}

void printResults(const Workload &workload, const Results &results)
{
    std::printf("\n%s: %s\n", workload.name.c_str(), workload.title.c_str());
    std::printf("  %-24s %13s %13s %13s %12s %9s %7s %12s\n", "", "items/s", "least", "most", "CPU ns/item", "peak MiB",
                "others", "millrace/it");
    for (const Contender &contender : workload.contenders) {
        const auto &readings = results.of(contender.name);
        if (readings.empty())
            continue;
        const auto bad = std::count_if(readings.begin(), readings.end(), [](const Reading &r) { return !r.isRight; });
        std::vector<double> rates;
        for (const Reading &reading : readings)
            if (reading.isRight)
                rates.push_back(reading.itemsPerSecond);
        std::printf("  %-24s", contender.name.c_str());
        if (!rates.empty()) {
            const auto [least, most] = std::minmax_element(rates.begin(), rates.end());
            std::printf(" %13.0f %13.0f %13.0f %12.1f %9.1f %7.2f %12.3f", median(rates), *least, *most,
                        results.median(contender.name, &Reading::cpuNanoseconds).value_or(0),
                        results.median(contender.name, &Reading::peakMiB).value_or(0),
                        results.median(contender.name, &Reading::others).value_or(0),
                        results.ratio(Millrace, contender.name, &Reading::itemsPerSecond).value_or(0));
        }
        if (bad > 0)
            std::printf("  %td of %zu runs failed", bad, readings.size());
        std::printf("\n");
    }
    std::fflush(stdout);
}

namespace {

struct Target
{
    const char *workload;
    const char *what;
    std::optional<double> reached;
    double wanted = 0, beyond = 0; ///< beyond 0: none
    bool isMost = false;           ///< the less, the better
};

/// Whether it is met, or almost.
bool printTarget(const Target &target)
{
    if (!target.reached)
        return true;
    const auto isMet = [&](double bound) {
        return target.isMost ? *target.reached <= bound : *target.reached >= bound;
    };
    const char *verdict = !isMet(target.wanted)                        ? "MISSED"
                          : target.beyond != 0 && isMet(target.beyond) ? "beyond"
                                                                       : "met";
    std::printf("  %-4s %-46s %9.3f %10s %.2f   %s\n", target.workload, target.what, *target.reached,
                target.isMost ? "at most" : "at least", target.wanted, verdict);
    return isMet(target.isMost ? target.wanted * 1.1 : target.wanted * 0.9);
}

} // namespace

bool printTargets(const std::map<std::string, Results> &results, unsigned cores)
{
    const auto rate = &Reading::itemsPerSecond, cpu = &Reading::cpuNanoseconds;
    std::printf("\nTargets (medians of ratios within a round)\n");
    const auto of = [&](const char *workload) {
        const auto found = results.find(workload);
        return found == results.end() ? Results() : found->second;
    };
    bool areMet = true;
    const auto guard = [&](const Target &target) { areMet &= printTarget(target); };
    for (const char *name : {"W1", "W1p"}) {
        const Results w = of(name);
        guard({name, "items/s by fused", w.ratio(Millrace, "fused", rate), 0.15, 0.28});
        guard({name, "items/s by fused Qt Concurrent", w.ratio(Millrace, "qtconcurrent-fused", rate), 2});
        printTarget({name, "CPU ns an item", w.median(Millrace, cpu), 70, 0, true});
    }
    for (const char *name : {"W2", "W2p"})
        guard({name, "items/s by fused", of(name).ratio(Millrace, "fused", rate), 0.3, 0.4});
    const Results w3 = of("W3"), w4 = of("W4"), w5 = of("W5"), w6 = of("W6");
    std::optional<double> byLimit = w3.ratio(Millrace, "fused", rate);
    if (byLimit)
        *byLimit /= cores;
    guard({"W3", "items/s by fused times cores", byLimit, 0.93, 0.97});
    guard({"W3", "items/s by blocking threads", w3.ratio(Millrace, "threads-condvar", rate), 1.05});
    guard({"W4", "items/s by the limit", w4.ratio(Millrace, Limit, rate), 0.93, 0.97});
    guard({"W4", "CPU by blocking threads'", w4.ratio(Millrace, "threads-condvar", cpu), 0.8, 0, true});
    guard({"W5", "items/s by oneTBB, 16 tokens", w5.ratio(Millrace, "tbb-pipeline-16", rate), 1.0, 1.2});
    guard({"W5", "items/s by blocking threads", w5.ratio(Millrace, "threads-condvar", rate), 2});
    const auto all = w6.median(Millrace, &Reading::peakMiB), tenth = w6.median(Tenth, &Reading::peakMiB);
    if (all && tenth)
        printTarget({"W6", "MiB more for ten times the items", *all - *tenth, 1, 0, true});
    for (const char *name : {"W1", "W1p", "W2", "W5"})
        printTarget({name, "items/s sampled at 60 Hz by not sampled", of(name).ratio(Sampled, Millrace, rate), 0.97});
    return areMet;
}

} // namespace millrace::bench

// SPDX-License-Identifier: MIT
#include "Table.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <random>
#include <vector>

using namespace millrace::bench;

namespace {

std::string inputOf(const Options &options, const Contender &contender)
{
    return options.config.csvIn + "." + std::to_string(contender.items);
}

void makeInputs(const Options &options, const Workload &workload)
{
    for (const Contender &contender : workload.contenders)
        if (workload.lines > 0 && !std::filesystem::exists(inputOf(options, contender)))
            pb::CsvJob::generate(inputOf(options, contender), contender.items);
}

void removeInputs(const Options &options, const Workload &workload)
{
    for (const Contender &contender : workload.contenders)
        if (workload.lines > 0)
            std::filesystem::remove(inputOf(options, contender));
}

/// Rounds of all contenders, each round in another order (the same ones every time): who comes after whom has an effect.
Results measure(const Options &options, const Workload &workload)
{
    Results results;
    std::vector<const Contender *> order;
    for (const Contender &contender : workload.contenders)
        if (isNamed(options.contenders, contender.name))
            order.push_back(&contender);
    std::minstd_rand dice;
    const int rounds = options.rounds * options.tries;
    for (int round = 0; round < rounds; ++round) {
        std::fprintf(stderr, "%s: round %d of %d\n", workload.name.c_str(), round + 1, rounds);
        for (const Contender *contender : order)
            results.add(contender->name, measureForked(*contender, options.limit));
        std::shuffle(order.begin(), order.end(), dice);
    }
    results.keepCalmest(options.rounds);
    return results;
}

} // namespace

int main(int argc, char **argv)
{
    const Options options = readOptions(argc, argv);
    std::map<std::string, Results> results;
    bool areAllRight = true;
    for (const Workload &workload : allWorkloads(options)) {
        if (!isNamed(options.workloads, workload.name))
            continue;
        makeInputs(options, workload);
        const Results measured = measure(options, workload);
        removeInputs(options, workload);
        printResults(workload, measured);
        areAllRight = areAllRight && measured.areAllRight();
        results.emplace(workload.name, measured);
    }
    const bool areMet = printTargets(results, options.config.threads);
    if (!areAllRight)
        return 1;
    return options.isGuard && !areMet ? 3 : 0;
}

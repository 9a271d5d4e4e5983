// SPDX-License-Identifier: MIT
#include "Table.h"

#include <filesystem>

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

Results measure(const Options &options, const Workload &workload)
{
    Results results;
    const int rounds = options.rounds * options.tries;
    for (int round = 0; round < rounds; ++round) {
        std::fprintf(stderr, "%s: round %d of %d\n", workload.name.c_str(), round + 1, rounds);
        for (const Contender &contender : workload.contenders)
            if (isNamed(options.contenders, contender.name))
                results.add(contender.name, measureForked(contender, options.limit));
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
    printTargets(results, options.config.threads);
    return areAllRight ? 0 : 1;
}

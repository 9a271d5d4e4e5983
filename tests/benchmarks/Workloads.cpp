// SPDX-License-Identifier: MIT
#include "Workloads.h"

#include "Chain.h"
#include "CsvPipeline.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace millrace::bench {

namespace {

template <class Make>
Contender chain(std::string name, const Options &options, size_t items, Make make, int samplesPerSecond = 0)
{
    return {std::move(name),
            [=](Timer &timer) {
                auto work = make();
                timer.start();
                runChain(work, options.config.queue, samplesPerSecond);
                timer.stop();
                return work.ok();
            },
            items};
}

/// Every peer's, by the member of pb::Peer that runs this workload.
template <class Run, class Make>
void addPeers(Workload &workload, const Options &options, size_t items, Run run, Make make)
{
    for (const pb::Peer &peer : pb::peers()) {
        pb::Config config = options.config;
        if (peer.oversubscribe && workload.name == "W4")
            config.threads = 26;
        workload.contenders.push_back({peer.name,
                                       [=, job = peer.*run](Timer &timer) {
                                           auto work = make();
                                           timer.start();
                                           job(work, config);
                                           timer.stop();
                                           return work.ok();
                                       },
                                       items});
    }
}

template <class Run, class Make>
Workload chains(std::string name, std::string title, const Options &options, size_t items, Run run, Make make)
{
    Workload workload{std::move(name), std::move(title), {}, 0};
    workload.contenders.push_back(chain(Millrace, options, items, make));
    workload.contenders.push_back(chain(Sampled, options, items, make, 60));
    addPeers(workload, options, items, run, make);
    return workload;
}

Contender sleepers(const Options &options)
{
    return {Limit,
            [=](Timer &timer) {
                constexpr size_t Threads = 8; // the workers of the step with fewer of them
                std::vector<std::thread> threads;
                timer.start();
                for (size_t i = 0; i < Threads; ++i)
                    threads.emplace_back([=] {
                        for (size_t j = i; j < options.config.w4; j += Threads)
                            std::this_thread::sleep_for(std::chrono::milliseconds(1));
                    });
                for (std::thread &thread : threads)
                    thread.join();
                timer.stop();
                return true;
            },
            options.config.w4};
}

Contender csvFiles(std::string name, const Options &options, size_t lines, int samplesPerSecond)
{
    return {std::move(name),
            [=](Timer &timer) {
                const std::string input = options.config.csvIn + "." + std::to_string(lines);
                return runCsvPipeline({input, options.config.csvOut, int(options.config.csvBatch),
                                       int(options.config.queue), samplesPerSecond},
                                      timer);
            },
            lines};
}

Contender csvPeer(const pb::Peer &peer, const Options &options, size_t lines)
{
    return {peer.name,
            [=, job = peer.csv](Timer &timer) {
                const std::string input = options.config.csvIn + "." + std::to_string(lines);
                const int file = open(input.c_str(), O_RDONLY | O_CLOEXEC);
                struct stat status
                {};
                if (file < 0 || fstat(file, &status) != 0)
                    throw std::runtime_error("can't read " + input);
                const auto size = size_t(status.st_size);
                void *text = mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
                close(file);
                if (text == MAP_FAILED)
                    throw std::runtime_error("can't map " + input);
                pb::CsvJob work({static_cast<const char *>(text), size}, lines, options.config.csvBatch,
                                options.config.csvOut);
                timer.start();
                job(work, options.config);
                timer.stop();
                unlink(options.config.csvOut.c_str());
                return work.ok();
            },
            lines};
}

Workload csvWorkload(const Options &options)
{
    const size_t lines = options.config.w5;
    Workload workload{
        "W5", "CSV lines parsed, computed, written in order; Millrace with its own steps from file to file", {}, lines};
    workload.contenders = {csvFiles(Millrace, options, lines, 0), csvFiles(Sampled, options, lines, 60)};
    for (const pb::Peer &peer : pb::peers())
        workload.contenders.push_back(csvPeer(peer, options, lines));
    return workload;
}

} // namespace

std::vector<Workload> allWorkloads(const Options &options)
{
    const pb::Config &config = options.config;
    std::vector<Workload> all;
    const auto addOverheads = [&](const std::string &suffix, int workers, const std::string &how) {
        all.push_back(chains("W1" + suffix, "four cheap steps" + how + ", an item a batch", options, config.w1,
                             &pb::Peer::overhead1, [=] { return pb::Overhead1(config.w1, workers); }));
        all.push_back(chains("W2" + suffix, "four cheap steps" + how + ", 100 items a batch", options, config.w2,
                             &pb::Peer::overhead100, [=] { return pb::Overhead100(config.w2, workers); }));
    };
    addOverheads("", 1, "");
    addOverheads("p", 2, " of two workers");
    std::swap(all[1], all[2]);
    all.push_back(chains("W3", "steps that compute for 50, 150 and 50 us; 1, 2 and 1 workers", options, config.w3,
                         &pb::Peer::cpu, [=] { return pb::CpuBound(config.w3, config.burn50us); }));
    all.push_back(chains("W4", "two steps that sleep 1 ms; 8 and 16 workers", options, config.w4, &pb::Peer::sleep,
                         [=] { return pb::Sleeping(config.w4, 8, 16); }));
    all.back().contenders.push_back(sleepers(options));
    all.push_back(csvWorkload(options));
    Workload memory{"W6", "the job of W5 over ten times as many lines, for the memory", {}, config.w6};
    memory.contenders = {csvFiles(Millrace, options, config.w6, 0), csvFiles(Tenth, options, config.w6 / 10, 0)};
    all.push_back(std::move(memory));
    return all;
}

} // namespace millrace::bench

// SPDX-License-Identifier: MIT
#include "Options.h"

#include <sstream>

namespace millrace::bench {

namespace {

constexpr const char *Usage = "usage: millrace-bench [OPTION VALUE]...\n"
                              "  --workloads W1,W5   which; default: all of W1 W1p W2 W2p W3 W4 W5 W6\n"
                              "  --contenders LIST   who, with names like tbb*; default: all\n"
                              "  --scale X           times the usual sizes (1)\n"
                              "  --rounds N          interleaved rounds, of which medians are shown (5)\n"
                              "  --tries N           N times as many rounds, of which those that other processes\n"
                              "                      disturbed least are kept (1)\n"
                              "  --guard yes         status 3 where a ratio to a peer misses its target by a tenth\n"
                              "  --folder DIR        for the files of W5 and W6 (/dev/shm); they take up to 1 GB\n"
                              "  --limit SECONDS     after which a run has failed (300)\n";

[[noreturn]] void wrongCall()
{
    std::fputs(Usage, stderr);
    std::exit(2);
}

} // namespace

Options readOptions(int argc, char **argv)
{
    Options options;
    double scale = 1;
    try {
        for (int i = 1; i < argc; i += 2) {
            const std::string name = argv[i];
            if (i + 1 == argc)
                wrongCall();
            const std::string value = argv[i + 1];
            if (name == "--workloads")
                options.workloads = value;
            else if (name == "--contenders")
                options.contenders = value;
            else if (name == "--scale")
                scale = std::stod(value);
            else if (name == "--rounds")
                options.rounds = std::max(1, std::stoi(value));
            else if (name == "--tries")
                options.tries = std::max(1, std::stoi(value));
            else if (name == "--guard")
                options.isGuard = value == "yes";
            else if (name == "--folder")
                options.folder = value;
            else if (name == "--limit")
                options.limit = unsigned(std::stoul(value));
            else
                wrongCall();
        }
    } catch (const std::exception &) {
        wrongCall();
    }
    pb::Config &config = options.config;
    for (size_t *size : {&config.w1, &config.w2, &config.w3, &config.w4, &config.w5, &config.w6})
        *size = std::max<size_t>(1000, size_t(double(*size) * scale));
    config.threads = std::max(1u, std::thread::hardware_concurrency());
    config.burn50us = pb::calibrateBurn();
    config.csvIn = options.folder + "/millrace-bench-in.csv";
    config.csvOut = options.folder + "/millrace-bench-out.csv";
    return options;
}

bool isNamed(const std::string &list, const std::string &name)
{
    std::istringstream words(list);
    for (std::string word; std::getline(words, word, ',');) {
        const bool isPrefix = !word.empty() && word.back() == '*';
        if (isPrefix ? name.starts_with(word.substr(0, word.size() - 1)) : name == word)
            return true;
    }
    return list.empty();
}

} // namespace millrace::bench

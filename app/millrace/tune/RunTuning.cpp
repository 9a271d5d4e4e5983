// SPDX-License-Identifier: MIT
#include "millrace/tune/RunTuning.h"

#include "data/text/ByteSize.h"
#include "data/text/Quote.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace millrace {

namespace {

constexpr int MostBudget = 10'000; ///< workers

Failure wrongBudget(const std::string &text, const std::string &what)
{
    return failure(ErrorKind::Call, "--budget " + text + ": " + what);
}

bool readNumber(const std::string &text, int least, int most, int &number)
{
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && stop == text.data() + text.size() && number >= least && number <= most;
}

/// "threads=4,memory=1GiB,free=1"
Result<> readBudget(const std::string &text, TuneBudget &budget)
{
    for (size_t begin = 0; begin <= text.size();) {
        const size_t end = std::min(text.find(',', begin), text.size());
        const std::string part = text.substr(begin, end - begin);
        begin = end + 1;
        const size_t equals = part.find('=');
        const std::string name = part.substr(0, equals),
                          value = equals == std::string::npos ? "" : part.substr(equals + 1);
        if (name == "threads") {
            if (!readNumber(value, 1, MostBudget, budget.workers))
                return wrongBudget(text, "threads has to be a number from 1 to " + std::to_string(MostBudget));
        } else if (name == "memory") {
            const auto size = byteSizeOf(value);
            if (!size || *size == 0)
                return wrongBudget(text, "memory has to be " + std::string(ByteSizeMeaning));
            budget.memory = *size;
        } else if (name == "free") {
            if (!readNumber(value, 0, MostBudget, budget.freeCores))
                return wrongBudget(text, "free has to be a number of cores from 0 on");
        } else {
            return wrongBudget(text, "it has to be threads=N, memory=SIZE, free=CORES, with commas between them");
        }
    }
    return {};
}

} // namespace

Result<std::optional<TuneWish>> readTuneWish(const Call &call)
{
    const auto goal = call.value("tune");
    if (!goal) {
        if (call.has("budget"))
            return failure(ErrorKind::Call, "--budget: it is for --tune, which isn't given");
        return std::optional<TuneWish>();
    }
    TuneWish wish;
    if (*goal == goalName(TuneGoal::Latency))
        wish.goal = TuneGoal::Latency;
    else if (*goal != goalName(TuneGoal::Throughput))
        return failure(ErrorKind::Call, "--tune " + *goal + ": it has to be throughput or latency");
    if (call.has("on"))
        return failure(ErrorKind::Call, "--tune: with --on the work is done elsewhere; start more workers there");
    if (const auto budget = call.value("budget"))
        if (const auto read = readBudget(*budget, wish.budget); !read)
            return read.forward();
    return std::optional(wish);
}

RunTuning::RunTuning(const TuneWish &wish, const Pipeline &pipeline, const StepRegistry &registry, int cores)
    : m_tuning(wish, pipeline, registry, cores, [](const std::string &id) { return inQuotes(id); })
{}

std::vector<std::string> RunTuning::look(Run &run, const RunSample &sample)
{
    const std::vector<TuneMove> moves = m_tuning.look(sample);
    std::vector<std::string> said;
    if (const std::string verdict = m_tuning.takeVerdict(); !verdict.empty())
        said.push_back("Tuning: " + verdict);
    for (const TuneMove &move : moves) {
        if (move.setting == TuneMove::Setting::Workers)
            run.setWorkers(move.step, move.to);
        else
            run.setQueueSize(move.step, move.to);
        said.push_back("Tuning: " + move.why);
    }
    return said;
}

std::string RunTuning::summary(const std::string &label) const
{
    const Tuner &tuner = m_tuning.tuner();
    const std::vector<TuneMove> result = tuner.result();
    if (result.empty())
        return m_tuning.moves().empty() ? "Tuned: nothing was found that would help.\n"
                                        : "Tuned: nothing that was tried helped; all is as it was.\n";
    std::string settings;
    for (const TuneMove &move : result)
        settings += " --set " + settingOf(move);
    std::string text = "Tuned. To run it so again: millrace run " + label + settings + '\n';
    if (tuner.rateAfter() > tuner.rateBefore() && m_tuning.goal() == TuneGoal::Throughput) {
        char gain[96];
        std::snprintf(gain, sizeof gain, "It came to %.4g items a second, %.4g before.\n", tuner.rateAfter(),
                      tuner.rateBefore());
        text += gain;
    }
    return text;
}

} // namespace millrace

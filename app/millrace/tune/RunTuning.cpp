// SPDX-License-Identifier: MIT
#include "millrace/tune/RunTuning.h"

#include "data/text/ByteSize.h"
#include "data/text/Quote.h"
#include "pipeline/check/Checker.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>

namespace millrace {

namespace {

constexpr int MostBudget = 10'000; ///< workers

Failure wrongBudget(const std::string &text, const std::string &what)
{
    return failure(ErrorKind::Call, "--budget " + text + ": " + what);
}

/// "threads=4,memory=1GiB"
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
            const auto [stop, error] = std::from_chars(value.data(), value.data() + value.size(), budget.workers);
            if (error != std::errc() || stop != value.data() + value.size() || budget.workers < 1
                || budget.workers > MostBudget)
                return wrongBudget(text, "threads has to be a number from 1 to " + std::to_string(MostBudget));
        } else if (name == "memory") {
            const auto size = byteSizeOf(value);
            if (!size || *size == 0)
                return wrongBudget(text, "memory has to be " + std::string(ByteSizeMeaning));
            budget.memory = *size;
        } else {
            return wrongBudget(text, "it has to be threads=N, memory=SIZE or both, with a comma between them");
        }
    }
    return {};
}

std::string_view goalName(TuneGoal goal)
{
    return goal == TuneGoal::Throughput ? "throughput" : "latency";
}

std::string_view settingName(TuneMove::Setting setting)
{
    return setting == TuneMove::Setting::Workers ? "workers" : "queueSize";
}

std::string settingOf(const TuneMove &move)
{
    return move.step + '.' + std::string(settingName(move.setting)) + '=' + std::to_string(move.to);
}

std::function<int(const std::string &)> mostWorkersIn(const Pipeline &pipeline, const StepRegistry &registry)
{
    std::vector<std::pair<std::string, int>> most;
    for (const PipelineStep &step : pipeline.steps)
        if (const StepType *type = registry.find(step.type))
            most.emplace_back(step.id, mostWorkersOf(*type));
    return [most = std::move(most)](const std::string &id) {
        const auto found = std::ranges::find(most, id, &std::pair<std::string, int>::first);
        return found == most.end() ? 1 : found->second;
    };
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
    : m_goal(wish.goal)
    , m_tuner(pipeline, wish.goal, wish.budget, cores, mostWorkersIn(pipeline, registry), [](const std::string &id) {
        return inQuotes(id);
    })
{}

std::vector<std::string> RunTuning::look(Run &run, const RunSample &sample)
{
    if (!m_thinking.valid()) {
        if (m_tuner.add(sample))
            m_thinking = std::async(std::launch::async | std::launch::deferred, [this] { return m_tuner.think(); });
        return {};
    }
    if (m_thinking.wait_for(std::chrono::seconds(0)) == std::future_status::timeout)
        return {};
    std::vector<std::string> said;
    for (const TuneMove &move : m_thinking.get()) { // here, where the system had no thread for it
        if (move.setting == TuneMove::Setting::Workers)
            run.setWorkers(move.step, move.to);
        else
            run.setQueueSize(move.step, move.to);
        said.push_back("Tuning: " + move.why);
        m_moves.push_back(move);
    }
    m_tuner.made();
    return said;
}

void RunTuning::end()
{
    m_tuner.giveUp();
    if (m_thinking.valid())
        m_thinking.wait();
}

std::string RunTuning::summary(const std::string &label) const
{
    const std::vector<TuneMove> result = m_tuner.result();
    if (result.empty())
        return m_moves.empty() ? "Tuned: nothing was found that would help.\n"
                               : "Tuned: nothing that was tried helped; all is as it was.\n";
    std::string settings;
    for (const TuneMove &move : result)
        settings += " --set " + settingOf(move);
    std::string text = "Tuned. To run it so again: millrace run " + label + settings + '\n';
    if (m_tuner.rateAfter() > m_tuner.rateBefore() && m_goal == TuneGoal::Throughput) {
        char gain[96];
        std::snprintf(gain, sizeof gain, "It came to %.4g items a second, %.4g before.\n", m_tuner.rateAfter(),
                      m_tuner.rateBefore());
        text += gain;
    }
    return text;
}

Value RunTuning::report() const
{
    List moves;
    for (const TuneMove &move : m_moves)
        moves.push_back(Members{{"step", move.step},
                                {"setting", settingName(move.setting)},
                                {"from", move.from},
                                {"to", move.to},
                                {"why", move.why}});
    List settings;
    for (const TuneMove &move : m_tuner.result())
        settings.push_back(settingOf(move));
    return Members{{"goal", goalName(m_goal)},
                   {"moves", std::move(moves)},
                   {"settings", std::move(settings)},
                   {"itemsPerSecondBefore", m_tuner.rateBefore()},
                   {"itemsPerSecondAfter", m_tuner.rateAfter()}};
}

} // namespace millrace

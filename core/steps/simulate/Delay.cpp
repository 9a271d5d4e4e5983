// SPDX-License-Identifier: MIT
#include "steps/StepBuilder.h"
#include "steps/StepExpression.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <poll.h>
#include <random>

namespace millrace {

/// Waits for each item, as a step does that asks a server.
class Delay final : public Step, public ComputesExpression
{
public:
    static void describe(StepBuilder<Delay> &step)
    {
        step.id("delay").title("Delay").family(Family::Simulate).icon("waiting");
        step.help("Waits for each item without computing, as a step does that asks a server or a disk. The items are "
                  "not changed.");
        step.synonyms({"wait", "sleep", "pause", "latency", "simulate"});
        step.keepsItemsOnError();
        step.param("milliseconds", &Delay::m_milliseconds)
            .kind(ParamKind::NumberOrExpression)
            .range(0, LongestWait)
            .unit("ms")
            .help("How long to wait for an item: a number, or an expression over its fields, for example size / 1000. "
                  "Null and what is below 0 is no wait.");
        step.param("jitter", &Delay::m_jitter)
            .range(0, LongestWait)
            .unit("ms")
            .help("Up to so much more, at random, for each item.");
    }

    Result<> open(const StepContext &context) override
    {
        m_cancelFd = context.cancelFd;
        m_random.seed(context.seed + uint64_t(context.worker));
        m_compiled.reset();
        if (!m_milliseconds.isText())
            return {};
        auto compiled = openExpression(m_milliseconds.toText(), context);
        if (!compiled)
            return compiled.forward();
        m_compiled.emplace(*std::move(compiled));
        return {};
    }

    Result<> process(Batch &batch) override
    {
        double total = 0;
        if (!m_compiled) {
            total = m_milliseconds.isNumber() ? m_milliseconds.toReal() * double(batch.size()) : 0;
        } else if (auto done = sumOf(batch, total); !done) {
            return done;
        }
        if (m_jitter > 0) {
            std::uniform_real_distribution<double> more(0, m_jitter);
            for (size_t row = 0; row < batch.size(); ++row)
                total += more(m_random);
        }
        // Once for the batch: waking up for each item would add to short waits
        if (total > 0)
            wait(total);
        return {};
    }

    void close() override { m_compiled.reset(); }

    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override
    {
        if (!m_milliseconds.isText())
            return;
        checkExpression(m_milliseconds.toText(), "milliseconds", context, problems);
    }

    std::string summary() const override
    {
        std::string text = toPlain(m_milliseconds);
        text += " ms";
        if (m_jitter > 0)
            text.append(" + 0 to ").append(formatNumber(m_jitter)).append(" ms");
        return text;
    }

private:
    static constexpr double LongestWait = 86'400'000; // a day

    /// Less where the run is broken off, which drops the items anyway.
    void wait(double milliseconds) const
    {
        using namespace std::chrono;
        const auto end =
            steady_clock::now() + duration_cast<nanoseconds>(std::chrono::duration<double, std::milli>(milliseconds));
        pollfd waited{m_cancelFd, POLLIN, 0};
        for (auto left = end - steady_clock::now(); left.count() > 0; left = end - steady_clock::now()) {
            const timespec time{duration_cast<seconds>(left).count(), (left % seconds(1)).count()};
            if (::ppoll(&waited, 1, &time, nullptr) > 0)
                return;
        }
    }

    /// The waits of all items; those that are no number fail.
    Result<> sumOf(Batch &batch, double &total)
    {
        if (auto done = m_compiled->evaluate(batch, m_waits, m_errors); !done)
            return done;
        for (ItemError &error : m_errors)
            batch.fail(error.row, std::move(error.kind), std::move(error.message), std::move(error.trace));
        for (size_t row = 0; row < batch.size(); ++row) {
            const Value wait = m_waits.value(row);
            const bool isNumber = wait.isNumber() && wait.toReal() <= LongestWait;
            if (isNumber)
                total += std::max(0.0, wait.toReal());
            else if (!wait.isNull())
                batch.fail(row, ErrorKind::Range,
                           m_compiled->source() + " is " + toPlain(wait)
                               + "; it must be a number of milliseconds, a day at most");
        }
        return {};
    }

    int m_cancelFd = -1; ///< which poll() passes over
    Value m_milliseconds = Value(10);
    double m_jitter = 0;
    std::optional<ItemExpression> m_compiled; ///< where it is an expression
    std::mt19937_64 m_random;
    Column m_waits;
    std::vector<ItemError> m_errors;
};

void registerDelay(StepRegistry &registry)
{
    registry.add<Delay>();
}

} // namespace millrace

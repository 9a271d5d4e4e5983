// SPDX-License-Identifier: MIT
#include "steps/StepBuilder.h"

#include <algorithm>
#include <cstdint>
#include <ctime>

namespace millrace {

/// Computes for each item, as a step does that has much to reckon.
class Work final : public Step
{
public:
    static void describe(StepBuilder<Work> &step)
    {
        step.id("work").title("Work").family(Family::Simulate).icon("work");
        step.help("Keeps a core busy for each item, as a step does that has much to compute. The items are not "
                  "changed. Time in "
                  "which the thread does not run, because others need the core, does not count.");
        step.synonyms({"busy", "compute", "load", "burn", "cpu", "simulate"});
        step.keepsItemsOnError();
        step.param("microseconds", &Work::m_microseconds)
            .range(0, 60e6)
            .unit("µs")
            .help("Computing time for each item.");
    }

    Result<> open(const StepContext &context) override
    {
        m_context = context;
        return {};
    }

    Result<> process(Batch &batch) override
    {
        compute(m_microseconds * 1000 * double(batch.size()));
        return {};
    }

    std::string summary() const override { return formatNumber(m_microseconds) + " µs"; }

private:
    static double threadNanoseconds()
    {
        timespec now{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
        return double(now.tv_sec) * 1e9 + double(now.tv_nsec);
    }

    /// Rounds of a generator of random numbers (xorshift64, Marsaglia 2003), which no compiler can leave out.
    void compute(double nanoseconds)
    {
        constexpr double MostAtOnce = 200'000, NearEnough = 300; // ns; reading the clock costs about as much
        constexpr double AskAfter = 1e7;                         // ns: what takes less isn't broken off
        if (nanoseconds <= 0)
            return;
        const double begin = threadNanoseconds();
        double elapsed = 0;
        while (elapsed + NearEnough < nanoseconds && !(elapsed > AskAfter && m_context.isInterrupted())) {
            const auto rounds =
                int64_t(std::max(20.0, std::min(nanoseconds - elapsed, MostAtOnce) * 0.95 * m_roundsPerNanosecond));
            for (int64_t i = 0; i < rounds; ++i) {
                m_state ^= m_state << 13;
                m_state ^= m_state >> 7;
                m_state ^= m_state << 17;
            }
            const double now = threadNanoseconds() - begin;
            if (now > elapsed) // learn how quick this core is
                m_roundsPerNanosecond = std::clamp(double(rounds) / (now - elapsed), 0.01, 2.0);
            elapsed = now;
        }
        m_result = m_state;
    }

    StepContext m_context;
    double m_microseconds = 100;
    uint64_t m_state = 0x9e3779b97f4a7c15;
    volatile uint64_t m_result = 0;
    double m_roundsPerNanosecond = 0.1;
};

void registerWork(StepRegistry &registry)
{
    registry.add<Work>();
}

} // namespace millrace

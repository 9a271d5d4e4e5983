// SPDX-License-Identifier: MIT
#include "metrics/gauges/PauseClock.h"
#include "steps/keys/HoldingStep.h"
#include "steps/keys/ItemGather.h"
#include "steps/keys/ValueOrder.h"
#include "steps/network/RateBuckets.h"
#include "steps/SharedState.h"
#include "steps/StepBuilder.h"
#include "steps/StepChecks.h"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <string>

namespace millrace {

/// Lets no more items through than so many a second.
class Throttle final : public Step, public KeepsToRate
{
public:
    static void describe(StepBuilder<Throttle> &step)
    {
        step.id("throttle").title("Throttle").family(Family::Transform).icon("throttle");
        step.help("Holds items back, so that no more go on than so many a second, for example {\"rate\": 5} before a "
                  "service that allows no more. Nothing is dropped. All workers together keep to the rate. A batch "
                  "goes on when it is the turn of its last item: for an even flow, let the source make small ones.");
        step.synonyms({"rate", "limit rate", "slow down", "pace", "delay", "rate limit", "token bucket"});
        step.keepsItemsOnError();
        step.param("rate", &Throttle::m_rate)
            .range(0.001, 1e9)
            .unit("items a second")
            .help("How many go on, in the long run.");
        step.param("burst", &Throttle::m_burst)
            .range(1, 1e6)
            .unit("items")
            .help("How many may go on at once after a pause.");
        step.param("by", &Throttle::m_by)
            .title("By")
            .help("Fields whose values make a group, each with the rate for itself; none: all items are one.");
    }
    Result<> open(const StepContext &context) override
    {
        m_cancelFd = context.cancelFd;
        std::string key = formatNumber(m_rate);
        key += '\n' + std::to_string(m_burst) + '\n' + joined(m_by);
        auto buckets = sharedBy<RateBuckets>(context, key, [this]() -> Result<std::shared_ptr<RateBuckets>> {
            return std::make_shared<RateBuckets>(m_rate, m_burst);
        });
        if (!buckets)
            return buckets.forward();
        m_buckets = *std::move(buckets);
        return {};
    }
    Result<> process(Batch &batch) override;
    void close() override { m_buckets.reset(); }
    const PauseClock &pauseClock() const override { return m_pauses; }
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override
    {
        checkFields(context, "by", m_by, problems);
    }
    std::string summary() const override
    {
        return formatNumber(m_rate) + " a second" + (m_by.empty() ? "" : ", by " + joined(m_by));
    }

private:
    using Moment = RateBuckets::Moment;

    void waitUntil(Moment moment);

    double m_rate = 10;
    int64_t m_burst = 1;
    std::vector<std::string> m_by;

    std::shared_ptr<RateBuckets> m_buckets; // shared by the steps of all workers
    PauseClock m_pauses;
    int m_cancelFd = -1;
    std::vector<const Column *> m_columns;
    std::string m_key;
};

Result<> Throttle::process(Batch &batch)
{
    if (auto known = requireFields(*batch.schema(), m_by); !known)
        return known;
    findColumns(batch, m_by, m_columns);
    Moment last;
    for (size_t row = 0; row < batch.size(); ++row) {
        m_key.clear();
        for (const Column *column : m_columns)
            appendKey(m_key, column, row);
        last = std::max(last, m_buckets->take(m_key, std::chrono::steady_clock::now()));
    }
    waitUntil(last);
    return {};
}

/// Less where the run is broken off, which drops the items anyway.
void Throttle::waitUntil(Moment moment)
{
    using namespace std::chrono;
    pollfd waited{m_cancelFd, POLLIN, 0};
    auto left = moment - steady_clock::now();
    if (left.count() <= 0)
        return;
    m_pauses.begin();
    for (; left.count() > 0; left = moment - steady_clock::now()) {
        const timespec time{duration_cast<seconds>(left).count(), (left % seconds(1)).count()};
        if (::ppoll(&waited, 1, &time, nullptr) > 0)
            break;
    }
    m_pauses.end();
}

void registerThrottle(StepRegistry &registry)
{
    registry.add<Throttle>();
}

} // namespace millrace

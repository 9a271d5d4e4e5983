// SPDX-License-Identifier: MIT
#pragma once

#include "RandomGraph.h"

#include "metrics/Clock.h"
#include "steps/Step.h"

#include <chrono>
#include <functional>
#include <optional>
#include <stdexcept>
#include <thread>

namespace millrace::test {

inline const SchemaPtr &numberSchema()
{
    static const SchemaPtr schema = std::make_shared<const Schema>(std::vector<Field>{{"n", ValueType::Integer, {}}});
    return schema;
}

/// count numbers from `first` on.
class NumberSource final : public Source
{
public:
    NumberSource(int64_t first, int64_t count) : m_next(first), m_first(first), m_end(first + count) {}
    Result<bool> fetch(Batch &batch, size_t items) override
    {
        if (m_next >= m_end)
            return false;
        const auto size = size_t(std::min<int64_t>(int64_t(items), m_end - m_next));
        batch.reset(numberSchema());
        batch.columnToChange(0).resize(size);
        for (int64_t &number : batch.columnToChange(0).integersToChange())
            number = m_next++;
        batch.setSize(size);
        batch.origin.firstRow = m_next - int64_t(size) - m_first;
        batch.setFirstId(m_next - int64_t(size));
        return true;
    }
    SchemaPtr schema() const override { return numberSchema(); }

private:
    int64_t m_next, m_first, m_end;
};

/// The same, told to a race: each batch takes 40 µs of a core.
class RacingSource final : public Source
{
public:
    RacingSource(int64_t first, int64_t count, std::shared_ptr<SourceRace> race, size_t number)
        : m_numbers(first, count), m_race(std::move(race)), m_number(number)
    {}
    Result<bool> fetch(Batch &batch, size_t items) override
    {
        for (const uint64_t end = threadCpuNanoseconds() + 40'000; threadCpuNanoseconds() < end;) {
        }
        Result<bool> fetched = m_numbers.fetch(batch, items);
        if (fetched && *fetched)
            ++m_race->fetched[m_number];
        else
            m_race->noteEnd();
        return fetched;
    }
    SchemaPtr schema() const override { return numberSchema(); }

private:
    NumberSource m_numbers;
    std::shared_ptr<SourceRace> m_race;
    size_t m_number;
};

/// The same numbers, as a text source gives them: counted by fetch(), made by decoders. A number that the verdict refuses fails; what
/// it throws, decode() throws.
class DecodedSource final : public Source
{
public:
    using Verdict = std::function<Result<>(int64_t number)>;
    DecodedSource(int64_t first, int64_t count, Verdict verdict)
        : m_next(first), m_first(first), m_end(first + count), m_verdict(std::move(verdict))
    {}
    bool isTwoPhase() const override { return true; }
    Result<bool> fetch(Batch &batch, size_t items) override
    {
        const int64_t count = std::min(int64_t(items), m_end - m_next);
        batch.clearItems();
        if (count == 0)
            return false;
        batch.setRaw({nullptr, 0, 0, uint64_t(count)});
        batch.origin.firstRow = m_next - m_first;
        batch.setFirstId(m_next);
        m_next += count;
        return true;
    }
    Result<> decode(Batch &batch) override
    {
        const auto count = size_t(batch.raw().rows);
        batch.reset(numberSchema());
        batch.setSize(count);
        for (size_t row = 0; row < count; ++row) {
            const int64_t number = m_first + batch.origin.firstRow + int64_t(row);
            batch.columnToChange(0).appendInteger(number);
            if (const Result<> verdict = m_verdict(number); !verdict)
                batch.fail(row, verdict.error().kind, verdict.error().message);
        }
        return {};
    }
    SchemaPtr schema() const override { return numberSchema(); }

private:
    int64_t m_next, m_first, m_end;
    Verdict m_verdict;
};

/// How long a step takes, at random: most of the time nothing.
struct Pace
{
    int spins = 0;      ///< of a loop, a batch
    int sleepOneIn = 0; ///< batches; 0: never
    uint64_t count = 0;

    void spend()
    {
        for (int i = 0; i < spins; ++i)
            asm volatile("");
        if (sleepOneIn > 0 && ++count % uint64_t(sleepOneIn) == 0)
            std::this_thread::sleep_for(std::chrono::microseconds(150));
    }
};

inline int64_t affine(int64_t number, int64_t factor, int64_t summand)
{
    return (number * factor + summand) % 1'000'003;
}
inline bool isHit(int64_t number, int64_t divisor, int64_t rest)
{
    return ((number % divisor) + divisor) % divisor == rest;
}

/// first number → first number × factor + summand.
class AffineStep final : public Step
{
public:
    AffineStep(int64_t factor, int64_t summand, Pace pace) : m_factor(factor), m_summand(summand), m_pace(pace) {}
    Result<> process(Batch &batch) override
    {
        m_pace.spend();
        if (batch.columnCount() > 0)
            for (int64_t &number : batch.columnToChange(0).integersToChange())
                number = affine(number, m_factor, m_summand);
        return {};
    }

private:
    int64_t m_factor, m_summand;
    Pace m_pace;
};

/// Sends hits to that port.
class SplitStep final : public Step
{
public:
    SplitStep(int64_t divisor, int64_t rest, uint8_t port, Pace pace)
        : m_divisor(divisor), m_rest(rest), m_port(port), m_pace(pace)
    {}
    Result<> process(Batch &batch) override
    {
        m_pace.spend();
        for (size_t row = 0; row < batch.size(); ++row)
            if (isHit(batch.column(0).integers()[row], m_divisor, m_rest))
                batch.sendTo(row, m_port);
        return {};
    }

private:
    int64_t m_divisor, m_rest;
    uint8_t m_port;
    Pace m_pace;
};

/// Hits become two items.
class DoubleStep final : public Step
{
public:
    DoubleStep(int64_t divisor, int64_t rest, Pace pace) : m_divisor(divisor), m_rest(rest), m_pace(pace) {}
    Result<> process(Batch &batch) override
    {
        m_pace.spend();
        std::vector<uint32_t> from;
        for (uint32_t row = 0; row < batch.size(); ++row) {
            from.push_back(row);
            if (isHit(batch.column(0).integers()[row], m_divisor, m_rest))
                from.push_back(row);
        }
        std::vector<Column> columns;
        for (size_t i = 0; i < batch.columnCount(); ++i) {
            Column column(batch.column(i).type());
            column.appendRows(batch.column(i), from);
            columns.push_back(std::move(column));
        }
        batch.expandRows(from);
        batch.setColumns(batch.schema(), std::move(columns));
        return {};
    }

private:
    int64_t m_divisor, m_rest;
    Pace m_pace;
};

enum class FailHow { Item, Throw, Return };

inline std::string failMessage(const std::string &step, int64_t number)
{
    return step + " can't take " + std::to_string(number);
}

/// Hits fail: item by item, or with the whole batch. Others are changed first, so that a copy kept wrongly is noticed.
class FailStep final : public Step
{
public:
    FailStep(std::string id, int64_t divisor, int64_t rest, FailHow how, Pace pace)
        : m_id(std::move(id)), m_divisor(divisor), m_rest(rest), m_how(how), m_pace(pace)
    {}
    Result<> process(Batch &batch) override
    {
        m_pace.spend();
        if (batch.columnCount() == 0)
            return {};
        auto numbers = batch.columnToChange(0).integersToChange();
        for (size_t row = 0; row < batch.size(); ++row) {
            if (!isHit(numbers[row], m_divisor, m_rest)) {
                numbers[row] = affine(numbers[row], 1, 1);
                continue;
            }
            const std::string message = failMessage(m_id, numbers[row]);
            switch (m_how) {
            case FailHow::Item: batch.fail(row, "hit", message); break;
            case FailHow::Throw: throw std::runtime_error(message);
            case FailHow::Return: return failure("hit", message);
            }
        }
        return {};
    }

private:
    std::string m_id;
    int64_t m_divisor, m_rest;
    FailHow m_how;
    Pace m_pace;
};

/// Ordered: adds up the first numbers as they pass; gives the sum of all as one more item at the end.
class SumStep final : public Step
{
public:
    Result<> process(Batch &batch) override
    {
        if (batch.columnCount() > 0)
            for (int64_t &number : batch.columnToChange(0).integersToChange())
                number = m_sum = affine(m_sum, 1, number);
        return {};
    }

private:
    int64_t m_sum = 0;
};

/// Ordered: holds all items back until the end, then gives the first numbers in reverse order, cut anew.
class ReverseStep final : public Step
{
public:
    Result<> process(Batch &batch) override
    {
        for (size_t row = 0; row < batch.size(); ++row)
            m_held.push_back(batch.column(0).integers()[row]);
        batch.clearItems();
        return {};
    }
    Result<bool> flush(Batch &batch, size_t items) override
    {
        if (m_held.empty())
            return false;
        batch.reset(numberSchema());
        size_t size = 0;
        for (; size < items && !m_held.empty(); ++size) {
            batch.columnToChange(0).appendInteger(m_held.back());
            m_held.pop_back();
        }
        batch.setSize(size);
        return true;
    }

private:
    std::vector<int64_t> m_held;
};

/// With a second input, of which it first takes all numbers: each number of the first one is changed by them; hits leave a second time, in a
/// batch of their own; at the end the second input's numbers leave, sorted unless their order is known.
class SideStep final : public Step
{
public:
    SideStep(int64_t divisor, int64_t rest, bool isSideOrdered, Pace pace)
        : m_divisor(divisor), m_rest(rest), m_isSideOrdered(isSideOrdered), m_pace(pace)
    {}
    static int64_t digestOf(const std::vector<int64_t> &side)
    {
        int64_t digest = 1;
        for (const int64_t number : side)
            digest = affine(digest, 3, number);
        return digest;
    }
    Result<> takeSide(size_t, Batch &batch) override
    {
        m_pace.spend();
        for (size_t row = 0; row < batch.size(); ++row)
            m_side.push_back(batch.column(0).integers()[row]);
        return {};
    }
    Result<> endSide() override
    {
        if (!m_isSideOrdered)
            std::sort(m_side.begin(), m_side.end());
        m_digest = digestOf(m_side);
        return {};
    }
    Result<> process(Batch &batch) override
    {
        if (!m_digest || m_hits)
            return failure("test", "It isn't its turn.");
        std::vector<uint32_t> hits;
        for (uint32_t row = 0; row < batch.size(); ++row) {
            int64_t &number = batch.columnToChange(0).integersToChange()[row];
            if (isHit(number, m_divisor, m_rest))
                hits.push_back(row);
            number = affine(number, 1, *m_digest);
        }
        if (!hits.empty()) {
            m_hits = std::make_unique<Batch>();
            m_hits->copyRows(batch, hits);
        }
        return {};
    }
    Result<bool> more(Batch &batch) override
    {
        if (!m_hits)
            return false;
        batch.shareFrom(*m_hits);
        m_hits.reset();
        return true;
    }
    Result<bool> flush(Batch &batch, size_t items) override
    {
        if (m_given == m_side.size())
            return false;
        batch.reset(numberSchema());
        size_t size = 0;
        for (; size < items && m_given < m_side.size(); ++size)
            batch.columnToChange(0).appendInteger(m_side[m_given++]);
        batch.setSize(size);
        return true;
    }

private:
    int64_t m_divisor, m_rest;
    bool m_isSideOrdered;
    Pace m_pace;
    std::vector<int64_t> m_side;
    std::optional<int64_t> m_digest;
    std::unique_ptr<Batch> m_hits;
    size_t m_given = 0;
};

/// Keeps the numbers of all items (fields of errors left out).
class CollectSink final : public Sink
{
public:
    CollectSink(std::shared_ptr<Collected> collected, bool isOrderWanted, Pace pace)
        : m_collected(std::move(collected)), m_isOrderWanted(isOrderWanted), m_pace(pace)
    {}
    Result<> write(Batch &batch) override
    {
        m_pace.spend();
        std::lock_guard lock(m_collected->mutex);
        for (size_t row = 0; row < batch.size(); ++row) {
            std::vector<int64_t> numbers;
            for (size_t i = 0; i < batch.columnCount(); ++i)
                if (!batch.schema()->field(i).name.starts_with("error."))
                    numbers.push_back(batch.column(i).value(row).toInteger());
            m_collected->items.push_back(std::move(numbers));
        }
        return {};
    }
    Result<> finish() override
    {
        m_collected->isCommitted = true;
        return {};
    }
    std::string abandon() override
    {
        m_collected->isAbandoned = true;
        return {};
    }
    bool isOrdered() const override { return m_isOrderWanted; }

private:
    std::shared_ptr<Collected> m_collected;
    bool m_isOrderWanted;
    Pace m_pace;
};

} // namespace millrace::test

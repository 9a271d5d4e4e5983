// SPDX-License-Identifier: MIT
#pragma once

#include "steps/StepBuilder.h"
#include "streaming/SequentialQueuedPipeline.h"

#include <QTest>

#include <atomic>
#include <csignal>
#include <memory>
#include <stdexcept>
#include <string>

namespace millrace::test {

/// A result that must be there.
template <class T>
T need(Result<T> result)
{
    if (!result)
        qFatal("%s: %s", result.error().kind.c_str(), result.error().message.c_str());
    return *std::move(result);
}

inline std::vector<int64_t> upTo(int64_t count, int64_t factor = 1, int64_t summand = 0)
{
    std::vector<int64_t> numbers;
    for (int64_t i = 0; i < count; ++i)
        numbers.push_back(i * factor + summand);
    return numbers;
}

/// Throws for one value.
class Choosy final : public Step
{
public:
    explicit Choosy(int64_t refused) : m_refused(refused) {}
    Result<> process(Batch &batch) override
    {
        for (const int64_t number : batch.column(0).integers())
            if (number == m_refused)
                throw std::out_of_range("no " + std::to_string(number));
        return {};
    }

private:
    int64_t m_refused;
};

/// Kills the process that it works in where a number says so.
class Deadly final : public Step
{
public:
    static void describe(StepBuilder<Deadly> &step)
    {
        step.id("deadly").title("Deadly").help("For these tests.").keepsItemsOnError();
        step.param("number", &Deadly::m_number).help("The number that kills.");
    }
    Result<> process(Batch &batch) override
    {
        for (const int64_t number : batch.column(0).integers())
            if (number == m_number)
                std::raise(SIGKILL);
        return {};
    }

private:
    int64_t m_number = -1;
};

inline const StepRegistry &registryWithDeadly()
{
    static const StepRegistry all = [] {
        StepRegistry filled;
        registerBuiltInSteps(filled);
        filled.add<Deadly>();
        return filled;
    }();
    return all;
}

} // namespace millrace::test

// SPDX-License-Identifier: MIT
#pragma once

#include "streaming/SequentialQueuedPipeline.h"

#include <QTest>

#include <atomic>
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

} // namespace millrace::test

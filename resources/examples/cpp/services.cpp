// SPDX-License-Identifier: MIT
// Services: what a program lends to its steps, which find it by its type when they are opened.
#include <millrace/SequentialQueuedPipeline.h>
#include <millrace/Services.h>

#include <iostream>
#include <map>

using namespace millrace;

/// Shared by all workers, so safe on all threads: it is only read.
struct Prices
{
    std::map<std::string, double, std::less<>> byName{{"tea", 2.5}, {"coffee", 4}};
};

class Price final : public Step
{
public:
    Result<> open(const StepContext &context) override
    {
        m_prices = context.service<Prices>();
        return m_prices ? Result<>()
                        : failure("service", "The step needs prices; add them to the pipeline's services.");
    }
    Result<> process(Batch &batch) override
    {
        Column prices(ColumnType::Any);
        for (size_t row = 0; row < batch.size(); ++row) {
            const auto found = m_prices->byName.find(batch.column(0).value(row).toText());
            if (found == m_prices->byName.end())
                batch.fail(row, "price", "it has no price");
            prices.append(found == m_prices->byName.end() ? Value() : Value(found->second));
        }
        batch.columnToChange(0) = std::move(prices);
        return {};
    }

private:
    const Prices *m_prices = nullptr;
};

int main()
{
    Services services;
    services.add(std::make_shared<Prices>());
    const SequentialQueuedPipeline pipeline({{"price", 2, Price()}}, {.batchSize = 1, .services = services});
    const auto out = pipeline.transform({.dataInputs = {"coffee", "tea"}});
    const auto none = SequentialQueuedPipeline{Price()}.transform({.dataInputs = {"tea"}});
    if (!out || none) {
        std::cerr << (out ? "An error was missed." : out.error().message) << '\n';
        return 1;
    }
    std::cout << toJson(out->dataInputs[0]) << "; without services: " << none.error().message << '\n';
    return out->dataInputs == DataList{4.0, 2.5} ? 0 : 1;
}

// SPDX-License-Identifier: MIT
// A step of one's own: a class with parameters, of which each worker has a clone, and whose change can be taken back; and an error that
// says where it was.
#include <millrace/InvertibleStep.h>
#include <millrace/SequentialQueuedPipeline.h>

#include <cmath>
#include <iostream>

using namespace millrace;

class Root final : public Step, public InvertibleStep
{
public:
    static void describe(StepBuilder<Root> &step)
    {
        step.id("root").title("Root").help("The root of a number.");
        step.param("degree", &Root::m_degree).range(1, 10).help("2: the square root.");
    }
    Result<> process(Batch &batch) override
    {
        Column &column = batch.columnToChange(0);
        for (size_t row = 0; row < batch.size(); ++row) {
            const double number = column.value(row).toReal();
            if (number < 0)
                batch.fail(row, "range", "there is no root of a number under 0");
            else
                column.setValue(row, std::pow(number, 1.0 / double(m_degree)));
        }
        return {};
    }
    Result<> invert(Batch &batch) override
    {
        Column &column = batch.columnToChange(0);
        for (size_t row = 0; row < batch.size(); ++row)
            column.setValue(row, std::pow(column.value(row).toReal(), double(m_degree)));
        return {};
    }

private:
    int64_t m_degree = 2;
};

int main()
{
    const SequentialQueuedPipeline pipeline({{"root", 2, {{{"degree", 2}}, {{"degree", 2}}}, Root()}},
                                            {.batchSize = 2});
    const auto out = pipeline.transform({.dataInputs = std::vector<double>{1, 4, 9, 16}});
    const SequentialQueuedPipeline fluent({QueuedStepBuilder(Root()).named("root").workers(2).queue(5)});
    const auto failed = fluent.transform({.dataInputs = std::vector<double>{1, 4, -9, 16}});
    const auto back = out ? pipeline.inverseTransform(*out) : out.forward();
    if (!back || failed) {
        std::cerr << (back ? "An error was missed." : back.error().message) << '\n';
        return 1;
    }
    std::cout << toJson(out->dataInputs[3]) << ", from " << toJson(back->dataInputs[3]) << "; "
              << failed.error().message << '\n';
    return out->dataInputs[3].toReal() == 4 && back->dataInputs[3].toReal() == 16 && failed.error().kind == "range" ? 0
                                                                                                                    : 1;
}

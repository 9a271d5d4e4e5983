// SPDX-License-Identifier: MIT
// ObservableQueue, QueueWorker, QueueJoiner and QueuedPipelineTask: batches that come one by one while the program runs.
#include <millrace/QueueJoiner.h>
#include <millrace/QueueWorker.h>
#include <millrace/Steps.h>

#include <iostream>

using namespace millrace;

int main()
{
    ObservableQueue arrivals("arrivals");
    QueueWorker doubles(multiply(2), {.name = "doubles", .workers = 4, .queueSize = 8});
    QueueWorker checked(mapStep([](const Value &value) -> Result<Value> {
                            if (value.toReal() > 1'000)
                                return failure("range", "more than 1000");
                            return value;
                        }),
                        {.name = "checked", .workers = 2});
    QueueJoiner joiner;
    arrivals.subscribe(doubles);
    doubles.subscribe(checked);
    checked.subscribe(joiner);
    if (!doubles.start() || !checked.start()) {
        std::cerr << doubles.problem() << checked.problem() << '\n';
        return 1;
    }
    for (int64_t batch = 0; batch < 20; ++batch) {
        const DataContainer items{.ids = DataList::numbers(batch * 5, 5),
                                  .dataInputs = DataList::numbers(batch * 5, 5)};
        arrivals.notify(QueuedPipelineTask{items});
    }
    const auto joined = joiner.join(20); // in order, however the workers overtook each other
    arrivals.notify({.data = {.ids = {"too much"}, .dataInputs = {600}}});
    const auto failed = joiner.join(1); // the workers go on after an error
    doubles.stop();
    checked.stop();
    if (!joined || failed) {
        std::cerr << (joined ? "An error was missed." : joined.error().message) << '\n';
        return 1;
    }
    std::cout << toJson(joined->dataInputs[99]) << "; " << failed.error().message << '\n';
    return joined->dataInputs[99] == Value(198) && failed.error().kind == "range" ? 0 : 1;
}

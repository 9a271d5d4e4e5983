// SPDX-License-Identifier: MIT
// `millrace-bench-processes`: what one worker process gets through, there and back: small numbers in small batches, large
// blobs, items through scripts, and through a program in Python. Median of some runs. Exit status 1 where a target is missed.
#include "engine/Run.h"
#include "pipeline/PipelineFile.h"
#include "remote/WorkerProcess.h"
#include "steps/StepBuilder.h"

#include <QCoreApplication>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

using namespace millrace;

namespace {

constexpr int Rounds = 5;
constexpr int64_t Numbers = 4'000'000, Blobs = 1'000, PythonItems = 500'000, ScriptItems = 2'000'000;
constexpr size_t BlobSize = 1'000'000; // bytes

/// Bytes that take nothing to make, so that only their way to the process and back is measured.
class BlobSource final : public Source
{
public:
    static void describe(StepBuilder<BlobSource> &step)
    {
        step.id("blobs").title("Blobs").family(Family::Source).help("Makes the same large blob again and again.");
    }
    Result<> open(const StepContext &) override
    {
        m_next = 0;
        return {};
    }
    Result<bool> fetch(Batch &batch, size_t items) override
    {
        batch.reset(m_schema);
        const auto count = size_t(std::min<int64_t>(int64_t(items), Blobs - m_next));
        Column &column = batch.columnToChange(0);
        column.resize(count);
        for (Value &value : column.valuesToChange())
            value = m_blob;
        batch.setSize(count);
        batch.origin.firstRow = m_next;
        batch.setFirstId(m_next);
        m_next += int64_t(count);
        return count > 0;
    }
    SchemaPtr schema() const override { return m_schema; }

private:
    const SchemaPtr m_schema = std::make_shared<const Schema>(
        std::vector<Field>{{std::string(ValueField), ValueType::Bytes, Role::DataInput}});
    const Value m_blob = Value::bytes(std::string(BlobSize, '\x5a'));
    int64_t m_next = 0;
};

const StepRegistry &registry()
{
    static const StepRegistry all = [] {
        StepRegistry filled;
        registerBuiltInSteps(filled);
        filled.add<BlobSource>();
        return filled;
    }();
    return all;
}

[[noreturn]] void fail(const std::string &message)
{
    std::fprintf(stderr, "%s\n", message.c_str());
    std::exit(2);
}

/// Seconds of a whole run, with the start of the process.
double secondsOf(const std::string &source, const std::string &step, int batch, int64_t items)
{
    const auto loaded =
        parsePipeline(R"({"millrace": 1, "batching": {"size": )" + std::to_string(batch)
                      + R"(}, "steps": [{"id": "from", )" + source + R"(}, {"id": "work", )" + step
                      + R"(}, {"id": "end", "type": "discard"}], "links": [{"from": "from", "to": "work"},
                           {"from": "work", "to": "end"}]})");
    if (!loaded)
        fail(loaded.error().message);
    const auto run = Run::create(loaded->pipeline, registry(), {});
    if (!run)
        fail(run.error().message);
    (*run)->start();
    (*run)->waitForDone();
    const RunSample sample = (*run)->sample();
    if ((*run)->outcome().state != RunState::Finished || sample.steps.back().itemsIn != uint64_t(items))
        fail("Items are missing. " + (*run)->outcome().error.message);
    return sample.seconds;
}

bool report(const char *what, double amount, const char *unit, double target, auto measure)
{
    std::vector<double> seconds;
    for (int round = 0; round < Rounds; ++round)
        seconds.push_back(measure());
    std::ranges::nth_element(seconds, seconds.begin() + Rounds / 2);
    const double rate = amount / seconds[Rounds / 2];
    std::printf("%-44s %8.3g %s, at least %.3g: %s\n", what, rate, unit, target, rate >= target ? "met" : "MISSED");
    return rate >= target;
}

} // namespace

int main(int argc, char **argv)
{
    if (const auto status = runWorkerIfAsked(argc, argv, registry()))
        return *status;
    const QCoreApplication application(argc, argv);
    const std::string numbers =
        R"("type": "generate", "params": {"step": 0.5, "count": )" + std::to_string(Numbers) + '}';
    bool isMet = report("doubles, batches of 100, multiplied", double(Numbers) / 1e6, "million/s", 2, [&] {
        return secondsOf(numbers, R"("type": "multiply", "runIn": "processes", "params": {"by": 1.5})", 100, Numbers);
    });
    for (const int batch : {1, 10}) {
        const std::string what = "blobs of 1 MB, batches of " + std::to_string(batch) + ", as they are";
        isMet = report(what.c_str(), double(Blobs) * BlobSize / 1e6, "MB/s", 100,
                       [&] {
                           return secondsOf(R"("type": "blobs")", R"("type": "identity", "runIn": "processes")", batch,
                                            Blobs);
                       })
                && isMet;
    }
    const std::string many = R"("type": "generate", "params": {"count": )" + std::to_string(ScriptItems) + '}';
    isMet =
        report("items of a script, batches of 100", double(ScriptItems) / 1e3, "thousand/s", 500,
               [&] {
                   return secondsOf(
                       many, R"("type": "javascript", "params": {"code": "function transform(item) { return item; }"})",
                       100, ScriptItems);
               })
        && isMet;
    isMet = report("items of an expression for the engine", double(ScriptItems) / 1e3, "thousand/s", 500,
                   [&] {
                       return secondsOf(
                           many, R"("type": "formula", "params": {"field": "r", "expression": "[value].length"})", 100,
                           ScriptItems);
                   })
            && isMet;
    const std::string python = R"("type": "program", "params": {"command": ["python3", "-c",
        "import millrace\n@millrace.step\ndef transform(item):\n    item['value'] *= 2\n    return item"]})";
    const std::string items = R"("type": "generate", "params": {"count": )" + std::to_string(PythonItems) + '}';
    isMet = report("items of a program in Python, batches of 100", double(PythonItems) / 1e3, "thousand/s", 100,
                   [&] { return secondsOf(items, python, 100, PythonItems); })
            && isMet;
    return isMet ? 0 : 1;
}

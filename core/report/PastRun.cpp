// SPDX-License-Identifier: MIT
#include "report/PastRun.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace millrace {

namespace {

constexpr std::array<std::string_view, 6> KeptOfStep{"id", "workers", "itemsIn", "itemsOut", "errors", "busySeconds"};

double realAt(const Value &object, std::string_view name)
{
    const Value *value = object.member(name);
    return !value || !value->isNumber() ? 0 : value->isInteger() ? double(value->toInteger()) : value->toReal();
}

uint64_t countAt(const Value &object, std::string_view name)
{
    return uint64_t(std::max(0.0, realAt(object, name)));
}

std::string wordAt(const Value &object, std::string_view name)
{
    const Value *value = object.member(name);
    return value && value->isText() ? std::string(value->toText()) : std::string();
}

PastStep stepFrom(const Value &kept, double seconds)
{
    PastStep step;
    step.step = wordAt(kept, "id");
    step.workers = int(std::min<uint64_t>(countAt(kept, "workers"), 1'000'000));
    step.itemsIn = countAt(kept, "itemsIn");
    step.itemsOut = countAt(kept, "itemsOut");
    step.errors = countAt(kept, "errors");
    if (seconds > 0) {
        step.itemsPerSecond = double(std::max(step.itemsIn, step.itemsOut)) / seconds;
        step.busyShare = std::min(1.0, realAt(kept, "busySeconds") / (seconds * std::max(step.workers, 1)));
    }
    return step;
}

PastRun runFrom(const Value &kept)
{
    PastRun run;
    run.start = wordAt(kept, "start");
    run.seconds = std::max(0.0, realAt(kept, "seconds"));
    run.status = wordAt(kept, "status");
    run.errors = countAt(kept, "errors");
    if (const Value *items = kept.member("items")) {
        run.itemsRead = countAt(*items, "read");
        run.itemsWritten = countAt(*items, "written");
    }
    if (const Value *limit = kept.member("limit")) {
        run.limitKind = wordAt(*limit, "kind");
        run.limitStep = wordAt(*limit, "step");
    }
    if (const Value *changes = kept.member("settings"); changes && changes->isObject())
        for (const auto &[name, pair] : changes->toObject())
            if (pair.isList() && pair.toList().size() == 2)
                run.changes.push_back({name, toPlain(pair.toList()[0]), toPlain(pair.toList()[1])});
    if (const Value *steps = kept.member("steps"); steps && steps->isList())
        for (const Value &step : steps->toList())
            run.steps.push_back(stepFrom(step, run.seconds));
    return run;
}

} // namespace

Value stepsToKeep(const Value &report, size_t most)
{
    List kept;
    const Value *steps = report.member("steps");
    for (const Value &step : steps && steps->isList() ? steps->toList() : List()) {
        if (kept.size() == most)
            break;
        Members members;
        for (const std::string_view name : KeptOfStep)
            if (const Value *value = step.member(name))
                members.emplace_back(name, *value);
        kept.emplace_back(std::move(members));
    }
    return kept;
}

std::vector<PastRun> pastRunsOf(const List &runs)
{
    std::vector<PastRun> past;
    past.reserve(runs.size());
    for (const Value &run : runs)
        past.push_back(runFrom(run));
    return past;
}

std::optional<double> StepComparison::gain() const
{
    if (!before || !now || before->itemsPerSecond <= 0)
        return {};
    return now->itemsPerSecond / before->itemsPerSecond - 1;
}

std::vector<StepComparison> compareRuns(const PastRun &before, const PastRun &now)
{
    std::vector<StepComparison> all;
    const auto find = [](const std::vector<PastStep> &steps, const std::string &id) -> std::optional<PastStep> {
        const auto found = std::ranges::find(steps, id, &PastStep::step);
        return found == steps.end() ? std::nullopt : std::optional(*found);
    };
    for (const PastStep &step : now.steps)
        all.push_back({step.step, find(before.steps, step.step), step});
    for (const PastStep &step : before.steps)
        if (!find(now.steps, step.step))
            all.push_back({step.step, step, {}});
    return all;
}

} // namespace millrace

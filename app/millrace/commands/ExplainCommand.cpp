// SPDX-License-Identifier: MIT
#include "millrace/Arguments.h"
#include "millrace/commands/Commands.h"
#include "millrace/Console.h"
#include "millrace/history/ReportFile.h"
#include "pipeline/file/JsonLayout.h"

#include <algorithm>
#include <cstdio>
#include <vector>

namespace millrace {

namespace {

/// The members of that object which have these names; null where it is none.
Value partOf(const Value *object, std::initializer_list<const char *> names)
{
    if (!object || !object->isObject())
        return {};
    Members members;
    for (const char *name : names) {
        const Value *value = object->member(name);
        members.emplace_back(name, value ? *value : Value());
    }
    return members;
}

Value diagnosisOf(const Value &report)
{
    const Value *limit = memberAt(report, "limitedBy");
    Value more = partOf(limit ? memberAt(*limit, "oneMoreWorker") : nullptr, {"workers", "gain"});
    if (more.isObject()) {
        Members members{{"step", textAt(*limit, "step")}};
        members.insert(members.end(), more.toObject().begin(), more.toObject().end());
        more = std::move(members);
    }
    return Members{{"limitedBy", partOf(limit, {"kind", "step", "isClear", "why"})},
                   {"oneMoreWorker", std::move(more)}};
}

/// Where the time of each step's workers went.
std::string timesTable(const Value &report)
{
    const double seconds = numberAt(report, "seconds");
    std::vector<std::vector<std::string>> rows{{"step", "workers", "busy", "on a core", "held back", "no input"}};
    const Value *steps = memberAt(report, "steps");
    for (const Value &step : steps && steps->isList() ? steps->toList() : List()) {
        const double workers = std::max(1.0, numberAt(step, "workers", 1));
        const auto share = [&](const char *key) {
            return seconds > 0 ? formatPercent(std::clamp(numberAt(step, key) / (seconds * workers), 0.0, 1.0)) : "-";
        };
        rows.push_back({printable(textAt(step, "id")), formatCount(workers), share("busySeconds"), share("cpuSeconds"),
                        share("blockedSeconds"), share("starvedSeconds")});
    }
    return formatTable(rows, textColumns());
}

std::string page(const Value &report)
{
    const std::string why = textAt(report, "limitedBy.why");
    std::string text =
        wrapped(why.empty() ? "Nothing went through in that run, so that nothing limited it." : why, textColumns(), 0)
        + '\n';
    const double gain = numberAt(report, "limitedBy.oneMoreWorker.gain");
    if (gain > 0) {
        char times[32];
        std::snprintf(times, sizeof times, "%.2f", gain);
        const std::string next = textAt(report, "limitedBy.oneMoreWorker.nextLimit");
        text += wrapped("With " + formatCount(numberAt(report, "limitedBy.oneMoreWorker.workers"))
                            + " workers there the run would be about " + times + " times as fast"
                            + (next.empty() ? "; then the cores would limit it."
                                            : "; then \"" + next + "\" would limit it."),
                        textColumns(), 0)
                + '\n';
    }
    return text + '\n' + timesTable(report);
}

} // namespace

int explainCommand(const Arguments &arguments)
{
    const auto call = parseCall("explain", arguments);
    if (!call)
        return wrongCall("explain", call.error().message);
    if (call->words.size() != 1)
        return wrongCall("explain", "Name one pipeline file or report.");
    const auto report = reportOfFile(call->words.front());
    if (!report) {
        say(stderr, printable(report.error().message) + '\n');
        return WrongCall;
    }
    say(stdout, call->has("json") ? toIndentedJson(diagnosisOf(*report)) : page(*report));
    return Finished;
}

} // namespace millrace

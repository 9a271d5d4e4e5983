// SPDX-License-Identifier: MIT
#include "millrace/history/Record.h"

#include "millrace/commands/Commands.h"
#include "millrace/Console.h"
#include "report/RunsOnRecord.h"

#include <utility>

namespace millrace {

void keepOnRecord(const std::string &pipelinePath, const Pipeline &pipeline, const RunRecord &record)
{
    const Value report = reportOf(record);
    Members run;
    for (const char *key : {"start", "seconds", "status", "exitStatus", "items"})
        if (const Value *value = report.member(key))
            run.emplace_back(key, *value);
    run.emplace_back("errors", int64_t(record.sample.errors));
    run.emplace_back("limit", record.limit ? Value(
                                  Members{{"kind", limitKindName(record.limit->kind)}, {"step", record.limit->step}})
                                           : Value());
    const auto added = RunsOnRecord().add(pipelinePath, std::move(run), settingsOf(pipeline), report);
    if (!added)
        printError(printable(added.error().message));
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "history/KeptRun.h"

#include "data/errors/ExceptionError.h"
#include "report/RunsOnRecord.h"

#include <cstdint>
#include <utility>

namespace millrace {

namespace {

Result<> keep(const std::string &pipelinePath, const Pipeline &pipeline, const RunRecord &record)
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
    return RunsOnRecord().add(pipelinePath, std::move(run), settingsOf(pipeline), report);
}

} // namespace

Result<> keepOnRecord(const std::string &pipelinePath, const Pipeline &pipeline, const RunRecord &record)
{
    return caught([&] { return keep(pipelinePath, pipeline, record); }); // there may be too little memory
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/PipelineFile.h"

#include <QString>

#include <string>

namespace millrace::test {

/// The contract's example of a pipeline file.
inline constexpr const char *Example = R"({
  "millrace": 1,
  "name": "Clean the orders",
  "batching": {"size": 100, "incomplete": "keep"},
  "defaults": {"workers": 1, "queueSize": 10, "runIn": "threads", "onError": "stop", "retries": 0},
  "steps": [
    {"id": "orders", "type": "read.csv", "name": "Orders", "params": {"path": "orders.csv"}, "position": [40, 80]},
    {"id": "price", "type": "formula", "params": {"expression": "cents / 100", "field": "price"},
     "workers": 3, "queueSize": 5, "onError": "route", "position": [260, 80]},
    {"id": "report", "type": "write.csv", "params": {"path": "report.csv"}, "position": [480, 80]},
    {"id": "failed", "type": "write.jsonl", "params": {"path": "failed.jsonl"}, "position": [480, 220]}
  ],
  "links": [
    {"from": "orders", "to": "price"},
    {"from": "price", "to": "report"},
    {"from": "price.error", "to": "failed"}
  ],
  "notes": [{"text": "Prices are in cents", "rect": [40, 200, 180, 60]}]
})";

inline QString text(const std::string &utf8)
{
    return QString::fromStdString(utf8);
}

/// The texts of all problems, a line each: what a test looks for is easily seen where it is missing.
inline QString problemsOf(const std::string &json)
{
    const auto loaded = parsePipeline(json);
    if (!loaded)
        return text("failed: " + loaded.error().message);
    QString all;
    for (const Problem &problem : loaded->problems)
        all += text(std::string(problem.severity == Severity::Error ? "error" : "warning") + '|' + problem.step + '|'
                    + problem.param + '|' + problem.text + '\n');
    return all;
}

} // namespace millrace::test

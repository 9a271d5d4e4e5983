// SPDX-License-Identifier: MIT
#include "engine/ScriptRun.h"

#include "pipeline/PipelineFile.h"

#include <QtGlobal>

namespace millrace::test {

namespace {

const StepRegistry &builtIn()
{
    static const StepRegistry all = [] {
        StepRegistry filled;
        registerBuiltInSteps(filled);
        return filled;
    }();
    return all;
}

} // namespace

std::string quoted(const std::string &text)
{
    return toJson(Value(text));
}

std::unique_ptr<Run> startScript(const ScriptWish &wish)
{
    const std::string text = R"({"millrace": 1, "batching": {"size": )" + std::to_string(wish.batch)
                             + R"(}, "steps": [{"id": "numbers", "type": "generate", "params": {"count": )"
                             + std::to_string(wish.count) + R"(}}, {"id": "script", "type": ")" + wish.type + "\", "
                             + wish.more + R"(, "params": )" + wish.params
                             + R"(}, {"id": "result", "type": "view", "params": {"limit": 1000000}}],
      "links": [{"from": "numbers", "to": "script"}, {"from": "script", "to": "result"}]})";
    auto loaded = parsePipeline(text);
    if (!loaded)
        qFatal("%s", loaded.error().message.c_str());
    RunOptions options;
    options.folder = wish.folder;
    auto run = Run::create(loaded->pipeline, builtIn(), options);
    if (!run)
        qFatal("%s", run.error().message.c_str());
    (*run)->start();
    return *std::move(run);
}

ScriptOutcome runScript(const ScriptWish &wish)
{
    ScriptOutcome outcome;
    outcome.run = startScript(wish);
    (void)outcome.run->waitForDone();
    for (const Value &item : outcome.run->viewedItems("result"))
        outcome.items += toJson(item) + '\n';
    for (LogRecord &record : outcome.run->log().after(0))
        (record.hasItem ? outcome.errors : outcome.messages).push_back(std::move(record));
    return outcome;
}

bool ScriptOutcome::says(const std::string &text) const
{
    for (const LogRecord &record : messages)
        if (record.message.find(text) != std::string::npos)
            return true;
    return false;
}

} // namespace millrace::test

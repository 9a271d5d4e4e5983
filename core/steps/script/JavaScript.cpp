// SPDX-License-Identifier: MIT
#include "expression/script/ScriptFunction.h"
#include "steps/StepBuilder.h"
#include "steps/StepExpression.h"

#include <optional>

namespace millrace {

/// Gives each item to a function that the user wrote in JavaScript.
class JavaScript final : public Step, public WorksInChildren
{
public:
    static void describe(StepBuilder<JavaScript> &step)
    {
        step.id("javascript").title("JavaScript").family(Family::Script).icon("javascript");
        step.help(
            "Gives each item to your function transform(item, id), which returns an item, a list of items, or null to "
            "drop it. What stands outside the function is run once for each worker, and its variables keep their "
            "values from item to item. console.log() writes into the run's log.");
        step.synonyms({"script", "code", "function", "custom", "map", "js", "program"});
        step.changesItemCount().remembers();
        step.param("code", &JavaScript::m_code)
            .kind(ParamKind::Code)
            .required()
            .help(
                "The function, for example: function transform(item) { item.price = item.cents / 100; return item; }.");
        step.param("timeLimit", &JavaScript::m_timeLimit)
            .title("Time limit")
            .unit("s")
            .range(0, 1e6)
            .help("An item that takes longer fails, and the script is interrupted; 0: never.");
        step.param("memoryLimit", &JavaScript::m_memoryLimit)
            .title("Memory limit")
            .unit("MiB")
            .range(0, 1'000'000)
            .help("What the script may keep in memory, for each worker. An item for which it needs more fails, and the "
                  "script is started anew; 0: any.");
    }

    const ChildClock &childClock() const override { return *m_clock; }

    Result<> open(const StepContext &context) override
    {
        ScriptFunction::Options options;
        options.code = m_code;
        options.surroundings = scriptSurroundings(context);
        options.surroundings.clock = m_clock;
        options.surroundings.limits = {m_timeLimit, m_memoryLimit};
        options.say = [log = context.log, step = context.stepId, worker = context.worker](LogLevel level,
                                                                                          std::string message) {
            if (!log)
                return;
            LogRecord record;
            record.level = level;
            record.step = step;
            record.worker = worker;
            record.kind = ErrorKind::Console;
            record.message = std::move(message);
            log->append(std::move(record));
        };
        m_script.emplace(std::move(options));
        return m_script->start();
    }

    Result<> process(Batch &batch) override { return m_script->transform(batch); }
    size_t announcedAtOnce() const override { return AnnouncedBatches::Most; }
    void announce(std::span<Batch *const> batches) override { m_script->announce(batches); }

    void close() override { m_script.reset(); }

    void check(const CheckContext &, std::vector<StepProblem> &problems) const override
    {
        if (m_code.empty())
            return; // that it is missing is said of every required parameter
        if (auto checked = ScriptFunction::check(m_code); !checked)
            problems.push_back({true, "code", checked.error().message});
        else if (m_code.find("transform") == std::string::npos)
            problems.push_back({true, "code",
                                "The script has no function transform(item); write one that returns an item, "
                                "a list of items, or null."});
    }

    SchemaPtr outputSchema(const CheckContext &) const override { return nullptr; }

    std::string summary() const override { return m_code.substr(0, m_code.find('\n')); }

private:
    std::string m_code;
    double m_timeLimit = ScriptLimits().seconds;
    int64_t m_memoryLimit = ScriptLimits().mebibytes;
    const std::shared_ptr<ChildClock> m_clock = std::make_shared<ChildClock>();
    std::optional<ScriptFunction> m_script;
};

void registerJavaScript(StepRegistry &registry)
{
    registry.add<JavaScript>();
}

} // namespace millrace

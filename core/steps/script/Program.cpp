// SPDX-License-Identifier: MIT
#include "steps/script/ProgramChild.h"
#include "steps/StepBuilder.h"

namespace millrace {

/// Gives the items to a program that runs as long as the run does, one for each worker. What it fails at, or doesn't survive,
/// costs one item: process() fails, and the engine tries item by item with a fresh one.
class Program final : public Step, public WorksInChildren, public StartsPrograms
{
public:
    static void describe(StepBuilder<Program> &step);

    Result<> open(const StepContext &context) override;
    Result<> process(Batch &batch) override { return m_child.process(batch); }
    void close() override { m_child.close(); }
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    SchemaPtr outputSchema(const CheckContext &) const override { return nullptr; }
    std::string summary() const override;
    const ChildClock &childClock() const override { return m_child.clock(); }
    void askBeforeStart(MayStart mayStart) override { m_child.askBeforeStart(std::move(mayStart)); }

private:
    Value m_command;
    std::string m_protocol = "batch", m_folder;
    TextPairs m_environment;
    double m_startTimeLimit = 10, m_timeLimit = 10;

    ProgramChild m_child;
};

void Program::describe(StepBuilder<Program> &step)
{
    step.id("program").title("Program").family(Family::Script).icon("program");
    step.help(
        "Gives the items to a program in any language, as lines of JSON on its standard input, and takes what it "
        "answers "
        "on its standard output. Each worker has its own, which runs as long as the run does. What it says on standard "
        "error goes into the log.");
    step.synonyms({"python", "jq", "awk", "sed", "shell", "command", "process", "script", "external", "code"});
    step.changesItemCount().ownProcess().remembers();
    step.param("command", &Program::m_command)
        .required()
        .ownBraces()
        .help("The program and its arguments, as in a terminal (python3 prices.py) or as a list.");
    step.param("protocol", &Program::m_protocol)
        .choices({"batch", "lines"})
        .help("batch: a line for each batch, as the Python module millrace speaks it; lines: one item a line in, one "
              "line out, "
              "for jq -c, sed -u and the like.");
    step.param("environment", &Program::m_environment)
        .secretsAllowed()
        .help("Variables that it gets beside those of this program. A password is given by a reference, {\"env\": "
              "\"NAME\"} or "
              "{\"file\": \"path\"}, instead of a text.");
    step.param("folder", &Program::m_folder)
        .kind(ParamKind::Folder)
        .title("Working directory")
        .help("Where it is started; empty: the folder of the pipeline file.");
    step.param("startTimeLimit", &Program::m_startTimeLimit)
        .title("Start time limit")
        .unit("s")
        .range(0, 1e6)
        .help("How long it may take until it is ready (protocol batch); 0: any time.");
    step.param("timeLimit", &Program::m_timeLimit)
        .title("Time limit")
        .unit("s")
        .range(0, 1e6)
        .help("How long it may take for an item before it is ended and the item fails; 0: any time.");
}

Result<> Program::open(const StepContext &context)
{
    return m_child.open(context, launchOf({m_command, m_folder, m_environment}, context.folder),
                        {.answersLines = m_protocol == "lines",
                         .startTimeLimit = m_startTimeLimit,
                         .timeLimit = m_timeLimit,
                         .settings = {},
                         .folder = {},
                         .ports = {}});
}

void Program::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    if (m_command.isNull() || m_command == Value(""))
        return; // that it is missing is said of every required parameter
    for (StepProblem &problem : launchOf({m_command, m_folder, m_environment}, context.folder).problems)
        problems.push_back(std::move(problem));
}

std::string Program::summary() const
{
    std::string text;
    if (m_command.isList()) {
        for (const Value &word : m_command.toList())
            text += (text.empty() ? "" : " ") + toPlain(word);
    } else {
        text = toPlain(m_command);
    }
    return text.substr(0, text.find('\n'));
}

void registerProgram(StepRegistry &registry)
{
    registry.add<Program>();
}

} // namespace millrace

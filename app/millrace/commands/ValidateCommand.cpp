// SPDX-License-Identifier: MIT
#include "cluster/ClusterSettings.h"
#include "millrace/Application.h"
#include "millrace/Arguments.h"
#include "millrace/commands/Commands.h"
#include "millrace/Console.h"
#include "millrace/run/Overrides.h"
#include "millrace/run/PipelineInput.h"
#include "pipeline/check/Checker.h"
#include "report/RunsOnRecord.h"
#include "sharing/ClusterNotes.h"
#include "sharing/ClusterRun.h"

namespace millrace {

namespace {

/// Null where there is none.
Value lastReportOf(const PipelineInput &input)
{
    if (input.path.empty())
        return {};
    const auto report = RunsOnRecord().lastReportOf(input.path);
    return report ? *report : Value();
}

void printNotes(const PipelineInput &input, const Problems &notes)
{
    for (const Problem &note : notes)
        say(stdout, input.label + ": " + printable(note.step) + ": note: " + printable(note.text) + '\n');
}

} // namespace

int validateCommand(const Arguments &arguments, const StepRegistry &registry)
{
    const auto call = parseCall("validate", arguments);
    if (!call)
        return wrongCall("validate", call.error().message);
    if (call->words.size() != 1)
        return wrongCall("validate", "Name one pipeline file.");
    auto input = readPipelineInput(call->words.front());
    if (!input) {
        say(stdout, printable(input.error().message) + '\n');
        return WrongCall;
    }
    if (const auto given = giveParameters(input->pipeline, call->values("param")); !given)
        return wrongCall("validate", given.error().message);
    ClusterWish wish;
    wish.on = call->value("on").value_or("");
    if (call->has("on")) {
        if (const auto address = clusterCalled(wish.on); !address)
            return wrongCall("validate", "--on: " + address.error().message);
        placeOnCluster(wish, input->pipeline, registry);
    }
    const Application application;
    const Problems problems = allProblems(*input, registry);
    printProblems(*input, problems, stdout);
    if (!hasErrors(problems))
        printNotes(*input, clusterNotes(input->pipeline, registry, lastReportOf(*input)));
    return hasErrors(problems) ? WrongCall : Finished;
}

} // namespace millrace

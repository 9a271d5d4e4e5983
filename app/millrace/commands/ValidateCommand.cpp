// SPDX-License-Identifier: MIT
#include "millrace/Application.h"
#include "millrace/Arguments.h"
#include "millrace/commands/Commands.h"
#include "millrace/Console.h"
#include "millrace/run/Overrides.h"
#include "millrace/run/PipelineInput.h"
#include "pipeline/check/Checker.h"

namespace millrace {

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
    const Application application;
    const Problems problems = allProblems(*input, registry);
    printProblems(*input, problems, stdout);
    return hasErrors(problems) ? WrongCall : Finished;
}

} // namespace millrace

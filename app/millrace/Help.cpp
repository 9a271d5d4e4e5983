// SPDX-License-Identifier: MIT
#include "Commands.h"

#include "Console.h"

#include <cstdio>

namespace millrace {

namespace {

constexpr std::string_view ProgramHelp = R"(millrace runs pipelines: queued steps that work on a stream of items.

Usage:
  millrace run FILE [OPTIONS]      runs a pipeline
  millrace fit FILE --save DIR     lets the steps of a pipeline learn, and saves that
  millrace validate FILE           prints every problem of a pipeline, runs nothing
  millrace steps [TYPE] [--json]   the catalogue of steps, or all about one
  millrace help [COMMAND]          this, or all about one command
  millrace --version               the program's version

Exit status: 0 finished, 1 the run failed, 2 the call or the file is wrong,
3 finished with items skipped or routed because of errors, 130 interrupted.
)";

constexpr std::string_view RunHelp = R"(millrace run FILE [OPTIONS]

Runs the pipeline in FILE ("-": standard input). Ctrl-C stops the sources and lets
what is under way finish; a second Ctrl-C ends at once.

  --set STEP.PARAM=VALUE   a parameter of a step, instead of the file's; also
                           STEP.workers, STEP.queueSize, STEP.queueBytes, STEP.runIn,
                           STEP.onError, STEP.retries and batching.size. May be
                           repeated.
  --workers N              so many workers for every step that can have them
  --memory SIZE            what the batches of the run may hold, such as "512 MiB";
                           what waits for its turn beyond that goes to a temporary
                           file. A quarter of the machine's memory otherwise.
  --fitted DIR             with what its steps learnt: a folder by "millrace fit"
  --report OUT.json        writes what the run did; "-": to standard output
  --metrics OUT.jsonl      a line of gauges ten times a second
  --progress WHEN          auto (on a terminal), always or never
  --seed N                 for steps that draw at random
  --trust [SHA256]         from now on you trust what FILE would execute, and write or read
                           outside its folder; with a digest: only where it is that one.
                           Without it you are asked on a terminal, and refused elsewhere
  --quiet                  no table at the end
)";

constexpr std::string_view FitHelp = R"(millrace fit FILE --save DIR [OPTIONS]

Lets the steps of the pipeline in FILE that learn from data do so, and saves the
fitted pipeline as the folder DIR. Reads the sources once for every step in a row
that learns; writes no results. "millrace run FILE --fitted DIR" uses what was learnt.

  --save DIR               the folder; a fitted pipeline there is replaced once the
                           new one is complete
  --set, --workers, --memory, --progress, --seed, --trust, --quiet
                           as for "millrace run"
)";

constexpr std::string_view ValidateHelp = R"(millrace validate FILE

Prints every problem of the pipeline in FILE ("-": standard input), a line each:
FILE: STEP: what is wrong. Runs nothing. Exit status 2 where there are errors,
0 where there are none, or only warnings.
)";

constexpr std::string_view StepsHelp = R"(millrace steps [TYPE] [--json]

Lists the steps that a pipeline may have, or all parameters, defaults and ports of
the step TYPE. --json: the same for programs.
)";

} // namespace

std::string_view helpText(std::string_view command)
{
    if (command == "run")
        return RunHelp;
    if (command == "fit")
        return FitHelp;
    if (command == "validate")
        return ValidateHelp;
    return command == "steps" ? StepsHelp : ProgramHelp;
}

void printError(const std::string &text)
{
    say(stderr, "millrace: " + printable(text) + '\n');
}

int wrongCall(std::string_view command, const std::string &text)
{
    printError(text);
    say(stderr, "See: millrace help" + (command.empty() ? std::string() : ' ' + std::string(command)) + '\n');
    return WrongCall;
}

} // namespace millrace

// SPDX-License-Identifier: MIT
// The command line of `millrace`.
#include "calls/Calls.h"

namespace millrace {

namespace {

const ArgumentSpec PipelineWord{"FILE", Meaning::PipelineFile};

// Those of run and fit alike.
const OptionSpec SetOption{
    "set",
    {"STEP.PARAM=VALUE", Meaning::Assignment},
    "a parameter of a step, instead of the file's; also STEP.workers, STEP.queueSize, STEP.queueBytes, STEP.runIn, "
    "STEP.onError, STEP.retries and batching.size. May be repeated."};
const OptionSpec ParamOption{"param",
                             {"NAME=VALUE", Meaning::Parameter},
                             "the value of a parameter of the pipeline, which stands in it as ${NAME}, instead of its "
                             "default. May be repeated."};
const OptionSpec WorkersOption{"workers", {"N"}, "so many workers for every step that can have them"};
const OptionSpec MemoryOption{
    "memory",
    {"SIZE"},
    "what the batches of the run may hold, such as \"512 MiB\"; what waits for its turn beyond that "
    "goes to a temporary file. A quarter of the machine's memory otherwise."};
const OptionSpec LimitErrorsOption{
    "limit-errors",
    {"N|N%"},
    "how many items may fail, or how many in a hundred of the items read; more fail the run. Instead of the file's "
    "\"limits\"; may be given once for each."};
const OptionSpec ProgressOption{
    "progress", {"WHEN", Meaning::Choice, {"auto", "always", "never"}}, "auto (on a terminal), always or never"};
const OptionSpec SeedOption{"seed", {"N"}, "for steps that draw at random"};
const OptionSpec TrustOption{
    "trust",
    {"SHA256", Meaning::Anything, {}, true},
    "run the file's programs and scripts, and let it read and write outside its folder, without asking, "
    "now and in future; with a digest only where it is that one. Without it you are asked on a "
    "terminal, and refused elsewhere."};
const OptionSpec MetricsListenOption{
    "metrics-listen",
    {"ADDRESS"},
    "answers Prometheus and the like, who ask for the run's gauges by HTTP at /metrics in the format OpenMetrics: "
    "PORT, "
    "HOST:PORT or unix:PATH. Without a HOST only programs of this machine can ask; PORT 0 is any that is free."};
const OptionSpec QuietOption{"quiet", {}, "no table at the end"};

const CommandSpec RunCommand{
    "run",
    PipelineWord,
    "runs a pipeline",
    "Runs the pipeline in FILE (\"-\": standard input). Ctrl-C stops the sources and lets what is under "
    "way finish; a second Ctrl-C ends at once.",
    {SetOption,
     ParamOption,
     WorkersOption,
     MemoryOption,
     LimitErrorsOption,
     {"fitted", {"DIR", Meaning::Folder}, "with what its steps learnt: a folder by \"millrace fit\""},
     {"report", {"OUT.json", Meaning::File}, "writes what the run did; \"-\": to standard output"},
     {"html", {"OUT.html", Meaning::File}, "writes the same as a page for people; \"-\": to standard output"},
     {"metrics", {"OUT.jsonl", Meaning::File}, "a line of gauges ten times a second"},
     MetricsListenOption,
     {"resume",
      {},
      "goes on with the last run where that was stopped, failed or was killed, if the pipeline and its input are still "
      "the same: what is in the results already isn't worked on once more. From the beginning where nothing was "
      "begun, or where a step looks at all items."},
     {"on",
      {"CLUSTER"},
      "gives the steps that work on each batch by itself to workers on other machines (\"millrace worker\"), by a "
      "Redis "
      "server: redis://[USER:SECRET@]HOST[:PORT][/RUN], or the name of a cluster in clusters.json. Steps with a "
      "\"runIn\" of their own stay there."},
     {"patience",
      {"SECONDS"},
      "with --on: for how long the server may be away before the run fails, which can go on with --resume then; 600 "
      "otherwise"},
     {"heartbeat",
      {"SECONDS"},
      "with --on: how often workers are heard of; what one has that is silent for three of these goes to another one. "
      "1 otherwise"},
     {"fresh",
      {},
      "begins at the sources, also where what went over a link is kept (\"keep\": true) and nothing before it has "
      "changed; keeps it anew"},
     {"no-journal", {}, "keeps no journal, without which a run can't be gone on with"},
     {"log",
      {"FILE", Meaning::File},
      "writes the run's log while it is under way, a line for each record; as JSON Lines where the name ends in "
      ".jsonl"},
     {"until",
      {"STEP", Meaning::StepId},
      "runs up to this step: only it, and what it needs; of the pipeline nothing else is checked, read or written"},
     {"sample", {"N"}, "tries the pipeline with the first N items of each source; sinks write nothing"},
     {"show",
      {"STEP[.PORT]", Meaning::StepId},
      "prints the first items that came out of this step, when the run is over: as a table on a terminal, as JSON "
      "Lines elsewhere"},
     {"items", {"N"}, "how many items --show prints; 20 otherwise"},
     {"tune",
      {"GOAL", Meaning::Choice, {"throughput", "latency"}},
      "changes workers and queues while it runs: so that as many items as possible go through (throughput), or each "
      "in as short a time as possible, and no fewer of them (latency). Says each change with its reason, and in the "
      "end how to keep them; the file stays as it is."},
     {"budget",
      {"threads=N,memory=SIZE,free=CORES"},
      "with --tune: workers of all steps between sources and sinks together, 64 otherwise, what the batches may "
      "hold, and how many cores to leave free; all or some of them"},
     ProgressOption,
     SeedOption,
     TrustOption,
     QuietOption}};

const CommandSpec FitCommand{
    "fit",
    PipelineWord,
    "lets the steps of a pipeline learn, and saves that",
    "Lets the steps of the pipeline in FILE that learn from data do so, and saves the fitted pipeline as "
    "the folder DIR. Reads the sources once for every step in a row that learns; writes no results. "
    "\"millrace run FILE --fitted DIR\" uses what was learnt.",
    {{"save",
      {"DIR", Meaning::Folder},
      "the folder; a fitted pipeline there is replaced once the new one is complete",
      true},
     SetOption,
     ParamOption,
     WorkersOption,
     MemoryOption,
     LimitErrorsOption,
     ProgressOption,
     SeedOption,
     TrustOption,
     QuietOption}};

const CommandSpec ValidateCommand{
    "validate",
    PipelineWord,
    "prints every problem of a pipeline, runs nothing",
    "Prints every problem of the pipeline in FILE (\"-\": standard input), a line each: "
    "FILE: STEP: what is wrong. Runs nothing. Exit status 2 where there are errors, 0 where there "
    "are none, or only warnings. Where steps have workers on a cluster, notes say which of them would gain nothing "
    "there "
    "(by the last run on record), what is done at least once, and what begins at the source again after a crash.",
    {ParamOption, {"on", {"CLUSTER"}, "as if it were run with --on CLUSTER"}}};

// Those that look at a run that is over.
const ArgumentSpec RunWord{"FILE|REPORT", Meaning::File};
const OptionSpec JsonOption{"json", {}, "the same for programs"};

const CommandSpec ExplainCommand{
    "explain",
    RunWord,
    "says what limited a run",
    "Says what limited the last run of the pipeline in FILE, or the run that the REPORT of --report is about (\"-\": "
    "standard input), what one more worker would have brought, and where each step's time went. Exit status 2 where "
    "there is no such run.",
    {JsonOption}};

const CommandSpec RunsCommand{
    "runs",
    PipelineWord,
    "lists the past runs of a pipeline",
    "Lists the last 50 runs of the pipeline in FILE, newest first: when they began, how long they took, how they "
    "ended, items and failed items, what limited them, and the settings that were others than in the run before. Runs "
    "by --until and --sample aren't kept, nor those of the window or of a pipeline from standard input.",
    {JsonOption}};

const CommandSpec SimulateCommand{
    "simulate",
    RunWord,
    "says what other settings would bring",
    "Plays the last run of the pipeline in FILE, or that of REPORT (\"-\": standard input), once more with other "
    "settings, from what each step needed for a batch: how many items a second there would be, in what time 95 of 100 "
    "batches would be through, what they would hold in memory, and what would limit the run. Nothing is run. Steps "
    "that hold everything back, such as a sort, are taken to pass it on at once.",
    {{"set",
      {"STEP.workers=N", Meaning::Anything},
      "so many workers, or by STEP.queueSize=N so long a queue, instead of the run's. May be repeated."},
     JsonOption}};

const CommandSpec ErrorsCommand{
    "errors",
    {"FILE [list|show|retry|export OUT|discard]", Meaning::PipelineFile},
    "the items that failed in a pipeline's last run",
    "Shows the items that failed in the last run of the pipeline in FILE, as they came to the step that they failed "
    "at, "
    "and works with them. list (as without a word): a line for each kind of error. show: the items with their fields. "
    "export: writes them to OUT.csv, OUT.jsonl or OUT.json. discard: removes them.\n\n"
    "retry runs them through the pipeline as it is now, from the step on that they failed at, and adds what comes out "
    "at the end of the results; what fails again stays. Refused where what comes out depends on all items, as behind "
    "sort and aggregate.\n\n"
    "They are kept in FILE.failed, at most 100,000 of them and 256 MiB, until the pipeline runs again.",
    {{"group", {"N"}, "only those of the kind with that number, as list shows it"},
     {"item", {"ID"}, "only the items with that id"},
     {"json", {}, "list, show: the same for programs"},
     {"fitted", {"DIR", Meaning::Folder}, "retry: with what the steps learnt: a folder by \"millrace fit\""},
     TrustOption,
     QuietOption}};

const CommandSpec KeptCommand{
    "kept",
    {"FILE [list|discard]", Meaning::PipelineFile},
    "what was kept of a pipeline's links",
    "A link with \"keep\": true in FILE has its batches kept on the disk when a run finishes: at most 4 GiB, and never "
    "more than half of what the disk has left, in FILE.kept. The next run starts there, and none of the steps before "
    "it "
    "runs, while nothing has changed that they depend on: their settings, the files that are read, what was learnt. "
    "\"millrace run FILE --fresh\" begins at the sources all the same. list (as without a word): how much is kept, and "
    "since when. discard: removes it.",
    {JsonOption}};

const CommandSpec NewStepCommand{
    "new-step",
    {"NAME"},
    "begins a step of one's own, with its test",
    "Writes steps/NAME.py, a step that works, its manifest steps/NAME.step.json, by which pipelines in this folder "
    "know "
    "it, and its test steps/test_NAME.py. The page \"Write a step in Python\" goes on from there.",
    {{"language", {"LANGUAGE", Meaning::Choice, {"python"}}, "of the step; there is python"},
     {"kind",
      {"KIND", Meaning::Choice, {"step", "source", "sink"}},
      "step (items come in and go out, the default), source or sink"}}};

const CommandSpec PeekCommand{
    "peek",
    {"FILE", Meaning::File},
    "shows how a data file would be read",
    "Looks at the beginning of the data file FILE (\"-\": standard input) and prints how it would be read: the step, "
    "the encoding, line ends "
    "and packing, "
    "each guess with its parameter, its reason and what fits nearly as well, and the first rows with the types of "
    "their "
    "fields. Reads a few hundred KiB at the most, however large the file is, and of a pipe what comes without a pause. "
    "Exit status 2 where it can't be read.",
    {{"json", {}, "the same for programs"}}};

const CommandSpec WorkerCommand{
    "worker",
    {},
    "works for runs that other machines have begun",
    "Works for the runs that \"millrace run --on\" has begun on the same cluster: takes batches of their steps out of "
    "queues in Redis, and puts what becomes of them back there. Goes on until it is interrupted, and waits where "
    "there is no run or no server. Programs and scripts are run only where you have agreed to them on this machine, or "
    "with --trust. It has to be the same build of Millrace as that of the run.",
    {{"on",
      {"CLUSTER"},
      "redis://[USER:SECRET@]HOST[:PORT][/RUN], or the name of a cluster in clusters.json, with /RUN where it is to "
      "work for that run only",
      true},
     {"steps", {"ID,ID"}, "only these steps; all otherwise"},
     {"workers", {"N"}, "so many batches at once; 1 otherwise"},
     {"folder",
      {"DIR", Meaning::Folder},
      "where relative paths begin; otherwise the folder that the pipeline has on its "
      "own machine"},
     TrustOption}};

const CommandSpec ClusterCommand{
    "cluster",
    {"start|stop [NAME]"},
    "a cluster on this machine, for trying one out",
    "start: starts a Redis server of your own on the loopback, with a login and a folder of its own, and workers "
    "beside "
    "it; then \"millrace run FILE --on NAME\" runs pipelines there. stop: ends them, and takes the folder away. "
    "NAME is \"local\" where none is given. Needs redis-server.",
    {{"workers", {"N"}, "start: so many worker processes; 2 otherwise"}}};

const CommandSpec AttachCommand{
    "attach",
    {"CLUSTER"},
    "shows a run that goes on elsewhere",
    "Shows the figures of a run that somebody has begun with \"millrace run --on\", until it is over: its steps, its "
    "workers, what was lost. CLUSTER is redis://[USER:SECRET@]HOST[:PORT]/RUN, or a name in clusters.json with /RUN "
    "behind it; where only one run is under way, it needn't be named. Once, where standard output is no terminal.",
    {{"json", {}, "a line of JSON for each change, until the run is over"}, MetricsListenOption}};

const CommandSpec DeployCommand{
    "deploy",
    PipelineWord,
    "writes files by which a scheduler starts workers",
    "Writes text files for the scheduler that you have, and nothing else: units for systemd, an array of jobs for "
    "Slurm, "
    "Deployments and ScaledObjects (KEDA) for Kubernetes. They start workers for the run of FILE on CLUSTER, and "
    "start those again that die. Look at them before you use them.",
    {{"target", {"TARGET", Meaning::Choice, {"systemd", "slurm", "kubernetes"}}, "systemd, slurm or kubernetes", true},
     {"on", {"CLUSTER"}, "redis://HOST[:PORT][/RUN], or the name of a cluster in clusters.json", true},
     {"out", {"DIR", Meaning::Folder}, "the folder for the files; it is made where there is none", true},
     {"workers", {"N"}, "so many workers to begin with; 1 otherwise"}}};

const CommandSpec StepsCommand{
    "steps",
    {"TYPE", Meaning::StepType, {}, true},
    "the catalogue of steps, or all about one",
    "Lists the steps that a pipeline may have, or all parameters, defaults and ports of the step TYPE.",
    {{"json", {}, "the same for programs"}}};

const CommandSpec HelpCommand{
    "help", {"COMMAND", Meaning::Command, {}, true}, "this, or all about one command", "Prints help, as --help does."};

const CommandSpec VersionCommand{"--version", {}, "the program's version", "Prints the program's name and version."};

} // namespace

const ProgramSpec &millraceProgram()
{
    static const ProgramSpec program{
        "millrace",
        "run pipelines of queued steps",
        "millrace runs pipelines: queued steps that work on a stream of items. It needs no display; millrace-studio "
        "draws the same files.",
        {RunCommand, FitCommand, ValidateCommand, ErrorsCommand, PeekCommand, StepsCommand, NewStepCommand,
         ExplainCommand, RunsCommand, SimulateCommand, KeptCommand, WorkerCommand, ClusterCommand, AttachCommand,
         DeployCommand, HelpCommand, VersionCommand},
        {{"0", "finished"},
         {"1", "the run failed"},
         {"2", "the call or the file is wrong; nothing was run"},
         {"3", "finished, with items skipped or routed because of errors"},
         {"130", "interrupted"}},
        {{"MILLRACE_TRACE", "A file for what the run's threads did when, such as run.json, which Perfetto opens."},
         {"MILLRACE_PYTHON", "The folder of millrace.py, which steps in Python import, where it isn't installed beside "
                             "the program."},
         {"MILLRACE_STEPS",
          "Folders with manifests of steps, beside those where they are looked for anyway; \":\" stands "
          "between them."},
         {"XDG_DATA_HOME", "Where the record is kept of what you let run: millrace/trusted, in ~/.local/share where "
                           "this isn't set."},
         {"XDG_STATE_HOME", "Where past runs are kept: millrace/runs, in ~/.local/state where this isn't set."}},
        {{"clusters.json", "The clusters that --on knows by name, in $XDG_CONFIG_HOME/millrace or ~/.config/millrace."},
         {"NAME.millrace", "A pipeline; see millrace-pipeline(5)."},
         {"NAME.millrace.failed", "The items that failed in the pipeline's last run."},
         {".NAME.journal", "How far a run has come that writes the result NAME; gone when that is complete."},
         {"NAME.partial", "What a failed or stopped run had written of the result NAME."}},
    };
    return program;
}

} // namespace millrace

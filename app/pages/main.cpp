// SPDX-License-Identifier: MIT
// usage: millrace-pages PAGE DATE
// Prints a manual page: millrace, millrace-studio or millrace-pipeline. Run by the build.
#include "calls/Calls.h"
#include "calls/StepText.h"
#include "pages/Roff.h"
#include "pipeline/file/FileKeys.h"
#include "steps/StepType.h"

#include <millrace/Version.h>

#include <cstdio>
#include <string>

using namespace millrace;

namespace {

constexpr std::string_view PipelineExample = R"({
  "millrace": 1,
  "name": "Clean the orders",
  "defaults": {"queueSize": 10},
  "steps": [
    {"id": "orders", "type": "read.csv", "params": {"path": "orders.csv"}},
    {"id": "price", "type": "formula", "workers": 3, "onError": "route",
     "params": {"expression": "cents / 100", "field": "price"}},
    {"id": "report", "type": "write.csv", "params": {"path": "report.csv"}},
    {"id": "failed", "type": "write.jsonl", "params": {"path": "failed.jsonl"}}
  ],
  "links": [
    {"from": "orders", "to": "price"},
    {"from": "price", "to": "report"},
    {"from": "price.error", "to": "failed"}
  ]
})";

void writeEntries(Roff &page, std::string_view title, const std::vector<NamedText> &entries)
{
    page.section(title);
    for (const auto &[name, text] : entries)
        page.entry(name, text);
}

void writeOptions(Roff &page, const CommandSpec &command)
{
    for (const OptionSpec &option : command.options)
        page.entry(option.form(), option.help);
}

std::string programPage(const ProgramSpec &program, std::string_view date)
{
    Roff page(program.name, 1, date, MILLRACE_VERSION);
    page.name(program.name, program.summary);
    page.section("SYNOPSIS");
    std::string calls;
    for (const CommandSpec &command : program.commands)
        calls += (calls.empty() ? "" : "\n") + std::string(program.name) + ' ' + command.form();
    page.example(calls);
    page.section("DESCRIPTION");
    page.paragraph(program.description);
    if (program.commands.size() == 1) {
        page.section("OPTIONS");
        writeOptions(page, program.commands.front());
    } else {
        page.section("COMMANDS");
        for (const CommandSpec &command : program.commands) {
            page.subsection(command.form());
            page.paragraph(command.description);
            writeOptions(page, command);
        }
    }
    writeEntries(page, "EXIT STATUS", program.exitStatus);
    writeEntries(page, "ENVIRONMENT", program.environment);
    writeEntries(page, "FILES", program.files);
    page.section("SEE ALSO");
    page.reference(program.name == "millrace" ? "millrace-studio" : "millrace", 1, false);
    page.reference("millrace-pipeline", 5, true);
    return page.text();
}

template <class T>
void writeKeys(Roff &page, std::string_view title)
{
    page.subsection(title);
    for (const FileKey<T> &key : fileKeys<T>())
        page.entry(key.name, key.help);
}

void writeSteps(Roff &page, const StepRegistry &registry)
{
    const StepType *before = nullptr;
    for (const StepType &type : registry.types()) {
        if (!before || before->family != type.family)
            page.subsection(familyName(type.family));
        before = &type;
        page.entry(type.id, type.help);
        for (const Param &param : type.params)
            page.subentry(param.name, describedParam(param));
        if (type.hasOutput())
            page.subentry("ports", outputsText(type));
        page.subentry("workers", workersText(type));
    }
}

std::string pipelinePage(std::string_view date)
{
    StepRegistry registry;
    registerBuiltInSteps(registry);
    Roff page("millrace-pipeline", 5, date, MILLRACE_VERSION);
    page.name("millrace-pipeline", "file format of pipelines of queued steps");
    page.section("SYNOPSIS");
    page.paragraph("NAME.millrace");
    page.section("DESCRIPTION");
    page.paragraph(
        "A pipeline is a file of JSON in UTF-8: steps, and links between them. Relative paths in it are relative to "
        "the file's folder. Keys that are not known are kept when a program writes the file again, and named in a "
        "warning.");
    page.section("EXAMPLE");
    page.example(PipelineExample);
    page.section("KEYS");
    writeKeys<Pipeline>(page, "The file");
    writeKeys<Batching>(page, "batching");
    writeKeys<StepDefaults>(page, "defaults");
    writeKeys<RunLimits>(page, "limits");
    writeKeys<PipelineParameter>(page, "Each of parameters");
    writeKeys<PipelineStep>(page, "Each of steps");
    writeKeys<Link>(page, "Each of links");
    writeKeys<Note>(page, "Each of notes");
    writeKeys<Frame>(page, "Each of frames");
    page.section("STEPS");
    page.paragraph("The types of steps, their parameters, and the ports that they have. \"millrace steps TYPE\" prints "
                   "the same of one.");
    writeSteps(page, registry);
    page.section("SEE ALSO");
    page.reference("millrace", 1, false);
    page.reference("millrace-studio", 1, true);
    return page.text();
}

} // namespace

int main(int argc, char **argv)
{
    const std::string_view name = argc == 3 ? argv[1] : "", date = argc == 3 ? argv[2] : "";
    std::string text;
    for (const ProgramSpec *program : {&millraceProgram(), &studioProgram()})
        if (program->name == name)
            text = programPage(*program, date);
    if (name == "millrace-pipeline")
        text = pipelinePage(date);
    if (text.empty()) {
        std::fputs("usage: millrace-pages millrace|millrace-studio|millrace-pipeline DATE\n", stderr);
        return 2;
    }
    return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0 ? 0 : 1;
}

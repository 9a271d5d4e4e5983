// SPDX-License-Identifier: MIT
#include "millrace/commands/Commands.h"

#include "calls/Calls.h"
#include "millrace/Console.h"

#include <algorithm>
#include <cstdio>

namespace millrace {

namespace {

constexpr size_t WidestForm = 25; ///< of an option, before a text beside it

std::string programHelp(const ProgramSpec &program)
{
    const std::string name(program.name);
    const auto formOf = [&name](const CommandSpec &command) { return name + ' ' + command.form(); };
    std::string text = wrapped(program.description, textColumns(), 0) + "\n\nUsage:\n";
    size_t width = 0;
    for (const CommandSpec &command : program.commands)
        width = std::max(width, formOf(command).size());
    for (const CommandSpec &command : program.commands)
        text += formatEntry(formOf(command), width, command.summary, textColumns());
    std::string ends;
    for (const auto &[status, meaning] : program.exitStatus)
        ends += (ends.empty() ? "Exit status: " : "; ") + std::string(status) + ' ' + std::string(meaning);
    return text + '\n' + wrapped(ends, textColumns(), 0) + ".\n";
}

std::string commandHelp(const ProgramSpec &program, const CommandSpec &command)
{
    std::string text = std::string(program.name) + ' ' + command.form() + "\n\n"
                       + wrappedParagraphs(command.description, textColumns()) + '\n';
    size_t width = 0;
    for (const OptionSpec &option : command.options)
        width = std::max(width, std::min(option.form().size(), WidestForm));
    for (const OptionSpec &option : command.options)
        text += (&option == &command.options.front() ? "\n" : "")
                + formatEntry(option.form(), width, option.help, textColumns());
    return text;
}

} // namespace

std::string helpText(std::string_view command)
{
    const ProgramSpec &program = millraceProgram();
    const CommandSpec *known = program.command(command);
    return known ? commandHelp(program, *known) : programHelp(program);
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

// SPDX-License-Identifier: MIT
#include "Trust.h"

#include "Commands.h"
#include "Console.h"
#include "trust/Executables.h"
#include "trust/TrustRecord.h"

#include <cstdio>
#include <iostream>
#include <unistd.h>

namespace millrace {

namespace {

constexpr size_t LongestCommand = 60; ///< characters in the line for those who aren't asked

/// Without what makes a terminal show something else than there is: control characters, also those of 8 bits (U+0080 to
/// U+009F), and marks that turn the direction of reading (U+202A to U+202E, U+2066 to U+2069).
std::string honest(std::string_view text)
{
    std::string clean = printable(text);
    const auto byte = [&](size_t at) { return at < clean.size() ? static_cast<unsigned char>(clean[at]) : 0; };
    for (size_t at = 0; at < clean.size(); ++at) {
        if (byte(at) == 0xc2 && byte(at + 1) >= 0x80 && byte(at + 1) < 0xa0)
            clean.replace(at, 2, "?");
        else if (byte(at) == 0xe2
                 && ((byte(at + 1) == 0x80 && byte(at + 2) >= 0xaa && byte(at + 2) <= 0xae)
                     || (byte(at + 1) == 0x81 && byte(at + 2) >= 0xa6 && byte(at + 2) <= 0xa9)))
            clean.replace(at, 3, "?");
    }
    return clean;
}

std::string firstLine(const std::string &text)
{
    return text.substr(0, text.find('\n'));
}

/// What is lost where the record can't be written is only that it is asked again.
void record(const TrustRecord &record, const Executables &executables)
{
    if (const auto added = record.add(executables); !added)
        printError("warning: " + added.error().message);
}

/// Every line as it is, but nothing in it can steer the terminal or pass for the question.
void show(const PipelineInput &input, const Executables &executables)
{
    std::string text = input.label + " brings along what you haven't run or saved before. It would execute:\n";
    for (const Executable &executable : executables) {
        text += "\n  " + honest(executable.step) + " (" + honest(executable.name) + "):\n";
        for (size_t at = 0; at < executable.text.size();) {
            const size_t end = std::min(executable.text.find('\n', at), executable.text.size());
            text += "    " + honest(std::string_view(executable.text).substr(at, end - at)) + '\n';
            at = end + 1;
        }
    }
    std::fputs(text.c_str(), stderr);
}

bool isAnsweredYes()
{
    std::fputs("\nRun it, and don't ask for it again? [y/N] ", stderr);
    std::fflush(stderr);
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "Y" || answer == "yes" || answer == "Yes";
}

void sayUnasked(const PipelineInput &input, const Executables &executables)
{
    std::string text;
    for (const Executable &executable : executables) {
        text += (text.empty() ? "" : ", ") + honest(executable.step);
        if (executable.type == "program")
            text += " (" + elided(honest(firstLine(executable.text)), LongestCommand) + ')';
    }
    std::fprintf(stderr, "%s: note: This executes programs or scripts of %s; --trust silences this: %s\n",
                 input.label.c_str(), executables.size() == 1 ? "a step" : "steps", text.c_str());
}

} // namespace

bool mayExecute(const PipelineInput &input, const StepRegistry &registry, TrustSettings settings)
{
    const TrustRecord trusted;
    const Executables unknown = trusted.unknownOf(executablesOf(input.pipeline, registry, input.folder));
    if (unknown.empty())
        return true;
    if (settings.isGiven) {
        record(trusted, unknown);
        return true;
    }
    if (isatty(STDIN_FILENO) != 1 || isatty(STDERR_FILENO) != 1) {
        if (!settings.isQuiet)
            sayUnasked(input, unknown);
        return true;
    }
    show(input, unknown);
    if (!isAnsweredYes()) {
        std::fprintf(stderr, "%s: Nothing was run.\n", input.label.c_str());
        return false;
    }
    record(trusted, unknown);
    return true;
}

} // namespace millrace

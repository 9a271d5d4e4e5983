// SPDX-License-Identifier: MIT
#include "millrace/run/Trust.h"

#include "data/files/FilePath.h"
#include "millrace/commands/Commands.h"
#include "millrace/Console.h"
#include "trust/PermissionText.h"
#include "trust/TrustRecord.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <unistd.h>

namespace millrace {

namespace {

constexpr size_t MostFilesNamed = 8, MostChangesNamed = 20;

/// Each line a little to the right.
std::string indented(const std::string &lines)
{
    std::string text = "    ";
    for (const char c : lines)
        text += c == '\n' ? std::string("\n    ") : std::string(1, c);
    return text + '\n';
}

std::string described(const Permission &permission, const TrustRecord &trusted, const std::string &pipeline)
{
    constexpr const char *Verbs[] = {"executes", "writes", "reads", "sends requests to"};
    std::string text =
        "\n  " + permission.step + " (" + shownLine(permission.name) + ") " + Verbs[size_t(permission.kind)] + ":\n";
    if (permission.kind == Permission::Kind::Connect)
        return text + indented(shownCode(permission.text));
    if (permission.kind != Permission::Kind::Execute)
        return text + "    " + shownLine(permission.text) + "\n    [" + shownLine(permission.reason) + "]\n";
    text += permission.isProgram ? "    " + shownLine(permission.text) + '\n' : indented(shownCode(permission.text));
    std::vector<std::string> files;
    for (const auto &[name, print] : permission.files)
        files.push_back(name);
    if (!files.empty())
        text += "    [with " + shownList(files, MostFilesNamed) + "]\n";
    if (!permission.reason.empty())
        text += "    [" + shownLine(permission.reason)
                + ": it is asked each time. Move what it needs to a folder of its own.]\n";
    if (const auto changes = trusted.changesOf(permission, pipeline); !changes.empty())
        text += "    [since you agreed to it: " + shownList(changes, MostChangesNamed) + "]\n";
    return text;
}

/// Every line as it is, but nothing in it can steer the terminal or pass for the question.
void show(const PipelineInput &input, const Permissions &unknown, const std::string &digest, const TrustRecord &trusted)
{
    std::string text = input.label + " brings along what you haven't run or saved before.\n";
    for (const Permission &permission : unknown)
        text += described(permission, trusted, input.place().identity());
    text += '\n';
    text += "In all: " + summaryOf(unknown) + ". Its digest: " + digest + '\n';
    say(stderr, text);
}

bool isAnsweredYes()
{
    std::fputs("Run it, and don't ask for it again? [y/N] ", stderr);
    std::fflush(stderr);
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "Y" || answer == "yes" || answer == "Yes";
}

void tell(const PipelineInput &input, const std::string &what)
{
    say(stderr, input.label + ": " + what + '\n');
}

void sayUnasked(const PipelineInput &input, const Permissions &unknown, const std::string &digest)
{
    std::string text;
    for (const Permission &permission : unknown)
        text += (text.empty() ? "" : "; ") + named(permission);
    tell(input, "Nothing was run, for you haven't agreed to it before and can't be asked here. It would " + text
                    + ". If you trust it, run it with --trust, or with --trust " + digest
                    + " for as long as it is what it is now.");
}

/// What is lost where the record can't be written is only that it is asked again.
void keep(const Result<> &kept)
{
    if (!kept)
        printError("warning: " + kept.error().message);
}

} // namespace

int Agreement::concluded(int status, const PipelineInput &input, const StepRegistry &registry) const
{
    if (std::ranges::any_of(needed, [](const Permission &permission) { return !permission.files.empty(); })) {
        const TrustRecord trusted;
        const Permissions now = permissionsOf(input.pipeline, registry, input.place(), trusted).needed;
        keep(trusted.add(leftByRun(needed, now, input.folder), pipeline));
    }
    if (status == Finished || status == FinishedWithErrors)
        MadeFiles::mark(pipeline, outputs);
    return status;
}

Result<TrustSettings> readTrustSettings(const Call &call)
{
    TrustSettings settings;
    const auto given = call.value("trust");
    settings.isGiven = given.has_value();
    settings.digest = given.value_or("");
    if (!settings.digest.empty() && !isDigest(settings.digest))
        return failure(
            ErrorKind::Call,
            "--trust " + settings.digest
                + ": a digest has 64 hexadecimal digits; without one, all that the file would do is trusted.");
    std::ranges::transform(settings.digest, settings.digest.begin(),
                           [](unsigned char c) { return char(std::tolower(c)); });
    std::error_code error;
    for (const char *option : {"report", "metrics", "log", "html"})
        if (const auto path = call.value(option); path && !path->empty() && *path != "-")
            settings.outputs.push_back(weaklyCanonicalOf(*path, error).string());
    return settings;
}

std::optional<Agreement> permitted(const PipelineInput &input,
                                   const StepRegistry &registry,
                                   const TrustSettings &settings)
{
    const TrustRecord trusted;
    const std::string pipeline = input.place().identity();
    keep(trusted.addMade(pipeline, settings.outputs));
    PermissionSurvey survey = permissionsOf(input.pipeline, registry, input.place(), trusted);
    if (!survey.forbidden.empty()) {
        tell(input, survey.forbidden);
        return std::nullopt;
    }
    const Permissions unknown = trusted.unknownOf(survey.needed);
    const std::string digest = digestOf(survey.needed);
    if (!unknown.empty() && settings.isGiven && !settings.digest.empty() && settings.digest != digest) {
        tell(input,
             "Nothing was run: its digest is " + digest + ", not the one that --trust names. It isn't what you trust.");
        return std::nullopt;
    }
    if (!unknown.empty() && !settings.isGiven) {
        if (isatty(STDIN_FILENO) != 1 || isatty(STDERR_FILENO) != 1) {
            if (!std::ranges::all_of(unknown, &Permission::isOnlySaid)) {
                sayUnasked(input, unknown, digest);
                return std::nullopt;
            }
            for (const Permission &permission : unknown)
                tell(input, permission.step + ": note: It replaces " + permission.text + ", which it hasn't made.");
            keep(trusted.addMade(pipeline, survey.outputs));
            return Agreement{std::move(survey.needed), pipeline, std::move(survey.outputs)};
        }
        show(input, unknown, digest, trusted);
        if (!isAnsweredYes()) {
            tell(input, "Nothing was run.");
            return std::nullopt;
        }
        if (digestOf(permissionsOf(input.pipeline, registry, input.place(), trusted).needed) != digest) {
            tell(
                input,
                "Nothing was run, for its files were changed while the question stood. Run it again to be asked anew.");
            return std::nullopt;
        }
    }
    if (!unknown.empty())
        keep(trusted.add(unknown, pipeline));
    keep(trusted.addMade(pipeline, survey.outputs));
    return Agreement{std::move(survey.needed), pipeline, std::move(survey.outputs)};
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "calls/StepText.h"
#include "millrace/Arguments.h"
#include "millrace/commands/Commands.h"
#include "millrace/Console.h"
#include "pipeline/check/Checker.h"
#include "pipeline/file/JsonLayout.h"
#include "steps/manifest/ProgramManifest.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <unistd.h>

namespace millrace {

namespace {

Value listOf(const std::vector<std::string> &words)
{
    return List(words.begin(), words.end());
}

Value toValue(const Param &param)
{
    Members members{{"name", param.name},
                    {"title", param.title},
                    {"kind", paramKindName(param.kind)},
                    {"default", param.defaultValue},
                    {"required", param.isRequired}};
    if (param.isSecret)
        members.emplace_back("secret", true);
    if (!param.unit.empty())
        members.emplace_back("unit", param.unit);
    if (std::isfinite(param.minimum))
        members.emplace_back("minimum", param.minimum);
    if (std::isfinite(param.maximum))
        members.emplace_back("maximum", param.maximum);
    if (!param.choices.empty())
        members.emplace_back("choices", listOf(param.choices));
    members.emplace_back("help", param.help);
    return members;
}

Value toValue(const StepType &type)
{
    List params;
    std::ranges::transform(type.params, std::back_inserter(params), [](const Param &param) { return toValue(param); });
    Members members{{"type", type.id},
                    {"title", type.title},
                    {"family", familyName(type.family)},
                    {"kind", stepKindName(type.kind)},
                    {"help", type.help},
                    {"params", std::move(params)},
                    {"inputs", listOf(inputPortsOf(type))},
                    {"outputs", listOf(outputPortsOf(type))},
                    {"mostWorkers", mostWorkersOf(type)},
                    {"ordered", type.isOrdered},
                    {"fittable", type.isFittable}};
    if (!type.portsParam.empty())
        members.emplace_back("outputsFrom", type.portsParam);
    if (type.manifest)
        members.emplace_back("manifest", type.manifest->path);
    if (!type.formerIds.empty())
        members.emplace_back("formerly", listOf(type.formerIds));
    return members;
}

std::string entry(std::string_view name, size_t nameWidth, std::string_view text)
{
    return formatEntry(name, nameWidth, text, textColumns());
}

std::string catalogue(const StepRegistry &registry)
{
    size_t width = 0;
    for (const StepType &type : registry.types())
        width = std::max(width, type.id.size());
    std::string text;
    const StepType *before = nullptr;
    for (const StepType &type : registry.types()) {
        if (!before || before->family != type.family) {
            text += before ? "\n" : "";
            text += familyName(type.family);
            text += '\n';
        }
        text += entry(type.id, width, firstSentence(type.help));
        before = &type;
    }
    return text;
}

std::string page(const StepType &type)
{
    std::string text = type.id + ": " + type.title + " (" + std::string(familyName(type.family)) + ")\n";
    text += wrapped(type.help, textColumns(), 0) + "\n\n";
    text += type.params.empty() ? "It has no parameters.\n" : "Parameters\n";
    size_t width = 7;
    for (const Param &param : type.params)
        width = std::max(width, param.name.size());
    for (const Param &param : type.params)
        text += entry(param.name, width, describedParam(param));
    text +=
        "\nPorts\n" + entry("inputs", width, listed(inputPortsOf(type))) + entry("outputs", width, outputsText(type));
    text += "\nSettings\n" + entry("workers", width, workersText(type));
    if (type.isFittable)
        text += entry("fit", width, "it learns from data");
    if (type.manifest)
        text += entry("program", width, "by the manifest " + type.manifest->path);
    return text;
}

} // namespace

int stepsCommand(const Arguments &arguments, const StepRegistry &registry)
{
    const auto call = parseCall("steps", arguments);
    if (!call)
        return wrongCall("steps", call.error().message);
    if (call->words.size() > 1)
        return wrongCall("steps", "Name one step type, or none for the whole catalogue.");
    if (call->words.empty()) {
        List types;
        for (const StepType &type : registry.types())
            types.push_back(toValue(type));
        say(stdout, call->has("json") ? toIndentedJson(types) : catalogue(registry));
        return Finished;
    }
    const StepType *type = registry.find(call->words.front());
    if (!type) {
        std::string text = "There is no step type \"" + call->words.front() + '"';
        const std::string nearest = registry.nearest(call->words.front());
        return wrongCall("steps", text + (nearest.empty() ? "." : "; did you mean \"" + nearest + "\"?"));
    }
    say(stdout, call->has("json") ? toIndentedJson(toValue(*type)) : page(*type));
    return Finished;
}

} // namespace millrace

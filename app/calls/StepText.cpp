// SPDX-License-Identifier: MIT
#include "calls/StepText.h"

#include "pipeline/check/Checker.h"

#include <cmath>

namespace millrace {

std::string_view stepKindName(StepKind kind)
{
    switch (kind) {
    case StepKind::Source: return "source";
    case StepKind::Transform: return "transform";
    case StepKind::Combine: return "combine";
    case StepKind::Sink: return "sink";
    }
    return {};
}

std::vector<std::string> inputPortsOf(const StepType &type)
{
    return type.hasInput() ? type.inputPorts : std::vector<std::string>{};
}

std::vector<std::string> outputPortsOf(const StepType &type)
{
    std::vector<std::string> ports = type.outputPorts;
    if (type.hasErrorPort())
        ports.emplace_back("error");
    return ports;
}

std::string listed(const std::vector<std::string> &words)
{
    std::string text;
    for (const std::string &word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text.empty() ? "none" : text;
}

std::string outputsText(const StepType &type)
{
    const std::string fixed = listed(outputPortsOf(type));
    return type.portsParam.empty() ? fixed : "those that \"" + type.portsParam + "\" names, " + fixed;
}

std::string workersText(const StepType &type)
{
    const int most = mostWorkersOf(type);
    if (type.isOrdered)
        return "1, for it needs its batches in order";
    return most == 0 ? "any number" : "at most " + std::to_string(most);
}

std::string describedParam(const Param &param)
{
    std::string text = std::string(paramKindName(param.kind));
    if (!param.choices.empty())
        text += " (" + listed(param.choices) + ")";
    if (!param.unit.empty())
        text += ", in " + param.unit;
    if (std::isfinite(param.minimum) && std::isfinite(param.maximum))
        text += ", " + formatNumber(param.minimum) + " to " + formatNumber(param.maximum);
    else if (std::isfinite(param.minimum))
        text += ", at least " + formatNumber(param.minimum);
    else if (std::isfinite(param.maximum))
        text += ", at most " + formatNumber(param.maximum);
    text += param.isRequired ? "; needed. " : "; default " + toJson(param.defaultValue) + ". ";
    return text + param.help;
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "model/ProblemText.h"

#include "model/Text.h"

#include <QCoreApplication>

#include <array>
#include <string_view>

namespace millrace {

namespace {

constexpr std::array settings{
    std::pair{"workers", "Workers"},      std::pair{"queueSize", "Queue size"},
    std::pair{"runIn", "Run in"},         std::pair{"onError", "On error"},
    std::pair{"retries", "Retries"},      std::pair{"enabled", "Enabled"},
    std::pair{"bypass", "Bypass"},        std::pair{"workerArguments", "Worker settings"},
    std::pair{"batching", "Own batches"}, std::pair{"type", "Type"},
};

/// Puts what is seen in the place of a name in quotation marks that the text begins with.
bool beginWith(std::string &text, std::string_view name, const std::string &seen)
{
    const std::string quoted = '"' + std::string(name) + '"';
    if (name.empty() || !text.starts_with(quoted))
        return false;
    text.replace(0, quoted.size(), "“" + seen + "”");
    return true;
}

} // namespace

QString settingTitle(const StepType *type, const std::string &name)
{
    if (const Param *param = type ? type->param(name) : nullptr; param && !param->title.empty())
        return toQString(param->title);
    for (const auto &[setting, title] : settings)
        if (name == setting)
            return QCoreApplication::translate("ProblemText", title);
    return toQString(name);
}

Problems asSeen(Problems problems, const Pipeline &pipeline, const StepRegistry &registry)
{
    for (Problem &problem : problems) {
        const PipelineStep *step = pipeline.step(problem.step);
        const StepType *type = step ? registry.find(step->type) : nullptr;
        if (!type || beginWith(problem.text, problem.param, toUtf8(settingTitle(type, problem.param))))
            continue;
        beginWith(problem.text, type->id, type->title);
    }
    return problems;
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "model/ProblemText.h"

#include "model/Drawing.h"
#include "model/Text.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <functional>
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

/// Puts names in the place of the ids of other steps. They are known by the words before them: a field may be called like a step.
void nameSteps(std::string &text, const std::function<std::string(const std::string &)> &nameOf)
{
    for (const std::string_view words : {"for them at \"", "written by \"", "read by \""}) {
        const size_t before = text.find(words);
        const size_t begin = before + words.size();
        const size_t end = before == std::string::npos ? before : text.find('"', begin);
        if (end != std::string::npos)
            text.replace(begin - 1, end - begin + 2, "“" + nameOf(text.substr(begin, end - begin)) + "”");
    }
    constexpr std::string_view circle = "Its links go round in a circle: ", arrow = " → ";
    if (!text.starts_with(circle))
        return;
    for (size_t begin = circle.size(), end = 0; end != std::string::npos; begin += arrow.size()) {
        end = text.find(arrow, begin);
        const size_t length = std::min(end, text.rfind(';')) - begin;
        const std::string name = nameOf(text.substr(begin, length));
        text.replace(begin, length, name);
        begin += name.size();
        if (end != std::string::npos)
            end = begin;
    }
}

/// Words of the window in the place of names of the file that stand in a sentence.
void nameSettings(std::string &text)
{
    constexpr std::string_view fileName = "a larger queueSize";
    if (const size_t at = text.find(fileName); at != std::string::npos)
        text.replace(at, fileName.size(), "a larger queue size");
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
    const auto nameOf = [&](const std::string &id) {
        const PipelineStep *const step = pipeline.step(id);
        return step ? toUtf8(shownName(*step, registry)) : id;
    };
    for (Problem &problem : problems) {
        nameSteps(problem.text, nameOf);
        nameSettings(problem.text);
        const PipelineStep *step = pipeline.step(problem.step);
        const StepType *type = step ? registry.find(step->type) : nullptr;
        if (!type || beginWith(problem.text, problem.param, toUtf8(settingTitle(type, problem.param))))
            continue;
        beginWith(problem.text, type->id, type->title);
    }
    return problems;
}

} // namespace millrace

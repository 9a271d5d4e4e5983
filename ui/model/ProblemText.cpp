// SPDX-License-Identifier: MIT
#include "model/ProblemText.h"

#include "model/Drawing.h"
#include "model/Text.h"

#include <QCoreApplication>

#include <algorithm>
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

/// A title within a sentence: “Queue size” becomes “queue size”.
QString withinSentence(QString title)
{
    if (!title.isEmpty())
        title[0] = title[0].toLower();
    return title;
}

/// Puts what is seen in the place of a mention. Straight quotation marks around it become those of the window.
void replace(std::string &text, const Mention &mention, const std::string &seen)
{
    const bool isQuoted = mention.begin > 0 && text[mention.begin - 1] == '"';
    const size_t closing = isQuoted ? text.find('"', mention.begin + mention.name.size()) : std::string::npos;
    if (closing != std::string::npos)
        text.replace(closing, 1, "”");
    text.replace(mention.begin, mention.name.size(), seen);
    if (closing != std::string::npos)
        text.replace(mention.begin - 1, 1, "“");
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
    const auto seen = [&](const Mention &mention) {
        const PipelineStep *const step = mention.kind == Mention::Kind::Step ? pipeline.step(mention.name) : nullptr;
        const StepType *const type = mention.kind == Mention::Kind::Type ? registry.find(mention.name) : nullptr;
        if (mention.kind == Mention::Kind::Setting)
            return toUtf8(withinSentence(settingTitle(nullptr, mention.name)));
        return step ? toUtf8(shownName(*step, registry)) : type ? type->title : mention.name;
    };
    for (Problem &problem : problems) {
        for (auto mention = problem.mentions.rbegin(); mention != problem.mentions.rend(); ++mention)
            replace(problem.text, *mention, seen(*mention));
        problem.mentions.clear();
        const PipelineStep *step = pipeline.step(problem.step);
        const StepType *type = step ? registry.find(step->type) : nullptr;
        if (!type || beginWith(problem.text, problem.param, toUtf8(settingTitle(type, problem.param))))
            continue;
        beginWith(problem.text, type->id, type->title);
    }
    return problems;
}

} // namespace millrace

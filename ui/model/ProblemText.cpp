// SPDX-License-Identifier: MIT
#include "model/ProblemText.h"

#include "model/Drawing.h"
#include "theme/Text.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <functional>
#include <string_view>
#include <utility>

namespace millrace {

namespace {

constexpr std::array settings{
    std::pair{"workers", "Workers"},
    std::pair{"queueSize", "Queue size"},
    std::pair{"queueBytes", "Queue memory"},
    std::pair{"runIn", "Run in"},
    std::pair{"onError", "On error"},
    std::pair{"retries", "Retries"},
    std::pair{"enabled", "Enabled"},
    std::pair{"bypass", "Bypass"},
    std::pair{"workerArguments", "Worker settings"},
    std::pair{"batching", "Own batches"},
    std::pair{"type", "Type"},
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

/// A sentence of which all mentions are known: what `seen` says of them stands in their places, and what stands in quotation marks
/// (names, ports, paths; no code) in those of the window.
std::string reworded(const Problem &problem, const std::function<std::string(const Mention &)> &seen)
{
    std::string text;
    auto mention = problem.mentions.begin();
    bool isQuoted = false;
    for (size_t i = 0; i < problem.text.size();) {
        if (mention != problem.mentions.end() && mention->begin == i) {
            text += seen(*mention);
            i += mention++->name.size();
            continue;
        }
        const char c = problem.text[i++];
        if (c == '"')
            text += std::exchange(isQuoted, !isQuoted) ? "”" : "“";
        else
            text += c;
    }
    return text;
}

/// “File” is needed: The file to read. → “File” is needed: the file to read.
void joinHelp(std::string &text)
{
    constexpr std::string_view Needed = "” is needed: ";
    const size_t at = text.find(Needed);
    if (at == std::string::npos)
        return;
    QString help = toQString(std::string_view(text).substr(at + Needed.size()));
    if (help.size() > 1 && help[0].isUpper() && !help[1].isUpper()) // a word, no abbreviation
        text.replace(at + Needed.size(), std::string::npos, toUtf8(withinSentence(help)));
}

/// The quotation marks of the window for those that stand around words; code is left as it is.
std::string curled(const std::string &text)
{
    static const QRegularExpression words(QStringLiteral("(?<![^ (])\"([^\"{}=\\[\\]]*)\"(?![^ .,:;)])"));
    return toUtf8(toQString(text).replace(words, QStringLiteral("“\\1”")));
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
        if (!problem.mentions.empty())
            problem.text = reworded(problem, seen);
        problem.mentions.clear();
        const PipelineStep *step = pipeline.step(problem.step);
        const StepType *type = step ? registry.find(step->type) : nullptr;
        if (type && !beginWith(problem.text, problem.param, toUtf8(settingTitle(type, problem.param))))
            beginWith(problem.text, type->id, type->title);
        joinHelp(problem.text);
        problem.text = curled(problem.text);
    }
    return problems;
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "failures/Mends.h"

#include "data/errors/ExceptionError.h"
#include "data/text/Quote.h"
#include "pipeline/Parameters.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace millrace {

namespace {

/// The word in quotes that the text begins with; takes it away.
std::optional<std::string_view> takeQuoted(std::string_view &text)
{
    if (!text.starts_with('"'))
        return std::nullopt;
    const size_t end = text.find('"', 1);
    if (end == std::string_view::npos)
        return std::nullopt;
    const std::string_view word = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
    return word;
}

/// What a message advises as `"param" to "value"`, where the step has that parameter and it isn't so already.
void addAdvised(std::vector<Mend> &mends, std::string_view message, const StepType &type, const PipelineStep &step)
{
    for (size_t at = message.find('"'); at != std::string_view::npos; at = message.find('"', at + 1)) {
        std::string_view rest = message.substr(at);
        const auto name = takeQuoted(rest);
        const Param *const param = name ? type.param(*name) : nullptr;
        if (!param || !rest.starts_with(" to "))
            continue;
        rest.remove_prefix(4);
        const auto word = takeQuoted(rest);
        if (!word
            || (param->kind == ParamKind::Choice && std::ranges::find(param->choices, *word) == param->choices.end()))
            continue;
        Value value = param->kind == ParamKind::Boolean ? Value(*word == "true") : Value(*word);
        const Value *const now = step.param(*name);
        if ((now ? *now : param->defaultValue) == value)
            continue;
        Mend mend{"Set " + inQuotes(*name) + " to " + inQuotes(*word), {{std::string(*name), std::move(value)}}};
        const bool isKnown =
            std::ranges::any_of(mends, [&](const Mend &other) { return other.params.front().first == *name; });
        if (!isKnown)
            mends.push_back(std::move(mend));
    }
}

/// As a shell takes it for one word.
std::string shellWord(const std::string &text)
{
    std::string word = "'";
    for (const char c : text)
        word += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return word + '\'';
}

} // namespace

std::vector<Mend> mendsOf(const LogRecord &failed,
                          const Pipeline &pipeline,
                          const StepRegistry &registry,
                          const std::string &folder)
{
    const FilledPipeline filled(pipeline, registry);
    const PipelineStep *const step = filled.pipeline().step(failed.step);
    const StepType *const type = step ? registry.find(step->type) : nullptr;
    if (!type || failed.level != LogLevel::Error)
        return {};
    std::vector<Mend> mends;
    const auto asked = caught([&]() -> Result<> {
        const auto made = type->create(step->params);
        if (const auto *const mending = made ? dynamic_cast<const MendingStep *>(made->get()) : nullptr)
            mends = mending->mendsOf({failed.kind, failed.message, failed.item}, {folder, nullptr});
        else
            addAdvised(mends, failed.message, *type, *step);
        return {};
    });
    if (!asked)
        mends.clear(); // there may be too little memory: nothing is offered then
    return mends;
}

std::vector<std::string> setOptionsOf(const Mend &mend, const std::string &step)
{
    std::vector<std::string> options;
    for (const auto &[name, value] : mend.params)
        options.push_back(
            "--set "
            + shellWord(step + '.' + name + '=' + (value.isText() ? std::string(value.toText()) : toJson(value))));
    return options;
}

} // namespace millrace

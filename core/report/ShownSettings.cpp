// SPDX-License-Identifier: MIT
#include "report/ShownSettings.h"

#include "steps/Secret.h"

#include <algorithm>
#include <string_view>

namespace millrace {

namespace {

constexpr size_t MostValue = 2000; // characters of a setting
constexpr std::string_view Hidden = "(hidden)";

const Param *paramOf(const StepType *type, const std::string &name)
{
    return type ? type->param(name) : nullptr;
}

} // namespace

std::string shownStepName(const PipelineStep &step, const StepRegistry &registry)
{
    if (!step.name.empty())
        return step.name;
    const StepType *type = registry.find(step.type);
    return type ? type->title : step.id;
}

std::string shownSettingName(const StepType *type, const std::string &name)
{
    const Param *param = paramOf(type, name);
    return param && !param->title.empty() ? param->title : name;
}

std::string shownSettingValue(const StepType *type, const std::string &name, const Value &value)
{
    const Param *param = paramOf(type, name);
    const bool isPlainLogin = param && param->isCredential && !param->problemOf(value).empty();
    if (isPlainLogin || (value.isText() && (soundsSecret(name) || (param && param->isSecret))))
        return std::string(Hidden);
    Value shown = value;
    if (param && param->holdsSecrets && value.isObject()) {
        Members members = value.toObject();
        for (auto &[key, member] : members)
            if (member.isText() && soundsSecret(key))
                member = Value(Hidden);
        shown = std::move(members);
    }
    std::string text = toPlain(shown);
    if (text.size() > MostValue) {
        size_t end = MostValue;
        while (end > 0 && (uint8_t(text[end]) & 0xC0) == 0x80) // not within a character
            --end;
        text.resize(end);
        text += " …";
    }
    return text;
}

std::string shownSummary(const StepType *type, const PipelineStep &step)
{
    const auto isHidden = [type](const auto &param) {
        return shownSettingValue(type, param.first, param.second).find(Hidden) != std::string::npos;
    };
    if (!type || std::ranges::any_of(step.params, isHidden))
        return {};
    const auto made = type->create(step.params);
    return made ? (*made)->summary() : std::string();
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "millrace/Arguments.h"

#include "data/text/NearestName.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace millrace {

namespace {

Failure unknownOption(const std::string &argument, const std::string &name, const CommandSpec &command)
{
    std::vector<std::string> names;
    for (const OptionSpec &option : command.options)
        names.emplace_back(option.name);
    std::string text = "there is no option " + argument;
    if (const std::string nearest = nearestName(name, names); !nearest.empty())
        text += "; did you mean --" + nearest + "?";
    return failure(ErrorKind::Call, text);
}

} // namespace

bool isDigest(std::string_view text)
{
    constexpr size_t Digits = 64;
    return text.size() == Digits && std::ranges::all_of(text, [](unsigned char c) { return std::isxdigit(c) != 0; });
}

bool Call::has(const std::string &option) const
{
    return value(option).has_value();
}

std::optional<std::string> Call::value(const std::string &option) const
{
    const auto given = values(option);
    return given.empty() ? std::nullopt : std::optional(given.back());
}

std::vector<std::string> Call::values(const std::string &option) const
{
    std::vector<std::string> found;
    for (const auto &[name, text] : options) {
        if (name == option)
            found.push_back(text);
    }
    return found;
}

Result<Call> parseCall(std::string_view commandName, const std::vector<std::string> &arguments)
{
    static const CommandSpec None;
    const CommandSpec *command = millraceProgram().command(commandName);
    if (!command)
        command = &None;
    Call call;
    bool onlyWords = false;
    for (size_t i = 0; i < arguments.size(); ++i) {
        const std::string &argument = arguments[i];
        if (onlyWords || argument == "-" || !argument.starts_with('-')) {
            call.words.push_back(argument);
            continue;
        }
        if (argument == "--") {
            onlyWords = true;
            continue;
        }
        const size_t equals = argument.find('=');
        std::string name =
            argument.substr(std::min(argument.find_first_not_of('-'), argument.size()), std::string::npos);
        name = name.substr(0, name.find('='));
        const OptionSpec *option = command->option(name);
        if (!argument.starts_with("--") || !option)
            return unknownOption(argument.substr(0, equals), name, *command);
        const bool isNextItsValue =
            i + 1 < arguments.size() && (!option->value.isOptional || isDigest(arguments[i + 1]));
        std::string value;
        if (equals != std::string::npos && option->isFlag())
            return failure(ErrorKind::Call, "--" + name + " takes no value");
        if (equals != std::string::npos)
            value = argument.substr(equals + 1);
        else if (!option->isFlag() && isNextItsValue)
            value = arguments[++i];
        else if (!option->isFlag() && !option->value.isOptional)
            return failure(ErrorKind::Call, "--" + name + " needs a value; see millrace help");
        call.options.emplace_back(std::move(name), std::move(value));
    }
    return call;
}

Result<int64_t> wholeOption(const std::string &option, const std::string &text, int64_t least)
{
    int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < least)
        return failure(ErrorKind::Call, "--" + option + " " + text + ": it has to be a whole number, "
                                            + std::to_string(least) + " or more");
    return number;
}

} // namespace millrace

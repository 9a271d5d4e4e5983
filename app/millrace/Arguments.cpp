// SPDX-License-Identifier: MIT
#include "Arguments.h"

#include "data/NearestName.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace millrace {

namespace {

bool contains(const std::vector<std::string> &names, const std::string &name)
{
    return std::ranges::find(names, name) != names.end();
}

Failure unknownOption(const std::string &argument, const std::string &name, const OptionNames &known)
{
    std::vector<std::string> names = known.flags;
    names.insert(names.end(), known.withValue.begin(), known.withValue.end());
    names.insert(names.end(), known.withDigest.begin(), known.withDigest.end());
    std::string text = "there is no option " + argument;
    if (const std::string nearest = nearestName(name, names); !nearest.empty())
        text += "; did you mean --" + nearest + "?";
    return failure("call", text);
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

Result<Call> parseCall(const std::vector<std::string> &arguments, const OptionNames &known)
{
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
        const bool mayHaveDigest = contains(known.withDigest, name);
        const bool isDigestNext = mayHaveDigest && i + 1 < arguments.size() && isDigest(arguments[i + 1]);
        const bool isFlag =
            contains(known.flags, name) || (mayHaveDigest && !isDigestNext && equals == std::string::npos);
        if (!argument.starts_with("--") || (!isFlag && !mayHaveDigest && !contains(known.withValue, name)))
            return unknownOption(argument.substr(0, equals), name, known);
        if (isFlag && equals != std::string::npos)
            return failure("call", "--" + name + " takes no value");
        if (!isFlag && equals == std::string::npos && i + 1 == arguments.size())
            return failure("call", "--" + name + " needs a value; see millrace help");
        std::string value;
        if (!isFlag)
            value = equals == std::string::npos ? arguments[++i] : argument.substr(equals + 1);
        call.options.emplace_back(std::move(name), std::move(value));
    }
    return call;
}

Result<int64_t> wholeOption(const std::string &option, const std::string &text, int64_t least)
{
    int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < least)
        return failure("call", "--" + option + " " + text + ": it has to be a whole number, " + std::to_string(least)
                                   + " or more");
    return number;
}

} // namespace millrace

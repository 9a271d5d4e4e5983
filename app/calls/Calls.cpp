// SPDX-License-Identifier: MIT
#include "calls/Calls.h"

#include <algorithm>
#include <string>

namespace millrace {

namespace {

std::string formOf(const ArgumentSpec &argument)
{
    const std::string name(argument.name);
    return argument.isOptional ? '[' + name + ']' : name;
}

template <class T>
const T *named(const std::vector<T> &all, std::string_view name)
{
    const auto found = std::ranges::find(all, name, &T::name);
    return found == all.end() ? nullptr : &*found;
}

} // namespace

std::string OptionSpec::form() const
{
    return "--" + std::string(name) + (isFlag() ? "" : ' ' + formOf(value));
}

const OptionSpec *CommandSpec::option(std::string_view optionName) const
{
    return named(options, optionName);
}

std::string CommandSpec::form() const
{
    std::string text(name);
    const auto append = [&text](const std::string &more) { text += (text.empty() ? "" : " ") + more; };
    if (!word.name.empty())
        append(formOf(word));
    size_t others = 0;
    for (const OptionSpec &option : options) {
        if (option.isRequired || options.size() == 1)
            append(option.isRequired ? option.form() : '[' + option.form() + ']');
        else
            ++others;
    }
    if (others > 0)
        append("[OPTIONS]");
    return text;
}

const CommandSpec *ProgramSpec::command(std::string_view commandName) const
{
    return named(commands, commandName);
}

} // namespace millrace

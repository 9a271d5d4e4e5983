// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// What stands for a word of a call or an option's value; completion goes by it.
enum class Meaning {
    Anything,
    PipelineFile,
    File,
    Folder,
    Assignment, ///< STEP.PARAM=VALUE
    Parameter,  ///< NAME=VALUE, of the pipeline file in the same call
    StepId,     ///< of the pipeline file in the same call
    StepType,
    Command,
    Choice
};

/// A word of a call, or an option's value.
struct ArgumentSpec
{
    std::string_view name; ///< as help writes it: "FILE"; empty: there is none
    Meaning meaning = Meaning::Anything;
    std::vector<std::string_view> choices{};
    bool isOptional = false;
};

struct OptionSpec
{
    std::string_view name; ///< without dashes
    ArgumentSpec value;    ///< without a name: the option is a flag
    std::string_view help;
    bool isRequired = false;

    bool isFlag() const { return value.name.empty(); }
    /// "--set STEP.PARAM=VALUE", "--trust [SHA256]"
    std::string form() const;
};

struct CommandSpec
{
    std::string_view name;
    ArgumentSpec word;
    std::string_view summary;     ///< for a list
    std::string_view description; ///< paragraphs, with an empty line between them
    std::vector<OptionSpec> options{};

    const OptionSpec *option(std::string_view optionName) const;
    /// What follows the program's name in a call: "fit FILE --save DIR [OPTIONS]".
    std::string form() const;
};

/// A line of a list in help and manual: what it is about, and what is to be said about it.
struct NamedText
{
    std::string_view name, text;
};

/// A program's whole command line, declared once. The parser, the help, the manual pages and the completions are made of it.
struct ProgramSpec
{
    std::string_view name;
    std::string_view summary; ///< a phrase, as on the first line of a manual page
    std::string_view description;
    std::vector<CommandSpec> commands; ///< without a name: what the program does without one
    std::vector<NamedText> exitStatus, environment, files;

    const CommandSpec *command(std::string_view commandName) const;
};

const ProgramSpec &millraceProgram();
const ProgramSpec &studioProgram();

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "trust/Executables.h"

#include "steps/CommandWords.h"
#include "steps/FilePath.h"

#include <QCryptographicHash>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <set>

namespace millrace {

namespace {

namespace fs = std::filesystem;

constexpr size_t MostOfAFile = 4 << 20; // bytes
constexpr std::string_view NotInNames = " \t\n\"'`|&;<>()$=,:";

/// Takes texts with their lengths, so that nothing can be moved from one to the next without another print.
class Print
{
public:
    void add(std::string_view text)
    {
        const std::string length = std::to_string(text.size()) + ':';
        m_hash.addData(QByteArrayView(length.data(), qsizetype(length.size())));
        m_hash.addData(QByteArrayView(text.data(), qsizetype(text.size())));
    }
    std::string toHex() const { return m_hash.result().toHex().toStdString(); }

private:
    QCryptographicHash m_hash{QCryptographicHash::Sha256};
};

bool executes(const StepType &type)
{
    return type.hasOwnProcess || std::ranges::find(type.params, ParamKind::Code, &Param::kind) != type.params.end();
}

/// Limits of time and the like change nothing about what is executed.
bool decides(const Param &param)
{
    return param.kind != ParamKind::Number && param.kind != ParamKind::Integer;
}

const Value &valueOf(const Param &param, const Members &params)
{
    const auto found = std::ranges::find(params, param.name, &Members::value_type::first);
    return found == params.end() ? param.defaultValue : found->second;
}

Members laidOver(Members params, const Members &arguments)
{
    for (const auto &[name, value] : arguments) {
        const auto found = std::ranges::find(params, name, &Members::value_type::first);
        if (found == params.end())
            params.emplace_back(name, value);
        else
            found->second = value;
    }
    return params;
}

std::string contentOf(const fs::path &path)
{
    std::ifstream file(path, std::ios::binary);
    std::string content(MostOfAFile, '\0');
    file.read(content.data(), std::streamsize(content.size()));
    content.resize(size_t(file.gcount()));
    std::error_code error;
    return std::to_string(fs::file_size(path, error)) + ' ' + content;
}

bool isWithin(const fs::path &path, const fs::path &folder)
{
    const auto [end, rest] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
    return end == folder.end();
}

constexpr auto ScriptEndings = std::to_array<std::string_view>(
    {".py",  ".js",  ".mjs", ".cjs", ".ts", ".sh", ".bash", ".pl", ".rb",  ".awk",   ".jq",
     ".sed", ".lua", ".php", ".jl",  ".r",  ".R",  ".jar",  ".so", ".tcl", ".groovy"});
constexpr auto Interpreters = std::to_array<std::string_view>(
    {"python", "node", "deno", "bun", "ruby", "perl", "lua", "php", "Rscript", "julia", "sh",
     "bash",   "dash", "zsh",  "awk", "gawk", "mawk", "jq",  "sed", "java",    "tclsh"});

/// Whether somebody means it to be executed. Other files that a command names are what it reads and writes.
bool isProgram(const fs::path &path)
{
    std::error_code error;
    constexpr auto Executable = fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec;
    if ((fs::status(path, error).permissions() & Executable) != fs::perms::none)
        return true;
    if (std::ranges::find(ScriptEndings, path.extension().string()) != ScriptEndings.end())
        return true;
    std::ifstream file(path, std::ios::binary);
    char start[2] = {};
    return file.read(start, 2) && start[0] == '#' && start[1] == '!';
}

/// `python3.11` as well as `/usr/bin/python3`.
bool isInterpreter(const std::string &word)
{
    std::string name = fs::path(word).filename().string();
    name.erase(name.find_last_not_of("0123456789.") + 1);
    return std::ranges::find(Interpreters, name) != Interpreters.end();
}

/// The programs that came along with the pipeline and that a command names, also within a line for a shell.
class FileFinder
{
public:
    FileFinder(const std::string &folder, std::string workingFolder) : m_workingFolder(std::move(workingFolder))
    {
        std::error_code error;
        m_folder = fs::weakly_canonical(folder.empty() ? fs::path(".") : fs::path(folder), error);
    }

    std::set<std::string> find(const Value &command)
    {
        const auto words = commandWords(command);
        for (const std::string &word : words ? *words : std::vector<std::string>()) {
            if (word.find_first_of(NotInNames) == std::string::npos) {
                look(word);
                continue;
            }
            const bool wasScript = m_isScript;
            look(word); // a name with spaces in it
            m_isScript = wasScript;
            for (size_t at = 0; at < word.size();) {
                const size_t end = std::min(word.find_first_of(NotInNames, at), word.size());
                if (end > at)
                    look(word.substr(at, end - at));
                at = end + 1;
            }
        }
        return std::move(m_files);
    }

private:
    void look(const std::string &word)
    {
        const bool isScript = m_isScript && !word.starts_with('-');
        m_isScript = isInterpreter(word) || (m_isScript && !isScript);
        std::error_code error;
        const fs::path path = fs::weakly_canonical(resolvePath(m_workingFolder, word), error);
        if (!error && isRegularFile(path.string()) && isWithin(path, m_folder) && (isScript || isProgram(path)))
            m_files.insert(path.lexically_relative(m_folder).string());
    }

    fs::path m_folder;
    std::string m_workingFolder;
    std::set<std::string> m_files; ///< relative to the folder
    bool m_isScript = false;       ///< the next word, but for options, is what an interpreter reads
};

/// As one would type it: words of a list in quotes where a shell would need them.
std::string commandText(const Value &command)
{
    if (!command.isList())
        return toPlain(command);
    std::string text;
    for (const Value &word : command.toList()) {
        std::string plain = toPlain(word);
        if (plain.empty() || plain.find_first_of(" \t\n\"'\\|&;<>()$`*?[#~!{}") != std::string::npos) {
            std::string quoted = "'";
            for (const char c : plain)
                quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
            plain = quoted + '\'';
        }
        text += (text.empty() ? "" : " ") + plain;
    }
    return text;
}

/// The command or code first, then what else the file sets.
std::string textOf(const StepType &type, const Members &params, const std::set<std::string> &files)
{
    std::string text, more;
    for (const Param &param : type.params) {
        const Value &value = valueOf(param, params);
        if (param.isRequired)
            text += commandText(value);
        else if (decides(param) && param.kind != ParamKind::Choice && value != param.defaultValue)
            more += '\n' + param.name + ": " + toPlain(value);
    }
    for (const std::string &file : files)
        more += "\nwith the file " + file;
    while (text.ends_with('\n'))
        text.pop_back();
    return text + more;
}

Executable executableOf(const PipelineStep &step,
                        const StepType &type,
                        const Members &params,
                        const std::string &folder)
{
    Print print;
    print.add(type.id);
    for (const Param &param : type.params) {
        if (!decides(param))
            continue;
        print.add(param.name);
        print.add(toJson(valueOf(param, params)));
    }
    std::set<std::string> files;
    if (const Param *command = type.hasOwnProcess ? type.param("command") : nullptr) {
        const Param *place = type.param("folder");
        const std::string chosen = place ? toPlain(valueOf(*place, params)) : std::string();
        files =
            FileFinder(folder, chosen.empty() ? folder : resolvePath(folder, chosen)).find(valueOf(*command, params));
        for (const std::string &file : files) {
            print.add(file);
            print.add(contentOf(fs::path(folder) / file));
        }
    }
    return {step.id, step.name.empty() ? type.title : step.name, type.id, textOf(type, params, files), print.toHex()};
}

} // namespace

Executables executablesOf(const Pipeline &pipeline, const StepRegistry &registry, const std::string &folder)
{
    Executables found;
    for (const PipelineStep &step : pipeline.steps) {
        const StepType *type = registry.find(step.type);
        if (!type || !executes(*type) || !step.isEnabled || step.isBypassed)
            continue;
        std::set<std::string> prints;
        const auto add = [&](const Members &params) {
            Executable executable = executableOf(step, *type, params, folder);
            if (prints.insert(executable.print).second)
                found.push_back(std::move(executable));
        };
        if (size_t(std::max(pipeline.workersOf(step), 1)) > step.workerArguments.size())
            add(step.params);
        for (const Members &arguments : step.workerArguments)
            add(laidOver(step.params, arguments));
    }
    return found;
}

} // namespace millrace

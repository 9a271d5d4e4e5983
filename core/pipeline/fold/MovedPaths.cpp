// SPDX-License-Identifier: MIT
#include "pipeline/fold/MovedPaths.h"

#include "data/files/FilePath.h"

#include <algorithm>
#include <filesystem>
#include <iterator>

namespace millrace {

namespace {

/// As InlinedPipeline knows them: a database may be the address of a server.
bool isPath(const Param &param)
{
    return !param.isDatabase
           && (param.kind == ParamKind::InputFile || param.kind == ParamKind::OutputFile
               || param.kind == ParamKind::Folder);
}

bool isRelative(const Value &value)
{
    return value.isText() && !value.toText().empty() && value.toText().front() != '/'
           && !isStandardStream(std::string(value.toText()));
}

Value movedPath(const Value &value, const std::string &from, const std::string &to)
{
    return isRelative(value) ? Value(pathFrom(to, resolvePath(from, std::string(value.toText())))) : value;
}

void moveParams(Members &params, const StepType &type, const std::string &from, const std::string &to)
{
    for (auto &[name, value] : params) {
        const Param *param = type.param(name);
        if (!param || !isPath(*param))
            continue;
        if (value.isList()) {
            List paths;
            std::ranges::transform(value.toList(), std::back_inserter(paths),
                                   [&](const Value &path) { return movedPath(path, from, to); });
            value = std::move(paths);
        } else {
            value = movedPath(value, from, to);
        }
    }
}

bool isOpenPath(const Value &value)
{
    if (value.isList())
        return std::ranges::any_of(value.toList(), isOpenPath);
    return isRelative(value) && value.toText().find("${") != std::string_view::npos;
}

std::string openPathIn(const Members &params, const StepType &type)
{
    for (const auto &[name, value] : params)
        if (const Param *param = type.param(name); param && isPath(*param) && isOpenPath(value))
            return name;
    return {};
}

} // namespace

std::string pathFrom(const std::string &folder, const std::string &path)
{
    const std::filesystem::path whole = std::filesystem::path(path).lexically_normal();
    const std::filesystem::path relative = whole.lexically_relative(std::filesystem::path(folder).lexically_normal());
    return relative.empty() ? whole.string() : relative.string();
}

void movePaths(PipelineStep &step, const StepType &type, const std::string &from, const std::string &to)
{
    if (std::filesystem::path(from).lexically_normal() == std::filesystem::path(to).lexically_normal())
        return;
    moveParams(step.params, type, from, to);
    for (Members &arguments : step.workerArguments)
        moveParams(arguments, type, from, to);
    for (const Param &param : type.params)
        if (type.hasOwnProcess && param.kind == ParamKind::Folder && !step.param(param.name))
            step.setParam(param.name, Value(pathFrom(to, from)));
}

std::string unmovablePath(const PipelineStep &step, const StepType &type)
{
    std::string found = openPathIn(step.params, type);
    for (const Members &arguments : step.workerArguments)
        if (found.empty())
            found = openPathIn(arguments, type);
    return found;
}

} // namespace millrace

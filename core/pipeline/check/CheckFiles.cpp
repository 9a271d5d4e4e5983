// SPDX-License-Identifier: MIT
#include "data/files/AtomicFile.h"
#include "data/files/FilePath.h"
#include "formats/bytes/PathPattern.h"
#include "pipeline/check/CheckParts.h"
#include "pipeline/check/PipelineIndex.h"

#include <algorithm>
#include <filesystem>
#include <map>

namespace millrace {

namespace {

struct FileUser
{
    size_t step = 0;
    std::string param, path;
};

/// One name for one file, however it is spelled; nothing for streams and devices, which may be used by several.
std::string realName(const std::string &folder, const std::string &path)
{
    if (path.empty() || path == "-" || path.starts_with("/dev/"))
        return {};
    std::error_code error;
    const auto real = weaklyCanonicalOf(AtomicFile::targetOf(resolvePath(folder, path)), error);
    return error ? std::string() : real.string();
}

/// The files that a parameter names: one, several, or all that fit a pattern.
std::vector<std::string> pathsOf(const std::string &folder, const Value &value, ParamKind kind)
{
    std::vector<std::string> paths;
    const auto add = [&](const Value &path) {
        if (!path.isText())
            return;
        const std::string text(path.toText());
        if (kind != ParamKind::InputFile || !isPathPattern(folder, text))
            return paths.push_back(text);
        const auto files = filesOfPattern(folder, text);
        paths.insert(paths.end(), files.begin(), files.end());
    };
    if (value.isList())
        std::ranges::for_each(value.toList(), add);
    else
        add(value);
    return paths;
}

std::map<std::string, std::vector<FileUser>> usersOf(const PipelineIndex &pipelineIndex,
                                                     const std::string &folder,
                                                     ParamKind kind)
{
    std::map<std::string, std::vector<FileUser>> users;
    for (size_t i = 0; i < pipelineIndex.graph.stepCount(); ++i) {
        const StepType *type = pipelineIndex.types[i];
        if (!pipelineIndex.isRunning[i] || !type)
            continue;
        for (const Param &param : type->params) {
            const Value *value = param.kind == kind ? pipelineIndex.step(i).param(param.name) : nullptr;
            for (const std::string &path : value ? pathsOf(folder, *value, kind) : std::vector<std::string>())
                if (const std::string name = realName(folder, path); !name.empty())
                    users[name].push_back({i, param.name, path});
        }
    }
    return users;
}

} // namespace

std::string useOfFile(const Pipeline &pipeline,
                      const StepRegistry &registry,
                      const std::string &folder,
                      const std::string &path)
{
    const std::string name = realName(folder, path);
    if (name.empty())
        return {};
    const PipelineIndex pipelineIndex(pipeline, registry);
    for (const auto &[kind, use] :
         {std::pair(ParamKind::InputFile, "read by \""), {ParamKind::OutputFile, "written by \""}}) {
        const auto users = usersOf(pipelineIndex, folder, kind);
        if (const auto found = users.find(name); found != users.end())
            return use + pipelineIndex.step(found->second.front().step).id + '"';
    }
    return {};
}

void checkFiles(const PipelineIndex &pipelineIndex, const std::string &folder, Problems &problems)
{
    const auto written = usersOf(pipelineIndex, folder, ParamKind::OutputFile);
    const auto read = usersOf(pipelineIndex, folder, ParamKind::InputFile);
    for (const auto &[name, writers] : written) {
        for (size_t i = 1; i < writers.size(); ++i)
            problems.push_back(problemOf(Severity::Error, pipelineIndex.step(writers[i].step).id, writers[i].param,
                                         Sentence('"' + writers[i].path + "\" is also written by \"")
                                             .step(pipelineIndex.step(writers.front().step).id)
                                             .add("\"; give each a file of its own.")));
        const auto readers = read.find(name);
        if (readers != read.end())
            problems.push_back(problemOf(Severity::Error, pipelineIndex.step(writers.front().step).id,
                                         writers.front().param,
                                         Sentence('"' + writers.front().path + "\" is also read by \"")
                                             .step(pipelineIndex.step(readers->second.front().step).id)
                                             .add("\" and would be replaced; write to another file.")));
    }
}

} // namespace millrace

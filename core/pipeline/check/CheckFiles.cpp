// SPDX-License-Identifier: MIT
#include "data/files/AtomicFile.h"
#include "data/files/FilePath.h"
#include "database/DatabaseAddress.h"
#include "formats/bytes/PathPattern.h"
#include "pipeline/check/CheckParts.h"
#include "pipeline/check/PipelineIndex.h"
#include "pipeline/Parameters.h"

#include <algorithm>
#include <filesystem>
#include <map>

namespace millrace {

namespace {

constexpr const char *StandardInput = "standard input", *StandardOutput = "standard output"; // of whoever runs it

struct FileUser
{
    size_t step = 0;
    std::string param, path;
    bool isDatabase = false;
};

/// One name for one file, however it is spelled; nothing for devices, which may be used by several.
std::string realName(const std::string &folder, const std::string &path, ParamKind kind)
{
    if (isStandardStream(path))
        return kind == ParamKind::InputFile ? StandardInput : StandardOutput;
    if (path.empty() || path.starts_with("/dev/"))
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

using Users = std::map<std::string, std::vector<FileUser>>; // by the files' names

Users usersOf(const PipelineIndex &pipelineIndex, const std::string &folder, ParamKind kind)
{
    Users users;
    for (size_t i = 0; i < pipelineIndex.graph.stepCount(); ++i) {
        const StepType *type = pipelineIndex.types[i];
        if (!pipelineIndex.isRunning[i] || !type)
            continue;
        for (const Param &param : type->params) {
            const Value *value = param.kind == kind ? pipelineIndex.step(i).param(param.name) : nullptr;
            for (const std::string &path : value ? pathsOf(folder, *value, kind) : std::vector<std::string>())
                if (const std::string name = realName(folder, path, kind);
                    !name.empty() && !(param.isDatabase && isDatabaseUrl(path)))
                    users[name].push_back({i, param.name, path, param.isDatabase});
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
    const std::string name = isStandardStream(path) ? "" : realName(folder, path, ParamKind::InputFile);
    if (name.empty())
        return {};
    const FilledPipeline filled(pipeline, registry);
    const PipelineIndex pipelineIndex(filled.pipeline(), registry);
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
            if (!writers[i].isDatabase || !writers.front().isDatabase)
                problems.push_back(problemOf(Severity::Error, pipelineIndex.step(writers[i].step).id, writers[i].param,
                                             Sentence('"' + writers[i].path + "\" is also written by \"")
                                                 .step(pipelineIndex.step(writers.front().step).id)
                                                 .add("\"; give each a file of its own.")));
        const auto readers = read.find(name);
        const bool areDatabases =
            readers != read.end() && writers.front().isDatabase && readers->second.front().isDatabase;
        if (areDatabases && !hasWriteAheadLog(name))
            problems.push_back(problemOf(
                Severity::Error, pipelineIndex.step(writers.front().step).id, writers.front().param,
                Sentence('"' + writers.front().path + "\" is also read by \"")
                    .step(pipelineIndex.step(readers->second.front().step).id)
                    .add("\", and can't be written meanwhile: each would wait for the other. Write to another file, or "
                         "give this one a write-ahead log (sqlite3 FILE \"PRAGMA journal_mode = WAL\").")));
        if (readers != read.end() && !areDatabases)
            problems.push_back(problemOf(Severity::Error, pipelineIndex.step(writers.front().step).id,
                                         writers.front().param,
                                         Sentence('"' + writers.front().path + "\" is also read by \"")
                                             .step(pipelineIndex.step(readers->second.front().step).id)
                                             .add("\" and would be replaced; write to another file.")));
    }
    const auto found = read.find(StandardInput);
    for (size_t i = 1; found != read.end() && i < found->second.size(); ++i)
        problems.push_back(problemOf(Severity::Error, pipelineIndex.step(found->second[i].step).id,
                                     found->second[i].param,
                                     Sentence("Standard input is also read by \"")
                                         .step(pipelineIndex.step(found->second.front().step).id)
                                         .add("\", and can be read only once; choose a file.")));
}

Problems streamProblems(const Pipeline &pipeline, const StepRegistry &registry)
{
    Problems problems;
    const FilledPipeline filled(pipeline, registry);
    const PipelineIndex pipelineIndex(filled.pipeline(), registry);
    const auto add = [&](ParamKind kind, const std::string &stream, const char *does) {
        const auto users = usersOf(pipelineIndex, {}, kind);
        const auto found = users.find(stream);
        for (const FileUser &user : found == users.end() ? std::vector<FileUser>() : found->second)
            problems.push_back(problemOf(
                Severity::Error, pipelineIndex.step(user.step).id, user.param,
                Sentence("\"-\" is " + stream + ", which only \"millrace run\" " + does + "; choose a file.")));
    };
    add(ParamKind::InputFile, StandardInput, "reads");
    add(ParamKind::OutputFile, StandardOutput, "writes");
    return problems;
}

std::string userOfStream(const Pipeline &pipeline, const StepRegistry &registry, ParamKind kind)
{
    const FilledPipeline filled(pipeline, registry);
    const PipelineIndex pipelineIndex(filled.pipeline(), registry);
    const auto users = usersOf(pipelineIndex, {}, kind);
    const auto found = users.find(kind == ParamKind::InputFile ? StandardInput : StandardOutput);
    return found == users.end() ? std::string() : pipelineIndex.step(found->second.front().step).id;
}

} // namespace millrace

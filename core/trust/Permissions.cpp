// SPDX-License-Identifier: MIT
#include "trust/Permissions.h"

#include "data/files/FilePath.h"
#include "pipeline/InlinedPipeline.h"
#include "pipeline/Parameters.h"
#include "process/Child.h"
#include "steps/manifest/ProgramManifest.h"
#include "steps/script/CommandWords.h"
#include "trust/CommandNames.h"
#include "trust/FileUses.h"
#include "trust/FolderReach.h"
#include "trust/Print.h"
#include "trust/TrustRecord.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>

namespace millrace {

namespace {

namespace fs = std::filesystem;

bool executes(const StepType &type)
{
    return type.hasOwnProcess || std::ranges::find(type.params, ParamKind::Code, &Param::kind) != type.params.end();
}

bool isAskedFor(const StepType &type)
{
    return executes(type) || type.reachesNetwork;
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
std::string textOf(const StepType &type, const Members &params)
{
    std::string text = type.manifest ? commandText(type.manifest->command) : std::string(), more;
    for (const Param &param : type.params) {
        const Value &value = valueOf(param, params);
        if (param.isRequired && !type.manifest)
            text += commandText(value);
        else if (decides(param) && (type.reachesNetwork || param.kind != ParamKind::Choice)
                 && value != param.defaultValue)
            more += '\n' + param.name + ": " + toPlain(value);
    }
    while (text.ends_with('\n'))
        text.pop_back();
    return text + more;
}

std::string definitionOf(const StepType &type, const Members &params)
{
    Print print;
    print.add(type.id);
    if (type.manifest) {
        print.add(toJson(type.manifest->command));
        print.add(type.manifest->protocol);
    }
    for (const Param &param : type.params) {
        if (!decides(param))
            continue;
        print.add(param.name);
        print.add(toJson(valueOf(param, params)));
    }
    return print.toHex();
}

/// A step's program, taken apart.
struct Launch
{
    std::vector<std::string> command;
    std::string program; ///< where it lies; empty: nowhere
    fs::path folder;     ///< that it works in
    CommandNames names;
};

Launch launchOf(const StepType &type, const Members &params, const std::string &base)
{
    Launch launch;
    const auto given = [&](const char *name) {
        const Param *param = type.param(name);
        return param ? valueOf(*param, params) : Value();
    };
    const std::string chosen = type.manifest ? type.manifest->folder : toPlain(given("folder"));
    const std::string folder = chosen.empty() ? base : resolvePath(base, chosen);
    std::vector<std::pair<std::string, std::string>> environment;
    if (const Value variables = given("environment"); variables.isObject() && !type.manifest)
        for (const auto &[name, value] : variables.toObject())
            environment.emplace_back(name, toPlain(value));
    std::error_code error;
    launch.folder = weaklyCanonicalOf(folder.empty() ? "." : folder, error);
    if (auto words = commandWords(type.manifest ? type.manifest->command : given("command"))) {
        launch.command = *std::move(words);
        launch.program = findProgram(launch.command.front(), launch.folder.string());
    }
    launch.names = namesIn(launch.command, environment);
    return launch;
}

/// Finds what the steps of one pipeline would execute, and all that programs could reach: their folders are read once for all.
class Executions
{
public:
    Executions(const Pipeline &pipeline, const StepRegistry &registry, const PipelinePlace &place, FileUses &uses)
        : m_pipeline(pipeline), m_registry(registry), m_place(place)
    {
        std::error_code error;
        m_base = weaklyCanonicalOf(place.folder.empty() ? "." : place.folder, error);
        m_data.paths = std::move(uses.data);
        if (!place.path.empty())
            m_data.paths.insert(weaklyCanonicalOf(place.path, error).string());
    }

    void find(const TrustRecord &record, SurveyDepth depth, Permissions &needed)
    {
        if (depth == SurveyDepth::Whole)
            findData(record);
        for (const PipelineStep &step : m_pipeline.steps) {
            const StepType *type = m_registry.find(step.type);
            if (!isAtWork(step, type) || !isAskedFor(*type))
                continue;
            std::set<std::string> prints;
            for (const Members &params : paramsOfWorkers(m_pipeline, step)) {
                Permission permission = permissionOf(step, *type, params, depth);
                if (prints.insert(permission.print).second)
                    needed.push_back(std::move(permission));
            }
        }
    }

private:
    /// What any of the commands names is no mere data for all of them.
    void findData(const TrustRecord &record)
    {
        m_data.made = record.madeBy(m_place.identity());
        std::error_code error;
        for (const fs::path &own : {fs::path(record.path()).parent_path(), fs::path(stateFolder())})
            if (!own.empty())
                m_data.ownFolders.push_back(weaklyCanonicalOf(own, error).string());
        for (const PipelineStep &step : m_pipeline.steps) {
            const StepType *type = m_registry.find(step.type);
            if (!isAtWork(step, type) || !type->hasOwnProcess)
                continue;
            for (const Members &params : paramsOfWorkers(m_pipeline, step)) {
                const Launch launch = launchOf(*type, params, m_place.folder);
                for (const CommandName &name : launch.names.words) {
                    m_data.names.insert(fs::path(name.word).filename().string());
                    m_data.names.insert(realPath(launch, name.word).string());
                }
                m_data.patterns.insert(m_data.patterns.end(), launch.names.patterns.begin(),
                                       launch.names.patterns.end());
            }
        }
    }

    static fs::path realPath(const Launch &launch, const std::string &word)
    {
        std::error_code error;
        const fs::path real = canonicalOf(resolvePath(launch.folder.string(), word), error);
        return error ? fs::path() : real;
    }

    Permission permissionOf(const PipelineStep &step, const StepType &type, const Members &params, SurveyDepth depth)
    {
        Permission permission;
        permission.kind = executes(type) ? Permission::Kind::Execute : Permission::Kind::Connect;
        permission.step = step.id;
        permission.name = step.name.empty() ? type.title : step.name;
        permission.type = type.id;
        permission.isProgram = type.hasOwnProcess;
        permission.text = textOf(type, params);
        permission.definition = definitionOf(type, params);
        Print print;
        print.add(permission.definition);
        if (type.hasOwnProcess && depth == SurveyDepth::Whole)
            addReach(permission, launchOf(type, params, m_place.folder));
        for (const auto &[name, file] : permission.files) {
            print.add(name);
            print.add(file);
        }
        permission.print = print.toHex();
        return permission;
    }

    void addReach(Permission &permission, const Launch &launch)
    {
        if (!m_baseReach) {
            m_baseReach.emplace(m_base, m_data);
            if (!m_place.folder.empty())
                m_baseReach->add(m_base);
        }
        FolderReach reach = *m_baseReach;
        reach.add(launch.folder);
        if (!launch.program.empty()) {
            reach.add(launch.program, true);
            permission.guarded.emplace_back(launch.program, quickPrint(launch.program));
        }
        for (const CommandName &name : launch.names.words) {
            const fs::path real = realPath(launch, name.word);
            std::error_code error;
            if (real.empty() || real == "/" || (name.isInText && fs::is_directory(real, error)))
                continue;
            reach.add(real);
            if (fs::is_regular_file(real, error) && !isOfTheSystem(real) && (name.isScript || !looksLikeData(real)))
                permission.guarded.emplace_back(real.string(), quickPrint(real));
        }
        permission.files = reach.files();
        permission.isLasting = reach.problem().empty();
        permission.reason = reach.problem();
    }

    const Pipeline &m_pipeline;
    const StepRegistry &m_registry;
    const PipelinePlace &m_place;
    fs::path m_base;
    FolderReach::Data m_data;
    std::optional<FolderReach> m_baseReach;
};

std::string counted(size_t count, const char *one, const char *several)
{
    return std::to_string(count) + ' ' + (count == 1 ? one : several);
}

} // namespace

std::string PipelinePlace::identity() const
{
    std::error_code error;
    return weaklyCanonicalOf(path.empty() ? folder : path, error).string();
}

std::string digestOf(const Permissions &permissions)
{
    std::set<std::string> prints;
    for (const Permission &permission : permissions)
        prints.insert(permission.print);
    Print all;
    for (const std::string &print : prints)
        all.add(print);
    return all.toHex();
}

std::string summaryOf(const Permissions &permissions)
{
    std::string text;
    const auto add = [&](Permission::Kind kind, const char *one, const char *several) {
        if (const auto count = std::ranges::count(permissions, kind, &Permission::kind); count > 0)
            text += (text.empty() ? "" : ", ") + counted(size_t(count), one, several);
    };
    add(Permission::Kind::Execute, "program or script to execute", "programs or scripts to execute");
    add(Permission::Kind::Connect, "step that sends requests", "steps that send requests");
    add(Permission::Kind::Write, "file to write", "files to write");
    add(Permission::Kind::Read, "file or folder to read", "files or folders to read");
    return text;
}

std::function<Result<>(const std::string &)> startGuardOf(const Permissions &permissions)
{
    std::multimap<std::string, std::pair<std::string, std::string>> guarded;
    for (const Permission &permission : permissions)
        for (const auto &file : permission.guarded)
            guarded.emplace(permission.step, file);
    return [guarded = std::move(guarded)](const std::string &step) -> Result<> {
        const auto [begin, end] = guarded.equal_range(step);
        for (auto at = begin; at != end; ++at) {
            const auto &[path, print] = at->second;
            if (quickPrint(path) != print)
                return failure(ErrorKind::Trust,
                               path
                                   + " isn't what was agreed to any more: it has been changed since. It isn't started; "
                                     "run the pipeline again to be asked about it.");
        }
        return {};
    };
}

Permissions leftByRun(const Permissions &before, const Permissions &after, const std::string &folder)
{
    Permissions left;
    for (const Permission &now : after) {
        const auto was = std::ranges::find_if(before, [&](const Permission &one) {
            return one.step == now.step && one.definition == now.definition
                   && std::ranges::all_of(one.guarded, [&](const auto &file) {
                          return std::ranges::find(now.guarded, file) != now.guarded.end();
                      });
        });
        if (was == before.end() || now.kind != Permission::Kind::Execute)
            continue;
        const auto isHarmless = [&](const auto &file) {
            const auto old = was->files.find(file.first);
            const fs::path path = resolvePath(folder, file.first);
            if (old == was->files.end())
                return !file.second.starts_with("->") && !looksExecutable(path);
            return old->second == file.second || looksLikeData(path);
        };
        const auto isMissed = [&](const auto &file) {
            return !now.files.contains(file.first) && !looksLikeData(resolvePath(folder, file.first));
        };
        if (std::ranges::all_of(now.files, isHarmless) && std::ranges::none_of(was->files, isMissed))
            left.push_back(now);
    }
    return left;
}

std::set<std::string> definitionsOf(const Pipeline &drawn, const StepRegistry &registry)
{
    const FilledPipeline filled(drawn, registry);
    const Pipeline &pipeline = filled.pipeline();
    std::set<std::string> definitions;
    for (const PipelineStep &step : pipeline.steps) {
        const StepType *type = registry.find(step.type);
        if (!type)
            continue;
        std::vector<Members> all = paramsOfWorkers(pipeline, step);
        all.push_back(step.params);
        forEachFile(*type, all, [&](const Param &param, const std::string &given) {
            definitions.insert(definitionOf(param, given));
        });
        if (isAskedFor(*type))
            for (const Members &params : all)
                definitions.insert(definitionOf(*type, params));
    }
    return definitions;
}

PermissionSurvey permissionsOf(const Pipeline &drawn,
                               const StepRegistry &registry,
                               const PipelinePlace &place,
                               const TrustRecord &record,
                               SurveyDepth depth)
{
    const FilledPipeline filled(drawn, registry);
    const InlinedPipeline inlined(filled.pipeline(), registry, place.folder);
    const Pipeline &pipeline = inlined.pipeline();
    PermissionSurvey survey;
    FileUses uses = fileUsesOf(pipeline, registry, place, record);
    Executions(pipeline, registry, place, uses).find(record, depth, survey.needed);
    survey.needed.insert(survey.needed.end(), uses.needed.begin(), uses.needed.end());
    survey.forbidden = std::move(uses.forbidden);
    survey.outputs = std::move(uses.outputs);
    return survey;
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "steps/manifest/StepFolders.h"

#include "data/files/FilePath.h"
#include "data/text/Quote.h"
#include "steps/manifest/ManifestReader.h"
#include "steps/manifest/ProgramManifest.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace millrace {

namespace {

namespace fs = std::filesystem;

constexpr size_t MostManifests = 1'000; ///< of a folder: more are no steps that anybody would find

std::string userDataFolder()
{
    const char *data = std::getenv("XDG_DATA_HOME"), *home = std::getenv("HOME");
    if (data && fs::path(data).is_absolute())
        return data;
    return home && *home ? (fs::path(home) / ".local" / "share").string() : std::string();
}

/// Of this program, where it is installed elsewhere than in /usr.
std::string ownSteps()
{
    std::error_code error;
    const fs::path own = fs::read_symlink("/proc/self/exe", error).parent_path();
    return error ? std::string() : (own / ".." / "share" / "millrace" / "steps").lexically_normal().string();
}

/// In the order of their names; those of folders in it behind its own.
std::vector<std::string> manifestsIn(const std::string &folder)
{
    std::vector<std::string> own, further;
    const auto collect = [](const fs::path &in, std::vector<std::string> &found, std::vector<fs::path> *folders) {
        std::error_code error, unknown;
        for (fs::directory_iterator each(in, error), end; !error && each != end; each.increment(error)) {
            if (folders && each->is_directory(unknown))
                folders->push_back(each->path());
            else if (each->path().filename().string().ends_with(ManifestSuffix) && found.size() < MostManifests)
                found.push_back(each->path().string());
        }
        std::ranges::sort(found);
    };
    std::vector<fs::path> folders;
    collect(folder, own, &folders);
    std::ranges::sort(folders);
    for (const fs::path &each : folders) {
        std::vector<std::string> found;
        collect(each, found, nullptr);
        std::ranges::copy(found, std::back_inserter(further));
    }
    std::ranges::copy(further, std::back_inserter(own));
    return own;
}

} // namespace

std::vector<std::string> stepFolders(const std::string &pipelineFolder)
{
    std::vector<std::string> folders;
    const auto add = [&](const fs::path &folder) {
        std::error_code error;
        const fs::path real = folder.empty() ? fs::path() : canonicalOf(folder, error);
        if (!error && !real.empty() && std::ranges::find(folders, real.string()) == folders.end())
            folders.push_back(real.string());
    };
    const char *named = std::getenv("MILLRACE_STEPS");
    std::string list = named ? named : "";
    for (size_t from = 0; from < list.size();) {
        const size_t end = std::min(list.find(':', from), list.size());
        add(list.substr(from, end - from));
        from = end + 1;
    }
    if (!pipelineFolder.empty())
        add(fs::path(pipelineFolder) / "steps");
    if (const std::string home = userDataFolder(); !home.empty())
        add(fs::path(home) / "millrace" / "steps");
    add(ownSteps());
    add("/usr/share/millrace/steps");
    return folders;
}

std::string manifestsState(const std::string &pipelineFolder)
{
    std::string state;
    for (const std::string &folder : stepFolders(pipelineFolder))
        for (const std::string &path : manifestsIn(folder)) {
            std::error_code error;
            const auto time = fs::last_write_time(path, error);
            state += path + '\n' + std::to_string(error ? 0 : time.time_since_epoch().count()) + '\n';
        }
    return state;
}

std::vector<std::string> declareSteps(StepRegistry &registry, const std::string &pipelineFolder)
{
    std::vector<StepType> types;
    std::vector<std::string> problems;
    for (const std::string &folder : stepFolders(pipelineFolder)) {
        for (const std::string &path : manifestsIn(folder)) {
            auto type = readManifest(path, problems);
            if (!type) {
                problems.push_back(type.error().message);
                continue;
            }
            const auto before = std::ranges::find(types, type->id, &StepType::id);
            const StepType *builtIn = registry.find(type->id);
            if (builtIn && !builtIn->manifest)
                problems.push_back("The manifest " + path + ": there is a step " + inQuotes(type->id)
                                   + " in Millrace already; give this one another id.");
            else if (before != types.end())
                problems.push_back("The manifest " + path + ": the step " + inQuotes(type->id) + " is declared by "
                                   + before->manifest->path + " already; give one of them another id.");
            else
                types.push_back(*std::move(type));
        }
    }
    registry.setDeclared(types);
    return problems;
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "learning/FittedFolder.h"

#include "data/errors/ExceptionError.h"
#include "data/files/AtomicFile.h"
#include "data/files/FilePath.h"
#include "data/json/StateText.h"
#include "data/text/Quote.h"
#include "pipeline/PipelineFile.h"

#include <QCryptographicHash>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <map>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

namespace millrace {

namespace fs = std::filesystem;

namespace {

constexpr int64_t LayoutVersion = 1;
constexpr std::string_view VersionKey = "millraceFitted";
constexpr const char *ManifestName = "manifest.json", *PipelineName = "pipeline.millrace", *StepsName = "steps";

/// What the files of a step are called, also of one in the place of another pipeline, `outer/inner`.
std::string stemOf(std::string step)
{
    std::ranges::replace(step, '/', '.'); // which no id has
    return step;
}

std::string checksumOf(std::string_view bytes)
{
    const QByteArray hash = QCryptographicHash::hash(QByteArray::fromRawData(bytes.data(), qsizetype(bytes.size())),
                                                     QCryptographicHash::Sha256);
    return hash.toHex().toStdString();
}

Failure damaged(const std::string &folder, const std::string &what)
{
    return failure(ErrorKind::Damaged, "The fitted pipeline " + inQuotes(folder) + " is damaged: " + what
                                           + " Fit the pipeline again, or take the folder from a backup.");
}

Failure cannotSave(const std::string &folder, const std::string &why)
{
    return failure(ErrorKind::Io, "The fitted pipeline can't be saved as " + inQuotes(folder) + ": " + why);
}

/// The files of one folder as they are written, listed for the manifest.
class FolderWriter
{
public:
    explicit FolderWriter(fs::path folder) : m_folder(std::move(folder)) {}

    Result<> write(const std::string &name, std::string_view bytes)
    {
        AtomicFile file;
        if (auto opened = file.open((m_folder / name).string()); !opened)
            return opened;
        if (auto appended = file.append(bytes); !appended)
            return appended;
        m_files.emplace_back(name,
                             Members{{"bytes", Value(int64_t(bytes.size()))}, {"sha256", Value(checksumOf(bytes))}});
        return file.commit();
    }
    const Members &files() const { return m_files; }

private:
    const fs::path m_folder;
    Members m_files;
};

class FilesToWrite final : public StepFiles
{
public:
    FilesToWrite(FolderWriter &writer, std::string step) : m_writer(writer), m_step(std::move(step)) {}
    Result<> write(std::string_view suffix, std::string_view bytes) override
    {
        return m_writer.write(std::string(StepsName) + '/' + stemOf(m_step) + '.' + std::string(suffix), bytes);
    }
    Result<std::string> read(std::string_view suffix) const override
    {
        return failure(ErrorKind::Io, "The file " + m_step + '.' + std::string(suffix) + " is being written.");
    }
    bool has(std::string_view) const override { return false; }

private:
    FolderWriter &m_writer;
    const std::string m_step;
};

/// The files of one step, all of them read and found whole.
class FilesRead final : public StepFiles
{
public:
    FilesRead(const std::map<std::string, std::string> &files, std::string step)
        : m_files(files), m_prefix(std::string(StepsName) + '/' + stemOf(std::move(step)) + '.')
    {}
    Result<> write(std::string_view suffix, std::string_view) override
    {
        return failure(ErrorKind::Io, "The file " + m_prefix + std::string(suffix) + " is only read.");
    }
    Result<std::string> read(std::string_view suffix) const override
    {
        const auto file = m_files.find(m_prefix + std::string(suffix));
        if (file == m_files.end())
            return failure(ErrorKind::Damaged, "There is no file " + m_prefix + std::string(suffix) + '.');
        return file->second;
    }
    bool has(std::string_view suffix) const override { return m_files.contains(m_prefix + std::string(suffix)); }

private:
    const std::map<std::string, std::string> &m_files;
    const std::string m_prefix;
};

/// A folder that is removed again unless it was given its final name. Its lock says for as long as this process lives that it is
/// in use; those of processes that were killed are removed.
class TemporaryFolder
{
public:
    explicit TemporaryFolder(const fs::path &target)
    {
        const std::string stem = '.' + target.filename().string() + ".partial-";
        removeAbandoned(target.parent_path(), stem);
        std::string name = (target.parent_path() / (stem + "XXXXXX")).string();
        if (!::mkdtemp(name.data()))
            return;
        m_path = name;
        m_lock = locked(m_path);
    }
    ~TemporaryFolder()
    {
        std::error_code ignored;
        if (!m_path.empty())
            fs::remove_all(m_path, ignored);
        if (m_lock >= 0)
            ::close(m_lock);
    }
    TemporaryFolder(const TemporaryFolder &) = delete;
    TemporaryFolder &operator=(const TemporaryFolder &) = delete;

    const fs::path &path() const { return m_path; }
    bool isMade() const { return !m_path.empty(); }

    /// Becomes the target in one step. An older folder there changes places with this one, and is then removed.
    bool become(const fs::path &target) const
    {
        if (::renameat2(AT_FDCWD, m_path.c_str(), AT_FDCWD, target.c_str(), RENAME_NOREPLACE) == 0)
            return true;
        return errno == EEXIST && ::renameat2(AT_FDCWD, m_path.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE) == 0;
    }

private:
    /// -1: somebody else has it.
    static int locked(const fs::path &folder)
    {
        const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (descriptor >= 0 && ::flock(descriptor, LOCK_EX | LOCK_NB) == 0)
            return descriptor;
        if (descriptor >= 0)
            ::close(descriptor);
        return -1;
    }
    static void removeAbandoned(const fs::path &folder, const std::string &stem)
    {
        std::error_code ignored;
        std::vector<fs::path> found;
        for (fs::directory_iterator entry(folder, ignored), end; !ignored && entry != end; entry.increment(ignored)) {
            const std::string name = entry->path().filename().string();
            if (name.size() == stem.size() + 6 && name.starts_with(stem))
                found.push_back(entry->path());
        }
        for (const fs::path &path : found) {
            const int lock = locked(path);
            if (lock < 0)
                continue;
            fs::remove_all(path, ignored);
            ::close(lock);
        }
    }

    fs::path m_path;
    int m_lock = -1;
};

void syncFolder(const fs::path &folder)
{
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return;
    ::fsync(descriptor);
    ::close(descriptor);
}

/// Why what is there already must stay; empty: it may be replaced.
std::string replaceProblem(const fs::path &target)
{
    std::error_code ignored;
    const auto status = fs::symlink_status(target, ignored);
    if (!fs::exists(status))
        return {};
    if (!fs::is_directory(status))
        return "there is something else of that name; choose another one.";
    if (fs::is_empty(target, ignored))
        return {};
    if (fs::is_regular_file(target / ManifestName, ignored)) {
        const auto manifest = readWholeFile((target / ManifestName).string());
        const auto content = manifest ? parseStateText(*manifest) : Result<Value>(manifest.forward());
        if (content && content->member(VersionKey))
            return {};
    }
    return "that folder holds something else, which would be lost; choose another one.";
}

/// The last part may be written with a slash behind it.
fs::path targetOf(const std::string &folder)
{
    const fs::path path = fs::absolute(folder).lexically_normal();
    return path.has_filename() ? path : path.parent_path();
}

Result<Value> readManifest(const std::string &folder)
{
    if (const std::string problem = folderProblem(folder); !problem.empty())
        return failure(ErrorKind::Io, problem);
    const std::string path = (fs::path(folder) / ManifestName).string();
    std::error_code ignored;
    if (!fs::is_regular_file(path, ignored))
        return failure(ErrorKind::Damaged, inQuotes(folder) + " is no fitted pipeline, or a damaged one: its file "
                                               + ManifestName + " is missing. Make one with \"millrace fit\".");
    const auto text = readWholeFile(path);
    if (!text)
        return text.forward();
    const auto manifest = parseStateText(*text);
    if (!manifest)
        return damaged(folder, std::string("its file ") + ManifestName
                                   + " can't be understood: " + manifest.error().message + '.');
    const Value *version = manifest->member(VersionKey);
    if (!version || !version->isInteger())
        return damaged(folder, std::string("its file ") + ManifestName + " doesn't say its version.");
    if (version->toInteger() != LayoutVersion)
        return failure(ErrorKind::Version, "The fitted pipeline " + inQuotes(folder) + " has the version "
                                               + std::to_string(version->toInteger())
                                               + ", and this program knows version " + std::to_string(LayoutVersion)
                                               + "; use a newer program, or fit the pipeline again.");
    const Value *files = manifest->member("files"), *steps = manifest->member("steps");
    if (!files || !files->isObject() || !steps || !steps->isObject())
        return damaged(folder, std::string("its file ") + ManifestName + " lacks its list of files or steps.");
    return *manifest;
}

/// Only names that saveFitted() gives: nothing outside of the folder is ever read.
bool isFileName(const std::string &name)
{
    const std::string steps = std::string(StepsName) + '/';
    return name == PipelineName
           || (name.starts_with(steps) && name.find('/', steps.size()) == std::string::npos
               && name.find("..") == std::string::npos);
}

/// All files that the manifest lists, by name.
Result<std::map<std::string, std::string>> readFiles(const std::string &folder, const Members &listed)
{
    std::map<std::string, std::string> files;
    for (const auto &[name, properties] : listed) {
        if (!isFileName(name))
            return damaged(folder, "its manifest lists the file " + inQuotes(name) + ", which can't be part of it.");
        const std::string path = (fs::path(folder) / name).string();
        std::error_code ignored;
        const auto found = fs::status(path, ignored);
        if (!fs::exists(found))
            return damaged(folder, "the file " + name + " is missing.");
        if (!fs::is_regular_file(found)) // a pipe would be waited for
            return damaged(folder, "there is something else in place of the file " + name + '.');
        auto bytes = readWholeFile(path);
        if (!bytes)
            return bytes.forward();
        const Value *checksum = properties.member("sha256");
        if (!checksum || *checksum != Value(checksumOf(*bytes)))
            return damaged(folder, "the file " + name + " isn't as it was written.");
        files.emplace(name, *std::move(bytes));
    }
    return files;
}

Result<> writeAll(const FittedPipeline &fitted, const fs::path &folder, const StepSavers &savers)
{
    std::error_code error;
    if (!fs::create_directory(folder / StepsName, error))
        return failure(ErrorKind::Io, error.message() + '.');
    FolderWriter writer(folder);
    if (auto written = writer.write(PipelineName, writePipeline(fitted.pipeline)); !written)
        return written;
    Members steps;
    for (const auto &[id, state] : fitted.states) {
        const PipelineStep *step = fitted.pipeline.step(id);
        if (!step)
            continue;
        const SaverChain chain = savers.chainOf(step->type);
        FilesToWrite files(writer, id);
        if (auto saved = saveStep({id, step->type, step->params, state, {}}, chain, files); !saved)
            return failure(saved.error().kind, id + ": " + saved.error().message);
        List names;
        for (const auto &saver : chain)
            names.emplace_back(saver->name());
        steps.emplace_back(id, Members{{"type", Value(step->type)}, {"savers", Value(std::move(names))}});
    }
    Members manifest{{std::string(VersionKey), Value(LayoutVersion)},
                     {"steps", Value(std::move(steps))},
                     {"files", Value(writer.files())}};
    auto written = writer.write(ManifestName, toStateText(Value(std::move(manifest))));
    syncFolder(folder / StepsName);
    syncFolder(folder);
    return written;
}

} // namespace

Result<> checkFittedFolder(const std::string &folder)
{
    if (folder.empty())
        return failure(ErrorKind::Io, "Name a folder for the fitted pipeline.");
    const fs::path target = targetOf(folder);
    const std::string parent = target.parent_path().string();
    std::error_code ignored;
    if (!fs::is_directory(parent, ignored))
        return cannotSave(folder, "the folder " + inQuotes(parent) + " doesn't exist.");
    if (const std::string problem = replaceProblem(target); !problem.empty())
        return cannotSave(folder, problem);
    if (::access(parent.c_str(), W_OK | X_OK) != 0)
        return cannotSave(folder, "nothing may be written into the folder " + inQuotes(parent)
                                      + "; change its permissions or choose another one.");
    return {};
}

Result<> saveFitted(const FittedPipeline &fitted, const std::string &folder, const StepSavers &savers)
{
    if (auto checked = checkFittedFolder(folder); !checked)
        return checked;
    const fs::path target = targetOf(folder);
    const TemporaryFolder temporary(target);
    if (!temporary.isMade())
        return cannotSave(folder, std::string(std::strerror(errno)) + '.');
    if (auto written = writeAll(fitted, temporary.path(), savers); !written)
        return cannotSave(folder, written.error().message);
    std::error_code ignored;
    fs::permissions(temporary.path(), fs::perms(0755), ignored);
    if (!temporary.become(target))
        return cannotSave(folder, std::string(std::strerror(errno)) + '.');
    syncFolder(target.parent_path());
    return {};
}

Result<FittedPipeline> loadFitted(const std::string &folder, const StepSavers &savers)
{
    const auto manifest = readManifest(folder);
    if (!manifest)
        return manifest.forward();
    const auto files = readFiles(folder, manifest->member("files")->toObject());
    if (!files)
        return files.forward();
    const auto pipeline = files->find(PipelineName);
    if (pipeline == files->end())
        return damaged(folder, std::string("the file ") + PipelineName + " is missing.");
    auto loaded = parsePipeline(pipeline->second);
    if (!loaded)
        return damaged(folder, std::string("its file ") + PipelineName + ": " + loaded.error().message);
    FittedPipeline fitted;
    fitted.pipeline = std::move(loaded->pipeline);
    for (const auto &[id, properties] : manifest->member("steps")->toObject()) {
        const PipelineStep *step = fitted.pipeline.step(id);
        if (!step)
            return damaged(folder, "its pipeline has no step " + inQuotes(id) + '.');
        auto record = loadStep({id, step->type, {}, {}, {}}, savers.chainOf(step->type), FilesRead(*files, id));
        if (!record)
            return damaged(folder, id + ": " + record.error().message);
        if (record->state.isNull())
            return damaged(folder, id + ": its files don't say what it has learnt.");
        fitted.states.emplace(id, std::move(record->state));
    }
    return fitted;
}

Result<FittedStates> statesFor(const RunPlan &plan, const FittedPipeline &fitted, const std::string &folder)
{
    FittedStates states;
    for (const PlannedStep &step : plan.steps) {
        if (!step.isFittable)
            continue;
        const auto state = fitted.states.find(step.id);
        const PipelineStep *then = fitted.pipeline.step(step.id);
        if (state == fitted.states.end() || !then)
            return failure(ErrorKind::Fitted, step.id + ": The fitted pipeline " + inQuotes(folder)
                                                  + " doesn't know this step; fit this pipeline again.");
        if (then->type != step.type)
            return failure(ErrorKind::Fitted, step.id + ": It was a " + inQuotes(then->type) + " when the pipeline "
                                                  + inQuotes(folder) + " was fitted, and is a " + inQuotes(step.type)
                                                  + " now; fit this pipeline again.");
        const Result<> restored = caught([&]() -> Result<> {
            const auto fresh = step.makeToFit ? step.makeToFit() : step.make(0);
            return fresh ? (*fresh)->setState(state->second) : Result<>(fresh.forward());
        });
        if (!restored)
            return failure(restored.error().kind, step.id + ": " + restored.error().message);
        states.emplace(step.id, state->second);
    }
    return states;
}

Result<Knowledge> loadKnowledge(const std::string &folder,
                                const RunPlan &plan,
                                const Pipeline &pipeline,
                                const StepRegistry &registry,
                                const std::function<std::string(const std::string &id)> &nameOf)
{
    const auto fitted = loadFitted(folder);
    if (!fitted)
        return fitted.forward();
    auto states = statesFor(plan, *fitted, folder);
    if (!states)
        return states.forward();
    return Knowledge{*std::move(states), staleSteps(fitted->pipeline, pipeline, registry, nameOf)};
}

} // namespace millrace

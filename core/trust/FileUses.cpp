// SPDX-License-Identifier: MIT
#include "trust/FileUses.h"

#include "data/files/FilePath.h"
#include "database/DatabaseAddress.h"
#include "formats/bytes/PathPattern.h"
#include "steps/Secret.h"
#include "steps/write/PathTemplate.h"
#include "trust/FolderReach.h"
#include "trust/Print.h"
#include "trust/TrustRecord.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <new>
#include <optional>

namespace millrace {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view Replaces = "replaces a file that it hasn't made";
constexpr std::string_view AnyName = "its items name the files, which may be any that lie there";
constexpr std::string_view Changes = "changes a database that it hasn't made";
constexpr std::string_view Removes = "any files in it that its items name are taken away",
                           RemovesElsewhere = "outside its folder; any files in it that its items name are taken away";
constexpr size_t MostLinks = 10'000; // entries of a folder that are looked at for links

/// What belongs to the call and not to the pipeline.
bool isStreamOfTheCall(std::string_view path)
{
    constexpr auto Streams = std::to_array<std::string_view>(
        {"-", "/dev/stdin", "/dev/stdout", "/dev/stderr", "/dev/fd/0", "/dev/fd/1", "/dev/fd/2"});
    return std::ranges::find(Streams, path) != Streams.end();
}

bool isHiddenWithin(const fs::path &path, const fs::path &folder)
{
    const fs::path relative = path.lexically_relative(folder);
    return std::ranges::any_of(relative, [](const fs::path &part) { return part.string().starts_with('.'); });
}

bool isChanged(const Param &param)
{
    return param.kind == ParamKind::OutputFile || param.isWritten;
}

/// Links resolved, also one that leads to no file yet, which would be made there.
fs::path targetOf(const fs::path &path)
{
    constexpr int MostLinksInARow = 40; // as the system's
    std::error_code error;
    fs::path target = path;
    for (int links = 0;
         links < MostLinksInARow && !fs::exists(target, error) && fs::is_symlink(fs::symlink_status(target, error));
         ++links)
        target = target.parent_path() / fs::read_symlink(target, error);
    return weaklyCanonicalOf(target, error);
}

/// All that decides what is written: other steps, too.
std::string printOfWork(const Pipeline &pipeline)
{
    Print print;
    for (const PipelineStep &step : pipeline.steps) {
        print.add(step.id);
        print.add(step.type);
        print.add(toJson(Value(step.params)));
        for (const Members &arguments : step.workerArguments)
            print.add(toJson(Value(arguments)));
        print.add(step.isEnabled ? step.isBypassed ? "bypassed" : "" : "disabled");
    }
    for (const Link &link : pipeline.links)
        for (const std::string &part : {link.fromStep, link.fromPort, link.toStep, link.toPort})
            print.add(part);
    return print.toHex();
}

class UseFinder
{
public:
    UseFinder(const Pipeline &pipeline, const PipelinePlace &place, const TrustRecord &record)
        : m_pipeline(pipeline)
        , m_place(place)
        , m_record(record)
        , m_identity(place.identity())
        , m_made(record.madeBy(m_identity))
    {
        std::error_code error;
        if (!place.folder.empty())
            m_folder = weaklyCanonicalOf(place.folder, error);
        if (!record.path().empty())
            m_records = weaklyCanonicalOf(fs::path(record.path()).parent_path(), error);
    }

    void take(const PipelineStep &step, const StepType &type, const Param &param, const std::string &given)
    {
        const bool isChangedFolder = param.kind == ParamKind::Folder && param.isWritten;
        if ((given.empty() && !isChangedFolder) || isStreamOfTheCall(given))
            return;
        if (param.isDatabase && isDatabaseUrl(given)) {
            if (!m_folder.empty())
                add(step, type, param.kind == ParamKind::OutputFile ? Permission::Kind::Write : Permission::Kind::Read,
                    definitionOf(param, given), shownDatabase(given), "a database on a server");
            return;
        }
        // A pattern that nothing fits yet is looked at as a path: something may fit when it runs.
        if (param.kind == ParamKind::InputFile && !param.isDatabase && isPathPattern(m_place.folder, given)) {
            const auto files = filesOfPattern(m_place.folder, given);
            for (const std::string &file : files)
                take(step, type, param, file);
            if (!files.empty())
                return;
        }
        const fs::path path = resolvePath(m_place.folder, given.empty() ? "." : given);
        const fs::path real = targetOf(path);
        const bool isWritten = isChanged(param);
        if (isWritten && isRecord(real)) {
            m_uses.forbidden = step.id + ": It would write to " + real.string()
                               + ", where it is kept what you trust. No pipeline may do that; write to another file.";
            return;
        }
        if (m_folder.empty())
            return;
        const bool isInside = isWithin(real, m_folder);
        if (!isChangedFolder)
            m_uses.data.insert(real.string());
        if (isInside && isWritten && !isChangedFolder)
            m_uses.outputs.push_back(real.string());
        std::string reason = isChangedFolder ? std::string(isInside ? Removes : RemovesElsewhere)
                             : isWritten     ? whyNotToWrite(path, real, param.isDatabase)
                             : isInside      ? std::string()
                                             : "outside its folder";
        if (param.kind == ParamKind::Folder && reason.empty())
            reason = whyNotToList(real);
        if (!reason.empty())
            add(step, type, isWritten ? Permission::Kind::Write : Permission::Kind::Read, definitionOf(param, given),
                real.string(), std::move(reason));
    }

    FileUses uses() { return std::move(m_uses); }

private:
    bool isRecord(const fs::path &real) const
    {
        if (m_records.empty())
            return false;
        struct stat one, other;
        return isWithin(real, m_records)
               || (::stat(real.c_str(), &one) == 0 && ::stat(m_record.path().c_str(), &other) == 0
                   && one.st_dev == other.st_dev && one.st_ino == other.st_ino);
    }

    std::string whyNotToWrite(const fs::path &path, const fs::path &real, bool isDatabase) const
    {
        std::string reasons;
        const auto add = [&reasons](std::string_view reason) {
            reasons += reasons.empty() ? "" : "; ";
            reasons += reason;
        };
        if (!isWithin(real, m_folder))
            add("outside its folder");
        else if (isHiddenWithin(real, m_folder))
            add("hidden");
        struct stat info;
        const bool exists = ::stat(path.c_str(), &info) == 0;
        if (::lstat(path.c_str(), &info) == 0 && S_ISLNK(info.st_mode) && !exists)
            add("a link that leads nowhere");
        else if (exists && ::stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode))
            add("a device or a pipe");
        else if (exists && !m_made.contains(real.string()))
            add(isDatabase ? Changes : Replaces);
        if (looksExecutable(real))
            add("could be executed");
        if (!isDatabase && namesAnything(path))
            add(AnyName);
        return reasons;
    }

    /// Whether a template lets items name the pipeline's own files and programs: it is of its own folder, and gives no ending.
    bool namesAnything(const fs::path &path) const
    {
        const PathTemplate text(path.string());
        const std::string name = path.filename().string();
        std::error_code error;
        return !text.isPlain() && name.find('.', name.rfind('}') + 1) == std::string::npos
               && weaklyCanonicalOf(text.fixedFolder(), error) == m_folder;
    }

    /// Links in a folder whose files are read could lead anywhere.
    std::string whyNotToList(const fs::path &folder) const
    {
        size_t seen = 0;
        std::error_code error;
        for (fs::recursive_directory_iterator entry(folder, fs::directory_options::skip_permission_denied, error), end;
             !error && entry != end && ++seen <= MostLinks; entry.increment(error)) {
            std::error_code ignored;
            if (entry->is_symlink(ignored) && !isWithin(weaklyCanonicalOf(entry->path(), ignored), m_folder))
                return "with links that lead outside its folder: " + entry->path().filename().string();
        }
        if (error == std::errc::not_enough_memory)
            throw std::bad_alloc();
        return seen > MostLinks ? "with more files than can be looked through for links" : std::string();
    }

    void add(const PipelineStep &step,
             const StepType &type,
             Permission::Kind kind,
             std::string definition,
             std::string path,
             std::string reason)
    {
        const bool isWritten = kind == Permission::Kind::Write;
        Print print;
        print.add(isWritten ? "write" : "read");
        print.add(path);
        print.add(m_identity);
        if (isWritten) {
            if (!m_work)
                m_work = printOfWork(m_pipeline);
            print.add(*m_work);
        }
        Permission permission;
        permission.kind = kind;
        permission.step = step.id;
        permission.name = step.name.empty() ? type.title : step.name;
        permission.type = type.id;
        permission.text = std::move(path);
        permission.isOnlySaid = reason == Replaces && looksLikeData(permission.text);
        permission.reason = std::move(reason);
        permission.definition = std::move(definition);
        permission.print = print.toHex();
        if (std::ranges::find(m_uses.needed, permission) == m_uses.needed.end())
            m_uses.needed.push_back(std::move(permission));
    }

    const Pipeline &m_pipeline;
    const PipelinePlace &m_place;
    const TrustRecord &m_record;
    const std::string m_identity;
    const MadeFiles m_made;
    fs::path m_folder, m_records;
    std::optional<std::string> m_work;
    FileUses m_uses;
};

} // namespace

std::vector<Members> paramsOfWorkers(const Pipeline &pipeline, const PipelineStep &step)
{
    std::vector<Members> all;
    if (size_t(std::max(pipeline.workersOf(step), 1)) > step.workerArguments.size())
        all.push_back(step.params);
    for (const Members &arguments : step.workerArguments) {
        Members params = step.params;
        for (const auto &[name, value] : arguments) {
            const auto found = std::ranges::find(params, name, &Members::value_type::first);
            if (found == params.end())
                params.emplace_back(name, value);
            else
                found->second = value;
        }
        all.push_back(std::move(params));
    }
    return all;
}

bool isAtWork(const PipelineStep &step, const StepType *type)
{
    return type && step.isEnabled && !(step.isBypassed && type->kind == StepKind::Transform);
}

std::string definitionOf(const Param &param, const std::string &given)
{
    Print definition;
    definition.add(isChanged(param) ? "write" : "read");
    definition.add(given);
    return definition.toHex();
}

static const Value &settingOf(const Param &param, const Members &members)
{
    const auto found = std::ranges::find(members, param.name, &Members::value_type::first);
    return found == members.end() ? param.defaultValue : found->second;
}

/// The files that secrets are read from.
static void forEachSecretFile(const Param &param,
                              const Members &members,
                              const std::function<void(const Param &param, const std::string &given)> &call)
{
    const auto found = std::ranges::find(members, param.name, &Members::value_type::first);
    if (found == members.end())
        return;
    const auto take = [&](const Value &value) {
        const auto reference = secretReferenceOf(value);
        if (reference && reference->place == SecretReference::Place::File)
            call(param, reference->name);
    };
    if (param.isCredential) {
        const auto credential =
            found->second.isText() ? credentialFrom(found->second.toText()) : std::optional<Credential>();
        if (credential)
            take(credential->secret.toValue());
    } else if (param.isSecret)
        take(found->second);
    else if (found->second.isObject())
        for (const auto &[name, value] : found->second.toObject())
            take(value);
}

void forEachFile(const StepType &type,
                 const std::vector<Members> &params,
                 const std::function<void(const Param &param, const std::string &given)> &call)
{
    for (const Param &param : type.params) {
        const bool isFile = param.kind == ParamKind::InputFile || param.kind == ParamKind::OutputFile
                            || (param.kind == ParamKind::Folder && !type.hasOwnProcess);
        for (const Members &members : isFile ? params : std::vector<Members>()) {
            const Value &value = settingOf(param, members);
            const Param *other = param.isWritten ? type.param(param.leavesParam) : nullptr;
            if (other && settingOf(*other, members) == Value(param.leavesValue)) {
                Param left = param;
                left.isWritten = false;
                if (value.isText())
                    call(left, std::string(value.toText()));
                continue;
            }
            const List all = value.isList() ? value.toList() : List{value};
            for (const Value &path : all)
                if (path.isText())
                    call(param, std::string(path.toText()));
        }
        if (param.isSecret || param.holdsSecrets || param.isCredential)
            for (const Members &members : params)
                forEachSecretFile(param, members, call);
    }
}

FileUses fileUsesOf(const Pipeline &pipeline,
                    const StepRegistry &registry,
                    const PipelinePlace &place,
                    const TrustRecord &record)
{
    UseFinder finder(pipeline, place, record);
    for (const PipelineStep &step : pipeline.steps) {
        const StepType *type = registry.find(step.type);
        if (!isAtWork(step, type))
            continue;
        forEachFile(*type, paramsOfWorkers(pipeline, step),
                    [&](const Param &param, const std::string &given) { finder.take(step, *type, param, given); });
    }
    return finder.uses();
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "report/RunsOnRecord.h"

#include "data/files/AtomicFile.h"
#include "data/files/FilePath.h"
#include "data/json/JsonReader.h"
#include "report/PastRun.h"
#include "steps/Secret.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace millrace {

namespace {

namespace fs = std::filesystem;

constexpr size_t MostChanges = 20;     ///< that are kept of a run
constexpr size_t LongestSetting = 200; ///< bytes of a value that is kept as it is

/// FNV-1a, 64 bits (Fowler, Noll, Vo): a file name that is the same in every build.
uint64_t hashOf(std::string_view text)
{
    uint64_t hash = 14695981039346656037ull;
    for (const char c : text) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 1099511628211ull;
    }
    return hash;
}

/// Long ones by their beginning and a hash, so that a change is seen all the same.
Value shortened(const Value &value)
{
    const std::string text = toJson(value);
    if (text.size() <= LongestSetting)
        return value;
    char rest[64];
    std::snprintf(rest, sizeof rest, "… (%zu bytes, %016llx)", text.size(),
                  static_cast<unsigned long long>(hashOf(text)));
    size_t end = LongestSetting / 2;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)
        --end;
    return text.substr(0, end) + rest;
}

const Value *find(const Members &members, std::string_view name)
{
    const auto found = std::ranges::find(members, name, &Members::value_type::first);
    return found == members.end() ? nullptr : &found->second;
}

Members changesBetween(const Members &before, const Members &now)
{
    Members changes;
    const auto add = [&changes](const std::string &name, const Value &was, const Value &is) {
        if (changes.size() < MostChanges)
            changes.emplace_back(name, List{was, is});
    };
    for (const auto &[name, value] : now) {
        const Value *was = find(before, name);
        if (!was || *was != value)
            add(name, was ? *was : Value(), value);
    }
    for (const auto &[name, value] : before)
        if (!find(now, name))
            add(name, value, {});
    return changes;
}

/// Of whoever changes the record of a pipeline.
class FileLock
{
public:
    explicit FileLock(const std::string &path) : m_descriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600))
    {
        while (m_descriptor >= 0 && ::flock(m_descriptor, LOCK_EX) != 0) {
            if (errno == EINTR)
                continue;
            ::close(m_descriptor);
            m_descriptor = -1;
        }
    }
    ~FileLock()
    {
        if (m_descriptor >= 0)
            ::close(m_descriptor);
    }
    FileLock(const FileLock &) = delete;
    FileLock &operator=(const FileLock &) = delete;
    bool isHeld() const { return m_descriptor >= 0; }

private:
    int m_descriptor;
};

} // namespace

Members settingsOf(const Pipeline &pipeline)
{
    Members settings{{"batching.size", pipeline.batching.size}};
    for (const PipelineStep &step : pipeline.steps) {
        const auto add = [&](std::string_view name, const Value &value) {
            if (!soundsSecret(name))
                settings.emplace_back(step.id + '.' + std::string(name), shortened(value));
        };
        add("type", step.type);
        add("workers", pipeline.workersOf(step));
        add("queueSize", pipeline.queueSizeOf(step));
        add("runIn", pipeline.runInOf(step));
        add("onError", errorPolicyName(pipeline.errorPolicyOf(step)));
        add("retries", pipeline.retriesOf(step));
        if (!step.isEnabled)
            add("enabled", false);
        if (step.isBypassed)
            add("bypass", true);
        for (const auto &[name, value] : step.params)
            add(name, value);
    }
    return settings;
}

std::string RunsOnRecord::usualFolder()
{
    const std::string state = stateFolder();
    return state.empty() ? std::string() : (fs::path(state) / "runs").string();
}

std::string RunsOnRecord::fileOf(const std::string &pipeline) const
{
    std::error_code error;
    const fs::path real = weaklyCanonicalOf(pipeline, error);
    char name[32];
    std::snprintf(name, sizeof name, "%016llx.json",
                  static_cast<unsigned long long>(hashOf(error ? pipeline : real.string())));
    return (fs::path(m_folder) / name).string();
}

Result<Value> RunsOnRecord::read(const std::string &pipeline) const
{
    const std::string path = m_folder.empty() ? std::string() : fileOf(pipeline);
    if (path.empty() || !isRegularFile(path))
        return Value(Members());
    const auto text = readWholeFile(path);
    if (!text)
        return text.forward();
    auto record = parseJson(*text);
    if (!record || !record->isObject())
        return failure(ErrorKind::Damaged, "The record of past runs, " + path + ", can't be read; remove it.");
    return *std::move(record);
}

Result<> RunsOnRecord::add(const std::string &pipeline, Members run, const Members &settings, const Value &report) const
{
    if (m_folder.empty())
        return {};
    std::error_code error;
    fs::create_directories(m_folder, error);
    if (error)
        return failure(ErrorKind::Io, "The record of runs, " + m_folder + ", can't be made: " + error.message() + '.');
    const std::string path = fileOf(pipeline);
    const FileLock lock(path + ".lock");
    if (!lock.isHeld())
        return failure(ErrorKind::Io,
                       "The record of runs, " + path + ", can't be locked: " + std::strerror(errno) + '.');
    const auto before = read(pipeline);
    List runs;
    if (before) { // a damaged one is begun anew
        if (const Value *known = before->member("runs"); known && known->isList())
            runs = known->toList();
        const Value *last = before->member("settings");
        if (last && last->isObject() && !runs.empty())
            if (Members changes = changesBetween(last->toObject(), settings); !changes.empty())
                run.emplace_back("settings", std::move(changes));
    }
    if (Value steps = stepsToKeep(report, MostSteps); !steps.toList().empty())
        run.emplace_back("steps", std::move(steps));
    runs.emplace_back(std::move(run));
    if (runs.size() > MostRuns)
        runs.erase(runs.begin(), runs.end() - ptrdiff_t(MostRuns));
    AtomicFile file;
    auto written = file.open(path);
    if (written)
        written = file.append(
            toJson(
                Members{{"pipeline", pipeline}, {"runs", std::move(runs)}, {"settings", settings}, {"report", report}})
            + '\n');
    if (written)
        written = file.commit();
    return written;
}

Result<List> RunsOnRecord::runsOf(const std::string &pipeline) const
{
    const auto record = read(pipeline);
    if (!record)
        return record.forward();
    const Value *runs = record->member("runs");
    List newest = runs && runs->isList() ? runs->toList() : List();
    std::ranges::reverse(newest);
    return newest;
}

Result<Value> RunsOnRecord::lastReportOf(const std::string &pipeline) const
{
    const auto record = read(pipeline);
    if (!record)
        return record.forward();
    const Value *report = record->member("report");
    return report ? *report : Value();
}

} // namespace millrace

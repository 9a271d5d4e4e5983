// SPDX-License-Identifier: MIT
#include "data/files/FilePath.h"
#include "data/text/Quote.h"
#include "data/text/TextCheck.h"
#include "steps/StepBuilder.h"
#include "steps/tail/FolderEvents.h"
#include "steps/tail/ReadPosition.h"

#include <fnmatch.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>
#include <utility>

namespace millrace {

namespace fs = std::filesystem;

namespace {

/// What tells one version of a file from the next.
struct FileState
{
    uint64_t inode = 0, size = 0;
    int64_t modified = 0; ///< nanoseconds

    bool operator==(const FileState &) const = default;
};

int64_t nanosecondsOf(const timespec &time)
{
    return int64_t(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

} // namespace

/// Gives the files that come to a folder, for as long as the run lasts.
class WatchFolder final : public Source
{
public:
    WatchFolder();
    static void describe(StepBuilder<WatchFolder> &step);

    Result<> open(const StepContext &context) override;
    Result<bool> fetch(Batch &batch, size_t items) override;
    /// So that the engine asks for one batch at a time, and it is known when one was handed on.
    bool wouldWait() const override { return true; }
    void close() override;
    SchemaPtr schema() const override { return m_schema; }
    SchemaPtr outputSchema(const CheckContext &) const override { return m_schema; }
    std::string originName() const override { return fileName(m_path); }
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    std::string summary() const override { return m_pattern == "*" ? m_path : resolvePath(m_path, m_pattern); }

private:
    using Clock = std::chrono::steady_clock;

    static constexpr std::chrono::milliseconds Breath{50}; ///< between two looks at a folder where much is written

    struct Coming
    {
        FileState state;
        Clock::time_point since; ///< that it has been like that
    };

    Result<> look(Clock::time_point now);
    bool take(Batch &batch, const std::string &name, const FileState &state);
    void handedOn();
    void removeFile(const std::string &name) const;
    Value position() const;
    Clock::duration settleTime() const
    {
        return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(m_settle));
    }

    std::string m_path, m_pattern = "*", m_content = "none", m_after = "keep", m_moveTo = "done", m_from = "end";
    double m_settle = 1, m_maxWait = 1;

    SchemaPtr m_schema;
    StepContext m_context;
    std::string m_folder;                    ///< that is watched
    std::string m_target;                    ///< that files are moved to
    std::map<std::string, FileState> m_seen; ///< that were given, and are still there
    std::map<std::string, Coming> m_coming;  ///< that weren't
    std::vector<std::string> m_given;        ///< in the last batch
    FolderEvents m_events;
    ReadPosition m_position;
    size_t m_rows = 0; ///< of the batch
    uint64_t m_bytes = 0;
    int64_t m_row = 0;
};

WatchFolder::WatchFolder()
{
    const auto field = [](const char *name, ValueType type) { return Field{name, type, Role::DataInput}; };
    m_schema = std::make_shared<const Schema>(std::vector<Field>{
        field("path", ValueType::Text), field("name", ValueType::Text), field("size", ValueType::Integer),
        field("modified", ValueType::Timestamp), field("content", ValueType::Null)});
}

void WatchFolder::describe(StepBuilder<WatchFolder> &step)
{
    step.id("watch.folder").title("Watch a folder").family(Family::Source).icon("watch");
    step.help(
        "Gives an item for each file that comes to a folder, until the run is stopped, for example {\"path\": "
        "\"inbox\", "
        "\"pattern\": \"*.csv\"}. A file is given once it hasn't changed for a while, and again when it changes later. "
        "What was given is kept in a file .STEP.position beside the pipeline, so that the next run gives what is new. "
        "Files in folders within it aren't looked at.");
    step.synonyms({"inbox", "drop", "hot folder", "inotify", "arrive", "files", "live", "endless"});
    step.changesFiles();
    step.param("path", &WatchFolder::m_path)
        .kind(ParamKind::Folder)
        .writtenUnless("after", "keep")
        .required()
        .title("Folder")
        .help("The folder to watch. A relative path starts at the pipeline's folder.");
    step.param("pattern", &WatchFolder::m_pattern)
        .help("Names that are wanted, as *.csv; hidden files only where it says so.");
    step.param("content", &WatchFolder::m_content)
        .choices({"none", "text", "bytes"})
        .help("Whether the item has what the file holds, too.");
    step.param("from", &WatchFolder::m_from)
        .choices({"end", "start"})
        .help("Where the first run begins: end: with files that come from now on. start: with those that are there, "
              "too.");
    step.param("settle", &WatchFolder::m_settle)
        .range(0, 86400)
        .unit("seconds")
        .help("How long a file must not have changed, for whoever writes it may be slow.");
    step.param("after", &WatchFolder::m_after)
        .choices({"keep", "move", "delete"})
        .help("What becomes of a file once its item was handed on, content and all. Where later steps read or move the "
              "file "
              "themselves, it is kept.");
    step.param("moveTo", &WatchFolder::m_moveTo)
        .help("The folder within this one that files go to with after move. It is made as needed.");
    step.param("maxWait", &WatchFolder::m_maxWait)
        .range(0, 3600)
        .unit("seconds")
        .help("How long a file that has settled may wait for others that fill up its batch.");
}

Result<> WatchFolder::open(const StepContext &context)
{
    m_context = context;
    m_row = 0;
    m_seen.clear();
    m_coming.clear();
    m_given.clear();
    std::error_code error;
    m_folder = canonicalOf(resolvePath(context.folder.empty() ? "." : context.folder, m_path), error).string();
    if (error)
        return failure(ErrorKind::Io, "The folder " + inQuotes(m_path) + " can't be watched: " + error.message() + '.');
    m_target = (fs::path(m_folder) / m_moveTo).string();
    if (auto opened = m_events.open(context.stopFd, context.cancelFd); !opened)
        return opened;
    if (auto watched = m_events.watchFolder(m_folder, true); !watched)
        return watched;
    const Value known = m_position.open(context, m_folder);
    if (known.isObject()) {
        for (const auto &[name, value] : known.toObject())
            if (value.isList() && value.toList().size() == 3)
                m_seen[name] = {uint64_t(value.toList()[0].toInteger()), uint64_t(value.toList()[1].toInteger()),
                                value.toList()[2].toInteger()};
        return {};
    }
    if (m_from == "start")
        return {};
    if (auto looked = look(Clock::now()); !looked)
        return looked;
    for (const auto &[name, coming] : m_coming)
        m_seen[name] = coming.state;
    m_coming.clear();
    m_position.set(position());
    return {};
}

/// Which files are there, and since when they have been as they are.
Result<> WatchFolder::look(Clock::time_point now)
{
    std::error_code error;
    std::map<std::string, Coming> coming;
    std::map<std::string, FileState> seen;
    for (fs::directory_iterator entry(m_folder, error), end; !error && entry != end; entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        struct stat info
        {};
        if (::fnmatch(m_pattern.c_str(), name.c_str(), FNM_PERIOD) != 0 || ::lstat(entry->path().c_str(), &info) != 0
            || !S_ISREG(info.st_mode))
            continue;
        const FileState state{info.st_ino, uint64_t(info.st_size), nanosecondsOf(info.st_mtim)};
        if (const auto known = m_seen.find(name); known != m_seen.end() && known->second == state) {
            seen.insert(*known);
            continue;
        }
        const auto before = m_coming.find(name);
        coming[name] = before != m_coming.end() && before->second.state == state ? before->second : Coming{state, now};
    }
    if (error)
        return failure(ErrorKind::Io, "The folder " + inQuotes(m_path) + " can't be listed: " + error.message() + '.');
    m_coming = std::move(coming);
    m_seen = std::move(seen);
    return {};
}

/// False: it is gone, or can't be read, which the log says.
bool WatchFolder::take(Batch &batch, const std::string &name, const FileState &state)
{
    const std::string path = (fs::path(m_folder) / name).string();
    Value content;
    if (m_content != "none") {
        auto bytes = readWholeFile(path);
        const bool isText = bytes && (m_content == "bytes" || isUtf8(*bytes));
        if (!isText) {
            if (m_context.log)
                m_context.log->warn(m_context.stepId, bytes
                                                          ? inQuotes(path) + " is passed over, for it is no UTF-8 text."
                                                          : bytes.error().message);
            return false;
        }
        m_bytes += bytes->size();
        content = m_content == "bytes" ? Value::bytes(*std::move(bytes)) : Value(*bytes);
    }
    batch.columnToChange(0).appendText(readableText(path));
    batch.columnToChange(1).appendText(readableText(name));
    batch.columnToChange(2).appendInteger(int64_t(state.size));
    Timestamp modified;
    modified.microseconds = state.modified / 1'000'000'000 * 1'000'000;
    modified.form = SecondsForm | UtcForm;
    batch.columnToChange(3).append(Value(modified));
    batch.columnToChange(4).append(content);
    ++m_rows;
    return true;
}

Result<bool> WatchFolder::fetch(Batch &batch, size_t items)
{
    handedOn();
    batch.reset(m_schema);
    m_rows = 0;
    m_bytes = 0;
    std::optional<Clock::time_point> full; // when what there is goes on
    for (;;) {
        const auto now = Clock::now();
        if (auto looked = look(now); !looked)
            return looked.forward();
        std::optional<Clock::time_point> next = full;
        for (auto at = m_coming.begin(); at != m_coming.end() && m_rows < items && m_bytes < m_context.batchBytes;) {
            const auto [name, coming] = *at;
            if (coming.since + settleTime() > now) {
                next = std::min(next.value_or(Clock::time_point::max()), coming.since + settleTime());
                ++at;
                continue;
            }
            m_seen[name] = coming.state;
            at = m_coming.erase(at);
            if (take(batch, name, coming.state))
                m_given.push_back(name);
        }
        if (m_rows > 0 && !full) {
            full = now + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(m_maxWait));
            next = std::min(next.value_or(*full), *full);
        }
        const bool isFull = m_rows >= items || m_bytes >= m_context.batchBytes || (full && now >= *full);
        if ((m_rows > 0 && isFull) || m_events.isStopped())
            break;
        if (m_rows == 0)
            m_position.save(m_context, true);
        if (m_events.wait(next, Breath) == FolderEvents::Woken::ByStop)
            break;
    }
    batch.setSize(m_rows);
    batch.setFirstId(m_row);
    batch.origin.firstRow = m_row;
    m_row += int64_t(m_rows);
    return m_rows > 0;
}

/// The last batch has gone on: what is to be done with its files is done.
void WatchFolder::handedOn()
{
    if (m_given.empty())
        return;
    for (const std::string &name : m_given)
        if (m_after != "keep")
            removeFile(name);
    m_given.clear();
    m_position.set(position());
    m_position.save(m_context, false);
}

void WatchFolder::removeFile(const std::string &name) const
{
    const std::string path = (fs::path(m_folder) / name).string();
    struct stat info
    {};
    const auto seen = m_seen.find(name);
    if (::lstat(path.c_str(), &info) != 0 || seen == m_seen.end()
        || !(seen->second == FileState{info.st_ino, uint64_t(info.st_size), nanosecondsOf(info.st_mtim)}))
        return; // another one by now, which is given in its turn
    std::error_code error;
    if (m_after == "delete") {
        fs::remove(path, error);
    } else {
        fs::create_directories(m_target, error);
        std::string target = (fs::path(m_target) / name).string();
        for (int number = 2; ::lstat(target.c_str(), &info) == 0; ++number)
            target = (fs::path(m_target) / name).string() + '.' + std::to_string(number);
        if (!error)
            fs::rename(path, target, error);
    }
    if (error && m_context.log)
        m_context.log->warn(m_context.stepId, inQuotes(path) + " stays where it is: " + error.message() + '.');
}

Value WatchFolder::position() const
{
    Members members;
    for (const auto &[name, state] : m_seen)
        members.emplace_back(readableText(name),
                             List{Value(int64_t(state.inode)), Value(int64_t(state.size)), Value(state.modified)});
    return members;
}

void WatchFolder::close()
{
    if (!m_context.isInterrupted()) {
        handedOn();
        m_position.save(m_context, true);
    }
    m_events.close();
}

void WatchFolder::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    if (!m_path.empty())
        if (std::string problem = folderProblem(resolvePath(context.folder.empty() ? "." : context.folder, m_path));
            !problem.empty())
            problems.push_back({true, "path", std::move(problem)});
    if (m_after != "keep" && m_content == "none")
        problems.push_back(
            {true, "after",
             "The files would be gone before anybody reads them; set \"content\", or keep them here and put "
             "files.move or files.delete behind what reads them."});
    if (m_after == "move" && (m_moveTo.empty() || m_moveTo.find('/') != std::string::npos || m_moveTo.starts_with('.')))
        problems.push_back(
            {true, "moveTo", inQuotes(m_moveTo) + " is no name of a folder within the one that is watched."});
    if (m_pattern.find('/') != std::string::npos)
        problems.push_back({true, "pattern", "The pattern is of names, so there can be no / in it."});
}

void registerWatchFolder(StepRegistry &registry)
{
    registry.add<WatchFolder>();
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "data/files/FilePath.h"
#include "data/text/Quote.h"
#include "steps/StepBuilder.h"
#include "steps/tail/FolderEvents.h"
#include "steps/tail/ReadPosition.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace millrace {

namespace fs = std::filesystem;

/// Reads the lines that come to a file, for as long as the run lasts.
class ReadTail final : public Source
{
public:
    ReadTail()
    {
        m_schema = std::make_shared<const Schema>(std::vector<Field>{{"text", ValueType::Text, Role::DataInput}});
    }
    static void describe(StepBuilder<ReadTail> &step)
    {
        step.id("read.tail").title("Follow a file").family(Family::Source).icon("tail");
        step.help(
            "Reads the lines that are added to a file, such as a log, until the run is stopped: an item a line, in the "
            "field text, for example {\"path\": \"/var/log/syslog\"}. It goes on with the new file when one is put in "
            "its "
            "place, and from the beginning when it is cut. The next run goes on behind what this one has handed on, "
            "which "
            "it keeps in a file .STEP.position beside the pipeline. Bytes that are no UTF-8 become U+FFFD.");
        step.synonyms({"tail", "follow", "log", "watch", "stream", "live", "endless"});
        step.changesFiles(); // the position
        step.param("path", &ReadTail::m_path)
            .kind(ParamKind::InputFile)
            .required()
            .title("File")
            .help("The file to follow. It need not be there yet, but its folder must.");
        step.param("from", &ReadTail::m_from)
            .choices({"end", "start"})
            .help("Where the first run begins: at the end of what the file holds, or at its start.");
        step.param("maxWait", &ReadTail::m_maxWait)
            .range(0, 3600)
            .unit("seconds")
            .help("How long a line may wait for others that fill up its batch.");
        step.param("remember", &ReadTail::m_remembers).help("Whether the next run goes on where this one has come to.");
    }
    Result<> open(const StepContext &context) override;
    Result<bool> fetch(Batch &batch, size_t items) override;
    /// So that the engine asks for one batch at a time, and it is known when one was handed on.
    bool wouldWait() const override { return true; }
    void close() override;
    SchemaPtr schema() const override { return m_schema; }
    SchemaPtr outputSchema(const CheckContext &) const override { return m_schema; }
    std::string originName() const override { return fileName(m_path); }
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    std::string summary() const override { return m_path; }

private:
    using Clock = std::chrono::steady_clock;

    static constexpr size_t ReadAtOnce = 256 * 1024;   // bytes
    static constexpr size_t LongestLine = 64ull << 20; // bytes

    Result<> openAt(const std::string &path, uint64_t offset);
    Result<> resume(const Value &position);
    std::string rotated(uint64_t device, uint64_t inode) const;
    Result<bool> read();
    Result<bool> goOn();
    bool hasOther(struct stat &info) const;
    void takeLines(Batch &batch, size_t items);
    void appendLine(Batch &batch, std::string_view line);
    Value position() const;

    std::string m_path, m_from = "end";
    double m_maxWait = 1;
    bool m_remembers = true;

    SchemaPtr m_schema;
    StepContext m_context;
    std::string m_whole; ///< the path that is followed
    FolderEvents m_events;
    ReadPosition m_position;
    Descriptor m_file;
    uint64_t m_device = 0, m_inode = 0;
    uint64_t m_taken = 0;  ///< bytes of the file that were given as lines
    std::string m_text;    ///< read behind that
    size_t m_searched = 0; ///< bytes of it that hold no line end
    bool m_isLast = false; ///< nothing more comes to this file, so that what it ends with is a line
    size_t m_rows = 0;     ///< of the batch
    bool m_isFull = false; ///< the batch
    int64_t m_row = 0;     ///< of the next line
};

Result<> ReadTail::open(const StepContext &context)
{
    m_context = context;
    m_whole = resolvePath(context.folder.empty() ? "." : context.folder, m_path);
    m_row = 0;
    m_file.close();
    if (auto opened = m_events.open(context.stopFd, context.cancelFd); !opened)
        return opened;
    if (auto watched = m_events.watchFolder(fs::path(m_whole).parent_path().string(), false); !watched)
        return watched;
    std::error_code error;
    const Value known = m_remembers ? m_position.open(context, weaklyCanonicalOf(m_whole, error).string()) : Value();
    if (known.isObject())
        return resume(known);
    struct stat info
    {};
    if (::stat(m_whole.c_str(), &info) != 0)
        return {}; // it may still come
    if (auto opened = openAt(m_whole, m_from == "start" ? 0 : uint64_t(info.st_size)); !opened)
        return opened;
    m_position.set(position()); // the lines that come until the first batch count, too
    return {};
}

/// Where the last run has come to, also within a file that has been put aside since, from which the rest is read first.
Result<> ReadTail::resume(const Value &position)
{
    const auto number = [&](std::string_view name) {
        for (const auto &[member, value] : position.toObject())
            if (member == name && value.isInteger())
                return uint64_t(value.toInteger());
        return uint64_t(0);
    };
    const uint64_t offset = number("offset");
    struct stat info
    {};
    const bool isThere = ::stat(m_whole.c_str(), &info) == 0;
    if (isThere && info.st_dev == number("device") && info.st_ino == number("inode"))
        return openAt(m_whole, uint64_t(info.st_size) >= offset ? offset : 0);
    if (const std::string path = rotated(number("device"), number("inode")); !path.empty())
        return openAt(path, offset);
    return isThere ? openAt(m_whole, 0) : Result<>();
}

/// The file under its new name in the folder, as log.1; empty: it isn't there.
std::string ReadTail::rotated(uint64_t device, uint64_t inode) const
{
    const fs::path whole = m_whole;
    std::error_code error;
    for (fs::directory_iterator entry(whole.parent_path(), error), end; !error && entry != end;
         entry.increment(error)) {
        struct stat info
        {};
        if (entry->path().filename().string().starts_with(whole.filename().string())
            && ::stat(entry->path().c_str(), &info) == 0 && info.st_dev == device && info.st_ino == inode)
            return entry->path().string();
    }
    return {};
}

Result<> ReadTail::openAt(const std::string &path, uint64_t offset)
{
    Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat info
    {};
    if (!file.isOpen() || ::fstat(file.number(), &info) != 0)
        return failure(ErrorKind::Io, "The file " + inQuotes(path) + " can't be read: " + std::strerror(errno) + '.');
    if (!S_ISREG(info.st_mode))
        return failure(ErrorKind::Io, inQuotes(path) + " is no regular file; read.lines reads pipes.");
    if (auto watched = m_events.watchFile(path); !watched)
        return watched;
    m_file = std::move(file);
    m_device = info.st_dev;
    m_inode = info.st_ino;
    m_taken = offset;
    m_text.clear();
    m_searched = 0;
    m_isLast = false;
    return {};
}

/// Whether another file has taken the place of the one that is read.
bool ReadTail::hasOther(struct stat &info) const
{
    return ::stat(m_whole.c_str(), &info) == 0 && (info.st_dev != m_device || info.st_ino != m_inode);
}

/// What has come. False: nothing.
Result<bool> ReadTail::read()
{
    if (!m_file.isOpen())
        return false;
    struct stat info
    {};
    if (::fstat(m_file.number(), &info) == 0 && uint64_t(info.st_size) < m_taken + m_text.size()) {
        if (m_context.log)
            m_context.log->info(m_context.stepId, inQuotes(m_path) + " was cut, and is read from its beginning.");
        m_taken = 0;
        m_text.clear();
        m_searched = 0;
    }
    const size_t before = m_text.size();
    if (before >= LongestLine)
        return failure(ErrorKind::Range, inQuotes(m_path) + " has a line of more than 64 MiB.");
    m_text.resize(before + ReadAtOnce);
    ssize_t count = 0;
    do
        count = ::pread(m_file.number(), m_text.data() + before, ReadAtOnce, off_t(m_taken + before));
    while (count < 0 && errno == EINTR);
    const int error = errno;
    m_text.resize(before + size_t(std::max<ssize_t>(count, 0)));
    if (count < 0)
        return failure(ErrorKind::Io, "The file " + inQuotes(m_path) + " can't be read: " + std::strerror(error) + '.');
    return count > 0;
}

/// At the end of the file: to the next one, if there is one. False: nothing is new.
Result<bool> ReadTail::goOn()
{
    struct stat info
    {};
    if (!hasOther(info) || !S_ISREG(info.st_mode))
        return false;
    if (m_file.isOpen() && !std::exchange(m_isLast, true))
        return true; // what was written between the last look and the change is read first
    auto opened = openAt(m_whole, 0);
    return opened ? Result<bool>(true) : Result<bool>(opened.forward());
}

void ReadTail::appendLine(Batch &batch, std::string_view line)
{
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    batch.columnToChange(0).appendText(readableText(line));
    ++m_rows;
}

void ReadTail::takeLines(Batch &batch, size_t items)
{
    size_t begin = 0;
    uint64_t bytes = 0;
    bool isEmptied = false;
    while (m_rows < items && bytes < m_context.batchBytes) {
        const size_t end = m_text.find('\n', std::max(begin, m_searched));
        isEmptied = end == std::string::npos;
        if (isEmptied)
            break;
        appendLine(batch, std::string_view(m_text).substr(begin, end - begin));
        bytes += end - begin;
        begin = m_searched = end + 1;
    }
    m_taken += begin;
    m_text.erase(0, begin);
    m_searched = isEmptied ? m_text.size() : 0;
    m_isFull = m_rows >= items || (bytes >= m_context.batchBytes && m_rows > 0);
}

Result<bool> ReadTail::fetch(Batch &batch, size_t items)
{
    if (m_remembers)
        m_position.save(m_context, false); // the batch before was handed on
    batch.reset(m_schema);
    m_rows = 0;
    std::optional<Clock::time_point> until;
    for (;;) {
        takeLines(batch, items);
        if (m_rows > 0 && !until)
            until =
                Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(m_maxWait));
        if (m_isFull || m_events.isStopped() || (until && Clock::now() >= *until))
            break;
        const auto news = read();
        if (!news)
            return news;
        if (*news)
            continue;
        if (m_isLast && !m_text.empty()) {
            m_taken += m_text.size();
            appendLine(batch, std::exchange(m_text, {}));
            m_searched = 0;
            continue;
        }
        const auto next = goOn();
        if (!next)
            return next;
        if (*next)
            continue;
        if (m_rows == 0 && m_remembers)
            m_position.save(m_context, true);
        if (m_events.wait(until) == FolderEvents::Woken::ByStop)
            break;
    }
    batch.setSize(m_rows);
    batch.setFirstId(m_row);
    batch.origin.firstRow = m_row;
    m_row += int64_t(m_rows);
    if (m_rows > 0)
        m_position.set(position());
    return m_rows > 0;
}

Value ReadTail::position() const
{
    return Members{
        {"device", Value(int64_t(m_device))}, {"inode", Value(int64_t(m_inode))}, {"offset", Value(int64_t(m_taken))}};
}

void ReadTail::close()
{
    if (m_remembers && m_file.isOpen() && !m_context.isInterrupted())
        m_position.save(m_context, true);
    m_events.close();
    m_file.close();
}

void ReadTail::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    if (m_path.empty())
        return;
    const std::string whole = resolvePath(context.folder.empty() ? "." : context.folder, m_path);
    std::error_code error;
    if (fs::exists(whole, error)) {
        if (std::string problem = isRegularFile(whole) ? readProblem(whole) : inQuotes(m_path) + " is no regular file.";
            !problem.empty())
            problems.push_back({true, "path", std::move(problem)});
        return;
    }
    if (std::string problem = folderProblem(fs::path(whole).parent_path().string()); !problem.empty())
        problems.push_back({true, "path", std::move(problem)});
    else
        problems.push_back({false, "path", inQuotes(m_path) + " isn't there yet; the run waits for it."});
}

void registerReadTail(StepRegistry &registry)
{
    registry.add<ReadTail>();
}

} // namespace millrace

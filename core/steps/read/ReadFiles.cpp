// SPDX-License-Identifier: MIT
#include "data/files/FilePath.h"
#include "data/text/Quote.h"
#include "data/text/TextCheck.h"
#include "formats/bytes/WholeText.h"
#include "steps/StepBuilder.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fnmatch.h>
#include <new>
#include <sys/stat.h>

namespace millrace {

namespace fs = std::filesystem;

namespace {

enum FileColumn : size_t { PathColumn, NameColumn, SizeColumn, ModifiedColumn, ContentColumn };

SchemaPtr fileSchema(const std::string &content)
{
    const ValueType type = content == "text"    ? ValueType::Text
                           : content == "bytes" ? ValueType::Bytes
                                                : ValueType::Null;
    return std::make_shared<const Schema>(std::vector<Field>{{"path", ValueType::Text, Role::DataInput},
                                                             {"name", ValueType::Text, Role::DataInput},
                                                             {"size", ValueType::Integer, Role::DataInput},
                                                             {"modified", ValueType::Timestamp, Role::DataInput},
                                                             {"content", type, Role::DataInput}});
}

Timestamp timestampOf(const struct timespec &time)
{
    Timestamp timestamp;
    timestamp.microseconds = int64_t(time.tv_sec) * 1'000'000;
    timestamp.form = SecondsForm | UtcForm;
    return timestamp;
}

/// Why something of this kind in a folder has no content to read; empty for a file. A pipe would be waited for without end.
std::string kindProblem(mode_t mode, const std::string &path)
{
    if (S_ISREG(mode))
        return {};
    const char *kind = S_ISFIFO(mode) ? "pipe" : S_ISSOCK(mode) ? "socket" : S_ISDIR(mode) ? "folder" : "device";
    return inQuotes(path) + " is a " + kind
           + ", which has no content to read; set \"content\" to \"none\" or choose other files.";
}

} // namespace

/// Lists the files of a folder, sorted by path: an item a file. The files themselves are read by the decoders, on as many threads as
/// the step has workers.
class ReadFiles final : public Source
{
public:
    static void describe(StepBuilder<ReadFiles> &step)
    {
        step.id("read.files").title("Files in a folder").family(Family::Source).icon("files").opens({FolderFile});
        step.help("Lists the files of a folder, sorted by path: an item a file, with the fields path, name, size "
                  "(bytes), modified "
                  "and content. Hidden files and folders are passed over. A file that can't be read is a failed item.");
        step.synonyms({"folder", "directory", "list", "glob", "images", "load", "open"});
        step.param("folder", &ReadFiles::m_folder)
            .kind(ParamKind::Folder)
            .required()
            .title("Folder")
            .help("The folder to list. A relative path starts at the pipeline's folder.");
        step.param("pattern", &ReadFiles::m_pattern)
            .title("Pattern")
            .help("Which files: * stands for any characters, ? for one, [abc] for one of these. With a slash it is "
                  "compared with the "
                  "path within the folder, otherwise with the file's name.");
        step.param("recursive", &ReadFiles::m_recursive)
            .title("With its folders")
            .help("Whether files in the folder's folders are listed as well.");
        step.param("content", &ReadFiles::m_content)
            .choices({"none", "text", "bytes"})
            .title("Content")
            .help("What the field content holds: nothing, the file's text (UTF-8 or UTF-16, unpacked where it is "
                  "packed), or "
                  "its bytes as they are.");
    }
    Result<> open(const StepContext &context) override;
    Result<bool> fetch(Batch &batch, size_t items) override;
    bool isTwoPhase() const override { return true; }
    Result<> openDecoder(const Source &opened, const StepContext &context) override;
    Result<> decode(Batch &batch) override;
    SchemaPtr schema() const override { return m_schema; }
    SourceProgress progress() const override;
    std::string originName() const override { return fileName(m_folder); }
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    SchemaPtr outputSchema(const CheckContext &) const override { return fileSchema(m_content); }
    std::string summary() const override;

private:
    Result<std::vector<std::string>> list(const std::string &folder, const StepContext &context) const;
    bool isWanted(const fs::path &path, const std::string &folder) const;
    uint64_t fitting(uint64_t first, uint64_t most) const;
    void addFile(Batch &batch, const std::string &path);

    std::string m_folder;
    std::string m_pattern = "*";
    bool m_recursive = false;
    std::string m_content = "none";
    uint64_t m_batchBytes = UINT64_MAX;

    SchemaPtr m_schema = fileSchema("none");
    std::shared_ptr<const std::vector<std::string>>
        m_paths; ///< shared with the decoders, which may outlive a run's source
    std::atomic<uint64_t> m_next{0}, m_total{0};
};

Result<> ReadFiles::open(const StepContext &context)
{
    const std::string folder = resolvePath(context.folder, m_folder);
    if (std::string problem = folderProblem(folder); !problem.empty())
        return failure(ErrorKind::Io, std::move(problem));
    auto paths = list(folder, context);
    if (!paths)
        return paths.forward();
    if (paths->empty() && context.log)
        context.log->warn(context.stepId,
                          "No file in " + inQuotes(folder) + " fits the pattern " + inQuotes(m_pattern) + '.');
    std::sort(paths->begin(), paths->end());
    m_schema = fileSchema(m_content);
    m_batchBytes = context.batchBytes;
    m_next = 0;
    m_total = paths->size();
    m_paths = std::make_shared<const std::vector<std::string>>(*std::move(paths));
    return {};
}

/// The paths, in no order. Folders within that can't be listed are said in the log and passed over.
Result<std::vector<std::string>> ReadFiles::list(const std::string &folder, const StepContext &context) const
{
    std::vector<std::string> paths;
    std::vector<fs::path> folders{folder};
    while (!folders.empty()) {
        const fs::path current = std::move(folders.back());
        folders.pop_back();
        std::error_code error;
        for (fs::directory_iterator entry(current, error), end; !error && entry != end; entry.increment(error)) {
            std::error_code ignored;
            const bool isHidden = entry->path().filename().string().starts_with('.');
            if (entry->is_directory(ignored)) {
                if (m_recursive && !isHidden && !entry->is_symlink(ignored))
                    folders.push_back(entry->path());
            } else if (isWanted(entry->path(), folder)) {
                paths.push_back(entry->path().string());
            }
        }
        if (!error)
            continue;
        if (error == std::errc::not_enough_memory)
            throw std::bad_alloc(); // or files would be missing
        std::string problem = "The folder " + inQuotes(current.string()) + " can't be listed: " + error.message() + ".";
        if (current == folder)
            return failure(ErrorKind::Io, std::move(problem));
        if (context.log)
            context.log->warn(context.stepId, std::move(problem));
    }
    return paths;
}

bool ReadFiles::isWanted(const fs::path &path, const std::string &folder) const
{
    const bool isPathPattern = m_pattern.find('/') != std::string::npos;
    const std::string text = isPathPattern ? path.lexically_relative(folder).string() : path.filename().string();
    return ::fnmatch(m_pattern.c_str(), text.c_str(), FNM_PERIOD | (isPathPattern ? FNM_PATHNAME : 0)) == 0;
}

Result<bool> ReadFiles::fetch(Batch &batch, size_t items)
{
    const uint64_t first = m_next.load(std::memory_order_relaxed);
    uint64_t count = std::min<uint64_t>(items, m_total.load(std::memory_order_relaxed) - first);
    if (m_content != "none")
        count = fitting(first, count);
    batch.clearItems();
    if (count == 0)
        return false;
    batch.setRaw({nullptr, 0, 0, count});
    batch.origin.firstRow = int64_t(first);
    batch.origin.firstLine = 0;
    batch.origin.lineOffsets.clear();
    batch.setFirstId(int64_t(first));
    m_next.store(first + count, std::memory_order_relaxed);
    return true;
}

/// How many of the next files have so much content together as a batch should; one at least.
uint64_t ReadFiles::fitting(uint64_t first, uint64_t most) const
{
    uint64_t bytes = 0;
    for (uint64_t i = 0; i < most; ++i) {
        struct stat info;
        bytes += ::stat((*m_paths)[first + i].c_str(), &info) == 0 ? uint64_t(info.st_size) : 0;
        if (bytes > m_batchBytes)
            return std::max<uint64_t>(i, 1);
    }
    return most;
}

Result<> ReadFiles::openDecoder(const Source &opened, const StepContext &)
{
    const auto &source = static_cast<const ReadFiles &>(opened);
    m_schema = source.m_schema;
    m_paths = source.m_paths;
    return {};
}

Result<> ReadFiles::decode(Batch &batch)
{
    const size_t count = batch.takeRaw().rows, first = size_t(batch.origin.firstRow);
    batch.reset(m_schema);
    for (size_t i = first; i < first + count; ++i)
        addFile(batch, (*m_paths)[i]);
    batch.setSize(count);
    return {};
}

void ReadFiles::addFile(Batch &batch, const std::string &path)
{
    const size_t row = batch.column(PathColumn).size();
    batch.columnToChange(PathColumn).appendText(readableText(path));
    batch.columnToChange(NameColumn).appendText(readableText(fileName(path)));
    struct stat info;
    std::string problem;
    Value content;
    if (::stat(path.c_str(), &info) != 0) {
        problem = "The file " + inQuotes(path) + " can't be read: " + std::strerror(errno) + ".";
        batch.columnToChange(SizeColumn).appendNull();
        batch.columnToChange(ModifiedColumn).appendNull();
    } else {
        batch.columnToChange(SizeColumn).appendInteger(info.st_size);
        batch.columnToChange(ModifiedColumn).append(Value(timestampOf(info.st_mtim)));
    }
    if (problem.empty() && m_content != "none")
        problem = kindProblem(info.st_mode, path);
    if (problem.empty() && m_content != "none") {
        auto bytes = m_content == "text" ? readWholeText(path) : readWholeFile(path);
        if (!bytes)
            problem = bytes.error().message;
        else if (m_content == "bytes")
            content = Value::bytes(*std::move(bytes));
        else if (!isUtf8(*bytes))
            problem = "The file " + inQuotes(path)
                      + " is not UTF-8 text; set \"content\" to \"bytes\" or choose other files.";
        else
            content = Value(*bytes);
    }
    batch.columnToChange(ContentColumn).append(content);
    if (!problem.empty())
        batch.fail(row, ErrorKind::Io, std::move(problem));
}

SourceProgress ReadFiles::progress() const
{
    const uint64_t total = m_total.load(std::memory_order_relaxed);
    if (total == 0)
        return {{}, total};
    return {double(m_next.load(std::memory_order_relaxed)) / double(total), total};
}

void ReadFiles::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    if (m_folder.empty())
        return;
    if (std::string problem = folderProblem(resolvePath(context.folder, m_folder)); !problem.empty())
        problems.push_back({true, "folder", std::move(problem)});
}

std::string ReadFiles::summary() const
{
    return m_folder.empty() || m_pattern.empty() ? m_folder : resolvePath(m_folder, m_pattern);
}

void registerReadFiles(StepRegistry &registry)
{
    registry.add<ReadFiles>();
}

} // namespace millrace

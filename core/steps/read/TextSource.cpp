// SPDX-License-Identifier: MIT
#include "steps/read/TextSource.h"

#include "data/files/FilePath.h"
#include "data/text/Quote.h"
#include "formats/bytes/Encoding.h"
#include "formats/bytes/PathPattern.h"
#include "formats/bytes/Transcoder.h"
#include "steps/StepChecks.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace millrace {

namespace {
constexpr size_t MostSample = size_t(4) << 20; // bytes, but for a first record that is longer

std::string encodingGuessOf(const BlockReader &reader, const std::string &path)
{
    if (!reader.isEncodingGuessed())
        return {};
    return "The file " + inQuotes(fileName(path)) + " isn't UTF-8; it is read as " + reader.encoding()
           + ", which is a guess. Set \"encoding\" to be sure.";
}

} // namespace

Value ParamCodec<FilePaths>::write(const FilePaths &value)
{
    if (value.paths.size() > 1)
        return {List(value.paths.begin(), value.paths.end())};
    return {value.paths.empty() ? std::string() : value.paths[0]};
}

Result<FilePaths> ParamCodec<FilePaths>::read(const Value &value)
{
    if (value.isList()) {
        auto paths = ParamCodec<std::vector<std::string>>::read(value);
        return paths ? Result<FilePaths>(FilePaths{*std::move(paths)}) : Result<FilePaths>(paths.forward());
    }
    auto path = ParamCodec<std::string>::read(value);
    if (!path)
        return path.forward();
    return path->empty() ? FilePaths{} : FilePaths{{*std::move(path)}};
}

Result<> TextSource::openFile(const StepContext &context)
{
    auto files = filesIn(context.folder);
    if (!files)
        return files.forward();
    m_files = *std::move(files);
    m_fileCount = m_files.size();
    m_folder = context.folder;
    m_stopFd = context.stopFd;
    m_row = 0;
    m_origins = std::make_shared<FileOrigins>();
    m_mostBatch = size_t(std::min<uint64_t>(context.batchBytes, BlockReader::MostBatch));
    if (auto opened = openAt(0); !opened)
        return opened;
    if (const std::string guess = encodingGuess(); context.log && !guess.empty())
        m_reader.isRegular() ? context.log->info(context.stepId, guess) : context.log->warn(context.stepId, guess);
    return {};
}

/// The files in the order in which they are read, one at least.
Result<std::vector<std::string>> TextSource::filesIn(const std::string &folder) const
{
    std::vector<std::string> files;
    for (const std::string &path : m_paths.paths) {
        if (!isPathPattern(folder, path)) {
            files.push_back(path);
            continue;
        }
        const auto fitting = filesOfPattern(folder, path);
        if (fitting.empty())
            return failure(ErrorKind::Io, "No file fits the pattern " + inQuotes(path) + "; choose another one.");
        files.insert(files.end(), fitting.begin(), fitting.end());
    }
    if (files.empty())
        files.emplace_back();
    return files;
}

Result<> TextSource::openAt(size_t index)
{
    m_fileIndex.store(index, std::memory_order_relaxed);
    m_path = m_files[index];
    m_line = 1;
    m_column = 1;
    m_origins->add(m_row, m_path);
    return m_reader.open(resolveFile(m_folder, m_path), m_stopFd, m_encoding, m_head);
}

std::optional<std::vector<std::string>> TextSource::repeatableFrom() const
{
    std::vector<std::string> files;
    for (const std::string &file : m_files) {
        std::error_code error;
        files.push_back(std::filesystem::absolute(resolveFile(m_folder, file), error).string());
        if (isStandardStream(file) || !isRegularFile(files.back()))
            return std::nullopt;
    }
    return files;
}

/// False: there is none.
Result<bool> TextSource::openNext()
{
    const size_t next = m_fileIndex.load(std::memory_order_relaxed) + 1;
    if (next >= m_files.size())
        return false;
    if (auto opened = openAt(next); !opened)
        return opened.forward();
    if (auto begun = beginNextFile(); !begun)
        return begun.forward();
    return true;
}

SourceProgress TextSource::progress() const
{
    const auto share = m_reader.share();
    const auto count = double(m_fileCount.load(std::memory_order_relaxed));
    if (!share || count <= 1)
        return {share, {}};
    return {(double(m_fileIndex.load(std::memory_order_relaxed)) + *share) / count, {}};
}

void TextSource::nameFile(Batch &batch) const
{
    if (!batch.hasVerdicts() || !m_origins || !m_origins->areSeveral())
        return;
    const std::string name = m_origins->nameOf(batch.origin.firstRow);
    for (ItemError &error : batch.errors())
        error.message = name + ": " + error.message;
}

std::string TextSource::encodingGuess() const
{
    return encodingGuessOf(m_reader, m_path);
}

std::vector<FormatGuess> TextSource::encodingGuesses() const
{
    if (m_encoding != BlockReader::AutoEncoding)
        return {};
    const std::string &encoding = m_reader.encoding();
    return {{"encoding",
             Value(encoding),
             "the encoding is " + encoding,
             m_reader.isEncodingGuessed() ? "the text isn't UTF-8, and nothing says what it is" : "",
             isUtf8Name(encoding),
             {}}};
}

Result<bool> TextSource::fetch(Batch &batch, size_t items)
{
    Result<RecordRun> run = RecordRun();
    for (;;) {
        run = cutNext(items, {.together = m_mostBatch});
        if (!run)
            return run.forward();
        batch.clearItems();
        if (run->rows > 0)
            break;
        m_reader.take(run->bytes);
        if (auto next = openNext(); !next || !*next)
            return next;
    }
    const uint64_t offset = m_reader.beginOffset();
    if (!run->fault.empty()) {
        auto block = std::make_shared<TextBlock>();
        block->bytes.assign(run->fault.begin(), run->fault.end());
        batch.setRaw({block, 0, run->fault.size(), 1, true});
    } else
        batch.setRaw({m_reader.block(), offset + run->skippedBytes, offset + run->bytes, run->rows});
    batch.origin.firstRow = m_row;
    batch.origin.firstLine = m_line + run->skippedLines;
    batch.origin.firstColumn = m_column;
    batch.origin.lineOffsets = std::move(run->lineOffsets);
    batch.setFirstId(m_row);
    tookRecords({m_reader.begin(), run->bytes});
    m_reader.take(run->bytes);
    m_row += int64_t(run->rows);
    m_line += run->lines;
    return true;
}

Result<RecordRun> TextSource::cutNext(size_t items, RecordLimits limits)
{
    return cutRecords(m_reader, cutter(), items, false, m_line, kindOfFile(), limits);
}

bool TextSource::wouldWait() const
{
    return m_reader.wouldWait() && !hasRecord();
}

bool TextSource::hasRecord() const
{
    RecordRun run;
    cutter().cut({m_reader.begin(), m_reader.available()}, false, 1, run);
    return run.rows > 0;
}

bool TextSource::isSampleAtEnd(std::string_view &rest) const
{
    rest = std::string_view(m_reader.begin(), m_reader.available()).substr(m_sampled);
    return m_reader.isAtEnd() && !m_reader.isCutOff() && m_files.size() == 1;
}

std::string TextSource::originName() const
{
    if (m_paths.paths.size() == 1)
        return isStandardStream(m_paths.paths[0]) ? "standard input" : fileName(m_paths.paths[0]);
    return std::to_string(m_paths.paths.size()) + " files";
}

std::string TextSource::summary() const
{
    std::string all;
    for (const std::string &path : m_paths.paths)
        all += (all.empty() ? "" : ", ") + path;
    return all;
}

std::string TextSource::firstName(const CheckContext &context) const
{
    const auto files = filesIn(context.folder);
    return files ? fileName(files->front()) : std::string();
}

void TextSource::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    if (!checkFiles(context, problems) || !canLookAhead(context))
        return;
    const std::string path = filesIn(context.folder)->front();
    BlockReader reader;
    if (const auto opened = reader.open(resolveFile(context.folder, path), -1, m_encoding); !opened)
        problems.push_back({true, "path", opened.error().message});
    else if (const std::string guess = encodingGuessOf(reader, path); !guess.empty())
        problems.push_back({false, "encoding", guess});
}

bool TextSource::checkFiles(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    std::string problem = m_encoding == BlockReader::AutoEncoding ? std::string() : encodingProblem(m_encoding);
    if (!problem.empty()) {
        problems.push_back({true, "encoding", std::move(problem)});
        return false;
    }
    if (m_paths.paths.empty())
        return false;
    const auto files = filesIn(context.folder);
    if (!files) {
        problems.push_back({true, "path", files.error().message});
        return false;
    }
    return std::ranges::all_of(*files, [&](const std::string &path) { return checkReadable(context, path, problems); });
}

bool TextSource::canLookAhead(const CheckContext &context) const
{
    if (m_paths.paths.empty())
        return false;
    const auto files = filesIn(context.folder);
    return files && isRegularFile(resolveFile(context.folder, files->front()));
}

StepProblem TextSource::problemOf(const Error &error) const
{
    if (error.kind != RecordTooLong)
        return {true, "path", error.message};
    return {false, "path",
            error.message + " So much is not read for a check: the fields of " + inQuotes(originName())
                + " are known only once it runs."};
}

Result<std::string_view> TextSource::lookAhead(size_t bytes, size_t lines)
{
    size_t seen = 0, found = 0;
    for (;;) {
        const std::string_view text(m_reader.begin(), std::min(m_reader.available(), bytes));
        if (text.size() >= bytes || m_reader.isAtEnd())
            return text;
        found += size_t(std::count(text.begin() + ptrdiff_t(seen), text.end(), '\n'));
        seen = text.size();
        if (found >= lines)
            return text;
        if (auto read = m_reader.readMore(); !read)
            return read.forward();
    }
}

Result<> TextSource::skipLines(size_t lines, bool endsAtCr)
{
    while (lines > 0) {
        const std::string_view text(m_reader.begin(), m_reader.available());
        const size_t end = text.find_first_of(endsAtCr ? "\r\n" : "\n");
        // Whether a line feed follows a carriage return decides where the line ends.
        const bool isClear = end + 1 < text.size() || (end < text.size() && (text[end] == '\n' || m_reader.isAtEnd()));
        if (end != std::string_view::npos && isClear) {
            m_reader.take(end + (text[end] == '\r' && end + 1 < text.size() && text[end + 1] == '\n' ? 2 : 1));
            ++m_line;
            --lines;
        } else if (m_reader.isAtEnd()) {
            m_reader.take(text.size());
            return {};
        } else if (auto read = m_reader.readMore(); !read) {
            return read;
        }
    }
    return {};
}

Result<std::string> TextSource::sample(size_t records)
{
    auto run = cutRecords(m_reader, cutter(), records, true, m_line, kindOfFile(), {m_mostSample, m_mostRecord});
    if (!run)
        return run.forward();
    // What a check reads anyway tells of a quote that isn't closed: whether the record behind the sample has an end.
    if (m_mostRecord < BlockReader::MostRecord && run->rows < records) {
        auto next =
            cutRecords(m_reader, cutter(), run->rows + 1, true, m_line, kindOfFile(), {2 * m_mostRecord, m_mostRecord});
        if (!next)
            return next.forward();
    }
    m_sampled = run->bytes;
    return std::string(m_reader.begin() + run->skippedBytes, m_reader.begin() + run->bytes);
}

} // namespace millrace

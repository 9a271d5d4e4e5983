// SPDX-License-Identifier: MIT
#include "steps/read/TextSource.h"

#include "data/files/FilePath.h"
#include "data/text/Quote.h"
#include "formats/bytes/Transcoder.h"
#include "steps/StepChecks.h"

#include <algorithm>

namespace millrace {

namespace {
constexpr size_t MostSample = size_t(4) << 20;    // bytes, but for a first record that is longer
constexpr size_t MostLookedAt = size_t(16) << 20; // bytes of one record: checks come after each edit

std::string encodingGuessOf(const BlockReader &reader, const std::string &path)
{
    if (!reader.isEncodingGuessed())
        return {};
    return "The file " + inQuotes(fileName(path)) + " isn't UTF-8; it is read as " + reader.encoding()
           + ", which is a guess. Set \"encoding\" to be sure.";
}

} // namespace

Result<> TextSource::openFile(const StepContext &context)
{
    m_row = 0;
    m_line = 1;
    m_mostBatch = size_t(std::min<uint64_t>(context.batchBytes, BlockReader::MostBatch));
    if (auto opened = m_reader.open(resolvePath(context.folder, m_path), context.stopFd, m_encoding); !opened)
        return opened;
    if (const std::string guess = encodingGuess(); context.log && !guess.empty())
        m_reader.isRegular() ? context.log->info(context.stepId, guess) : context.log->warn(context.stepId, guess);
    return {};
}

std::string TextSource::encodingGuess() const
{
    return encodingGuessOf(m_reader, m_path);
}

Result<bool> TextSource::fetch(Batch &batch, size_t items)
{
    auto run = cutRecords(m_reader, cutter(), items, false, m_line, kindOfFile(), {.together = m_mostBatch});
    if (!run)
        return run.forward();
    batch.clearItems();
    if (run->rows == 0) {
        m_reader.take(run->bytes);
        return false;
    }
    const uint64_t offset = m_reader.beginOffset();
    batch.setRaw({m_reader.block(), offset + run->skippedBytes, offset + run->bytes, run->rows});
    batch.origin.firstRow = m_row;
    batch.origin.firstLine = m_line + run->skippedLines;
    batch.origin.lineOffsets = std::move(run->lineOffsets);
    batch.setFirstId(m_row);
    m_reader.take(run->bytes);
    m_row += int64_t(run->rows);
    m_line += run->lines;
    return true;
}

bool TextSource::wouldWait() const
{
    if (!m_reader.wouldWait())
        return false;
    RecordRun run;
    cutter().cut({m_reader.begin(), m_reader.available()}, false, 1, run);
    return run.rows == 0;
}

std::string TextSource::originName() const
{
    return fileName(m_path);
}

void TextSource::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    if (!checkEncoding(problems) || !checkReadable(context, m_path, problems) || !canLookAhead(context))
        return;
    BlockReader reader;
    if (const auto opened = reader.open(resolvePath(context.folder, m_path), -1, m_encoding); !opened)
        problems.push_back({true, "path", opened.error().message});
    else if (const std::string guess = encodingGuessOf(reader, m_path); !guess.empty())
        problems.push_back({false, "encoding", guess});
}

bool TextSource::checkEncoding(std::vector<StepProblem> &problems) const
{
    std::string problem = m_encoding == BlockReader::AutoEncoding ? std::string() : encodingProblem(m_encoding);
    if (problem.empty())
        return true;
    problems.push_back({true, "encoding", std::move(problem)});
    return false;
}

bool TextSource::canLookAhead(const CheckContext &context) const
{
    return !m_path.empty() && isRegularFile(resolvePath(context.folder, m_path));
}

void TextSource::onlyLook()
{
    m_mostRecord = MostLookedAt;
}

StepProblem TextSource::problemOf(const Error &error) const
{
    if (error.kind != RecordTooLong)
        return {true, "path", error.message};
    return {false, "path",
            error.message + " So much is not read for a check: the fields of " + inQuotes(fileName(m_path))
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
    auto run = cutRecords(m_reader, cutter(), records, true, m_line, kindOfFile(), {MostSample, m_mostRecord});
    if (!run)
        return run.forward();
    // What a check reads anyway tells of a quote that isn't closed: whether the record behind the sample has an end.
    if (m_mostRecord < BlockReader::MostRecord && run->rows < records) {
        auto next =
            cutRecords(m_reader, cutter(), run->rows + 1, true, m_line, kindOfFile(), {2 * m_mostRecord, m_mostRecord});
        if (!next)
            return next.forward();
    }
    return std::string(m_reader.begin() + run->skippedBytes, m_reader.begin() + run->bytes);
}

} // namespace millrace

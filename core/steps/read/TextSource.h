// SPDX-License-Identifier: MIT
#pragma once

#include "formats/guess/FormatGuess.h"
#include "formats/text/BlockReader.h"
#include "formats/text/FileOrigins.h"
#include "formats/text/RecordCutter.h"
#include "steps/StepBuilder.h"

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace {

/// The files that a source reads one behind the other: a path, a pattern, "-" for standard input, or a list of these.
struct FilePaths
{
    std::vector<std::string> paths;
};

template <>
struct ParamCodec<FilePaths>
{
    static constexpr ParamKind kind = ParamKind::InputFile;
    static Value write(const FilePaths &value);
    static Result<FilePaths> read(const Value &value);
};

/// What read.csv, read.jsonl and read.lines have in common: fetch() cuts whole records off the file, serially and quickly,
/// and leaves their raw text in the batch for decode(), which runs on several clones at a time.
class TextSource : public Source
{
public:
    Result<bool> fetch(Batch &batch, size_t items) final;
    bool wouldWait() const final;
    bool isTwoPhase() const final { return true; }
    SchemaPtr schema() const override { return m_schema; }
    SourceProgress progress() const override;
    std::string originName() const override;
    std::optional<std::vector<std::string>> repeatableFrom() const override;
    void close() override { m_reader.close(); }
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    std::string summary() const override;

    /// What was guessed of the file that is open, where the parameters leave it open.
    virtual std::vector<FormatGuess> guesses() const { return {}; }
    /// What may not be as it was meant in the file that is open: sentences.
    virtual std::vector<std::string> warnings() const { return {}; }
    /// Before open(), for a look at a file that isn't read to its end: a record of more than `mostRecord` bytes is given up, and about
    /// `mostSample` bytes are looked at for the layout. `head`: all that is read of a stream.
    void onlyLook(size_t mostRecord, size_t mostSample = MostSample, const StreamHead *head = nullptr)
    {
        m_mostRecord = mostRecord;
        m_mostSample = mostSample;
        m_head = head;
    }

protected:
    /// Declares the parameters path and encoding.
    template <class T>
    static void describeFile(StepBuilder<T> &step)
    {
        step.param("path", &TextSource::m_paths)
            .required()
            .title("File")
            .help("The file to read. A relative path starts at the pipeline's folder. A pattern such as logs/*.csv "
                  "stands "
                  "for all files that fit it, sorted; a list for several; - for standard input. What gzip, zstd, xz, "
                  "bzip2, "
                  "zip and others have packed is unpacked.");
        step.param("encoding", &TextSource::m_encoding)
            .title("Encoding")
            .help("How the text's characters are written: UTF-8, windows-1252, ISO-8859-15, UTF-16 and so on. auto: by "
                  "the "
                  "file's mark, UTF-8 where it is, else guessed.");
    }
    /// Opens the first file; fails with a sentence.
    Result<> openFile(const StepContext &context);
    /// What was guessed of the open file's encoding: a sentence; empty where it is sure.
    std::string encodingGuess() const;
    /// Passes over what stands at the beginning of each file but the first, which is open then.
    virtual Result<> beginNextFile() { return {}; }
    /// For decoders: names its file in the errors of a batch where there are several. Any thread.
    void nameFile(Batch &batch) const;
    /// For a decoder: which rows are of which file, as the opened source knows.
    void shareOrigins(const TextSource &opened) { m_origins = opened.m_origins; }
    /// For check(): adds what is wrong with the parameters `path` and `encoding`. Returns whether all is well.
    bool checkFiles(const CheckContext &context, std::vector<StepProblem> &problems) const;
    /// "a.csv", or of several the first one's.
    std::string firstName(const CheckContext &context) const;
    /// Of the file that is open, where the encoding isn't said.
    std::vector<FormatGuess> encodingGuesses() const;
    /// Only when the file can be looked at without being used up.
    bool canLookAhead(const CheckContext &context) const;
    /// What a check says of a file that can't be looked at: an error, but for a record that a run may still read.
    StepProblem problemOf(const Error &error) const;
    /// The text at hand, without taking it: `bytes` of it or `lines` lines, fewer where the file ends. Fails for what can't be read.
    Result<std::string_view> lookAhead(size_t bytes, size_t lines);
    /// Passes over so many lines. `endsAtCr`: a carriage return alone ends one, too.
    Result<> skipLines(size_t lines, bool endsAtCr);
    /// The text of the first records, copied, without taking them.
    Result<std::string> sample(size_t records);
    /// Whether nothing is known to come behind what sample() gave last; `rest`: what is left of the text at hand.
    bool isSampleAtEnd(std::string_view &rest) const;
    /// Cuts the records of the next batch, or finds one that fails; none: the file is at its end.
    virtual Result<RecordRun> cutNext(size_t items, RecordLimits limits);
    /// The text of the records that cutNext() gave was taken.
    virtual void tookRecords(std::string_view) {}
    /// Whether a record is at hand without reading on.
    virtual bool hasRecord() const;
    virtual const RecordCutter &cutter() const = 0;
    /// "CSV", "JSON Lines", …: for messages.
    virtual std::string_view kindOfFile() const = 0;

    FilePaths m_paths;
    std::string m_path; ///< of the file that is open, as it is written in the pipeline
    std::string m_encoding = BlockReader::AutoEncoding;
    BlockReader m_reader;
    SchemaPtr m_schema;
    size_t m_mostRecord = BlockReader::MostRecord; ///< bytes of one record that is looked at for the layout
    size_t m_mostSample = MostSample;              ///< bytes, but for a first record that is longer
    size_t m_mostBatch = BlockReader::MostBatch;   ///< bytes
    int64_t m_row = 0;                             ///< of the next record, from 0
    int64_t m_line = 1;                            ///< of the next record
    uint32_t m_column = 1;                         ///< that it begins in, in characters
    size_t m_sampled = 0;                          ///< bytes that sample() gave last, with what stands before them
    std::shared_ptr<FileOrigins> m_origins;

private:
    static constexpr size_t MostSample = size_t(4) << 20;

    Result<std::vector<std::string>> filesIn(const std::string &folder) const;
    Result<> openAt(size_t index);
    Result<bool> openNext();

    std::string m_folder;
    int m_stopFd = -1;
    const StreamHead *m_head = nullptr;
    std::vector<std::string> m_files;
    std::atomic<size_t> m_fileIndex{0}, m_fileCount{0};
};

} // namespace millrace

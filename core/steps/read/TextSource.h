// SPDX-License-Identifier: MIT
#pragma once

#include "formats/text/BlockReader.h"
#include "formats/text/RecordCutter.h"
#include "steps/StepBuilder.h"

#include <memory>
#include <string>
#include <string_view>

namespace millrace {

/// What read.csv, read.jsonl and read.lines have in common: fetch() cuts whole records off the file, serially and quickly,
/// and leaves their raw text in the batch for decode(), which runs on several clones at a time.
class TextSource : public Source
{
public:
    Result<bool> fetch(Batch &batch, size_t items) final;
    bool wouldWait() const final;
    bool isTwoPhase() const final { return true; }
    SchemaPtr schema() const override { return m_schema; }
    SourceProgress progress() const override { return {m_reader.share(), {}}; }
    std::string originName() const override;
    void close() override { m_reader.close(); }
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    std::string summary() const override { return m_path; }

protected:
    /// Declares the parameters path and encoding.
    template <class T>
    static void describeFile(StepBuilder<T> &step)
    {
        step.param("path", &TextSource::m_path)
            .kind(ParamKind::InputFile)
            .required()
            .title("File")
            .help("The file to read. A relative path starts at the pipeline's folder. What gzip, zstd, xz, bzip2, zip "
                  "and "
                  "others have packed is unpacked.");
        step.param("encoding", &TextSource::m_encoding)
            .title("Encoding")
            .help("How the text's characters are written: UTF-8, windows-1252, ISO-8859-15, UTF-16 and so on. auto: by "
                  "the "
                  "file's mark, UTF-8 where it is, else guessed.");
    }
    /// Opens the file; fails with a sentence.
    Result<> openFile(const StepContext &context);
    /// What was guessed of the open file's encoding: a sentence; empty where it is sure.
    std::string encodingGuess() const;
    /// For check(): adds what is wrong with the parameter `encoding`. Returns whether all is well.
    bool checkEncoding(std::vector<StepProblem> &problems) const;
    /// Only when the file can be looked at without being used up.
    bool canLookAhead(const CheckContext &context) const;
    /// From now on, a record of more than 16 MiB is given up: for a look at a file that isn't read to its end.
    void onlyLook();
    /// What a check says of a file that can't be looked at: an error, but for a record that a run may still read.
    StepProblem problemOf(const Error &error) const;
    /// The text at hand, without taking it: `bytes` of it or `lines` lines, fewer where the file ends. Fails for what can't be read.
    Result<std::string_view> lookAhead(size_t bytes, size_t lines);
    /// Passes over so many lines. `endsAtCr`: a carriage return alone ends one, too.
    Result<> skipLines(size_t lines, bool endsAtCr);
    /// The text of the first records, copied, without taking them.
    Result<std::string> sample(size_t records);
    virtual const RecordCutter &cutter() const = 0;
    /// "CSV", "JSON Lines", …: for messages.
    virtual std::string_view kindOfFile() const = 0;

    std::string m_path;
    std::string m_encoding = BlockReader::AutoEncoding;
    BlockReader m_reader;
    SchemaPtr m_schema;
    size_t m_mostRecord = BlockReader::MostRecord; ///< bytes of one record that is looked at for the layout
    size_t m_mostBatch = BlockReader::MostBatch;   ///< bytes
    int64_t m_row = 0;                             ///< of the next record, from 0
    int64_t m_line = 1;                            ///< of the next record
};

} // namespace millrace

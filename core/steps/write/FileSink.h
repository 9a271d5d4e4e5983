// SPDX-License-Identifier: MIT
#pragma once

#include "data/files/FilePath.h"
#include "steps/StepBuilder.h"
#include "steps/write/PathTemplate.h"
#include "steps/write/SinkFile.h"

#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace millrace {

/// What the sinks that write files have in common: encode() makes text of batches in parallel, write() appends it, and each file
/// appears under its name when all of it is there. Where the path has fields in braces there is a file for each of their values, of
/// which 256 at most are open at a time.
class FileSink : public Sink
{
public:
    Result<> open(const StepContext &context) override;
    Result<> openEncoder(const Sink &opened, const StepContext &context) override;
    bool isTwoPhase() const final { return true; }
    Result<> encode(Batch &batch) override;
    Result<> write(Batch &batch) override;
    Result<> settle() override;
    Result<> finish() override;
    std::string abandon() override;
    bool isOrdered() const override { return m_ordered; }
    Resuming resuming() const override;
    std::string resultFile() const override { return resolveFile(m_folder, m_path); }
    Result<Value> checkpoint() override;
    bool keepsCheckpoint() const override
    {
        return m_files.size() == 1 && m_files.begin()->second.file->keepsCheckpoint();
    }
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    std::string summary() const override { return m_path; }

protected:
    /// Declares the parameter that comes first (also with fields in it), those of sinks that write lines, and the one that comes last.
    template <class T>
    static void describePath(StepBuilder<T> &step, const std::string &more = {})
    {
        step.param("path", &FileSink::m_path)
            .kind(ParamKind::OutputFile)
            .required()
            .title("File")
            .help("The file to write. A relative path starts at the pipeline's folder. The file appears when the run "
                  "has finished; until then an older one of that name stays. It is packed where its name ends with "
                  ".gz, .zst, .xz, .bz2 or .lz4. - stands for standard output."
                  + more);
    }
    template <class T>
    static void describeParts(StepBuilder<T> &step)
    {
        describePath(step, " With fields in braces, as in out/{country}.csv, there is a file for each value; folders "
                           "are made as needed.");
    }
    template <class T>
    static void describeLines(StepBuilder<T> &step)
    {
        describeParts(step);
        step.param("mode", &FileSink::m_mode)
            .choices({"replace", "append", "new"})
            .title("A file that is there")
            .help("What becomes of a file that is there already: replace: the new one takes its place. append: the "
                  "items come behind what it holds. new: that is an error.");
    }
    template <class T>
    static void describeEncoding(StepBuilder<T> &step)
    {
        step.param("encoding", &FileSink::m_encoding)
            .title("Encoding")
            .help("How the text's characters are written: UTF-8, UTF-8-BOM (with a mark in front, by which Excel knows "
                  "it), "
                  "windows-1252, ISO-8859-15, UTF-16 and so on. An item with a character that the encoding lacks "
                  "fails.");
    }
    template <class T>
    static void describeOrdered(StepBuilder<T> &step)
    {
        step.param("ordered", &FileSink::m_ordered)
            .title("In the source's order")
            .help("Whether the items are written in the order of the source. Otherwise as they arrive, which holds "
                  "nothing back.");
    }

    /// Appends what the items are in the file, as UTF-8. Called on a clone of its own for each worker.
    virtual Result<> encodeItems(std::string &text, const Batch &batch)
    {
        (void)text, (void)batch;
        return {};
    }
    /// Whether its files can be gone on with behind a checkpoint: where all that a file needs to know is among its SinkFile's.
    virtual bool hasCheckpoints() const { return false; }
    virtual std::unique_ptr<SinkFile> makeFile() const { return std::make_unique<SinkFile>(); }
    /// Of a sink that writes one file.
    SinkFile &file() { return *m_files.begin()->second.file; }

    std::string m_path;
    std::string m_mode = "replace";
    std::string m_encoding = "UTF-8";
    bool m_ordered = true;
    bool m_takesFields = true; ///< in the path

private:
    struct OpenFile
    {
        std::unique_ptr<SinkFile> file;
        std::list<std::string>::iterator place; ///< in m_open, where the file is open
    };

    Result<SinkFile *> fileOf(const std::string &path);
    Result<std::string> targetOf(const std::string &path);
    Result<> makeRoom();
    Result<> openAgain(const Value &checkpoint);
    ResultForm form() const;
    PathTemplate pathTemplate() const { return m_takesFields ? PathTemplate(m_path) : PathTemplate(""); }
    Result<> encodeParts(std::string &text, Batch &batch);
    Result<> writeParts(Batch &batch);
    Result<> checkCharacters(std::string_view text);

    PathTemplate m_template{""};
    bool m_isSettled = false;
    Value m_done; ///< the checkpoint of an earlier run, whose result has its name already; null: there is none
    std::string m_folder;
    std::unordered_map<std::string, OpenFile> m_files; ///< by their paths as they are written in the pipeline
    std::list<std::string> m_open;                     ///< their paths, the one written last in front
    std::vector<std::string> m_madeFolders;            ///< of files whose paths have fields
    std::vector<uint32_t> m_rows;                      ///< all of a batch
    std::unique_ptr<TextEncoder> m_checker;            ///< of an encoding that lacks characters
    std::string m_unused;
};

} // namespace millrace

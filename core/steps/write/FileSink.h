// SPDX-License-Identifier: MIT
#pragma once

#include "data/files/AtomicFile.h"
#include "formats/bytes/Packer.h"
#include "steps/StepBuilder.h"

#include <memory>
#include <string>
#include <string_view>

namespace millrace {

/// What the sinks that write a file have in common: encode() makes text of batches in parallel, write() appends it, and the
/// file appears under its name when all of it is there.
class FileSink : public Sink
{
public:
    Result<> open(const StepContext &context) override;
    bool isTwoPhase() const final { return true; }
    Result<> write(Batch &batch) override { return appendItems(batch.encoded(), batch.size()); }
    Result<> finish() override;
    std::string abandon() override { return abandonFile(m_items > 0); }
    bool isOrdered() const override { return m_ordered; }
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    std::string summary() const override { return m_path; }

protected:
    /// Declares the parameter that comes first, and the one that comes last.
    template <class T>
    static void describePath(StepBuilder<T> &step)
    {
        step.param("path", &FileSink::m_path)
            .kind(ParamKind::OutputFile)
            .required()
            .title("File")
            .help(
                "The file to write. A relative path starts at the pipeline's folder. The file appears when the run "
                "has finished; until then an older one of that name stays. It is packed where its name ends with .gz, "
                ".zst, .xz, .bz2 or .lz4.");
    }
    template <class T>
    static void describeOrdered(StepBuilder<T> &step)
    {
        step.param("ordered", &FileSink::m_ordered)
            .title("In the source's order")
            .help("Whether the items are written in the order of the source. Otherwise as they arrive, which holds "
                  "nothing back.");
    }
    /// Appends text that holds that many items.
    Result<> appendItems(std::string_view text, size_t items);
    /// Appends text, packed where the file's name says so.
    Result<> append(std::string_view text) { return m_packer ? m_packer->append(text) : m_file.append(text); }
    /// Removes the file, or keeps what is in it; returns where.
    std::string abandonFile(bool keep);

    std::string m_path;
    bool m_ordered = true;
    AtomicFile m_file;
    std::unique_ptr<Packer> m_packer; ///< null: the file holds the text as it is
    uint64_t m_items = 0;             ///< appended so far
    bool m_isReadAlong = false;       ///< a pipe or a device, where somebody may wait for each batch
};

} // namespace millrace

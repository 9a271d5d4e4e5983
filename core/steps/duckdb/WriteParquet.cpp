// SPDX-License-Identifier: MIT
#include "data/files/AtomicFile.h"
#include "data/files/FilePath.h"
#include "data/text/Quote.h"
#include "duckdb/DuckDbLibrary.h"
#include "duckdb/ParquetWriter.h"
#include "steps/StepBuilder.h"
#include "steps/StepChecks.h"

#include <utility>

namespace millrace {

/// Writes items as the rows of a Parquet file.
class WriteParquet final : public Sink
{
public:
    static void describe(StepBuilder<WriteParquet> &step)
    {
        step.id("write.parquet").title("Parquet file").family(Family::Sink).icon("parquet");
        step.help(
            "Writes a Parquet file: a row for each item, a column for each field, for example {\"path\": "
            "\"trips.parquet\"}. The columns and their types are those of the first 1,000 items: integers, reals, "
            "truth "
            "values, texts, dates and timestamps as such, lists of one type and objects nested; anything else is text, "
            "as "
            "JSON. A later item that doesn't fit fails. Works by DuckDB's library, libduckdb.so (1.2 or newer), where "
            "that is in ~/.local/lib/millrace, in the system, or named by the variable MILLRACE_DUCKDB.");
        step.synonyms({"parquet", "duckdb", "columnar", "arrow", "export", "save", "lake"});
        step.param("path", &WriteParquet::m_path)
            .kind(ParamKind::OutputFile)
            .required()
            .title("File")
            .help("The file to write. A relative path starts at the pipeline's folder. The file appears when the run "
                  "has finished; until then an older one of that name stays.");
        step.param("compression", &WriteParquet::m_compression)
            .choices({"zstd", "snappy", "gzip", "uncompressed"})
            .title("Compression")
            .help("How the columns are packed: zstd is small, snappy is quick and read everywhere.");
        step.param("memory", &WriteParquet::m_memory)
            .help("How much memory writing may use, as \"256 MiB\": a row group is held until it is full.");
    }
    Result<> open(const StepContext &context) override;
    Result<> write(Batch &batch) override;
    Result<> settle() override;
    Result<> finish() override
    {
        auto settled = settle();
        return settled ? m_file.commit() : std::move(settled);
    }
    std::string abandon() override;
    void close() override { m_writer.reset(); }
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    std::string summary() const override { return m_path; }

private:
    Result<> begin();
    Result<> end();

    std::string m_path, m_compression = "zstd", m_memory = "256 MiB";

    AtomicFile m_file;
    DuckDbColumns m_columns;
    std::unique_ptr<ParquetWriter> m_writer;
    bool m_isSettled = false;
};

Result<> WriteParquet::open(const StepContext &context)
{
    m_columns = DuckDbColumns();
    m_writer.reset();
    m_isSettled = false;
    if (const auto library = DuckDbLibrary::open(); !library)
        return library.forward();
    const std::string path = resolveFile(context.folder, m_path);
    if (AtomicFile::isStream(path))
        return failure(ErrorKind::Io,
                       "A Parquet file is written as a whole, so it needs a file, not " + inQuotes(m_path) + '.');
    return m_file.open(path);
}

/// The columns are known: those are written that were kept until then.
Result<> WriteParquet::begin()
{
    if (auto decided = m_columns.decide(); !decided)
        return decided;
    if (m_columns.columns().empty())
        return failure(ErrorKind::Fields, "No item has come, and no fields are known, so that there are no columns "
                                          "for a Parquet file.");
    std::error_code error;
    const std::string path = canonicalOf(m_file.temporary(), error).string();
    const auto memory = sizeOf("memory", m_memory);
    if (!memory)
        return memory.forward();
    auto writer = ParquetWriter::open({path, m_compression, *memory}, m_columns.columns());
    if (!writer)
        return writer.forward();
    m_writer = *std::move(writer);
    for (Batch &batch : m_columns.kept())
        if (auto written = m_writer->write(m_columns.fitting(batch)); !written)
            return written;
    m_columns.kept().clear();
    return {};
}

Result<> WriteParquet::write(Batch &batch)
{
    if (m_columns.look(batch))
        return m_columns.isReady() ? begin() : Result<>();
    return m_writer ? m_writer->write(m_columns.fitting(batch))
                    : failure(ErrorKind::Io, "The Parquet file " + inQuotes(m_path) + " couldn't be begun.");
}

Result<> WriteParquet::end()
{
    if (!m_columns.isDecided())
        if (auto begun = begin(); !begun)
            return begun;
    if (!m_writer)
        return failure(ErrorKind::Io, "The Parquet file " + inQuotes(m_path) + " couldn't be begun.");
    return m_writer->finish();
}

Result<> WriteParquet::settle()
{
    if (std::exchange(m_isSettled, true))
        return {};
    if (auto ended = end(); !ended)
        return ended;
    return m_file.settle();
}

/// What was written is a whole file: it has fewer rows.
std::string WriteParquet::abandon()
{
    if (!m_file.isOpen())
        return {};
    const bool hasItems = m_columns.isDecided() || !m_columns.kept().empty();
    const bool isWhole = m_isSettled || (hasItems && end());
    return m_file.abandon(isWhole);
}

void WriteParquet::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    checkSize("memory", m_memory, problems);
    if (m_path.empty())
        return;
    (void)checkWritable(context, m_path, problems);
    if (isStandardStream(m_path))
        problems.push_back({true, "path", "A Parquet file can't be written to standard output; name a file."});
    if (const auto library = DuckDbLibrary::open(); !library)
        problems.push_back({true, "path", library.error().message});
}

void registerWriteParquet(StepRegistry &registry)
{
    registry.add<WriteParquet>();
}

} // namespace millrace

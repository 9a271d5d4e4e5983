// SPDX-License-Identifier: MIT
#include "data/files/FilePath.h"
#include "data/text/Quote.h"
#include "formats/csv/CsvDecoder.h"
#include "formats/csv/DialectParser.h"
#include "formats/csv/guess/CsvGuess.h"
#include "formats/csv/guess/CsvHeader.h"
#include "formats/csv/guess/CsvTables.h"
#include "formats/guess/TextKind.h"
#include "steps/read/csv/CsvMends.h"
#include "steps/read/csv/CsvParams.h"
#include "steps/read/LayoutSource.h"
#include "steps/StepBuilder.h"
#include "steps/StepChecks.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace millrace {

namespace {

constexpr size_t GuessedBytes = 256 * 1024; // from which the dialect is guessed
constexpr size_t GuessedLines = 2000;
constexpr size_t FirstGuessedBytes = 16 * 1024; // which are enough where they are as clear as can be
constexpr size_t HeaderRowsSampled = 50;        // that tell whether there is a header

/// JSON and pages of the web read as tables of nonsense.
std::string otherFormatOf(std::string_view text)
{
    switch (textKindOf(text)) {
    case TextKind::JsonLines: return "is JSON: use \"read.jsonl\" where each line is an object";
    case TextKind::Json: return "is JSON: use \"read.json\"";
    case TextKind::Html: return "is a page of HTML: export its table as CSV first";
    case TextKind::Xml: return "is XML: export its table as CSV first";
    case TextKind::Plain: break;
    }
    return {};
}

} // namespace

/// Reads a CSV file: fetch() cuts records, decode() takes them apart on all workers.
class ReadCsv final : public LayoutSource<CsvLayout, CsvDecoder>, public CsvParams, public MendingStep
{
public:
    static void describe(StepBuilder<ReadCsv> &step)
    {
        step.id("read.csv").title("CSV file").family(Family::Source).icon("csv").opens({"csv", "tsv"});
        step.help(
            "Reads a table from a text file of comma-separated values: an item a record, with the fields that the "
            "first line names. How the file is spelled is guessed from its beginning, where it isn't said here; the "
            "check and the log tell what was guessed. An empty field is null, a quoted empty one an empty text. "
            "Records "
            "with too few or too many fields, and values that don't fit, are failed items that name their line.");
        step.synonyms({"table", "spreadsheet", "excel", "tsv", "comma", "import", "load", "open"});
        describeFile(step);
        describeDialect(step);
        describeHeader(step);
        describeValues(step);
        describeRecords(step);
    }
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    std::vector<Mend> mendsOf(const FailedAt &failed, const CheckContext &context) const override;

private:
    const RecordCutter &cutter() const override { return *m_cutter; }
    std::string_view kindOfFile() const override { return "CSV"; }
    Result<CsvLayout> readLayout() override;
    Result<CsvLayout> beginLayout(const CsvSettings &settings);
    Result<std::optional<CsvHeader>> takeHeader(CsvLayout &layout, const CsvSettings &settings);
    Result<CsvHeader> takeHeaderRows(const CsvDialect &dialect, size_t rows);
    Result<> beginNextFile() override;
    void sayIn(RunLog &log, const std::string &step, const CsvLayout &layout) const override;
    std::unique_ptr<LayoutSource> copy() const override;

    // For the files behind the first one.
    CsvDialect m_dialect;
    size_t m_skipped = 0;    ///< lines above the header
    size_t m_headerRows = 0; ///< 0: there is no header
    std::optional<std::vector<std::string>> m_header;
    std::string m_headerText; ///< of the file that is open

    std::unique_ptr<RecordCutter> m_cutter = csvCutterFor({}, true);
};

Result<CsvLayout> ReadCsv::readLayout()
{
    std::string param;
    const auto settings = CsvParams::settings(param);
    if (!settings)
        return settings.forward();
    auto layout = beginLayout(*settings);
    if (!layout)
        return layout;
    m_cutter = csvCutterFor(layout->dialect, true, layout->skipEnd);
    auto header = takeHeader(*layout, *settings);
    if (!header)
        return header.forward();
    const auto text = TextSource::sample(settings->infers ? settings->sample : HeaderRowsSampled);
    if (!text)
        return text.forward();
    m_dialect = layout->dialect;
    m_header.reset();
    std::optional<std::vector<std::string>> names;
    if (*header) {
        m_header = (*header)->cells;
        const auto again = m_header->size() > 1 ? repeatedHeader(m_headerText, *text) : std::nullopt;
        if (again)
            layout->warnings.push_back("Line " + std::to_string(m_line + int64_t(*again))
                                       + " is the header again; are these several tables, one behind another? Take "
                                         "that line out, or it is read as a "
                                         "record.");
        if (!settings->header)
            fitCsvHeader(**header, *text, layout->dialect);
        std::ranges::move((*header)->warnings, std::back_inserter(layout->warnings));
        names = std::move((*header)->cells);
    }
    auto whole = csvLayoutOf(*std::move(layout), std::move(names), *text, *settings);
    if (!whole)
        return failure(whole.error().kind, fileName(m_path) + ": " + whole.error().message);
    std::string_view rest;
    const bool isAll = isSampleAtEnd(rest) && rest.empty() && settings->skipEnd == 0;
    std::ranges::move(csvTableWarnings({*text, isAll, whole->fileColumns.size(), m_line}, whole->dialect, whole->rules),
                      std::back_inserter(whole->warnings));
    m_cutter = csvCutterFor(whole->dialect, whole->skipsEmptyLines(), whole->skipEnd);
    return whole;
}

/// What is known of the file from the settings and from its beginning. Passes over the lines above the header.
Result<CsvLayout> ReadCsv::beginLayout(const CsvSettings &settings)
{
    m_headerRows = 0;
    CsvLayout layout;
    layout.encoding = m_reader.encoding();
    layout.rules = settings.rules;
    layout.files = m_origins;
    layout.rules.decimal = settings.decimal.value_or('.');
    layout.nullsMisfits = settings.nullsMisfits;
    layout.ragged = settings.ragged;
    layout.skipEnd = settings.skipEnd;
    const auto text = lookAhead(GuessedBytes, GuessedLines);
    if (!text)
        return text.forward();
    if (const std::string other = otherFormatOf(*text); !other.empty() && !settings.delimiter)
        return failure(ErrorKind::Parse, "The file " + inQuotes(m_path) + ' ' + other + '.');
    const bool isWhole = m_reader.isAtEnd() && !m_reader.isCutOff() && m_reader.available() == text->size();
    const std::string_view first = text->substr(0, FirstGuessedBytes);
    CsvGuess guess = guessCsv(first, isWhole && first.size() == text->size(), settings);
    if (!guess.isClear && first.size() < text->size())
        guess = guessCsv(*text, isWhole, settings);
    layout.dialect = guess.dialect;
    noteCsvGuess(guess, settings, layout);
    m_skipped = guess.skipLines;
    if (auto skipped = TextSource::skipLines(m_skipped, guess.dialect.endsAtCr); !skipped)
        return skipped.forward();
    return layout;
}

/// The header, which is taken; nothing where there is none.
Result<std::optional<CsvHeader>> ReadCsv::takeHeader(CsvLayout &layout, const CsvSettings &settings)
{
    m_headerRows = settings.header.value_or(true) ? settings.headerRows.value_or(1) : 0;
    const bool isRowsGuessed = !settings.headerRows && m_headerRows > 0;
    if (!settings.header || isRowsGuessed) {
        const auto text = TextSource::sample(HeaderRowsSampled);
        if (!text)
            return text.forward();
        const size_t rows = guessCsvHeaderRows(*text, layout.dialect, settings.rules);
        if (isRowsGuessed)
            m_headerRows = settings.header ? std::max<size_t>(rows, 1) : rows;
        else if (rows == 0)
            m_headerRows = 0;
    }
    noteCsvHeader(m_headerRows, settings, layout);
    if (m_headerRows == 0)
        return std::optional<CsvHeader>();
    auto header = takeHeaderRows(layout.dialect, m_headerRows);
    if (!header)
        return header.forward();
    return std::optional(*std::move(header));
}

Result<CsvHeader> ReadCsv::takeHeaderRows(const CsvDialect &dialect, size_t rows)
{
    const auto cutter = csvCutterFor(dialect, true);
    auto run = cutRecords(m_reader, *cutter, rows, true, m_line, kindOfFile(), {.one = m_mostRecord});
    if (!run)
        return run.forward();
    if (run->rows == 0)
        return failure(ErrorKind::Parse,
                       "The file " + inQuotes(m_path)
                           + " is empty; its first line should name the fields. Choose another file, or turn "
                             "\"header\" off.");
    auto header = csvHeaderOf({m_reader.begin() + run->skippedBytes, m_reader.begin() + run->bytes}, dialect, rows);
    if (!header)
        return failure(header.error().kind, fileName(m_path) + ": " + header.error().message);
    const DialectScanner scanner(dialect, m_reader.end(), true);
    const size_t taken = run->skippedBytes + header->bytes;
    m_line += scanner.lineEnds(m_reader.begin(), m_reader.begin() + taken);
    m_headerText.assign(m_reader.begin() + run->skippedBytes, header->bytes);
    m_reader.take(taken);
    return header;
}

/// A file behind the first one is spelled as that is, and has the same columns.
Result<> ReadCsv::beginNextFile()
{
    if (auto skipped = TextSource::skipLines(m_skipped, m_dialect.endsAtCr); !skipped)
        return skipped;
    if (m_headerRows == 0)
        return {};
    const auto header = takeHeaderRows(m_dialect, m_headerRows);
    if (!header)
        return header.forward();
    if (header->cells == m_header)
        return {};
    return failure(ErrorKind::Parse, "The header of " + inQuotes(m_path) + " isn't that of the first file: "
                                         + csvHeaderDifference(*m_header, header->cells)
                                         + " Read them by steps of their own, and join these with \"union\".");
}

void ReadCsv::sayIn(RunLog &log, const std::string &step, const CsvLayout &layout) const
{
    if (const std::string sentence = csvGuessSentence(fileName(m_path), layout); !sentence.empty())
        log.info(step, sentence);
    // Of a file that can be looked at before the run, the check has said so to whoever started it.
    for (const std::string &warning : layout.warnings)
        m_reader.isRegular() ? log.info(step, warning) : log.warn(step, warning);
}

void ReadCsv::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    std::string param;
    const auto settings = CsvParams::settings(param);
    if (!settings)
        problems.push_back({true, param, settings.error().message});
    if (!checkFiles(context, problems) || !settings || !canLookAhead(context))
        return;
    std::string encodingGuess;
    const auto layout = look(context, &encodingGuess);
    if (!encodingGuess.empty())
        problems.push_back({false, "encoding", encodingGuess});
    if (!layout) {
        problems.push_back(problemOf(layout.error()));
        return;
    }
    if (const std::string sentence = csvGuessSentence(firstName(context), *layout); !sentence.empty())
        problems.push_back({false, "path", sentence});
    for (const std::string &warning : layout->warnings)
        problems.push_back({false, "path", warning});
    const std::string &only = layout->fileColumns.empty() ? std::string() : layout->fileColumns[0];
    if (layout->fileColumns.size() != 1 || !layout->hasHeader || !settings->delimiter)
        return;
    for (const char *other : {";", "\t", "|", ","}) {
        if (*settings->delimiter != other && only.find(other) != std::string::npos)
            problems.push_back({false, "delimiter",
                                "The header of " + inQuotes(firstName(context)) + " is a single field, "
                                    + inQuotes(only) + "; should the delimiter be "
                                    + (*other == '\t' ? "\\t" : inQuotes(other)) + "?"});
    }
}

std::vector<Mend> ReadCsv::mendsOf(const FailedAt &failed, const CheckContext &context) const
{
    return csvMends(failed, *this, [&](const CsvParams &params) {
        const std::unique_ptr<LayoutSource> other = copy();
        static_cast<CsvParams &>(static_cast<ReadCsv &>(*other)) = params;
        return other->outputSchema(context);
    });
}

std::unique_ptr<LayoutSource<CsvLayout, CsvDecoder>> ReadCsv::copy() const
{
    auto other = std::make_unique<ReadCsv>();
    other->m_paths = m_paths;
    other->m_encoding = m_encoding;
    static_cast<CsvParams &>(*other) = *this;
    return other;
}

void registerReadCsv(StepRegistry &registry)
{
    registry.add<ReadCsv>();
}

} // namespace millrace

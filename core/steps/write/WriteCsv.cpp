// SPDX-License-Identifier: MIT
#include "formats/csv/CsvDelimiter.h"
#include "formats/csv/CsvEncoder.h"
#include "steps/write/CsvFile.h"
#include "steps/write/FileSink.h"

#include <string_view>

namespace millrace {

/// Writes CSV files. The fields of the first batch make the header; CsvFile takes those that come later.
class WriteCsv final : public FileSink
{
public:
    static void describe(StepBuilder<WriteCsv> &step)
    {
        step.id("write.csv").title("CSV file").family(Family::Sink).icon("csv");
        step.help(
            "Writes a table as a text file of comma-separated values (RFC 4180, UTF-8), with a first line that names "
            "the "
            "fields. Null becomes an empty field, lists and objects JSON. Fields that first appear in later items "
            "become "
            "columns like the others, which are empty in the items before.");
        step.synonyms({"table", "spreadsheet", "excel", "tsv", "comma", "export", "save"});
        describeLines(step);
        step.param("delimiter", &WriteCsv::m_delimiter)
            .title("Delimiter")
            .help(R"(The character between fields: ",", ";", "|", or \t for a tab.)");
        step.param("header", &WriteCsv::m_hasHeader)
            .title("Names in the first line")
            .help("Whether the first line names the fields.");
        step.param("quote", &WriteCsv::m_quote)
            .choices({"needed", "all", "text", "never"})
            .title("Quotes")
            .help(
                "Which fields stand in double quotes. needed: those that hold the delimiter, quotes or line ends, and "
                "empty texts. all: all but nulls. text: all but numbers, true, false and nulls. never: none; an item "
                "that needs them fails.");
        step.param("null", &WriteCsv::m_null)
            .title("Null")
            .help("What is written for null, such as NA. Empty: nothing, but for an item of a single field, which is "
                  "\"\" then, since many take an empty line for no record.");
        step.param("decimal", &WriteCsv::m_decimal)
            .choices({".", ","})
            .title("Decimal sign")
            .help("The sign between a number's whole part and its decimals.");
        describeEncoding(step);
        step.param("lineEnd", &WriteCsv::m_lineEnd)
            .choices({"lf", "crlf"})
            .title("Line ends")
            .help("What ends a record: LF, as Unix has it, or CR LF, as Windows has and RFC 4180 says.");
        describeOrdered(step);
    }
    Result<> open(const StepContext &context) override
    {
        if (auto ready = makeEncoder(); !ready)
            return ready;
        return FileSink::open(context);
    }
    Result<> openEncoder(const Sink &opened, const StepContext &context) override
    {
        if (auto ready = makeEncoder(); !ready)
            return ready;
        return FileSink::openEncoder(opened, context);
    }
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;

private:
    Result<CsvForm> form() const;
    Result<> makeEncoder();
    Result<> encodeItems(std::string &text, const Batch &batch) override;
    bool hasCheckpoints() const override { return true; }
    std::unique_ptr<SinkFile> makeFile() const override { return std::make_unique<CsvFile>(m_encoder, m_hasHeader); }

    std::string m_delimiter = ",", m_quote = "needed", m_null, m_decimal = ".", m_lineEnd = "lf";
    bool m_hasHeader = true;

    CsvEncoder m_encoder;
};

Result<CsvForm> WriteCsv::form() const
{
    const auto delimiter = csvDelimiterOf(m_delimiter);
    if (!delimiter)
        return delimiter.forward();
    if (m_null.find_first_of({*delimiter, '"', '\r', '\n'}) != std::string::npos)
        return failure(ErrorKind::Param, "What stands for null must not hold the delimiter, quotes or line ends.");
    CsvForm form;
    form.delimiter = *delimiter;
    form.quotes = m_quote == "all"     ? CsvQuotes::All
                  : m_quote == "text"  ? CsvQuotes::Text
                  : m_quote == "never" ? CsvQuotes::Never
                                       : CsvQuotes::Needed;
    form.null = m_null;
    form.decimal = m_decimal[0];
    form.lineEnd = m_lineEnd == "crlf" ? "\r\n" : "\n";
    if (form.quotes == CsvQuotes::Never && form.decimal == form.delimiter)
        return failure(ErrorKind::Param,
                       "Without quotes the decimal sign can't be the delimiter, too; choose another \"delimiter\".");
    return form;
}

Result<> WriteCsv::makeEncoder()
{
    auto wanted = form();
    if (!wanted)
        return wanted.forward();
    m_encoder = CsvEncoder(*std::move(wanted));
    return {};
}

Result<> WriteCsv::encodeItems(std::string &text, const Batch &batch)
{
    if (auto checked = m_encoder.check(batch); !checked)
        return checked;
    m_encoder.appendItems(text, batch);
    return {};
}

void WriteCsv::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    FileSink::check(context, problems);
    if (const auto delimiter = csvDelimiterOf(m_delimiter); !delimiter)
        problems.push_back({true, "delimiter", delimiter.error().message});
    else if (const auto wanted = form(); !wanted)
        problems.push_back({true, "quote", wanted.error().message});
}

void registerWriteCsv(StepRegistry &registry)
{
    registry.add<WriteCsv>();
}

} // namespace millrace

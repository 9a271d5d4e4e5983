// SPDX-License-Identifier: MIT
#include "steps/read/csv/CsvParams.h"

#include "data/text/Quote.h"
#include "data/text/VisibleText.h"

#include <charconv>
#include <utility>

namespace millrace {

namespace {

constexpr std::string_view Auto = "auto";

/// Sets what a parameter says, unless it leaves it open.
template <class T>
Result<> set(std::optional<T> &setting, const std::string &text, Result<T> (*read)(const std::string &))
{
    if (text == Auto)
        return {};
    auto value = read(text);
    if (!value)
        return value.forward();
    setting = *std::move(value);
    return {};
}

std::optional<bool> factOf(const std::string &word, std::string_view yes)
{
    return word == Auto ? std::nullopt : std::optional(word == yes);
}

/// Nothing where it is no such number.
std::optional<size_t> numberOf(const std::string &text, size_t least, size_t most)
{
    size_t count = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), count);
    const bool isNumber = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
    return isNumber && count >= least && count <= most ? std::optional(count) : std::nullopt;
}

Result<size_t> linesAboveOf(const std::string &text)
{
    if (const auto lines = numberOf(text, 0, 1'000'000))
        return *lines;
    return failure(ErrorKind::Param,
                   R"("skipLines" must be a number of lines, or "auto", not )" + inQuotes(text) + '.');
}

Result<size_t> headerRowsOf(const std::string &text)
{
    if (const auto rows = numberOf(text, 1, 100))
        return *rows;
    return failure(ErrorKind::Param,
                   R"("headerRows" must be a number from 1 to 100, or "auto", not )" + inQuotes(text) + '.');
}

Result<char> decimalOf(const std::string &text)
{
    if (text.size() != 1 || (text[0] >= '0' && text[0] <= '9') || text[0] == '-' || text[0] == 'e' || text[0] == 'E')
        return failure(ErrorKind::Param, R"(The decimal sign must be one character such as "." or ",", or "auto".)");
    return text[0];
}

std::string agreementText(const CsvGuess &guess)
{
    return std::to_string(guess.agreeing) + " of " + std::to_string(guess.records) + " records have "
           + std::to_string(guess.fields) + (guess.fields == 1 ? " field" : " fields");
}

std::string quotesText(const CsvGuess &guess)
{
    if (guess.quotedFields + guess.faults == 0)
        return "no field is in quotes";
    return std::to_string(guess.quotedFields) + (guess.quotedFields == 1 ? " field is" : " fields are")
           + " in quotes as they should be, " + std::to_string(guess.faults) + " not";
}

} // namespace

Result<CsvSettings> CsvParams::settings(std::string &param) const
{
    CsvSettings settings;
    for (const auto read : {&CsvParams::readDialect, &CsvParams::readHeader, &CsvParams::readValues})
        if (auto done = (this->*read)(settings, param); !done)
            return done.forward();
    settings.ragged = ragged == "pad" ? Ragged::Pad : ragged == "keep" ? Ragged::Keep : Ragged::Fail;
    settings.columns = columns;
    settings.withFile = file;
    settings.withLine = line;
    return settings;
}

Result<> CsvParams::readDialect(CsvSettings &settings, std::string &param) const
{
    param = "delimiter";
    if (auto done = set(settings.delimiter, delimiter, csvDelimitersOf); !done)
        return done;
    param = "quote";
    if (auto done = set(settings.quote, quote, csvQuoteOf); !done)
        return done;
    if (settings.quote && settings.delimiter && settings.delimiter->find(*settings.quote) != std::string::npos)
        return failure(ErrorKind::Param, "The quote can't be part of the delimiter.");
    param = "escape";
    if (auto done = set(settings.escape, escape, csvEscapeOf); !done)
        return done;
    settings.trims = factOf(trim, "true");
    settings.endsAtCr = factOf(lineEnd, "any");
    settings.isLenient = quotes == "lenient";
    return {};
}

Result<> CsvParams::readHeader(CsvSettings &settings, std::string &param) const
{
    settings.header = factOf(header, "true");
    settings.names = names;
    param = "headerRows";
    if (auto done = set(settings.headerRows, headerRows, headerRowsOf); !done)
        return done;
    param = "skipLines";
    if (auto done = set(settings.skipLines, skipLines, linesAboveOf); !done)
        return done;
    settings.skipEnd = size_t(skipEnd);
    settings.comment = comment;
    return {};
}

Result<> CsvParams::readValues(CsvSettings &settings, std::string &param) const
{
    param = "types";
    if (auto done = readTypes(settings); !done)
        return done;
    settings.sample = size_t(sample);
    settings.nullsMisfits = misfit == "null";
    for (const std::string &word : nulls)
        if (!word.empty())
            settings.rules.nulls.push_back(word);
    param = "dates";
    for (const std::string &pattern : dates) {
        auto known = DatePattern::forReading(pattern);
        if (!known)
            return known.forward();
        settings.rules.dates.push_back(*std::move(known));
    }
    param = "decimal";
    if (auto done = set(settings.decimal, decimal, decimalOf); !done)
        return done;
    settings.rules.decimal = settings.decimal.value_or('.');
    settings.rules.thousands = thousands;
    if (thousands == std::string(1, settings.rules.decimal)) {
        param = "thousands";
        return failure(ErrorKind::Param,
                       "The thousands sign and the decimal sign are both " + inQuotes(thousands) + '.');
    }
    return {};
}

Result<> CsvParams::readTypes(CsvSettings &settings) const
{
    if (types.isText() && (types.toText() == "infer" || types.toText() == "text")) {
        settings.infers = types.toText() == "infer";
        return {};
    }
    if (!types.isObject())
        return failure(ErrorKind::Param, R"("types" must be "infer", "text", or an object such as {"zip": "text"}.)");
    for (const auto &[name, value] : types.toObject()) {
        ValueType type = ValueType::Text;
        if (!value.isText() || !fieldTypeOf(value.toText(), type))
            return failure(ErrorKind::Param, "The type of " + inQuotes(name)
                                                 + R"( must be "integer", "real", "boolean", "timestamp" or "text".)");
        settings.types.emplace_back(name, type);
    }
    return {};
}

void noteCsvGuess(const CsvGuess &guess, const CsvSettings &settings, CsvLayout &layout)
{
    const auto note = [&layout](bool isGuessed, FormatGuess made) {
        if (isGuessed)
            layout.guesses.push_back(std::move(made));
    };
    const CsvDialect &dialect = guess.dialect;
    const std::string delimiter = csvDelimiterText(dialect.delimiter), rival = csvDelimiterText(guess.rival);
    const std::string quote = csvQuoteText(dialect.quote), escape = csvEscapeText(dialect.escape);
    const std::string lines = std::to_string(guess.skipLines);
    note(!settings.delimiter, {"delimiter", Value(delimiter), "the delimiter is " + inQuotes(codedText(delimiter)),
                               agreementText(guess), dialect.delimiter == ",", rival.empty() ? Value() : Value(rival)});
    note(!settings.quote, {"quote",
                           Value(quote),
                           dialect.quote == '\0' ? "quotes are ordinary characters" : "the quote is " + quote,
                           quotesText(guess),
                           dialect.quote == '"',
                           {}});
    note(!settings.escape, {"escape",
                            Value(escape),
                            dialect.escape == '\0' ? "quotes within quotes are doubled"
                                                   : "quotes within quotes have " + escape + " before them",
                            "",
                            dialect.escape == '\0',
                            {}});
    note(!settings.trims, {"trim",
                           Value(dialect.trims ? "true" : "false"),
                           dialect.trims ? "blanks around fields are left out" : "blanks around fields belong to them",
                           dialect.trims ? "each delimiter has one behind it" : "",
                           !dialect.trims,
                           {}});
    note(!settings.endsAtCr, {"lineEnd",
                              Value(dialect.endsAtCr ? "any" : "lf"),
                              dialect.endsAtCr ? "carriage returns alone end lines" : "lines end with line feeds",
                              "",
                              !dialect.endsAtCr,
                              {}});
    note(!settings.skipLines, {"skipLines",
                               Value(lines),
                               guess.skipLines == 0   ? "the table begins with the first line"
                               : guess.skipLines == 1 ? "the first line is passed over"
                                                      : "the first " + lines + " lines are passed over",
                               guess.skipLines == 0 ? "" : "they aren't like the records below",
                               guess.skipLines == 0,
                               {}});
    if (!rival.empty())
        layout.warnings.push_back("The delimiter may be " + inQuotes(codedText(delimiter)) + " or "
                                  + inQuotes(codedText(rival)) + ", both fit nearly as well; set \"delimiter\".");
}

void noteCsvHeader(size_t rows, const CsvSettings &settings, CsvLayout &layout)
{
    const bool isThere = rows > 0;
    if (!settings.header)
        layout.guesses.push_back({"header",
                                  Value(isThere ? "true" : "false"),
                                  isThere ? "the first line names the fields" : "the first line is no header",
                                  isThere ? "" : "its values are like those below it",
                                  isThere,
                                  {}});
    if (settings.headerRows || !isThere)
        return;
    const std::string count = std::to_string(rows);
    layout.guesses.push_back({"headerRows",
                              Value(count),
                              rows == 1 ? "the header is one line" : "the header has " + count + " lines",
                              rows == 1 ? "" : "they repeat it, or have texts above numbers or dates",
                              rows == 1,
                              {}});
}

std::string csvGuessSentence(const std::string &file, const CsvLayout &layout)
{
    std::string sentence;
    for (const FormatGuess &guess : layout.guesses)
        if (!guess.isUsual)
            sentence += (sentence.empty() ? "Guessed of " + inQuotes(file) + ": " : ", ") + guess.words;
    return sentence.empty() ? sentence : sentence + '.';
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "formats/csv/CsvLayout.h"
#include "formats/csv/guess/CsvGuess.h"
#include "steps/StepBuilder.h"

#include <cstdint>
#include <string>
#include <vector>

namespace millrace {

/// What read.csv can be told about its file, as it stands in pipeline files: "auto" where it is to be guessed.
struct CsvParams
{
    std::string delimiter = "auto";
    std::string quote = "auto";
    std::string escape = "auto";
    std::string lineEnd = "auto";
    std::string trim = "auto";
    std::string quotes = "strict";
    std::string header = "auto";
    std::string headerRows = "auto";
    std::vector<std::string> names;
    std::string skipLines = "auto";
    int64_t skipEnd = 0;
    std::string comment;
    Value types{"infer"};
    int64_t sample = 1000;
    std::string misfit = "fail";
    std::vector<std::string> nulls{""};
    std::string decimal = "auto";
    std::string thousands;
    std::vector<std::string> dates;
    std::string ragged = "fail";
    std::vector<std::string> columns;
    bool file = false;
    bool line = false;

    /// Declares what is between fields and records.
    template <class T>
    static void describeDialect(StepBuilder<T> &step);
    /// Declares what stands above and below the table.
    template <class T>
    static void describeHeader(StepBuilder<T> &step);
    /// Declares what the fields' texts mean.
    template <class T>
    static void describeValues(StepBuilder<T> &step);
    /// Declares what becomes of records, and which fields come out.
    template <class T>
    static void describeRecords(StepBuilder<T> &step);

    /// What they mean. Fails with a sentence about the parameter `param`.
    Result<CsvSettings> settings(std::string &param) const;

private:
    Result<> readDialect(CsvSettings &settings, std::string &param) const;
    Result<> readHeader(CsvSettings &settings, std::string &param) const;
    Result<> readValues(CsvSettings &settings, std::string &param) const;
    Result<> readTypes(CsvSettings &settings) const;
};

/// Adds to the layout what was guessed of the file's spelling and isn't usual.
void noteCsvGuess(const CsvGuess &guess, const CsvSettings &settings, CsvLayout &layout);
/// The same for its header of so many records; 0: there is none.
void noteCsvHeader(size_t rows, const CsvSettings &settings, CsvLayout &layout);
/// A sentence that says what was guessed of a file; empty: nothing that isn't usual.
std::string csvGuessSentence(const std::string &file, const CsvLayout &layout);

template <class T>
void CsvParams::describeDialect(StepBuilder<T> &step)
{
    step.param("delimiter", &CsvParams::delimiter)
        .title("Delimiter")
        .help("What is between fields: a character such as \",\", \";\" or \"|\", \\t for a tab, or several of them. "
              "auto: "
              "guessed.");
    step.param("quote", &CsvParams::quote)
        .title("Quote")
        .help("The character around fields that may hold delimiters and line ends: \", ', or none. auto: guessed.");
    step.param("escape", &CsvParams::escape)
        .title("Quotes within quotes")
        .help("How a quote is written within quotes: doubled, or with \\ before it. auto: guessed.");
    step.param("quotes", &CsvParams::quotes)
        .choices({"strict", "lenient"})
        .title("Stray quotes")
        .help("strict: a quote that isn't closed, or has text behind it, is a failed item. lenient: it is an ordinary "
              "character.");
    step.param("trim", &CsvParams::trim)
        .choices({"auto", "true", "false"})
        .title("Trim blanks")
        .help("Whether blanks around fields, and around their quotes, are left out. auto: where each delimiter has one "
              "behind it.");
    step.param("lineEnd", &CsvParams::lineEnd)
        .choices({"auto", "lf", "any"})
        .title("Line ends")
        .help("lf: LF or CRLF. any: a carriage return alone ends a line, too. auto: guessed.");
}

template <class T>
void CsvParams::describeHeader(StepBuilder<T> &step)
{
    step.param("header", &CsvParams::header)
        .choices({"auto", "true", "false"})
        .title("First line is a header")
        .help("Whether the first line names the fields. Otherwise they are called column1, column2 and so on. auto: it "
              "does, unless its fields look like the values below.");
    step.param("headerRows", &CsvParams::headerRows)
        .title("Lines of the header")
        .help(
            "How many records the header has, 100 at the most. A field's name is what they have in its column, one "
            "behind "
            "the other. auto: one, and those below it that have the same names again, or texts such as units where the "
            "values below are numbers or dates.");
    step.param("names", &CsvParams::names)
        .title("Names")
        .help("Names for the first fields, instead of those in the file.");
    step.param("skipLines", &CsvParams::skipLines)
        .title("Lines above")
        .help("How many lines above the header are passed over. auto: guessed.");
    step.param("skipEnd", &CsvParams::skipEnd)
        .range(0, 10'000)
        .title("Records at the end")
        .help("How many records at the end of the file are passed over: totals, say.");
    step.param("comment", &CsvParams::comment)
        .title("Comment")
        .help("Lines that begin with this are passed over, such as #. Empty: there are none.");
}

template <class T>
void CsvParams::describeValues(StepBuilder<T> &step)
{
    step.param("types", &CsvParams::types)
        .title("Types")
        .help(
            "infer: a field is integer, real, boolean or timestamp where all its values in the first rows (of 4 MiB at "
            "most) are, else text. text: all values are text, as they stand in the file. Or an object with the types "
            "of "
            "some fields, such as {\"zip\": \"text\"}, over what is inferred.");
    step.param("sample", &CsvParams::sample)
        .range(1, 1'000'000)
        .unit("rows")
        .title("Rows to look at")
        .help("How many rows are looked at for the types.");
    step.param("misfit", &CsvParams::misfit)
        .choices({"fail", "null"})
        .title("Values of another type")
        .help(
            "What becomes of a value that isn't of its field's type: its item fails, or the value is null. Integers go "
            "on as numbers with decimals by themselves, which the log says once.");
    step.param("nulls", &CsvParams::nulls)
        .title("Null words")
        .help("What means null where it isn't in quotes, such as NA.");
    step.param("decimal", &CsvParams::decimal)
        .title("Decimal sign")
        .help("The sign between a number's whole part and its decimals: . or , for example. auto: guessed.");
    step.param("thousands", &CsvParams::thousands)
        .title("Thousands sign")
        .help("What stands between groups of three digits: . or , for example. Empty: nothing.");
    step.param("dates", &CsvParams::dates)
        .title("Dates")
        .help("How dates are written, such as dd.MM.yyyy HH:mm: patterns that are tried in this order. ISO 8601 is "
              "always "
              "known; month and day are never guessed.");
}

template <class T>
void CsvParams::describeRecords(StepBuilder<T> &step)
{
    step.param("ragged", &CsvParams::ragged)
        .choices({"fail", "pad", "keep"})
        .title("Other numbers of fields")
        .help("fail: a record with too few or too many fields is a failed item. pad: one with too few gets nulls. "
              "keep: and "
              "what one with too many has is kept as a list, in the field extra.");
    step.param("columns", &CsvParams::columns).title("Columns").help("Only these columns, in this order. Empty: all.");
    step.param("file", &CsvParams::file)
        .title("Add the file's name")
        .help("Whether the items get a field file, with the file they come from.");
    step.param("line", &CsvParams::line)
        .title("Add the line")
        .help("Whether the items get a field line, with the line of the file that they begin in, from 1.");
}

} // namespace millrace

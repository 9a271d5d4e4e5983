// SPDX-License-Identifier: MIT
#include "formats/xlsx/XlsxWriter.h"

#include "data/files/FilePath.h"
#include "data/text/Quote.h"

#include <xlsxwriter.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace millrace {

namespace {

constexpr int64_t MicrosecondsOfDay = 86'400'000'000, FirstMoment = -2'203'891'200'000'000; ///< 1900-03-01
constexpr int64_t EndOfTime = 253'402'300'800'000'000;                                      ///< 10000-01-01
constexpr double DaysBefore1970 = 25'569;
constexpr int64_t MostExact = 999'999'999'999'999; ///< Excel keeps 15 digits of a number
constexpr size_t LongestSheetName = 31;

size_t charactersOf(std::string_view text)
{
    return size_t(std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

/// By the clock on the wall where it was written.
int64_t wallClock(const Timestamp &moment)
{
    return moment.microseconds + int64_t(moment.zoneMinutes) * 60'000'000;
}

/// What Excel has no day for is written as text.
bool isDay(const Timestamp &moment)
{
    return wallClock(moment) >= FirstMoment && wallClock(moment) < EndOfTime;
}

} // namespace

struct XlsxWriter::Private
{
    lxw_workbook *workbook = nullptr;
    lxw_worksheet *sheet = nullptr;
    lxw_format *bold = nullptr, *date = nullptr, *moment = nullptr, *fraction = nullptr;
    std::string path, folder;
    XlsxForm form;
    uint32_t rowsOfSheet = MostRows, row = 0;
    int sheets = 0;
    bool hasFields = false;
    std::vector<std::string> names;

    ~Private()
    {
        if (workbook)
            lxw_workbook_free(workbook);
    }

    static Result<> told(lxw_error error, const char *what)
    {
        if (error == LXW_NO_ERROR)
            return {};
        return failure(ErrorKind::Io,
                       std::string("The workbook can't be written: ") + what + ": " + lxw_strerror(error));
    }

    lxw_format *formatOf(const char *pattern)
    {
        lxw_format *format = workbook_add_format(workbook);
        if (format)
            format_set_num_format(format, pattern);
        return format;
    }

    Result<> addSheet()
    {
        const std::string name = sheets == 0 ? form.sheet : numbered(sheets + 1);
        sheet = workbook_add_worksheet(workbook, name.c_str());
        if (!sheet)
            return failure(ErrorKind::Io, "The sheet " + inQuotes(name) + " can't be made.");
        ++sheets;
        row = 0;
        if (!form.hasHeader)
            return {};
        for (size_t i = 0; i < names.size(); ++i)
            if (auto written =
                    told(worksheet_write_string(sheet, 0, lxw_col_t(i), names[i].c_str(), bold), "the header");
                !written)
                return written;
        if (form.hasFilters)
            worksheet_freeze_panes(sheet, 1, 0);
        row = 1;
        return {};
    }

    /// "Sheet1" as "Sheet1 (2)", within the length that a name may have.
    std::string numbered(int number) const
    {
        const std::string end = " (" + std::to_string(number) + ')';
        std::string start = form.sheet;
        while (charactersOf(start) + end.size() > LongestSheetName) {
            while ((static_cast<unsigned char>(start.back()) & 0xc0) == 0x80)
                start.pop_back();
            start.pop_back();
        }
        return start + end;
    }

    /// The filters are over what rows there are.
    void endSheet()
    {
        if (sheet && form.hasHeader && form.hasFilters && !names.empty() && row > 0)
            worksheet_autofilter(sheet, 0, 0, row - 1, lxw_col_t(names.size() - 1));
    }

    lxw_error write(lxw_col_t column, const Value &value)
    {
        if (value.isBoolean())
            return worksheet_write_boolean(sheet, row, column, value.toBoolean(), nullptr);
        if (value.isInteger() && std::abs(value.toInteger()) <= MostExact)
            return worksheet_write_number(sheet, row, column, double(value.toInteger()), nullptr);
        if (value.isReal() && std::isfinite(value.toReal()))
            return worksheet_write_number(sheet, row, column, value.toReal(), nullptr);
        if (value.isTimestamp() && isDay(value.toTimestamp()))
            return writeMoment(column, value.toTimestamp());
        const std::string text = textOfCell(value);
        return text.empty() ? LXW_NO_ERROR : worksheet_write_string(sheet, row, column, text.c_str(), nullptr);
    }

    lxw_error writeMoment(lxw_col_t column, const Timestamp &at)
    {
        const int64_t clock = wallClock(at);
        const bool isDate = clock % MicrosecondsOfDay == 0, isWhole = clock % 1'000'000 == 0;
        return worksheet_write_number(sheet, row, column, double(clock) / double(MicrosecondsOfDay) + DaysBefore1970,
                                      isDate    ? date
                                      : isWhole ? moment
                                                : fraction);
    }

    static std::string textOfCell(const Value &value) { return value.isNull() ? std::string() : toPlain(value); }
};

XlsxWriter::XlsxWriter() : d(std::make_unique<Private>()) {}

XlsxWriter::~XlsxWriter() = default;

std::string XlsxWriter::nameProblem(const std::string &sheet)
{
    if (sheet.empty())
        return "The sheet needs a name.";
    if (charactersOf(sheet) > LongestSheetName)
        return "The sheet's name " + inQuotes(sheet) + " is too long; it may have 31 characters.";
    if (sheet.find_first_of("[]:*?/\\") != std::string::npos || sheet.starts_with('\'') || sheet.ends_with('\''))
        return "A sheet can't be called " + inQuotes(sheet) + "; leave out [ ] : * ? / \\ and apostrophes at its ends.";
    return {};
}

Result<> XlsxWriter::open(const std::string &path, const XlsxForm &form, uint32_t rowsOfSheet)
{
    if (const std::string problem = nameProblem(form.sheet); !problem.empty())
        return failure(ErrorKind::Param, problem);
    d = std::make_unique<Private>();
    d->path = path;
    d->folder = folderOf(path);
    d->form = form;
    d->rowsOfSheet = rowsOfSheet;
    lxw_workbook_options options = {};
    options.constant_memory = LXW_TRUE;
    options.tmpdir = d->folder.data();
    options.use_zip64 = LXW_TRUE;
    d->workbook = workbook_new_opt(path.c_str(), &options);
    if (!d->workbook)
        return failure(ErrorKind::Io, "The workbook " + inQuotes(path) + " can't be begun.");
    d->bold = workbook_add_format(d->workbook);
    if (d->bold)
        format_set_bold(d->bold);
    d->date = d->formatOf("yyyy-mm-dd");
    d->moment = d->formatOf("yyyy-mm-dd hh:mm:ss");
    d->fraction = d->formatOf("yyyy-mm-dd hh:mm:ss.000");
    return {};
}

bool XlsxWriter::hasFields() const
{
    return d->hasFields;
}

Result<> XlsxWriter::setFields(const std::vector<std::string> &names)
{
    if (names.size() > MostColumns)
        return failure(ErrorKind::Fields,
                       "The items have " + std::to_string(names.size())
                           + " fields, but a sheet has 16,384 columns; leave fewer with \"select\".");
    d->names = names;
    d->hasFields = true;
    return d->addSheet();
}

std::string XlsxWriter::problemOf(const Value &value)
{
    if (value.isNull() || value.isBoolean() || value.isNumber())
        return {};
    if (value.type() == ValueType::Bytes)
        return "has bytes, for which a cell has no room; make them text before, or leave the field out";
    if (value.isText() && value.toText().size() <= LongestText)
        return value.toText().find('\0') == std::string_view::npos
                   ? std::string()
                   : "has a text with a zero in it, which no cell can have";
    const size_t characters = charactersOf(Private::textOfCell(value));
    if (characters <= LongestText)
        return {};
    return "has " + std::to_string(characters) + " characters, but a cell has room for 32,767";
}

Result<> XlsxWriter::addRow(const std::vector<Value> &values)
{
    if (d->row >= d->rowsOfSheet) {
        if (!d->form.goesOn)
            return failure(ErrorKind::Limit, "The sheet " + inQuotes(d->form.sheet) + " is full: it has room for "
                                                 + std::to_string(d->rowsOfSheet)
                                                 + " rows; set \"overflow\" to next, or write CSV.");
        d->endSheet();
        if (auto added = d->addSheet(); !added)
            return added;
    }
    for (size_t i = 0; i < values.size(); ++i)
        if (const lxw_error error = d->write(lxw_col_t(i), values[i]); error != LXW_NO_ERROR)
            return Private::told(error, "a cell");
    ++d->row;
    return {};
}

Result<> XlsxWriter::finish()
{
    if (!d->sheet)
        if (auto added = d->addSheet(); !added)
            return added;
    d->endSheet();
    lxw_workbook *workbook = std::exchange(d->workbook, nullptr);
    return Private::told(workbook_close(workbook), "its end"); // which frees it
}

} // namespace millrace

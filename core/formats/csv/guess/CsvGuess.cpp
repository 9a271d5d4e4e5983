// SPDX-License-Identifier: MIT
#include "formats/csv/guess/CsvGuess.h"

#include "formats/csv/DialectParser.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

namespace millrace {

namespace {

constexpr size_t MostRecords = 2000;
constexpr size_t MostTyped = 200;      // records whose fields are looked at
constexpr size_t MostSkipped = 100;    // records above a header
constexpr double SingleColumn = 0.45;  // what a table of one column is worth
constexpr double ClearlyBetter = 1.02; // of another quote than the usual one
constexpr double NearlyAsGood = 0.95;  // of another delimiter
constexpr double QuoteBonus = 0.05;    // where all fields are quoted
constexpr double UntypedWorth = 0.4;   // of a table whose fields are of no known kind
constexpr size_t FewFaults = 5;

struct Candidate
{
    std::string delimiter;
    double prior = 1;
};

/// What the records are like in some dialect.
struct TableLook
{
    std::vector<uint32_t> counts; ///< fields of each record
    std::vector<bool> isFaulty;   ///< whether a record has a fault in its quotes
    std::vector<uint32_t> filled; ///< those that aren't empty
    uint32_t usual = 0;           ///< the number of fields that most records have
    size_t cells = 0, known = 0, withCr = 0, quoted = 0, faults = 0, quotedCells = 0, allCells = 0;
    size_t delimiters = 0, blanksBehind = 0;
    size_t halves = 0; ///< fields that begin or end with a quote, of either kind, and don't do both
    double score = 0;
};

bool isIn(char c, std::string_view set)
{
    return set.find(c) != std::string_view::npos;
}

/// Numbers, dates, times, amounts, percentages.
bool isNumberLike(std::string_view text)
{
    size_t digits = 0, blanks = 0;
    for (const char c : text) {
        digits += c >= '0' && c <= '9' ? 1 : 0;
        blanks += c == ' ' ? 1 : 0;
        if (!(c >= '0' && c <= '9') && !isIn(c, ".,-+%eE:/ TZ$'"))
            return false;
    }
    return digits > 0 && blanks <= 1;
}

bool isKnownKind(std::string_view text)
{
    return isNumberLike(text) || text.find_first_of(",;|\t\r") == std::string_view::npos;
}

/// Whether a field seems to be cut out of one in quotes.
bool isHalfQuoted(std::string_view text)
{
    if (text.size() < 2)
        return false;
    const auto isQuote = [](char c) { return c == '"' || c == '\''; };
    return (isQuote(text.front()) || isQuote(text.back())) && text.front() != text.back();
}

void lookAtField(const FieldExtent &extent, bool isFirst, bool isTyped, TableLook &look)
{
    const std::string_view text(extent.begin, size_t(extent.end - extent.begin));
    ++look.allCells;
    look.delimiters += isFirst ? 0 : 1;
    look.blanksBehind += !isFirst && (extent.hadBlank || text.starts_with(' ') || text.empty()) ? 1 : 0;
    look.faults += extent.fault == CsvField::Fault::None ? 0 : 1;
    if (extent.isQuoted) {
        ++look.quoted;
        look.quotedCells += extent.fault == CsvField::Fault::None ? 1 : 0;
    } else {
        look.withCr += text.find('\r') != std::string_view::npos ? 1 : 0;
        look.halves += isHalfQuoted(text) ? 1 : 0;
    }
    if (!isTyped || text.empty())
        return;
    ++look.cells;
    look.known += extent.fault == CsvField::Fault::None && (extent.isQuoted || isKnownKind(text)) ? 1 : 0;
}

uint32_t usualCount(std::vector<uint32_t> counts)
{
    std::ranges::sort(counts);
    uint32_t usual = 0;
    size_t most = 0;
    for (size_t at = 0; at < counts.size();) {
        const auto behind = std::upper_bound(counts.begin() + ptrdiff_t(at), counts.end(), counts[at]);
        const auto length = size_t(behind - counts.begin()) - at;
        if (length >= most) {
            most = length;
            usual = counts[at];
        }
        at += length;
    }
    return usual;
}

double scoreOf(const TableLook &look)
{
    if (look.counts.empty())
        return 0;
    const auto first = std::ranges::find(look.counts, look.usual);
    // What stands above a table isn't held against it.
    const auto above = std::min<ptrdiff_t>(first - look.counts.begin(), ptrdiff_t(look.counts.size() / 4));
    const auto records = double(look.counts.size()) - double(std::min<ptrdiff_t>(above, ptrdiff_t(MostSkipped)));
    const double uniform = double(std::ranges::count(look.counts, look.usual)) / records;
    const double known = look.cells == 0 ? 0.5 : double(look.known) / double(look.cells);
    const double width = look.usual == 1 ? SingleColumn : 1 - 0.5 / look.usual;
    const auto all = double(std::max<size_t>(look.allCells, 1));
    const double faults = std::min(1.0, double(look.faults) / records);
    const double returns = std::max(0.1, 1 - double(look.withCr) / all);
    const double halves = 1 - 0.3 * std::min(1.0, double(look.halves) / (2 * records));
    const double quotes = 1 + QuoteBonus * double(look.quotedCells) / all;
    return uniform * uniform * (UntypedWorth + (1 - UntypedWorth) * known) * width * (1 - 0.7 * faults) * returns
           * quotes * halves;
}

TableLook lookAt(std::string_view text, bool isWhole, const CsvDialect &dialect)
{
    TableLook look;
    const char *at = text.data(), *const end = at + text.size();
    const DialectScanner scanner(dialect, end, isWhole);
    while (look.counts.size() < MostRecords && (at = scanner.skipLines(at, true)) && at != end) {
        const bool isTyped = !look.counts.empty() && look.counts.size() <= MostTyped;
        uint32_t fields = 0, filled = 0;
        const size_t faultsBefore = look.faults;
        FieldExtent extent;
        do {
            if (!scanner.field(at, extent)) {
                look.usual = usualCount(look.counts);
                look.score = scoreOf(look);
                return look;
            }
            at = extent.next;
            filled += extent.end != extent.begin ? 1 : 0;
            lookAtField(extent, fields++ == 0, isTyped, look);
        } while (!extent.isLast);
        look.counts.push_back(fields);
        look.isFaulty.push_back(look.faults > faultsBefore);
        look.filled.push_back(filled);
    }
    look.usual = usualCount(look.counts);
    look.score = scoreOf(look);
    return look;
}

/// Whether a character stands twice wherever it stands, and does so in the first line.
bool isAlwaysDoubled(std::string_view text, char c)
{
    if (text.substr(0, text.find('\n')).find(c) == std::string_view::npos)
        return false;
    for (size_t at = text.find(c); at != std::string_view::npos; at = text.find(c, at)) {
        const size_t end = std::min(text.find_first_not_of(c, at), text.size());
        if (end - at != 2)
            return false;
        at = end;
    }
    return true;
}

/// Whether the first line has it, and most of those behind it: some may be parts of a field in quotes.
bool isInMostLines(std::string_view text, char c)
{
    constexpr size_t Lines = 20;
    size_t seen = 0, having = 0;
    while (!text.empty() && seen < Lines) {
        const std::string_view line = text.substr(0, text.find_first_of("\r\n"));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        if (line.empty())
            continue;
        const bool hasIt = line.find(c) != std::string_view::npos;
        if (seen == 0 && !hasIt)
            return false;
        having += hasIt ? 1 : 0;
        ++seen;
    }
    return having * 2 > seen;
}

std::vector<Candidate> delimitersIn(std::string_view text)
{
    constexpr std::array<std::pair<char, double>, 4> Usual{{{',', 1}, {';', 0.98}, {'\t', 0.99}, {'|', 0.95}}};
    constexpr std::array<std::pair<char, double>, 7> Others{
        {{'\x01', 0.9}, {'\x1f', 0.9}, {'^', 0.8}, {'~', 0.8}, {'#', 0.5}, {':', 0.5}, {' ', 0.5}}};
    constexpr double Doubled = 0.95;
    std::vector<Candidate> candidates;
    for (const auto &[c, prior] : Usual) {
        if (text.find(c) == std::string_view::npos)
            continue;
        const bool isDoubled = c == '|' && isAlwaysDoubled(text, c);
        candidates.push_back({std::string(isDoubled ? 2 : 1, c), prior});
    }
    for (const auto &[c, prior] : Others) {
        if (!isInMostLines(text, c))
            continue;
        const bool isDoubled = c != ' ' && isAlwaysDoubled(text, c);
        candidates.push_back({std::string(isDoubled ? 2 : 1, c), isDoubled ? Doubled : prior});
    }
    if (candidates.empty())
        candidates.push_back({",", 1});
    return candidates;
}

/// All ways to spell what the settings leave open, the usual one first.
std::vector<CsvDialect> variantsOf(const CsvDialect &usual, std::string_view text, const CsvSettings &settings)
{
    std::vector<CsvDialect> variants{usual};
    const auto vary = [&variants](auto change) {
        for (size_t i = 0, count = variants.size(); i < count; ++i) {
            variants.push_back(variants[i]);
            change(variants.back());
        }
    };
    const bool hasApostrophes = text.find('\'') != std::string_view::npos;
    if (!settings.quote && hasApostrophes)
        vary([](CsvDialect &dialect) { dialect.quote = '\''; });
    if (!settings.escape && (text.find("\\\"") != std::string_view::npos || text.find("\\'") != std::string_view::npos))
        vary([](CsvDialect &dialect) { dialect.escape = '\\'; });
    const std::string_view firstLine = text.substr(0, text.find_first_of("\r\n"));
    if (!settings.trims && usual.delimiter != " " && firstLine.find(usual.delimiter + ' ') != std::string_view::npos)
        vary([](CsvDialect &dialect) { dialect.trims = true; });
    bool hasLoneCr = false;
    for (size_t at = text.find('\r'); at < text.size() - 1 && !hasLoneCr; at = text.find('\r', at + 1))
        hasLoneCr = text[at + 1] != '\n';
    if (!settings.endsAtCr && hasLoneCr)
        vary([](CsvDialect &dialect) { dialect.endsAtCr = true; });
    return variants;
}

bool isTrimmedThroughout(const TableLook &look)
{
    return look.delimiters > 0 && look.blanksBehind == look.delimiters;
}

/// The best way to spell a file with that delimiter.
std::pair<CsvDialect, TableLook> bestVariant(const CsvDialect &usual,
                                             std::string_view text,
                                             bool isWhole,
                                             const CsvSettings &settings)
{
    std::pair<CsvDialect, TableLook> best{usual, lookAt(text, isWhole, usual)};
    for (const CsvDialect &variant : variantsOf(usual, text, settings)) {
        if (variant == usual)
            continue;
        TableLook look = lookAt(text, isWhole, variant);
        const bool isTrimmed = variant.trims && !usual.trims;
        if (isTrimmed && !isTrimmedThroughout(look))
            continue;
        const bool isBetter = look.score > best.second.score * ClearlyBetter
                              || (isTrimmed && !best.first.trims && look.score >= best.second.score * NearlyAsGood);
        if (isBetter)
            best = {variant, std::move(look)};
    }
    // Where most quotes are faults, they are no quotes: inches, say.
    TableLook &look = best.second;
    if (!settings.quote && look.faults >= FewFaults && look.faults * 2 > look.quoted) {
        CsvDialect unquoted = best.first;
        unquoted.quote = '\0';
        unquoted.escape = '\0';
        TableLook other = lookAt(text, isWhole, unquoted);
        if (other.score > look.score)
            best = {unquoted, std::move(other)};
    }
    return best;
}

/// Where each record begins.
std::vector<const char *> beginsOf(std::string_view text, bool isWhole, const CsvDialect &dialect, size_t records)
{
    std::vector<const char *> begins;
    const char *at = text.data(), *const end = at + text.size();
    const DialectScanner scanner(dialect, end, isWhole);
    while (begins.size() < records && (at = scanner.skipLines(at, true)) && at != end) {
        begins.push_back(at);
        FieldExtent extent;
        do {
            if (!scanner.field(at, extent))
                return begins;
            at = extent.next;
        } while (!extent.isLast);
    }
    return begins;
}

/// Whether a record of several fields has something in one of them at the most.
bool isSparse(const TableLook &look, size_t record)
{
    return look.counts[record] > 2 && look.filled[record] <= 1;
}

/// Records before one that is as wide as the table and has nothing in any field, where at most half of theirs have something.
size_t recordsAboveEmptyOne(const TableLook &look)
{
    constexpr size_t Looked = 20;
    size_t above = 0;
    for (size_t record = 0; record < std::min(Looked, look.counts.size()); ++record) {
        if (look.counts[record] == look.usual && look.usual > 2 && look.filled[record] == 0)
            above = record + 1;
        else if (look.filled[record] * 2 > look.usual)
            break;
    }
    return above;
}

/// Records at the beginning that are no part of the table: marked as comments, or of a field or a few where the table has many.
size_t recordsAbove(const TableLook &look, const std::vector<const char *> &begins, bool mayBeComments)
{
    const size_t all = std::min(look.counts.size(), begins.size());
    const auto isMarked = [&](size_t record) { return mayBeComments && *begins[record] == '#'; };
    size_t marked = 0;
    while (marked < all && isMarked(marked))
        ++marked;
    if (marked == all || (marked > 0 && look.counts[0] == look.usual && marked < 2))
        marked = 0;
    size_t above = std::max(marked, std::min(recordsAboveEmptyOne(look), all - 1));
    const uint32_t few = std::max<uint32_t>(1, look.usual / 2);
    while (above + 1 < all && !look.isFaulty[above] && (look.counts[above] != look.usual || isSparse(look, above))
           && (look.counts[above] <= few || isSparse(look, above)))
        ++above;
    const bool isTable = look.usual > 1 && look.counts[above] == look.usual && !isSparse(look, above)
                         && (above + 1 == all || look.counts[above + 1] == look.usual);
    return isTable ? above : marked;
}

CsvDialect usualDialect(const CsvSettings &settings, const std::string &delimiter)
{
    CsvDialect dialect;
    dialect.delimiter = delimiter;
    dialect.quote = settings.quote.value_or('"');
    dialect.escape = settings.escape.value_or('\0');
    dialect.endsAtCr = settings.endsAtCr.value_or(false);
    dialect.trims = settings.trims.value_or(false);
    dialect.isLenient = settings.isLenient;
    dialect.comment = settings.comment;
    return dialect;
}

} // namespace

CsvGuess guessCsv(std::string_view text, bool isWhole, const CsvSettings &settings)
{
    std::vector<Candidate> candidates;
    if (settings.delimiter)
        candidates.push_back({*settings.delimiter, 1});
    else
        candidates = delimitersIn(text);
    CsvGuess guess;
    TableLook look;
    double most = -1, second = -1;
    std::string rival;
    for (const Candidate &candidate : candidates) {
        auto [dialect, found] = bestVariant(usualDialect(settings, candidate.delimiter), text, isWhole, settings);
        const double score = found.score * candidate.prior;
        if (score > most) {
            second = look.usual > 1 ? most : -1;
            rival = guess.dialect.delimiter;
            most = score;
            guess.dialect = dialect;
            look = std::move(found);
        } else if (score > second && found.usual > 1) {
            second = score;
            rival = candidate.delimiter;
        }
    }
    if (second >= most * NearlyAsGood && look.usual > 1)
        guess.rival = rival;
    // Where no delimiter makes more than one column of most records, the usual one has to be it.
    if (!settings.delimiter && look.usual <= 1 && guess.dialect.delimiter.find_first_of(" :#") == 0)
        guess.dialect.delimiter = ",";
    guess.records = look.counts.size();
    guess.fields = look.usual;
    guess.agreeing = size_t(std::ranges::count(look.counts, look.usual));
    guess.quotedFields = look.quotedCells;
    guess.faults = look.faults;
    guess.isClear = guess.rival.empty() && look.usual > 1 && look.faults == 0 && look.known == look.cells
                    && guess.agreeing == guess.records
                    && guess.dialect == usualDialect(settings, guess.dialect.delimiter);
    guess.skipLines = settings.skipLines.value_or(0);
    if (!settings.skipLines) {
        const auto begins = beginsOf(text, isWhole, guess.dialect, MostSkipped + 2);
        const size_t above = begins.empty() ? 0 : recordsAbove(look, begins, settings.comment.empty());
        const DialectScanner scanner(guess.dialect, text.data() + text.size(), isWhole);
        if (above > 0)
            guess.skipLines = scanner.lineEnds(text.data(), begins[above]);
    }
    return guess;
}

} // namespace millrace

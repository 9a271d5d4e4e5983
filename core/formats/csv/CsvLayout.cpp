// SPDX-License-Identifier: MIT
#include "formats/csv/CsvLayout.h"

#include "data/text/NearestName.h"
#include "data/text/Quote.h"
#include "data/text/TextCheck.h"
#include "data/text/UniqueNames.h"
#include "data/text/VisibleText.h"
#include "formats/csv/CsvNumberSigns.h"
#include "formats/csv/DialectParser.h"
#include "formats/text/TypeInference.h"

#include <algorithm>
#include <unordered_set>

namespace millrace {

namespace {

constexpr size_t MostNamesSaid = 3;

/// Of names that look like others.
void warnOfUnseen(const std::vector<std::string> &header, std::vector<std::string> &warnings)
{
    std::string said;
    size_t count = 0;
    for (const std::string &name : header)
        if (const std::string coded = codedText(name); coded != name && ++count <= MostNamesSaid)
            said += (said.empty() ? "" : ", ") + inQuotes(coded);
    if (count > MostNamesSaid)
        said += " and " + std::to_string(count - MostNamesSaid) + " more";
    if (count > 0)
        warnings.push_back("Names in the header have characters that can't be seen, here by their codes: " + said
                           + "; \"names\" gives others.");
}

/// "columnN" where there is no name, and name_2, name_3, … where one repeats; a name that only one column has stays its own.
std::vector<std::string> uniqueNames(const std::vector<std::string> &header, std::vector<std::string> &warnings)
{
    UniqueNames names;
    for (const std::string &name : header)
        if (!name.empty())
            names.reserve(name);
    std::unordered_set<std::string_view> seen;
    std::vector<std::string> all;
    std::string said;
    size_t repeated = 0;
    for (size_t i = 0; i < header.size(); ++i) {
        const std::string &name = header[i];
        if (name.empty() || seen.insert(name).second) {
            all.push_back(name.empty() ? names.add("column" + std::to_string(i + 1)) : name);
            continue;
        }
        all.push_back(names.add(name));
        if (++repeated <= MostNamesSaid)
            said += (said.empty() ? "" : ", ") + inQuotes(all.back()) + " (column " + std::to_string(i + 1) + ')';
    }
    if (repeated > MostNamesSaid)
        said += " and " + std::to_string(repeated - MostNamesSaid) + " more";
    if (repeated > 0)
        warnings.push_back("Names in the header that repeat are made different: " + said + '.');
    return all;
}

/// Calls use(column, text) for the fields of all whole records: one with too few fields, or too many, is a fault or no record of the
/// table at all.
template <class Fields, class Use>
void forEachFieldOf(Fields fields, size_t columns, bool alsoRagged, Use use)
{
    std::vector<CsvField> record;
    while (fields.skipLines(columns != 1)) {
        record.clear();
        for (bool isLast = false; !isLast;)
            isLast = fields.next(record.emplace_back());
        if (record.size() != columns && !alsoRagged)
            continue;
        for (size_t column = 0; column < std::min(columns, record.size()); ++column)
            if (record[column].fault == CsvField::Fault::None)
                use(column, record[column].text());
    }
}

template <class Use>
void forEachField(std::string sample, const CsvLayout &layout, Use use)
{
    const size_t columns = layout.fileColumns.size();
    const bool alsoRagged = layout.ragged != Ragged::Fail;
    char *const begin = sample.data(), *const end = begin + sample.size();
    if (layout.dialect.isPlain())
        forEachFieldOf(CsvFields(begin, end, layout.dialect.delimiter[0]), columns, alsoRagged, use);
    else
        forEachFieldOf(DialectFields(begin, end, layout.dialect), columns, alsoRagged, use);
}

std::vector<TypeInference> inferencesOf(const std::string &sample, const CsvLayout &layout, const FieldRules &rules)
{
    std::vector<TypeInference> inferences(layout.fileColumns.size());
    forEachField(sample, layout, [&](size_t column, std::string_view text) { inferences[column].add(text, rules); });
    return inferences;
}

std::vector<ValueType> inferTypes(const std::string &sample, const CsvLayout &layout, const FieldRules &rules)
{
    std::vector<ValueType> types;
    for (const TypeInference &inference : inferencesOf(sample, layout, rules))
        types.push_back(inference.type());
    return types;
}

/// Whether some column is one of numbers only if a comma is the decimal sign.
bool becomesNumbers(const std::vector<ValueType> &points,
                    const std::vector<ValueType> &commas,
                    const std::vector<CsvColumnSigns> &signs)
{
    for (size_t column = 0; column < points.size(); ++column)
        if (points[column] == ValueType::Text && commas[column] == ValueType::Real && !signs[column].comma.empty())
            return true;
    return false;
}

CsvDecimalGuess guessDecimal(const std::string &sample, const CsvLayout &layout)
{
    const bool canHaveCommas = layout.dialect.delimiter != ",";
    if (sample.find(canHaveCommas ? ',' : layout.dialect.quote) == std::string::npos)
        return {};
    std::vector<CsvColumnSigns> signs(layout.fileColumns.size());
    forEachField(sample, layout, [&](size_t column, std::string_view text) { signs[column].add(text, layout.rules); });
    FieldRules commas = layout.rules;
    commas.decimal = ',';
    const bool hasCommas =
        layout.dialect.delimiter != ","
        && becomesNumbers(inferTypes(sample, layout, layout.rules), inferTypes(sample, layout, commas), signs);
    return guessCsvDecimal(layout.fileColumns, signs, hasCommas);
}

void noteDecimal(const CsvDecimalGuess &guess, CsvLayout &layout)
{
    layout.rules.decimal = guess.isComma ? ',' : '.';
    layout.guesses.push_back({"decimal", Value(guess.isComma ? "," : "."),
                              guess.isComma ? "the decimal sign is \",\"" : "the decimal sign is \".\"",
                              guess.isComma ? "with it, some column is one of numbers" : "", !guess.isComma,
                              guess.hasRival ? Value(guess.isComma ? "." : ",") : Value()});
    if (!guess.warning.empty())
        layout.warnings.push_back(guess.warning);
}

/// Says of a column of numbers why it is one of texts all the same.
void warnOfTexts(const std::vector<TypeInference> &inferences, const CsvSettings &settings, CsvLayout &layout)
{
    size_t said = 0;
    for (size_t column = 0; column < inferences.size(); ++column) {
        const std::string &name = layout.fileColumns[column];
        const std::string why = inferences[column].whyNoNumber();
        const bool isTold = std::ranges::any_of(settings.types, [&](const auto &told) { return told.first == name; });
        const bool isWanted =
            settings.columns.empty() || std::ranges::find(settings.columns, name) != settings.columns.end();
        if (why.empty() || isTold || !isWanted || ++said > MostNamesSaid)
            continue;
        const std::string quoted = inQuotes(codedText(name));
        std::string warning = "The field ";
        warning.append(quoted).append(" is text, not a number: ").append(why);
        warning.append(R"(. "types" settles what it is, as in {)").append(quoted).append(R"(: "text"}.)");
        layout.warnings.push_back(std::move(warning));
    }
    if (said > MostNamesSaid)
        layout.warnings.push_back("So are " + std::to_string(said - MostNamesSaid) + " more fields.");
}

std::string listOf(const std::vector<std::string> &names)
{
    std::string list;
    for (size_t i = 0; i < names.size() && list.size() < 500; ++i)
        list += (i == 0 ? "" : ", ") + names[i];
    return list;
}

Result<size_t> columnNamed(const CsvLayout &layout, const std::string &name, const char *param)
{
    const auto found = std::ranges::find(layout.fileColumns, name);
    if (found != layout.fileColumns.end())
        return size_t(found - layout.fileColumns.begin());
    const std::string nearest = nearestName(name, layout.fileColumns);
    return failure(ErrorKind::Param, "There is no column " + inQuotes(name) + " (\"" + param + "\")"
                                         + (nearest.empty() ? "; the" : "; did you mean " + inQuotes(nearest) + "? The")
                                         + " columns are " + listOf(layout.fileColumns) + ".");
}

Result<std::vector<ValueType>> typesOf(CsvLayout &layout, const std::string &sample, const CsvSettings &settings)
{
    const size_t columns = layout.fileColumns.size();
    std::vector<ValueType> types(columns, ValueType::Text);
    if (settings.infers) {
        if (!settings.decimal)
            noteDecimal(guessDecimal(sample, layout), layout);
        const auto inferences = inferencesOf(sample, layout, layout.rules);
        std::ranges::transform(inferences, types.begin(), &TypeInference::type);
        warnOfTexts(inferences, settings, layout);
    }
    for (const auto &[name, type] : settings.types) {
        const auto column = columnNamed(layout, name, "types");
        if (!column)
            return column.forward();
        types[*column] = type;
    }
    return types;
}

/// Fields beside those of the file. Where the file has a column of that name, they get another one.
void addOwnFields(CsvLayout &layout, const CsvSettings &settings, std::vector<Field> &fields)
{
    UniqueNames names;
    for (const Field &field : fields)
        names.reserve(field.name);
    const auto add = [&](const char *name, ValueType type) {
        fields.push_back({names.add(name), type, Role::DataInput});
        return fields.size() - 1;
    };
    if (layout.ragged == Ragged::Keep)
        layout.extra = add("extra", ValueType::List);
    if (settings.withFile)
        layout.file = add("file", ValueType::Text);
    if (settings.withLine)
        layout.line = add("line", ValueType::Integer);
}

Result<std::vector<size_t>> sourcesOf(const CsvLayout &layout, const CsvSettings &settings)
{
    std::vector<size_t> sources;
    for (const std::string &name : settings.columns) {
        const auto column = columnNamed(layout, name, "columns");
        if (!column)
            return column.forward();
        sources.push_back(*column);
    }
    for (size_t column = 0; settings.columns.empty() && column < layout.fileColumns.size(); ++column)
        sources.push_back(column);
    return sources;
}

} // namespace

std::unique_ptr<RecordCutter> csvCutterFor(const CsvDialect &dialect, bool skipsEmpty, size_t skipEnd)
{
    if (dialect.isPlain() && skipEnd == 0)
        return std::make_unique<CsvCutter>(dialect.delimiter[0], skipsEmpty);
    return std::make_unique<DialectCutter>(dialect, skipsEmpty, skipEnd);
}

Failure tooManyCsvColumns()
{
    return failure(ErrorKind::Parse, "The first line has more than " + std::to_string(CsvLayout::MostColumns)
                                         + " fields; does the delimiter fit, and is the table the right way round?");
}

Result<CsvLayout> csvLayoutOf(CsvLayout layout,
                              std::optional<std::vector<std::string>> header,
                              const std::string &sample,
                              const CsvSettings &settings)
{
    layout.hasHeader = header.has_value();
    if (!header) {
        std::string first = sample;
        DialectFields fields(first.data(), first.data() + first.size(), layout.dialect);
        size_t columns = 0;
        CsvField field;
        for (bool isLast = !fields.skipLines(true); !isLast; ++columns)
            isLast = fields.next(field);
        header.emplace(columns);
    }
    if (header->size() > CsvLayout::MostColumns)
        return tooManyCsvColumns();
    if (settings.names.size() > header->size() && !header->empty())
        return failure(ErrorKind::Param, "\"names\" has " + std::to_string(settings.names.size()) + " names, the file "
                                             + std::to_string(header->size()) + " columns.");
    header->resize(std::max(header->size(), settings.names.size()));
    std::ranges::copy(settings.names, header->begin());
    warnOfUnseen(*header, layout.warnings);
    layout.fileColumns = uniqueNames(*header, layout.warnings);
    auto types = typesOf(layout, sample, settings);
    if (!types)
        return types.forward();
    auto sources = sourcesOf(layout, settings);
    if (!sources)
        return sources.forward();
    layout.sources = *std::move(sources);
    std::vector<Field> fields;
    for (const size_t column : layout.sources)
        fields.push_back({layout.fileColumns[column], (*types)[column], Role::DataInput});
    addOwnFields(layout, settings, fields);
    layout.hasWidened = std::make_shared<std::vector<std::atomic<bool>>>(fields.size());
    layout.schema = std::make_shared<const Schema>(std::move(fields));
    return layout;
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "data/files/FilePath.h"
#include "data/text/Quote.h"
#include "steps/combine/LookupTable.h"
#include "steps/database/DatabaseUser.h"
#include "steps/keys/HoldingStep.h"
#include "steps/keys/NewFields.h"
#include "steps/keys/ValueOrder.h"
#include "steps/SharedState.h"
#include "steps/StepBuilder.h"
#include "steps/StepChecks.h"

#include <algorithm>

namespace millrace {

/// Adds fields of a table to items, by keys.
class Lookup final : public Step, public DatabaseUser
{
public:
    static void describe(StepBuilder<Lookup> &step)
    {
        step.id("lookup").title("Look up").family(Family::Combine).icon("lookup");
        step.help("Adds to each item what a table says about it, for example {\"file\": \"countries.csv\", \"on\": "
                  "{\"country\": \"code\"}}: the fields of the row whose code is the item's country. The table is a "
                  "file (CSV, JSON Lines, JSON or lines of text) or what a query gives, for example {\"database\": "
                  "\"shop.db\", \"query\": \"SELECT code, name FROM countries\"}. It is read once, whole, and all "
                  "workers use it; where keys are there twice, the first counts. An empty key is equal to none, a text "
                  "never to a number.");
        step.synonyms({"join", "enrich", "vlookup", "map", "reference", "translate", "as of", "dictionary"});
        step.outputPorts({"out", "rejected"}).changesItemCount();
        step.param("file", &Lookup::m_file)
            .kind(ParamKind::InputFile)
            .title("Table")
            .help("The file with the table. A relative path starts at the pipeline's folder. Empty: the rows of a "
                  "query.");
        step.param("on", &Lookup::m_on)
            .required()
            .help("Fields of the items, each with the table's field that it is looked up in, as {\"country\": "
                  "\"code\"}.");
        step.param("fields", &Lookup::m_fields)
            .help("The table's fields to add; none: all but those that items are looked up by.");
        step.param("missing", &Lookup::m_missing)
            .choices({"null", "reject", "fail"})
            .help("What becomes of items that the table has no row for: they get nulls, leave by \"rejected\", or "
                  "fail.");
        step.param("match", &Lookup::m_match)
            .choices({"exact", "range", "prefix"})
            .help("How the last of the fields is compared, where others must be equal: exact; range: the row with the "
                  "greatest value that isn't above the item's, as prices are valid from a day on; prefix: the row "
                  "with the longest text that the item's begins with.");
        step.param("ignoreCase", &Lookup::m_ignoresCase).help("Whether small and capital letters are the same.");
        describeDatabase(step, ParamKind::InputFile, false);
        step.param("query", &Lookup::m_query)
            .title("Query")
            .help("In place of a file: one statement that gives the table's rows.");
        describePassword(step);
    }
    Result<> open(const StepContext &context) override;
    Result<> process(Batch &batch) override;
    void close() override { m_table.reset(); }
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    SchemaPtr outputSchema(const CheckContext &context) const override;
    std::string summary() const override
    {
        std::string text = m_query.empty() ? m_file : summaryWith(m_query);
        for (const auto &[field, key] : m_on)
            text += ", " + field + (field == key ? "" : " = " + key);
        return text;
    }

private:
    static constexpr uint32_t None = UINT32_MAX;

    std::vector<std::string> inputs() const;
    LookupTable::Settings settings() const;
    std::string placeProblem() const;
    SchemaPtr tableSchema(const CheckContext &context, std::vector<StepProblem> *problems) const;
    void checkTable(const CheckContext &context, const Schema &table, std::vector<StepProblem> &problems) const;
    std::string missingText(uint32_t row) const;
    void addFields(Batch &batch, const std::vector<uint32_t> &found) const;

    std::string m_file, m_query;
    TextPairs m_on;
    std::vector<std::string> m_fields;
    std::string m_missing = "null", m_match = "exact";
    bool m_ignoresCase = false;

    std::shared_ptr<const LookupTable> m_table; // shared by the steps of all workers
    std::vector<std::string> m_inputs;
    LookupTable::Seeker m_seeker;
};

std::vector<std::string> Lookup::inputs() const
{
    std::vector<std::string> names;
    for (const auto &[field, key] : m_on)
        names.push_back(field);
    return names;
}

LookupTable::Settings Lookup::settings() const
{
    LookupTable::Settings settings{.file = m_file,
                                   .database = m_database,
                                   .query = m_query,
                                   .password = m_password,
                                   .fields = m_fields,
                                   .ignoresCase = m_ignoresCase};
    for (const auto &[field, key] : m_on)
        settings.keys.push_back(key);
    settings.match = m_match == "range"    ? LookupTable::Match::Range
                     : m_match == "prefix" ? LookupTable::Match::Prefix
                                           : LookupTable::Match::Exact;
    return settings;
}

/// Empty, or a sentence: it must be clear where the table is.
std::string Lookup::placeProblem() const
{
    if (!m_file.empty() && m_query.empty() && m_database.empty())
        return {};
    if (m_file.empty() && !m_query.empty() && !m_database.empty())
        return {};
    return R"(Say where the table is: by "file", or by "database" and "query".)";
}

Result<> Lookup::open(const StepContext &context)
{
    if (m_on.empty())
        return failure(ErrorKind::Param, R"("on" must say by which field items are looked up.)");
    m_inputs = inputs();
    if (std::string problem = placeProblem(); !problem.empty())
        return failure(ErrorKind::Param, std::move(problem));
    std::string key = m_file + '\n' + m_database + '\n' + m_query + '\n' + m_match + (m_ignoresCase ? "\ni" : "\n");
    for (const auto &pair : m_on)
        key += '\n' + pair.second;
    for (const std::string &field : m_fields)
        key += "\n\n" + field;
    auto table = sharedBy<const LookupTable>(context, key, [&] { return LookupTable::read(settings(), context); });
    if (!table)
        return table.forward();
    m_table = *std::move(table);
    return {};
}

Result<> Lookup::process(Batch &batch)
{
    if (auto known = requireFields(*batch.schema(), m_inputs); !known)
        return known;
    findColumns(batch, m_inputs, m_seeker.columns);
    std::vector<uint32_t> kept, found;
    std::vector<ItemError> errors;
    for (uint32_t row = 0; row < batch.size(); ++row) {
        const auto place = m_table->find(m_seeker, row);
        if (!place && m_missing == "fail") {
            errors.push_back({row, ErrorKind::Data, missingText(row), {}});
            continue;
        }
        kept.push_back(row);
        found.push_back(place.value_or(None));
    }
    batch.keepRows(kept);
    addFields(batch, found);
    if (m_missing == "reject")
        for (size_t row = 0; row < found.size(); ++row)
            if (found[row] == None)
                batch.sendTo(row, 1);
    if (!errors.empty())
        batch.errors() = std::move(errors);
    return {};
}

std::string Lookup::missingText(uint32_t row) const
{
    std::string text = LookupTable::nameOf(settings()) + " has no row for ";
    for (size_t i = 0; i < m_inputs.size(); ++i) {
        const Column *column = m_seeker.columns[i];
        text += (i > 0 ? ", " : "") + inQuotes(m_inputs[i]) + ", which is "
                + describeValue(column ? column->value(row) : Value());
    }
    return text + '.';
}

/// `found`: each item's row of the table, or None.
void Lookup::addFields(Batch &batch, const std::vector<uint32_t> &found) const
{
    std::vector<Column> columns;
    for (size_t i = 0; i < m_table->fields().size(); ++i) {
        const Column &from = m_table->column(i);
        Column &values = columns.emplace_back(from.type());
        values.reserve(found.size());
        for (size_t row = 0; row < found.size();) {
            size_t end = row;
            while (end < found.size() && found[end] != None)
                ++end;
            values.appendRows(from, std::span(found).subspan(row, end - row));
            for (row = end; row < found.size() && found[row] == None; ++row)
                values.appendNull();
        }
    }
    setFields(batch, m_table->fields(), std::move(columns));
}

/// What the table's fields are, as far as a look at its beginning tells; null: not known. What is wrong with the file goes to `problems`.
SchemaPtr Lookup::tableSchema(const CheckContext &context, std::vector<StepProblem> *problems) const
{
    if (!placeProblem().empty())
        return nullptr;
    const std::string path = resolvePath(context.folder, m_file);
    if (m_query.empty() && !readProblem(path).empty()) {
        if (problems)
            problems->push_back({true, "file", readProblem(path)});
        return nullptr;
    }
    if (m_query.empty() && !isRegularFile(path))
        return nullptr;
    const auto source = LookupTable::sourceFor(settings(), context.folder);
    if (!source) {
        if (problems)
            problems->push_back({true, "file", source.error().message});
        return nullptr;
    }
    const CheckContext alone{context.folder, nullptr};
    if (problems) {
        std::vector<StepProblem> own;
        (*source)->check(alone, own);
        for (StepProblem &problem : own)
            problems->push_back(
                {problem.isError, m_query.empty() ? "file" : std::move(problem.param), std::move(problem.text)});
    }
    return (*source)->outputSchema(alone);
}

void Lookup::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    if (std::string problem = placeProblem(); !problem.empty())
        problems.push_back({true, m_query.empty() ? "file" : "query", std::move(problem)});
    checkFields(context, "on", inputs(), problems);
    if (const SchemaPtr table = tableSchema(context, &problems))
        checkTable(context, *table, problems);
}

void Lookup::checkTable(const CheckContext &context, const Schema &table, std::vector<StepProblem> &problems) const
{
    const auto requireOfTable = [&](const char *param, const std::string &name) {
        if (table.find(name))
            return true;
        problems.push_back(missingField(param, name, table));
        problems.back().text.insert(0, "In the table: ");
        return false;
    };
    for (const auto &[name, key] : m_on) {
        if (!requireOfTable("on", key) || !context.input || !context.input->find(name) || m_match == "prefix")
            continue;
        const ValueType own = context.input->field(*context.input->find(name)).type,
                        its = table.field(*table.find(key)).type;
        if (own != ValueType::Null && its != ValueType::Null && typeRank(own) != typeRank(its))
            problems.push_back({false, "on",
                                "The field " + inQuotes(name) + " is " + std::string(typeName(own)) + ", and "
                                    + inQuotes(key) + " of the table " + std::string(typeName(its))
                                    + ", so that nothing is found; convert one of them."});
    }
    for (const std::string &name : m_fields)
        requireOfTable("fields", name);
    for (const Field &field : LookupTable::keptFields(table, settings().keys, m_fields))
        if (context.input && context.input->find(field.name))
            problems.push_back(
                {false, "fields", "The field " + inQuotes(field.name) + " is there already, and is replaced."});
}

SchemaPtr Lookup::outputSchema(const CheckContext &context) const
{
    const SchemaPtr table = context.input ? tableSchema(context, nullptr) : nullptr;
    if (!table)
        return nullptr;
    const bool mayBeMore = context.input->isOpen() || (table->isOpen() && m_fields.empty());
    const auto added = LookupTable::keptFields(*table, settings().keys, m_fields);
    return std::make_shared<const Schema>(fieldsWith(*context.input, added), mayBeMore);
}

void registerLookup(StepRegistry &registry)
{
    registry.add<Lookup>();
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "steps/script/ProgramMessages.h"

#include "data/FieldLimit.h"
#include "data/text/Quote.h"
#include "data/text/TextCheck.h"
#include "formats/json/JsonFields.h"

#include <algorithm>
#include <numeric>
#include <set>

namespace millrace {

namespace {

constexpr size_t QuotedAnswer = 80; ///< bytes of an answer in a message

std::string lineInQuotes(std::string_view line)
{
    std::string text;
    appendJsonText(text, fixedText(line.substr(0, QuotedAnswer)));
    return line.size() > QuotedAnswer ? text + "…" : text;
}

Failure notUnderstood(std::string_view line)
{
    return failure(ErrorKind::Protocol, "answered what isn't understood: " + lineInQuotes(line));
}

std::string textOf(const Value &object, std::string_view name, std::string otherwise)
{
    const Value *member = object.member(name);
    return member && !member->isNull() ? toPlain(*member) : std::move(otherwise);
}

/// An item, a list of items, or null.
void addItems(const Value &value, uint32_t row, MadeItems &made)
{
    if (value.isList()) {
        for (const Value &each : value.toList())
            made.add(row, each);
    } else if (!value.isNull()) {
        made.add(row, value);
    }
}

bool takeResult(const Value &result, uint32_t row, MadeItems &made)
{
    if (const Value *item = result.member("ok")) {
        made.add(row, *item);
    } else if (const Value *many = result.member("many"); many && many->isList()) {
        addItems(*many, row, made);
    } else if (const Value *error = result.member("error")) {
        if (error->isObject())
            made.fail({row, textOf(*error, "type", "program"), textOf(*error, "message", "it failed"),
                       textOf(*error, "trace", {})});
        else
            made.fail({row, "program", toPlain(*error), {}});
    } else {
        const Value *skip = result.member("skip");
        return skip && skip->isBoolean() && skip->toBoolean();
    }
    return true;
}

/// How many items takeResult() makes of it, as long as none has too many fields.
size_t itemsIn(const Value &result)
{
    const auto countOf = [](const Value &value) {
        return value.isList() ? value.toList().size() : size_t(!value.isNull());
    };
    if (result.member("ok"))
        return 1;
    const Value *many = result.member("many");
    return many ? countOf(*many) : 0;
}

/// An object of each item, all with the same members.
Result<> takeColumns(const Value &answer, const Value &columns, const Batch &batch, MadeItems &made)
{
    const Value *given = answer.member("names");
    if (!given || !given->isList() || !columns.isList() || given->toList().size() != columns.toList().size())
        return failure(ErrorKind::Protocol, "answered columns without a name for each");
    const List &names = given->toList();
    std::set<std::string_view> unique;
    for (size_t i = 0; i < names.size(); ++i) {
        const Value &column = columns.toList()[i];
        const bool isNamed = names[i].isText() && unique.insert(names[i].toText()).second;
        const bool isKept = isNamed && column.isNull() && batch.schema()->find(names[i].toText());
        if (!isNamed || (!isKept && (!column.isList() || column.toList().size() != batch.size())))
            return failure(ErrorKind::Protocol, "answered a column " + toJson(names[i]).substr(0, QuotedAnswer)
                                                    + " that doesn't have a value for each of "
                                                    + std::to_string(batch.size()) + " items");
    }
    std::vector<uint32_t> rows(batch.size());
    std::iota(rows.begin(), rows.end(), 0);
    if (!made.beginColumns(std::move(rows), names.size()))
        return failure(ErrorKind::Fields, "gave the items more than " + std::to_string(MostFields) + " fields");
    for (size_t i = 0; i < names.size(); ++i) {
        const Value &column = columns.toList()[i];
        if (column.isNull())
            made.keepColumn(*batch.schema()->find(names[i].toText()));
        else
            made.addColumn(names[i].toText(), column.toList());
    }
    return {};
}

} // namespace

std::string fixedText(std::string_view text)
{
    std::string fixed;
    while (!text.empty()) {
        const size_t length = utf8SequenceLength(text);
        if (length > 0)
            fixed += text.substr(0, length);
        else
            fixed += "\xEF\xBF\xBD";
        text.remove_prefix(length > 0 ? length : 1);
    }
    return fixed;
}

std::string ProgramMessages::init(const StepContext &context,
                                  const std::string &folder,
                                  const Value &settings,
                                  const std::vector<std::string> &ports)
{
    Members members{{"op", Value("init")},
                    {"step", Value(context.stepId)},
                    {"worker", Value(context.worker)},
                    {"workers", Value(context.workers)},
                    {"folder", Value(folder)},
                    {"seed", Value(int64_t(context.seed))},
                    {"columns", Value(true)}};
    if (!settings.isNull())
        members.emplace_back("settings", settings);
    if (ports.size() > 1)
        members.emplace_back("ports", Value(List(ports.begin(), ports.end())));
    return toJson(Value(std::move(members))) + '\n';
}

void ProgramMessages::useSchema(const SchemaPtr &schema)
{
    if (m_schema == schema)
        return;
    m_schema.reset(); // until all is known: nobody may take half of the names for all of them
    m_names.clear();
    for (const Field &field : schema->fields()) {
        std::string name = m_names.empty() ? "" : ",";
        appendJsonText(name, field.name);
        m_names.push_back(name + ':');
    }
    m_schema = schema;
}

void ProgramMessages::appendFields(std::string &text, const Batch &batch, size_t row) const
{
    text += '{';
    for (size_t i = 0; i < m_names.size(); ++i) {
        text += m_names[i];
        appendJsonOf(text, batch.column(i), row);
    }
    text += '}';
}

void ProgramMessages::appendItem(std::string &text, const Batch &batch, size_t row)
{
    useSchema(batch.schema());
    appendFields(text, batch, row);
    text += '\n';
}

void ProgramMessages::appendBatch(std::string &text, const Batch &batch, int64_t id)
{
    useSchema(batch.schema());
    text += R"({"op":"batch","id":)";
    appendInteger(text, id);
    text += R"(,"items":[)";
    for (size_t row = 0; row < batch.size(); ++row) {
        if (row > 0)
            text += ',';
        appendFields(text, batch, row);
    }
    text += "]}\n";
}

void ProgramMessages::appendColumns(std::string &text, const Batch &batch, int64_t id)
{
    text += R"({"op":"batch","id":)";
    appendInteger(text, id);
    text += R"(,"count":)";
    appendInteger(text, int64_t(batch.size()));
    text += R"(,"names":[)";
    for (size_t i = 0; i < batch.columnCount(); ++i) {
        if (i > 0)
            text += ',';
        appendJsonText(text, batch.schema()->field(i).name);
    }
    text += R"(],"columns":[)";
    for (size_t i = 0; i < batch.columnCount(); ++i) {
        text += i > 0 ? ",[" : "[";
        for (size_t row = 0; row < batch.size(); ++row) {
            if (row > 0)
                text += ',';
            appendJsonOf(text, batch.column(i), row);
        }
        text += ']';
    }
    text += "]}\n";
}

Result<Value> ProgramMessages::parse(std::string_view line)
{
    auto said = m_reader.parse(line);
    if (!said || !said->isObject())
        return notUnderstood(line);
    return said;
}

Result<> ProgramMessages::takeResults(const Value &answer,
                                      int64_t id,
                                      const Batch &batch,
                                      MadeItems &made,
                                      const std::vector<std::string> &names,
                                      std::vector<uint8_t> &ports)
{
    ports.clear();
    size_t madeItems = 0;
    const Value *given = answer.member("id"), *results = answer.member("results"), *columns = answer.member("columns");
    if (!given || !(columns || (results && results->isList())))
        return notUnderstood(toJson(answer));
    if (*given != Value(id))
        return failure(ErrorKind::Protocol, "answered batch " + toJson(*given) + " where " + std::to_string(id)
                                                + " was asked; each must be answered once");
    if (columns)
        return takeColumns(answer, *columns, batch, made);
    const List &list = results->toList();
    const size_t items = batch.size();
    if (list.size() != items)
        return failure(ErrorKind::Protocol, "answered " + std::to_string(list.size()) + " results for "
                                                + std::to_string(items) + " items; every item needs one");
    for (uint32_t row = 0; row < list.size(); ++row) {
        if (!takeResult(list[row], row, made))
            return notUnderstood(toJson(list[row]));
        if (names.size() <= 1)
            continue;
        madeItems += itemsIn(list[row]);
        const Value *port = list[row].member("port");
        if (!port || port->isNull())
            continue;
        const auto named = std::ranges::find(names, toPlain(*port));
        if (named == names.end())
            return failure(ErrorKind::Protocol, "sent an item to the port " + inQuotes(toPlain(*port))
                                                    + ", which its manifest doesn't name");
        if (named == names.begin())
            continue;
        ports.resize(madeItems - itemsIn(list[row]));
        ports.resize(madeItems, uint8_t(named - names.begin()));
    }
    if (!ports.empty())
        ports.resize(madeItems);
    return {};
}

Result<> ProgramMessages::takeLine(std::string_view line, uint32_t row, MadeItems &made)
{
    const auto value = m_reader.parse(line);
    if (!value)
        return notUnderstood(line);
    addItems(*value, row, made);
    return {};
}

} // namespace millrace

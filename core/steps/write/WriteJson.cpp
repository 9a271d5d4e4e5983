// SPDX-License-Identifier: MIT
#include "formats/json/JsonFields.h"
#include "steps/write/FileSink.h"

#include <vector>

namespace millrace {

namespace {

/// The elements of a list that has its brackets when it is complete.
class JsonListFile final : public SinkFile
{
public:
    Result<> write(Batch &, std::span<const uint32_t> rows, std::string_view text) override
    {
        if (rows.empty())
            return {};
        if (auto appended = append(m_items == 0 ? "[\n" : ",\n"); !appended)
            return appended;
        return appendItems(text, rows.size());
    }
    Result<> settle() override
    {
        if (auto appended = append(m_items == 0 ? "[]\n" : "\n]\n"); !appended)
            return appended;
        return SinkFile::settle();
    }
    std::string abandon() override
    {
        if (m_items > 0)
            (void)append("\n]\n"); // so that what is kept can be read
        return SinkFile::abandon();
    }
};

void appendLineStart(std::string &text, size_t level)
{
    constexpr size_t Indent = 2;
    text += '\n';
    text.append(Indent * level, ' ');
}

/// A list or an object over several lines; what is in it is a level deeper.
void appendPretty(std::string &text, const Value &value, size_t level)
{
    const bool isList = value.isList();
    if (isList ? value.toList().empty() : !value.isObject() || value.toObject().empty())
        return appendJson(text, value);
    char opening = isList ? '[' : '{';
    const auto begin = [&] {
        text += std::exchange(opening, ',');
        appendLineStart(text, level + 1);
    };
    if (isList) {
        for (const Value &element : value.toList()) {
            begin();
            appendPretty(text, element, level + 1);
        }
    } else {
        for (const auto &[name, member] : value.toObject()) {
            begin();
            appendJsonText(text, name);
            text += ": ";
            appendPretty(text, member, level + 1);
        }
    }
    appendLineStart(text, level);
    text += isList ? ']' : '}';
}

} // namespace

/// Writes all items as one JSON list.
class WriteJson final : public FileSink
{
public:
    static void describe(StepBuilder<WriteJson> &step)
    {
        step.id("write.json").title("JSON").family(Family::Sink).icon("json");
        step.help("Writes one JSON document: a list with an object for each item, with all fields that it has.");
        step.synonyms({"json", "array", "document", "export", "save"});
        describeParts(step);
        step.param("pretty", &WriteJson::m_isPretty)
            .title("Indented")
            .help("Whether each member is in a line of its own, with two spaces for each level.");
        describeOrdered(step);
    }

private:
    Result<> encodeItems(std::string &text, const Batch &batch) override;
    std::unique_ptr<SinkFile> makeFile() const override { return std::make_unique<JsonListFile>(); }
    void appendPrettyItem(std::string &text, const Batch &batch, size_t row) const;
    void useSchema(const SchemaPtr &schema);

    bool m_isPretty = false;

    SchemaPtr m_schema;
    std::vector<std::string> m_starts; ///< what stands before each value, behind a comma
};

Result<> WriteJson::encodeItems(std::string &text, const Batch &batch)
{
    if (batch.isEmpty())
        return {};
    if (m_schema != batch.schema())
        useSchema(batch.schema());
    JsonItems items(batch, m_starts);
    for (size_t row = 0; row < batch.size(); ++row) {
        if (row > 0)
            text += ",\n";
        if (m_isPretty)
            appendPrettyItem(text, batch, row);
        else
            items.append(text, row);
    }
    return {};
}

void WriteJson::appendPrettyItem(std::string &text, const Batch &batch, size_t row) const
{
    text += "  ";
    char opening = '{';
    for (size_t column = 0; column < batch.columnCount(); ++column) {
        const Column &values = batch.column(column);
        if (values.isAbsent(row))
            continue;
        text += std::exchange(opening, ',');
        appendLineStart(text, 2);
        text.append(m_starts[column], 1).append(" ");
        if (values.type() == ColumnType::Any)
            appendPretty(text, values.values()[row], 2);
        else
            appendJsonOf(text, values, row);
    }
    if (opening == '{') {
        text += "{}";
        return;
    }
    appendLineStart(text, 1);
    text += '}';
}

void WriteJson::useSchema(const SchemaPtr &schema)
{
    m_schema = schema;
    m_starts.clear();
    for (const Field &field : schema->fields())
        m_starts.push_back(memberStart(field.name));
}

void registerWriteJson(StepRegistry &registry)
{
    registry.add<WriteJson>();
}

} // namespace millrace

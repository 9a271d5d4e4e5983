// SPDX-License-Identifier: MIT
#include "data/files/FilePath.h"
#include "data/files/Spool.h"
#include "formats/container/ContainerColumns.h"
#include "formats/json/JsonFields.h"
#include "steps/write/FileSink.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <vector>

namespace millrace {

namespace {

enum Part : size_t { Ids, DataInputs, ExpectedOutputs, PartCount };

/// How the fields of one role are written: bare where they were read from plain values, else as members.
struct PartLayout
{
    bool isPlain = false;
    std::vector<size_t> columns;
    std::vector<std::string> names; ///< what stands before each value
};

void addMember(PartLayout &part, size_t column, const std::string &name)
{
    part.columns.push_back(column);
    part.names.push_back(memberStart(name));
}

/// The name that read.container would have made a longer one of, because a data input has it.
std::string nameInContainer(const Schema &schema, const std::string &name)
{
    std::string shorter = name;
    while (shorter.starts_with(ExpectedPrefix)) {
        shorter.erase(0, ExpectedPrefix.size());
        const auto other = schema.find(shorter);
        if (!other)
            return name;
        if (schema.field(*other).role == Role::DataInput && !shorter.starts_with(ExpectedPrefix))
            return shorter;
    }
    return name;
}

void appendPart(std::string &text, const PartLayout &part, const Batch &batch)
{
    JsonItems items(batch, part.names, part.columns);
    for (size_t row = 0; row < batch.size(); ++row) {
        if (part.isPlain) {
            appendJsonOf(text, batch.column(part.columns[0]), row);
        } else {
            items.append(text, row);
        }
        text += ',';
    }
    text.pop_back();
}

bool hasExpectedOutputs(const Schema &schema)
{
    return std::any_of(schema.fields().begin(), schema.fields().end(),
                       [](const Field &field) { return field.role == Role::ExpectedOutput; });
}

} // namespace

/// Writes a data container. Each of its three lists is kept apart until the end, since they lie one behind the other.
class WriteContainer final : public FileSink
{
public:
    WriteContainer() { m_takesFields = false; }
    static void describe(StepBuilder<WriteContainer> &step)
    {
        step.id("write.container").title("Data container").family(Family::Sink).icon("container");
        step.help(
            "Writes a JSON file with the lists ids, data_inputs and, where the items have them, expected_outputs. "
            "Items "
            "whose only field is value are written as plain values, others as objects; expected outputs likewise, with "
            "the field expected.");
        step.synonyms({"json", "container", "dataset", "neuraxle", "export", "save"});
        describePath(step);
        describeOrdered(step);
    }
    Result<> open(const StepContext &context) override
    {
        const std::string folder = std::filesystem::path(resolveFile(context.folder, m_path)).parent_path().string();
        for (Spool &part : m_parts)
            part.start(folder.empty() ? "." : folder);
        m_hasExpectedOutputs = false;
        m_items = 0;
        return FileSink::open(context);
    }
    Result<> encode(Batch &batch) override;
    Result<> write(Batch &batch) override;
    Result<> finish() override;
    std::string abandon() override;

private:
    void useSchema(const SchemaPtr &schema);
    Result<> appendEntries(Part part, std::string_view entries, uint64_t before);
    Result<> appendNulls(uint64_t before, uint64_t count);
    Result<> writeParts();
    Result<> append(std::string_view text) { return file().result().append(text); }

    SchemaPtr m_schema;
    std::array<PartLayout, PartCount> m_layouts;

    std::array<Spool, PartCount> m_parts; ///< the lists' entries
    bool m_hasExpectedOutputs = false;
    uint64_t m_items = 0; ///< so far
};

void WriteContainer::useSchema(const SchemaPtr &schema)
{
    m_schema.reset(); // until all is known: nobody may take half of the members for all of them
    m_layouts = {};
    for (size_t column = 0; column < schema->size(); ++column) {
        const Field &field = schema->field(column);
        if (field.role == Role::DataInput)
            addMember(m_layouts[DataInputs], column, field.name);
        else
            addMember(m_layouts[ExpectedOutputs], column, nameInContainer(*schema, field.name));
    }
    const auto isOnly = [&](const PartLayout &part, std::string_view name) {
        return part.names.size() == 1 && part.names[0] == memberStart(name);
    };
    m_layouts[DataInputs].isPlain = isOnly(m_layouts[DataInputs], ValueField);
    m_layouts[ExpectedOutputs].isPlain = isOnly(m_layouts[ExpectedOutputs], ExpectedField);
    m_schema = schema;
}

/// The three parts one behind the other, with the lengths of the first two before them.
Result<> WriteContainer::encode(Batch &batch)
{
    std::string &text = batch.encodedToChange();
    text.clear();
    if (batch.isEmpty())
        return {};
    if (m_schema != batch.schema())
        useSchema(batch.schema());
    std::array<uint64_t, 2> ends{};
    text.resize(sizeof ends);
    for (size_t row = 0; row < batch.size(); ++row) {
        appendJson(text, batch.id(row));
        text += ',';
    }
    text.pop_back();
    ends[0] = text.size();
    appendPart(text, m_layouts[DataInputs], batch);
    ends[1] = text.size();
    if (!m_layouts[ExpectedOutputs].columns.empty())
        appendPart(text, m_layouts[ExpectedOutputs], batch);
    std::memcpy(text.data(), ends.data(), sizeof ends);
    return {};
}

Result<> WriteContainer::write(Batch &batch)
{
    if (!m_hasExpectedOutputs && batch.schema() && hasExpectedOutputs(*batch.schema())) {
        m_hasExpectedOutputs = true;
        if (auto filled = appendNulls(0, m_items); !filled) // the items before had none
            return filled;
    }
    if (batch.isEmpty())
        return {};
    std::array<uint64_t, 2> ends;
    std::memcpy(ends.data(), batch.encoded().data(), sizeof ends);
    const std::string_view text = batch.encoded();
    const std::string_view outputs = text.substr(ends[1]);
    auto done = appendEntries(Ids, text.substr(sizeof ends, ends[0] - sizeof ends), m_items);
    if (done)
        done = appendEntries(DataInputs, text.substr(ends[0], ends[1] - ends[0]), m_items);
    if (done && m_hasExpectedOutputs)
        done = outputs.empty() ? appendNulls(m_items, batch.size()) : appendEntries(ExpectedOutputs, outputs, m_items);
    if (done)
        m_items += batch.size();
    return done;
}

/// `before`: how many entries the list has.
Result<> WriteContainer::appendEntries(Part part, std::string_view entries, uint64_t before)
{
    if (before > 0) {
        if (auto appended = m_parts[part].append(","); !appended)
            return appended;
    }
    return m_parts[part].append(entries);
}

Result<> WriteContainer::appendNulls(uint64_t before, uint64_t count)
{
    Result<> done;
    for (uint64_t i = 0; done && i < count; ++i)
        done = appendEntries(ExpectedOutputs, "null", before + i);
    return done;
}

Result<> WriteContainer::writeParts()
{
    constexpr std::array<std::string_view, PartCount> names{"ids", "data_inputs", "expected_outputs"};
    const size_t count = m_hasExpectedOutputs ? PartCount : PartCount - 1;
    for (size_t part = 0; part < count; ++part) {
        std::string before = part == 0 ? "{" : ",\n ";
        (before += '"') += names[part];
        before += "\": [";
        if (auto appended = append(before); !appended)
            return appended;
        if (auto copied = m_parts[part].copyTo([this](std::string_view text) { return append(text); }); !copied)
            return copied;
        if (auto appended = append("]"); !appended)
            return appended;
    }
    return append("}\n");
}

Result<> WriteContainer::finish()
{
    if (auto written = writeParts(); !written)
        return written;
    return FileSink::finish();
}

std::string WriteContainer::abandon()
{
    const bool isWritten = m_items > 0 && writeParts().has_value();
    return file().result().abandon(isWritten);
}

void registerWriteContainer(StepRegistry &registry)
{
    registry.add<WriteContainer>();
}

} // namespace millrace

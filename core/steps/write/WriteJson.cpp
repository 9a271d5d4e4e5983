// SPDX-License-Identifier: MIT
#include "formats/json/JsonFields.h"
#include "steps/write/FileSink.h"

#include <string>
#include <string_view>
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

/// The text in quotes at the front.
std::string_view quotedPiece(std::string_view json)
{
    size_t end = 1;
    while (end < json.size() && json[end] != '"')
        end += json[end] == '\\' ? 2 : 1;
    return json.substr(0, end + 1);
}

/// JSON without blanks over several lines; what is in a list or an object is a level deeper.
void appendPretty(std::string &text, std::string_view json, size_t level)
{
    for (size_t at = 0; at < json.size(); ++at) {
        const char c = json[at];
        if (c == '"') {
            const std::string_view quoted = quotedPiece(json.substr(at));
            text += quoted;
            at += quoted.size() - 1;
            continue;
        }
        const bool isOpening = c == '[' || c == '{', isClosing = c == ']' || c == '}';
        const bool isEmpty = isOpening && at + 1 < json.size() && (json[at + 1] == ']' || json[at + 1] == '}');
        if (isClosing)
            appendLineStart(text, --level);
        text += c;
        if (isEmpty)
            text += json[++at];
        else if (isOpening)
            appendLineStart(text, ++level);
        else if (c == ',')
            appendLineStart(text, level);
        else if (c == ':')
            text += ' ';
    }
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

    bool m_isPretty = false;

    std::string m_item; ///< one, without blanks
    MemberStarts m_starts;
};

Result<> WriteJson::encodeItems(std::string &text, const Batch &batch)
{
    if (batch.isEmpty())
        return {};
    JsonItems items(batch, m_starts.of(batch.schema()));
    for (size_t row = 0; row < batch.size(); ++row) {
        if (row > 0)
            text += ",\n";
        if (!m_isPretty) {
            items.append(text, row);
            continue;
        }
        m_item.clear();
        items.append(m_item, row);
        text += "  ";
        appendPretty(text, m_item, 1);
    }
    return {};
}

void registerWriteJson(StepRegistry &registry)
{
    registry.add<WriteJson>();
}

} // namespace millrace

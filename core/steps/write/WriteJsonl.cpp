// SPDX-License-Identifier: MIT
#include "formats/json/JsonFields.h"
#include "steps/write/FileSink.h"

#include <vector>

namespace millrace {

/// Writes each item as a JSON object on a line of its own.
class WriteJsonl final : public FileSink
{
public:
    static void describe(StepBuilder<WriteJsonl> &step)
    {
        step.id("write.jsonl").title("JSON Lines").family(Family::Sink).icon("json");
        step.help("Writes a text file with a JSON object in each line: an item a line, with all fields that it has.");
        step.synonyms({"json", "ndjson", "jsonl", "export", "save"});
        describeLines(step);
        describeOrdered(step);
    }

private:
    Result<> encodeItems(std::string &text, const Batch &batch) override;
    bool hasCheckpoints() const override { return true; }

    MemberStarts m_starts;
};

Result<> WriteJsonl::encodeItems(std::string &text, const Batch &batch)
{
    if (batch.isEmpty())
        return {};
    JsonItems items(batch, m_starts.of(batch.schema()));
    for (size_t row = 0; row < batch.size(); ++row) {
        items.append(text, row);
        text += '\n';
    }
    return {};
}

void registerWriteJsonl(StepRegistry &registry)
{
    registry.add<WriteJsonl>();
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "data/SpareMemory.h"
#include "steps/StepChecks.h"
#include "steps/write/FileSink.h"

namespace millrace {

/// Writes one field of each item as a line of text.
class WriteLines final : public FileSink
{
public:
    static void describe(StepBuilder<WriteLines> &step)
    {
        step.id("write.lines").title("Lines of text").family(Family::Sink).icon("lines");
        step.help("Writes one field of each item as a line of a text file (UTF-8). Null makes an empty line, lists and "
                  "objects "
                  "are written as JSON.");
        step.synonyms({"text", "txt", "log", "export", "save"});
        describeLines(step);
        step.param("field", &WriteLines::m_field)
            .kind(ParamKind::FieldName)
            .title("Field")
            .help("The field to write. Items with a single field need not have one of this name.");
        describeEncoding(step);
        step.param("lineEnd", &WriteLines::m_lineEnd)
            .choices({"lf", "crlf"})
            .title("Line ends")
            .help("What ends a line: LF, as Unix has it, or CR LF, as Windows has.");
        describeOrdered(step);
    }
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override
    {
        FileSink::check(context, problems);
        if (!context.input || context.input->size() != 1)
            checkFields(context, "field", {m_field}, problems);
    }

private:
    Result<> encodeItems(std::string &text, const Batch &batch) override;
    bool hasCheckpoints() const override { return true; }

    std::string m_field = "text", m_lineEnd = "lf";
};

Result<> WriteLines::encodeItems(std::string &text, const Batch &batch)
{
    const std::string_view lineEnd = m_lineEnd == "crlf" ? "\r\n" : "\n";
    if (batch.isEmpty())
        return {};
    const auto found = batch.schema()->find(m_field);
    if (!found && batch.columnCount() != 1 && batch.schema()->isOpen()) {
        for (size_t row = 0; row < batch.size(); ++row)
            text += lineEnd;
        return {};
    }
    if (!found && batch.columnCount() != 1)
        return failure(ErrorKind::Field, noFieldMessage(m_field, *batch.schema()));
    const Column &column = batch.column(found.value_or(0));
    for (size_t row = 0; row < batch.size(); ++row) {
        if (column.type() == ColumnType::Text) {
            makeRoomFor(text, column.text(row).size());
            text += column.text(row);
        } else {
            appendPlain(text, column.value(row));
        }
        text += lineEnd;
    }
    return {};
}

void registerWriteLines(StepRegistry &registry)
{
    registry.add<WriteLines>();
}

} // namespace millrace

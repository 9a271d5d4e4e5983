// SPDX-License-Identifier: MIT
#include "data/files/AtomicFile.h"
#include "data/text/Quote.h"
#include "steps/files/FilePlaces.h"
#include "steps/StepBuilder.h"
#include "steps/StepChecks.h"

#include <sys/stat.h>

namespace millrace {

/// Writes a file for each item. Each appears when it is whole, and not at the end of the run as the results of other sinks do: there
/// may be millions of them.
class WriteFiles final : public Sink
{
public:
    static void describe(StepBuilder<WriteFiles> &step)
    {
        step.id("write.files").title("Write files").family(Family::Sink).icon("files");
        step.help("Writes one field of each item, text or bytes, to a file of its own, for example {\"to\": "
                  "\"pages/{id}.html\", "
                  "\"field\": \"response\"} behind http.request. Each file appears when it is whole; those of a run "
                  "that fails "
                  "stay. Lists and objects are written as JSON; null fails its item.");
        step.synonyms({"save", "export", "download", "bytes", "attachments", "one file an item"});
        step.param("to", &WriteFiles::m_to)
            .kind(ParamKind::OutputFile)
            .required()
            .title("To")
            .help("The file to write, as pages/{id}.html; folders are made as needed. A value is one part of the path "
                  "at most: "
                  "what can't be in a name is written as % and two digits.");
        step.param("field", &WriteFiles::m_field).kind(ParamKind::FieldName).help("The field that holds the content.");
        step.param("exists", &WriteFiles::m_exists)
            .choices({"fail", "skip", "replace"})
            .title("A file that is there")
            .help(
                "Where there is a file of that name: fail: the item fails. skip: nothing is done. replace: the new one "
                "takes its place.");
    }
    Result<> open(const StepContext &context) override
    {
        m_targets.open(m_to, context.folder);
        return {};
    }
    Result<> write(Batch &batch) override;
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override
    {
        checkFields(context, "field", {m_field}, problems);
        checkTargets(context, "to", m_to, problems);
    }
    std::string summary() const override { return m_to; }

private:
    Result<> writeRow(const Batch &batch, size_t row, const Value &content);

    std::string m_to, m_field = "content", m_exists = "fail";
    TargetFiles m_targets;
};

Result<> WriteFiles::write(Batch &batch)
{
    const auto place = batch.schema()->find(m_field);
    if (!place && !batch.schema()->isOpen() && !batch.isEmpty())
        return failure(ErrorKind::Field, noFieldMessage(m_field, *batch.schema()));
    for (uint32_t row = 0; row < batch.size(); ++row) {
        const Value content = place ? batch.column(*place).value(row) : Value();
        if (auto written = writeRow(batch, row, content); !written)
            batch.fail(row, written.error().kind, written.error().message);
    }
    return {};
}

Result<> WriteFiles::writeRow(const Batch &batch, size_t row, const Value &content)
{
    if (content.isNull())
        return failure(ErrorKind::Field, "The field " + inQuotes(m_field) + " is null, so there is nothing to write.");
    const auto path = m_targets.pathFor(batch, row);
    if (!path)
        return path.forward();
    const ExistingFile existing = existingFileNamed(m_exists);
    struct stat info
    {};
    if (existing != ExistingFile::Replace && ::lstat(path->c_str(), &info) == 0) {
        if (existing == ExistingFile::Skip)
            return {};
        return failure(ErrorKind::Io,
                       "There is a file " + inQuotes(*path) + " already; \"exists\" says what becomes of it.");
    }
    AtomicFile file;
    if (auto opened = file.open(*path); !opened)
        return opened;
    const bool isPlain = content.isText() || content.isBytes();
    const std::string json = isPlain ? std::string() : toPlain(content);
    if (auto appended = file.append(isPlain ? content.toText() : std::string_view(json)); !appended)
        return appended;
    return file.commit(existing != ExistingFile::Replace);
}

void registerWriteFiles(StepRegistry &registry)
{
    registry.add<WriteFiles>();
}

} // namespace millrace

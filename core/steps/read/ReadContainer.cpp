// SPDX-License-Identifier: MIT
#include "data/files/FilePath.h"
#include "data/json/JsonReader.h"
#include "formats/bytes/WholeText.h"
#include "formats/container/ContainerColumns.h"
#include "steps/StepBuilder.h"
#include "steps/StepChecks.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <numeric>

namespace millrace {

namespace {

constexpr uintmax_t MostChecked = 8 << 20; // bytes of a file that a check reads

} // namespace

/// Reads a data container: ids, data inputs and expected outputs beside each other in one JSON object.
class ReadContainer final : public Source
{
public:
    static void describe(StepBuilder<ReadContainer> &step)
    {
        step.id("read.container").title("Data container").family(Family::Source).icon("container");
        step.help(
            "Reads a JSON file with the lists ids, data_inputs and expected_outputs, all of one length; ids and "
            "expected_outputs may be left out (ids are then 0, 1, 2, …). A data input that is an object becomes its "
            "fields, anything else the field value; expected outputs likewise, with the field expected.");
        step.synonyms({"json", "container", "dataset", "neuraxle", "load", "open"});
        step.param("path", &ReadContainer::m_path)
            .kind(ParamKind::InputFile)
            .required()
            .title("File")
            .help("The file to read. A relative path starts at the pipeline's folder; - stands for standard input.");
    }
    Result<> open(const StepContext &context) override
    {
        auto columns = load(resolveFile(context.folder, m_path));
        if (!columns)
            return columns.forward();
        m_columns = *std::move(columns);
        m_next = 0;
        m_total = m_columns.count;
        return {};
    }
    Result<bool> fetch(Batch &batch, size_t items) override;
    void close() override { m_columns = {}; }
    SchemaPtr schema() const override { return m_columns.schema; }
    SourceProgress progress() const override;
    std::string originName() const override { return isStandardStream(m_path) ? "standard input" : fileName(m_path); }
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    SchemaPtr outputSchema(const CheckContext &context) const override;
    std::string summary() const override { return m_path; }

private:
    static Result<ContainerColumns> load(const std::string &path);
    bool canLookAhead(const std::string &path) const;

    std::string m_path;
    ContainerColumns m_columns;
    std::vector<uint32_t> m_rows; ///< numbers of the rows that are handed on
    std::atomic<uint64_t> m_next{0}, m_total{0};
};

Result<ContainerColumns> ReadContainer::load(const std::string &path)
{
    const auto text = readWholeText(path);
    if (!text)
        return text.forward();
    const auto json = parseJson(*text);
    if (!json)
        return failure(ErrorKind::Parse, fileName(path) + ": " + json.error().message);
    auto columns = containerColumnsOf(*json);
    if (!columns)
        return failure(ErrorKind::Parse, fileName(path) + ": " + columns.error().message);
    return columns;
}

Result<bool> ReadContainer::fetch(Batch &batch, size_t items)
{
    batch.reset(m_columns.schema);
    const size_t first = m_next.load(std::memory_order_relaxed);
    const size_t count = std::min(items, m_columns.count - first);
    if (count == 0)
        return false;
    m_rows.resize(count);
    std::iota(m_rows.begin(), m_rows.end(), uint32_t(first));
    for (size_t i = 0; i < m_columns.columns.size(); ++i)
        batch.columnToChange(i).appendRows(m_columns.columns[i], m_rows);
    batch.origin.firstRow = int64_t(first);
    batch.origin.firstLine = 0;
    batch.origin.lineOffsets.clear();
    batch.setFirstId(int64_t(first));
    batch.setSize(count);
    if (m_columns.hasIds) {
        Column ids(m_columns.ids.type());
        ids.appendRows(m_columns.ids, m_rows);
        batch.setIds(std::move(ids));
    }
    m_next.store(first + count, std::memory_order_relaxed);
    return true;
}

SourceProgress ReadContainer::progress() const
{
    const uint64_t total = m_total.load(std::memory_order_relaxed);
    if (total == 0)
        return {};
    return {double(m_next.load(std::memory_order_relaxed)) / double(total), total};
}

bool ReadContainer::canLookAhead(const std::string &path) const
{
    std::error_code error;
    return !m_path.empty() && isRegularFile(path) && std::filesystem::file_size(path, error) <= MostChecked && !error;
}

void ReadContainer::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    const std::string path = resolveFile(context.folder, m_path);
    if (!checkReadable(context, m_path, problems) || !canLookAhead(path))
        return;
    if (const auto columns = load(path); !columns)
        problems.push_back({true, "path", columns.error().message});
}

SchemaPtr ReadContainer::outputSchema(const CheckContext &context) const
{
    const std::string path = resolveFile(context.folder, m_path);
    if (!canLookAhead(path))
        return nullptr;
    const auto columns = load(path);
    return columns ? columns->schema : nullptr;
}

void registerReadContainer(StepRegistry &registry)
{
    registry.add<ReadContainer>();
}

} // namespace millrace

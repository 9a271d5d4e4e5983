// SPDX-License-Identifier: MIT
// StepSaver: what a step has learnt, kept in a form of one's own, in a chain before the usual ones; and a QueueWorker kept without
// its queue and subscribers.
#include <millrace/ObservableQueueStepSaver.h>
#include <millrace/QueueJoiner.h>
#include <millrace/QueueWorker.h>
#include <millrace/SequentialQueuedPipeline.h>
#include <millrace/StateText.h>

#include <filesystem>
#include <iostream>
#include <map>

#include <unistd.h>

using namespace millrace;

namespace {

/// Takes the extremes out of what `scale.minmax` has learnt, and keeps them in a file of its own.
class ExtremesSaver final : public StepSaver
{
public:
    std::string_view name() const override { return "extremes"; }
    bool canLoad(const StepRecord &, const StepFiles &files) const override { return files.has("txt"); }
    Result<> save(StepRecord &record, StepFiles &files) const override
    {
        auto written = files.write("txt", toStateText(record.state));
        record.state = Value();
        return written;
    }
    Result<> load(StepRecord &record, const StepFiles &files) const override
    {
        const auto line = files.read("txt");
        auto state = line ? parseStateText(*line) : line.forward();
        if (!state)
            return state.forward();
        record.state = *std::move(state);
        return {};
    }
};

/// Where a single step is saved.
class FilesInMemory final : public StepFiles
{
public:
    Result<> write(std::string_view suffix, std::string_view bytes) override
    {
        m_files[std::string(suffix)] = bytes;
        return {};
    }
    Result<std::string> read(std::string_view suffix) const override
    {
        const auto file = m_files.find(std::string(suffix));
        return file != m_files.end() ? Result<std::string>(file->second) : failure("io", "There is no such file.");
    }
    bool has(std::string_view suffix) const override { return m_files.contains(std::string(suffix)); }

private:
    std::map<std::string, std::string> m_files;
};

Result<DataList> savedWithAPipeline(const std::string &folder, const StepSavers &savers)
{
    const DataContainer data{.dataInputs = {2, 4, 6}};
    SequentialQueuedPipeline pipeline({{"scale", step("scale.minmax")}}), again = pipeline;
    if (auto fitted = pipeline.fit(data); !fitted)
        return fitted.forward();
    if (auto saved = pipeline.save(folder, savers); !saved)
        return saved.forward();
    if (auto loaded = again.load(folder, savers); !loaded)
        return loaded.forward();
    const auto out = again.transform(data);
    return out ? Result<DataList>(out->dataInputs) : out.forward();
}

Result<DataList> savedWithAWorker(const StepSavers &savers)
{
    FilesInMemory files;
    const SaverChain chain = savers.chainOf("multiply");
    QueueWorker worker(multiply(2), {.name = "twice", .workers = 2});
    QueueJoiner joiner;
    worker.subscribe(joiner);
    worker.put(QueuedPipelineTask{{.dataInputs = {1}}}); // waits for ever; isn't kept
    const auto record = worker.record();
    if (!record)
        return record.forward();
    if (auto saved = saveStep(*record, chain, files); !saved)
        return saved.forward();
    const auto loaded =
        loadStep({.id = "twice", .type = "multiply", .params = {}, .state = {}, .extra = {}}, chain, files);
    const auto again = loaded ? QueueWorker::fromRecord(*loaded) : loaded.forward();
    if (!again)
        return again.forward();
    (*again)->subscribe(joiner);
    (*again)->start();
    (*again)->put(QueuedPipelineTask{{.dataInputs = {21}}});
    const auto out = joiner.join(1);
    return out ? Result<DataList>(out->dataInputs) : out.forward();
}

} // namespace

int main()
{
    StepSavers savers;
    savers.add("scale.minmax", {std::make_shared<ExtremesSaver>()});
    savers.add("multiply", {std::make_shared<ObservableQueueStepSaver>()});
    const auto folder = std::filesystem::temp_directory_path() / ("savers-" + std::to_string(::getpid()));
    const auto scaled = savedWithAPipeline(folder.string(), savers);
    const bool isKept = std::filesystem::exists(folder / "steps/scale.txt");
    std::filesystem::remove_all(folder);
    const auto doubled = savedWithAWorker(savers);
    std::cerr << (scaled ? "" : scaled.error().message) << (doubled ? "" : doubled.error().message);
    if (!scaled || !doubled)
        return 1;
    std::cout << "21 became " << toJson((*doubled)[0]) << '\n';
    return isKept && *scaled == DataList{0.0, 0.5, 1.0} && *doubled == DataList{42} ? 0 : 1;
}

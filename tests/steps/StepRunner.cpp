// SPDX-License-Identifier: MIT
#include "steps/StepRunner.h"

#include "data/json/JsonReader.h"

#include <QTest>

#include <filesystem>
#include <fstream>
#include <numeric>
#include <sstream>

namespace millrace::test {

const StepRegistry &registry()
{
    static const StepRegistry registry = [] {
        StepRegistry steps;
        registerBuiltInSteps(steps);
        return steps;
    }();
    return registry;
}

std::string readFile(const std::string &path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::string Folder::path(const std::string &name) const
{
    const std::string folder = m_folder.path().toStdString();
    return name.empty() ? folder : folder + '/' + name;
}

std::string Folder::write(const std::string &name, std::string_view text) const
{
    std::ofstream(path(name), std::ios::binary).write(text.data(), std::streamsize(text.size()));
    return path(name);
}

std::string Folder::read(const std::string &name) const
{
    return readFile(path(name));
}

bool Folder::has(const std::string &name) const
{
    return std::filesystem::exists(path(name));
}

std::vector<std::string> Folder::names() const
{
    std::vector<std::string> names;
    for (const auto &entry : std::filesystem::directory_iterator(path()))
        names.push_back(entry.path().filename().string());
    return names;
}

std::unique_ptr<Step> make(std::string_view type, const std::string &params)
{
    const StepType *const known = registry().find(type);
    if (!known)
        qFatal("no step %s", std::string(type).c_str());
    const auto json = parseJson(params);
    if (!json)
        qFatal("parameters: %s", json.error().message.c_str());
    auto step = known->create(json->toObject());
    if (!step)
        qFatal("parameters: %s", step.error().message.c_str());
    return *std::move(step);
}

std::string Items::json() const
{
    std::string text;
    for (const Value &item : items) {
        appendJson(text, item);
        text += '\n';
    }
    return text;
}

std::string Items::idsJson() const
{
    return toJson(Value(List(ids.begin(), ids.end())));
}

namespace {

/// Takes batches from a source until there are none.
class Feeder
{
public:
    Feeder(std::string_view type, const std::string &params)
        : m_source(make(type, params)), m_decoder(make(type, params))
    {
        auto opened = source().open({});
        if (opened && source().isTwoPhase())
            opened = decoder().openDecoder(source(), {});
        if (!opened)
            failure = opened.error().message;
    }
    ~Feeder() { source().close(); }

    Source &source() { return static_cast<Source &>(*m_source); }
    /// False at the end, and when something failed.
    bool next(Batch &batch, size_t items)
    {
        batch.renew();
        const auto fetched = source().fetch(batch, items);
        if (!fetched)
            failure = fetched.error().message;
        if (!fetched || !*fetched)
            return false;
        if (!source().isTwoPhase())
            return true;
        const size_t rows = batch.raw().rows;
        const auto decoded = decoder().decode(batch);
        if (!decoded)
            failure = decoded.error().message;
        else if (batch.size() != rows)
            failure = "decode() made " + std::to_string(batch.size()) + " items of " + std::to_string(rows);
        return failure.empty();
    }

    std::string failure;

private:
    Source &decoder() { return static_cast<Source &>(*m_decoder); }

    std::unique_ptr<Step> m_source, m_decoder;
};

void dropFailed(Batch &batch)
{
    std::vector<bool> isFailed(batch.size());
    for (const ItemError &error : batch.errors())
        isFailed[error.row] = true;
    std::vector<uint32_t> rows;
    for (uint32_t row = 0; row < batch.size(); ++row) {
        if (!isFailed[row])
            rows.push_back(row);
    }
    batch.keepRows(rows);
    batch.clearVerdicts();
}

void collect(const Batch &batch, Items &result)
{
    const size_t first = result.items.size();
    for (const ItemError &error : batch.errors()) {
        result.failedItems.push_back(first + error.row);
        result.errors.push_back(error.message);
    }
    for (size_t row = 0; row < batch.size(); ++row) {
        result.items.push_back(batch.item(row));
        result.ids.push_back(batch.id(row));
        result.lines.push_back(batch.line(row));
    }
    result.batchSizes.push_back(batch.size());
}

} // namespace

Items readAll(std::string_view type, const std::string &params, size_t batchSize, const std::vector<Step *> &steps)
{
    Items result;
    Feeder feeder(type, params);
    result.schema = feeder.source().schema();
    for (Step *step : steps) {
        if (auto opened = step->open({}); !opened)
            feeder.failure = opened.error().message;
    }
    Batch batch;
    while (feeder.failure.empty() && feeder.next(batch, batchSize)) {
        for (Step *step : steps) {
            if (auto processed = step->process(batch); !processed)
                feeder.failure = processed.error().message;
        }
        collect(batch, result);
    }
    result.failure = feeder.failure;
    return result;
}

Items passAll(Step &step, const std::vector<std::string> &batches, size_t flushed, const StepContext &context)
{
    Items result;
    const auto note = [&](const auto &done) {
        if (!done && result.failure.empty())
            result.failure = done.error().message;
        return bool(done);
    };
    if (!note(step.open(context)))
        return result;
    for (const std::string &items : batches) {
        const auto batch = batchOf(items);
        if (!note(step.process(*batch)))
            break;
        collect(*batch, result);
    }
    Batch batch;
    for (bool isMore = result.failure.empty(); isMore;) {
        batch.renew();
        batch.reset(emptySchema());
        const auto some = step.flush(batch, flushed);
        isMore = note(some) && *some;
        if (isMore)
            collect(batch, result);
    }
    step.close();
    return result;
}

Copied copyAll(std::string_view source,
               const std::string &sourceParams,
               std::string_view sink,
               const std::string &sinkParams,
               size_t batchSize)
{
    Copied result;
    Feeder feeder(source, sourceParams);
    const auto writerStep = make(sink, sinkParams), encoderStep = make(sink, sinkParams);
    auto &writer = static_cast<Sink &>(*writerStep);
    auto &encoder = static_cast<Sink &>(*encoderStep);
    const auto note = [&](const Result<> &done) {
        if (!done && result.failure.empty())
            result.failure = done.error().message;
    };
    if (!feeder.failure.empty())
        return {feeder.failure, {}};
    note(writer.open({}));
    if (writer.isTwoPhase())
        note(encoder.openEncoder(writer, {}));
    Batch batch;
    const auto writeBatch = [&] {
        dropFailed(batch);
        if (writer.isTwoPhase())
            note(encoder.encode(batch));
        if (result.failure.empty())
            note(writer.write(batch));
        for (const ItemError &error : batch.errors())
            result.errors.push_back(error.message);
    };
    batch.reset(feeder.source().schema()); // before all: an empty one, from which a sink learns the fields
    writeBatch();
    while (result.failure.empty() && feeder.next(batch, batchSize))
        writeBatch();
    if (result.failure.empty())
        result.failure = feeder.failure;
    if (result.failure.empty())
        note(writer.finish());
    else
        writer.abandon();
    writer.close();
    return result;
}

std::unique_ptr<Batch> batchOf(const std::string &dataInputs, const std::string &expectedOutputs)
{
    const Folder folder;
    std::string container = "{\"data_inputs\": " + dataInputs;
    if (!expectedOutputs.empty())
        container += ", \"expected_outputs\": " + expectedOutputs;
    folder.write("container.json", container + '}');
    Feeder feeder("read.container", withPath(folder.path("container.json")));
    if (!feeder.failure.empty())
        qFatal("%s", feeder.failure.c_str());
    auto batch = std::make_unique<Batch>();
    batch->reset(feeder.source().schema());
    feeder.next(*batch, size_t(-1) / 2);
    return batch;
}

std::string jsonOf(const Batch &batch)
{
    std::string text;
    for (size_t row = 0; row < batch.size(); ++row) {
        appendJson(text, batch.item(row));
        text += '\n';
    }
    return text;
}

std::string withPath(const std::string &path, const std::string &more)
{
    std::string params = "{\"path\": ";
    appendJsonText(params, path);
    if (!more.empty())
        params += ", " + more;
    return params + '}';
}

Items readCsvText(const std::string &text, const std::string &more, size_t batchSize)
{
    const Folder folder;
    return readAll("read.csv", withPath(folder.write("x.csv", text), more), batchSize);
}

QByteArray bytes(const std::string &text)
{
    return QByteArray(text.data(), qsizetype(text.size()));
}

} // namespace millrace::test

// SPDX-License-Identifier: MIT
// What is written is read again, and how files are saved.
#include "pipeline/NoteIds.h"
#include "pipeline/PipelineText.h"

#include <QFile>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <ctime>

using namespace millrace;
using namespace millrace::test;

namespace tst_pipelinefile {

namespace {

std::string numbered(std::string text, int number)
{
    text += std::to_string(number);
    return text;
}

Value randomValue(QRandomGenerator &random, int depth)
{
    switch (random.bounded(depth > 2 ? 6 : 8)) {
    case 0: return {};
    case 1: return random.bounded(2) == 1;
    case 2: return int64_t(random.generate64());
    case 3: return random.generateDouble() * 1e6 + 0.5;
    case 4: return std::string("text \"with\" \\ \n \xc3\xa4 ") + std::to_string(random.bounded(1000));
    case 5: return std::string(size_t(random.bounded(30)), 'x');
    case 6: {
        List list;
        for (int i = random.bounded(5); i > 0; --i)
            list.push_back(randomValue(random, depth + 1));
        return list;
    }
    default: {
        Members members;
        for (int i = random.bounded(5); i > 0; --i)
            members.emplace_back(numbered("k", i), randomValue(random, depth + 1));
        return members;
    }
    }
}

Members randomMembers(QRandomGenerator &random, const char *prefix)
{
    Members members;
    for (int i = random.bounded(3); i > 0; --i)
        members.emplace_back(numbered(prefix, random.bounded(1000) * 10 + i), randomValue(random, 0));
    return members;
}

Batching randomBatching(QRandomGenerator &random)
{
    Batching batching;
    batching.size = random.bounded(1, 1000);
    batching.incomplete = Batching::Incomplete(random.bounded(3));
    if (batching.incomplete == Batching::Incomplete::Pad) {
        batching.padDataInputs = randomValue(random, 1);
        batching.padExpectedOutputs = randomValue(random, 1);
    }
    batching.unknown = randomMembers(random, "b");
    return batching;
}

PipelineStep randomStep(QRandomGenerator &random, int number)
{
    const auto happens = [&random] { return random.bounded(2) == 1; };
    PipelineStep step;
    step.id = numbered("s-", number);
    step.type = happens() ? "multiply" : "no.such_type";
    if (happens())
        step.name = "Name \xe2\x9c\x93";
    step.params = randomMembers(random, "p");
    if (happens())
        step.workers = random.bounded(9);
    if (happens())
        step.queueSize = random.bounded(9);
    if (happens())
        step.queueBytes = int64_t(random.bounded(9)) << 30;
    if (happens())
        step.retries = random.bounded(9);
    if (happens())
        step.runIn = "processes";
    if (happens())
        step.onError = ErrorPolicy(random.bounded(3));
    for (int i = random.bounded(3); i > 0; --i)
        step.workerArguments.push_back(randomMembers(random, "a"));
    if (happens())
        step.batching = randomBatching(random);
    step.isEnabled = happens();
    step.isBypassed = happens();
    if (happens())
        step.position = Position{double(random.bounded(1000)) - 500, random.generateDouble() * 1e3};
    step.unknown = randomMembers(random, "u");
    return step;
}

Pipeline randomPipeline(QRandomGenerator &random)
{
    Pipeline pipeline;
    pipeline.name = random.bounded(2) == 1 ? "A \"name\"" : "";
    pipeline.hasBatching = random.bounded(2) == 1;
    if (pipeline.hasBatching)
        pipeline.batching = randomBatching(random);
    pipeline.hasLimits = random.bounded(2) == 1;
    if (pipeline.hasLimits) {
        pipeline.limits.memory =
            std::array{Value(), Value(int64_t(1) << 40), Value("512 MiB"), Value("1.5GB")}[random.bounded(4)];
        pipeline.limits.unknown = randomMembers(random, "l");
    }
    pipeline.hasDefaults = random.bounded(2) == 1;
    if (pipeline.hasDefaults) {
        pipeline.defaults = {
            random.bounded(9), random.bounded(9), "threads", ErrorPolicy(random.bounded(3)), random.bounded(9), {}};
        pipeline.defaults.unknown = randomMembers(random, "d");
    }
    const int count = random.bounded(6);
    for (int i = 0; i < count; ++i)
        pipeline.steps.push_back(randomStep(random, i));
    for (int i = random.bounded(5); i > 0; --i)
        pipeline.links.push_back({numbered("s-", random.bounded(9)), random.bounded(2) ? "out" : "error",
                                  numbered("s-", random.bounded(9)), random.bounded(2) ? "in" : "left",
                                  randomMembers(random, "l")});
    for (int i = random.bounded(3); i > 0; --i)
        pipeline.notes.push_back({"# Note", {1.5, -2, 3e20, 4}, randomMembers(random, "n")});
    for (int i = random.bounded(3); i > 0; --i)
        pipeline.frames.push_back(
            {"Read", {-1, 2, 300.5, 4}, random.bounded(2) ? "blue" : "", randomMembers(random, "f")});
    if (!pipeline.notes.empty() && random.bounded(2))
        pipeline.notes.back().id = random.bounded(2) ? "note1" : "mine";
    completeNoteIds(pipeline);
    pipeline.unknown = randomMembers(random, "t");
    return pipeline;
}

} // namespace

class TestPipelineFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theContractsExampleIsRead();
    void itIsWrittenInTheContractsOrder();
    void whatIsWrittenIsReadAgain();
    void sizesAreNumbersOrTexts();
    void wrongSizesAreSaid();
    void writingTwiceGivesTheSameText();
    void framesAreReadAndWritten();
    void bigIntegersSurvive();
    void aByteOrderMarkIsSkipped();
    void aLargeFileLoadsInTime();
    void savingReplacesTheFileAtOnce();
    void filesThatCannotBeReadAreExplained();
};

void TestPipelineFile::theContractsExampleIsRead()
{
    const auto loaded = parsePipeline(Example);
    QVERIFY(loaded);
    QCOMPARE(loaded->problems.size(), size_t(0));
    const Pipeline &pipeline = loaded->pipeline;
    QCOMPARE(text(pipeline.name), QStringLiteral("Clean the orders"));
    QCOMPARE(pipeline.steps.size(), size_t(4));
    const PipelineStep &price = pipeline.steps[1];
    QCOMPARE(text(std::string(price.param("expression")->toText())), QStringLiteral("cents / 100"));
    QCOMPARE(price.workers, std::optional(3));
    QVERIFY(price.onError == ErrorPolicy::Route);
    QCOMPARE(price.position->x, 260.0);
    QCOMPARE(pipeline.queueSizeOf(pipeline.steps[0]), 10);
    QCOMPARE(text(pipeline.links[2].fromPort), QStringLiteral("error"));
    QCOMPARE(text(pipeline.links[2].toPort), QStringLiteral("in"));
    QCOMPARE(pipeline.notes[0].rect.width, 180.0);
}

void TestPipelineFile::itIsWrittenInTheContractsOrder()
{
    const auto loaded =
        parsePipeline(R"({"links": [{"to": "b.in", "from": "a.out"}, {"keep": true, "from": "a.error", "to": "b"}],
        "steps": [{"position": [1, 2.5], "params": {"z": 1, "a": [1, 2]}, "type": "x", "id": "a"}, {"id": "b", "type": "y"}],
        "future": {"k": true}, "millrace": 1})");
    QVERIFY(loaded);
    QCOMPARE(text(writePipeline(loaded->pipeline)), QStringLiteral(R"({
  "millrace": 1,
  "steps": [
    {
      "id": "a",
      "type": "x",
      "params": {
        "z": 1,
        "a": [1, 2]
      },
      "position": [1, 2.5]
    },
    {
      "id": "b",
      "type": "y"
    }
  ],
  "links": [
    {"from": "a", "to": "b"},
    {"from": "a.error", "to": "b", "keep": true}
  ],
  "future": {
    "k": true
  }
}
)"));
}

void TestPipelineFile::sizesAreNumbersOrTexts()
{
    const auto loaded = parsePipeline(R"({"millrace": 1, "limits": {"memory": "512 MiB", "errors": 3}, "steps": [
        {"id": "a", "type": "multiply", "queueBytes": 1000}, {"id": "b", "type": "multiply", "queueBytes": "2 KiB"},
        {"id": "c", "type": "multiply"}]})");
    QVERIFY(loaded.has_value());
    const Pipeline &pipeline = loaded->pipeline;
    QCOMPARE(pipeline.limits.memoryBytes(), uint64_t(512) << 20);
    QCOMPARE(pipeline.queueBytesOf(pipeline.steps[0]), uint64_t(1000));
    QCOMPARE(pipeline.queueBytesOf(pipeline.steps[1]), uint64_t(2048));
    QCOMPARE(pipeline.queueBytesOf(pipeline.steps[2]), uint64_t(0));
    const std::string written = writePipeline(pipeline);
    const auto again = parsePipeline(written);
    QVERIFY(again.has_value());
    QCOMPARE(again->pipeline.limits.memoryBytes(), uint64_t(512) << 20);
    QVERIFY(written.find(R"("memory": "512 MiB")") != std::string::npos);
    QVERIFY(written.find(R"("errors": 3)") != std::string::npos);
    QVERIFY(written.find(R"("queueBytes": 2048)") != std::string::npos);
}

void TestPipelineFile::wrongSizesAreSaid()
{
    const auto loaded = parsePipeline(R"({"millrace": 1, "limits": {"memory": "much"}, "steps": [
        {"id": "a", "type": "multiply", "queueBytes": -1}, {"id": "b", "type": "multiply", "queueBytes": 1.5},
        {"id": "c", "type": "multiply", "queueBytes": "8 MiP"}]})");
    QVERIFY(loaded.has_value());
    QCOMPARE(loaded->problems.size(), size_t(4));
    QCOMPARE(
        std::string(loaded->problems[0].text),
        std::string("\"memory\" is \"much\"; it has to be a size such as \"512 MiB\", \"2 GB\" or a number of bytes."));
    for (const Problem &problem : loaded->problems)
        QVERIFY(problem.severity == Severity::Error);
}

void TestPipelineFile::whatIsWrittenIsReadAgain()
{
    QRandomGenerator random(7);
    for (int i = 0; i < 500; ++i) {
        const Pipeline pipeline = randomPipeline(random);
        const std::string written = writePipeline(pipeline);
        const auto loaded = parsePipeline(written);
        QVERIFY2(loaded, written.c_str());
        QVERIFY2(loaded->pipeline == pipeline, written.c_str());
    }
}

void TestPipelineFile::writingTwiceGivesTheSameText()
{
    const std::string once = writePipeline(parsePipeline(Example)->pipeline);
    QCOMPARE(text(writePipeline(parsePipeline(once)->pipeline)), text(once));
}

void TestPipelineFile::framesAreReadAndWritten()
{
    const std::string json = R"({
  "millrace": 1,
  "steps": [],
  "links": [],
  "frames": [
    {
      "text": "Read and clean",
      "rect": [20, 40, 400, 240],
      "color": "green"
    }
  ]
}
)";
    const auto loaded = parsePipeline(json);
    QVERIFY(loaded);
    QCOMPARE(loaded->problems.size(), size_t(0));
    QCOMPARE(loaded->pipeline.frames.size(), size_t(1));
    QCOMPARE(text(loaded->pipeline.frames[0].text), QStringLiteral("Read and clean"));
    QCOMPARE(loaded->pipeline.frames[0].rect.height, 240.0);
    QCOMPARE(text(loaded->pipeline.frames[0].color), QStringLiteral("green"));
    QCOMPARE(text(writePipeline(loaded->pipeline)), text(json));
    // What a wrong hand has written is named, and stays in the file.
    const auto wrong =
        parsePipeline(R"({"millrace": 1, "frames": [7, {"text": 1, "rect": [0, 0], "color": false, "z": 3}]})");
    QVERIFY(wrong);
    QCOMPARE(wrong->problems.size(), size_t(5));
    const std::string written = writePipeline(wrong->pipeline);
    for (const char *kept : {"\"text\": 1", "\"rect\": [0, 0]", "\"color\": false", "\"z\": 3"})
        QVERIFY2(written.find(kept) != std::string::npos, kept);
}

void TestPipelineFile::bigIntegersSurvive()
{
    const auto loaded =
        parsePipeline(R"({"millrace": 1, "steps": [{"id": "a", "type": "x", "params": {"n": 9007199254740993}}]})");
    QVERIFY(loaded);
    QCOMPARE(loaded->pipeline.steps[0].param("n")->toInteger(), 9007199254740993);
    QVERIFY(writePipeline(loaded->pipeline).find("9007199254740993") != std::string::npos);
}

void TestPipelineFile::aByteOrderMarkIsSkipped()
{
    QVERIFY(parsePipeline("\xef\xbb\xbf{\"millrace\": 1}"));
}

void TestPipelineFile::aLargeFileLoadsInTime()
{
    constexpr int Count = 20'000;
    std::string json = R"({"millrace": 1, "steps": [)";
    for (int i = 0; i < Count; ++i) {
        json += i == 0 ? "" : ",";
        json += numbered(R"({"id": "s)", i);
        json += R"(", "type": "x", "colour": 1, "workers": "two"})";
    }
    json += R"(], "links": [)";
    for (int i = 1; i < Count; ++i) {
        json += i == 1 ? "" : ",";
        json += numbered(R"({"from": "s)", i - 1);
        json += numbered(R"(", "to": "s)", i);
        json += "\"}";
    }
    json += "]}";
    const std::clock_t start = std::clock();
    const auto loaded = parsePipeline(json);
    QVERIFY(loaded);
    QCOMPARE(loaded->problems.size(), size_t(Count + 1));
    QVERIFY(parsePipeline(writePipeline(loaded->pipeline))->pipeline == loaded->pipeline);
    const double seconds =
        double(std::clock() - start) / CLOCKS_PER_SEC; // on a core: 0.3 s; a quadratic look-up takes far longer
    QVERIFY2(seconds < 5, qPrintable(QString::number(seconds)));
}

void TestPipelineFile::savingReplacesTheFileAtOnce()
{
    QTemporaryDir folder;
    const std::string path = folder.filePath(QStringLiteral("p.millrace")).toStdString();
    Pipeline pipeline = parsePipeline(Example)->pipeline;
    QVERIFY(savePipeline(pipeline, path));
    pipeline.name = "Other";
    QVERIFY(savePipeline(pipeline, path));
    const auto loaded = loadPipeline(path);
    QVERIFY(loaded);
    QVERIFY(loaded->pipeline == pipeline);
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden).size(), 1);
}

void TestPipelineFile::filesThatCannotBeReadAreExplained()
{
    QTemporaryDir folder;
    QVERIFY(loadPipeline(folder.path().toStdString()).error().message.starts_with("It is a folder"));
    QVERIFY(loadPipeline(folder.filePath(QStringLiteral("none")).toStdString())
                .error()
                .message.starts_with("There is no such file"));
    const auto saved = savePipeline({}, folder.filePath(QStringLiteral("no/where")).toStdString());
    QVERIFY(!saved);
    QVERIFY2(saved.error().message.find("no/where") != std::string::npos, saved.error().message.c_str());
}

} // namespace tst_pipelinefile

QTEST_GUILESS_MAIN(tst_pipelinefile::TestPipelineFile)
#include "tst_pipelinefile.moc"

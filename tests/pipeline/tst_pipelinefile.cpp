// SPDX-License-Identifier: MIT
#include "pipeline/PipelineFile.h"

#include <QFile>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

#include <ctime>
#include <set>

using namespace millrace;

namespace {

const char *const Example = R"({
  "millrace": 1,
  "name": "Clean the orders",
  "batching": {"size": 100, "incomplete": "keep"},
  "defaults": {"workers": 1, "queueSize": 10, "runIn": "threads", "onError": "stop", "retries": 0},
  "steps": [
    {"id": "orders", "type": "read.csv", "name": "Orders", "params": {"path": "orders.csv"}, "position": [40, 80]},
    {"id": "price", "type": "formula", "params": {"expression": "cents / 100", "field": "price"},
     "workers": 3, "queueSize": 5, "onError": "route", "position": [260, 80]},
    {"id": "report", "type": "write.csv", "params": {"path": "report.csv"}, "position": [480, 80]},
    {"id": "failed", "type": "write.jsonl", "params": {"path": "failed.jsonl"}, "position": [480, 220]}
  ],
  "links": [
    {"from": "orders", "to": "price"},
    {"from": "price", "to": "report"},
    {"from": "price.error", "to": "failed"}
  ],
  "notes": [{"text": "Prices are in cents", "rect": [40, 200, 180, 60]}]
})";

QString text(const std::string &utf8)
{
    return QString::fromStdString(utf8);
}

std::string numbered(std::string text, int number)
{
    text += std::to_string(number);
    return text;
}

/// The texts of all problems, a line each: what a test looks for is easily seen where it is missing.
QString problemsOf(const std::string &json)
{
    const auto loaded = parsePipeline(json);
    if (!loaded)
        return text("failed: " + loaded.error().message);
    QString all;
    for (const Problem &problem : loaded->problems)
        all += text(std::string(problem.severity == Severity::Error ? "error" : "warning") + '|' + problem.step + '|'
                    + problem.param + '|' + problem.text + '\n');
    return all;
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
    void writingTwiceGivesTheSameText();
    void framesAreReadAndWritten();
    void bigIntegersSurvive();
    void unknownKeysAreKeptAndNamedOnce();
    void wrongTypesAreNamedAndKept_data();
    void wrongTypesAreNamedAndKept();
    void allProblemsAreNamedAtOnce();
    void aRightValueTakesAWrongOnesPlace();
    void equalIdsAreToldApart();
    void noFileIsNoPipeline_data();
    void noFileIsNoPipeline();
    void syntaxErrorsHaveAPlace();
    void zeroWorkersCountAsOne();
    void aByteOrderMarkIsSkipped();
    void aLargeFileLoadsInTime();
    void brokenFilesNeverCrash();
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
    const auto loaded = parsePipeline(R"({"links": [{"to": "b.in", "from": "a.out"}, {"from": "a.error", "to": "b"}],
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
    {"from": "a.error", "to": "b"}
  ],
  "future": {
    "k": true
  }
}
)"));
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

void TestPipelineFile::unknownKeysAreKeptAndNamedOnce()
{
    const std::string json =
        R"({"millrace": 1, "theme": "dark", "batching": {"size": 5, "jitter": 1}, "defaults": {"nice": 3},
        "steps": [{"id": "a", "type": "x", "colour": "red"}, {"id": "b", "type": "x", "colour": "blue"}],
        "links": [{"from": "a", "to": "b", "curve": 2}], "notes": [{"text": "t", "rect": [0, 0, 1, 1], "bold": true}]})";
    const QString problems = problemsOf(json);
    QCOMPARE(problems.count(QLatin1String("warning|")), 6);
    QCOMPARE(problems.count(QLatin1String("colour\" is no setting of a step")), 1);
    QVERIFY2(problems.contains(QLatin1String("It stands there 2 times.")), qPrintable(problems));
    QVERIFY(!problems.contains(QLatin1String("error|")));
    const std::string written = writePipeline(parsePipeline(json)->pipeline);
    for (const char *kept : {"\"theme\": \"dark\"", "\"jitter\": 1", "\"nice\": 3", "\"colour\": \"red\"",
                             "\"colour\": \"blue\"", "\"curve\": 2", "\"bold\": true"})
        QVERIFY2(written.find(kept) != std::string::npos, kept);
}

void TestPipelineFile::wrongTypesAreNamedAndKept_data()
{
    QTest::addColumn<QString>("member");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *member, const char *expected) {
        QTest::newRow(member) << QString::fromUtf8(member) << QString::fromUtf8(expected);
    };
    row(R"("workers": "three")", "\"workers\" is \"three\"; it has to be a whole number.");
    row(R"("workers": 2.5)", "\"workers\" is 2.5; it has to be a whole number.");
    row(R"("workers": 99999999999)", "it has to be a whole number.");
    row(R"("queueSize": null)", "\"queueSize\" is null; it has to be a whole number.");
    row(R"("retries": [1])", "\"retries\" is [1]; it has to be a whole number.");
    row(R"("onError": "ignore")", "it has to be \"stop\", \"skip\" or \"route\".");
    row(R"("runIn": 1)", "it has to be a text.");
    row(R"("params": [])", "it has to be an object");
    row(R"("workerArguments": [1])", "it has to be a list of objects, one for each worker.");
    row(R"("batching": 5)", "it has to be an object such as");
    row(R"("batching": {"size": "many"})", "\"size\" is \"many\"; it has to be a whole number");
    row(R"("batching": {"incomplete": "cut"})", "it has to be \"keep\", \"drop\" or \"pad\".");
    row(R"("enabled": "yes")", "it has to be true or false.");
    row(R"("bypass": 0)", "it has to be true or false.");
    row(R"("position": [1])", "it has to be a list of two numbers.");
    row(R"("name": {})", "it has to be a text.");
    row(R"("type": 5)", "it has to be a text.");
}

void TestPipelineFile::wrongTypesAreNamedAndKept()
{
    QFETCH(QString, member);
    QFETCH(QString, expected);
    const QString type = member.startsWith(QLatin1String("\"type\"")) ? QString() : QStringLiteral("\"type\": \"x\", ");
    const std::string json =
        QStringLiteral(R"({"millrace": 1, "steps": [{"id": "a", %1%2}]})").arg(type, member).toStdString();
    const QString problems = problemsOf(json);
    QVERIFY2(problems.contains(expected), qPrintable(problems));
    QVERIFY2(problems.contains(QLatin1String("error|a|")), qPrintable(problems));
    const Pipeline pipeline = parsePipeline(json)->pipeline;
    QCOMPARE(problemsOf(writePipeline(pipeline)), problems);
    QVERIFY(parsePipeline(writePipeline(pipeline))->pipeline == pipeline);
}

void TestPipelineFile::allProblemsAreNamedAtOnce()
{
    const QString problems = problemsOf(R"({"millrace": 1, "batching": {"size": 0, "incomplete": "pad"},
        "defaults": {"queueSize": -1},
        "steps": [{"id": "a b", "type": "x"}, {"id": "c"}, {"id": "d", "type": "x", "workers": -2, "queueSize": -5}, 7],
        "links": [{"from": "a", "to": "nowhere"}, {"from": "c"}, {"from": 1, "to": "c"}, "d"], "notes": [false]})");
    for (const char *expected :
         {"\"batching.size\" is 0; it has to be 1 item or more.", "padDataInputs is missing: null is used",
          "\"defaults.queueSize\" is -1", "\"a b\" can't be an id", "error|c|type|It has no type",
          "error|d|workers|\"workers\" is -2", "error|d|queueSize|\"queueSize\" is -5",
          "\"step 4\" is 7; it has to be an object.",
          "The link from \"a\" to \"nowhere\" comes from a step that doesn't exist",
          "The link from \"a\" to \"nowhere\" leads to a step that doesn't exist",
          "Link 2 needs both \"from\" and \"to\".", "\"from\" is 1; it has to be a text such as", "\"link 4\" is \"d\"",
          "\"note 1\" is false"})
        QVERIFY2(problems.contains(QString::fromUtf8(expected)),
                 qPrintable(QString::fromUtf8(expected) + QStringLiteral("\nnot in\n") + problems));
}

void TestPipelineFile::aRightValueTakesAWrongOnesPlace()
{
    Pipeline pipeline =
        parsePipeline(R"({"millrace": 1, "steps": [{"id": "a", "type": "x", "workers": "three"}]})")->pipeline;
    pipeline.steps[0].workers = 3;
    const std::string written = writePipeline(pipeline);
    QVERIFY(written.find("three") == std::string::npos);
    QCOMPARE(problemsOf(written), QString());
}

void TestPipelineFile::equalIdsAreToldApart()
{
    const auto loaded = parsePipeline(R"({"millrace": 1, "steps": [{"id": "a", "type": "x"}, {"id": "a", "type": "y"},
        {"type": "z"}, {"id": "a-2", "type": "w"}]})");
    QVERIFY(loaded);
    std::set<std::string> ids;
    for (const PipelineStep &step : loaded->pipeline.steps)
        ids.insert(step.id);
    QCOMPARE(ids.size(), size_t(4));
    QVERIFY(ids.contains("a") && ids.contains("a-2") && !ids.contains(""));
    QCOMPARE(text(loaded->pipeline.step("a-2")->type), QStringLiteral("w"));
    QCOMPARE(loaded->problems.size(), size_t(2));
    QVERIFY(loaded->problems[0].text.find("Two steps have the id \"a\"") == 0);
}

void TestPipelineFile::noFileIsNoPipeline_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("expected");
    QTest::newRow("empty") << QByteArray("") << QStringLiteral("It is empty");
    QTest::newRow("blank") << QByteArray(" \n\t ") << QStringLiteral("It is empty");
    QTest::newRow("list") << QByteArray("[1]") << QStringLiteral("It is no pipeline: it holds a JSON list");
    QTest::newRow("number") << QByteArray("7") << QStringLiteral("It is no pipeline: it holds a JSON integer");
    QTest::newRow("no version") << QByteArray("{\"steps\": []}")
                                << QStringLiteral("\"millrace\" with the number of its version is missing");
    QTest::newRow("newer") << QByteArray("{\"millrace\": 2}")
                           << QStringLiteral("It was written by a newer Millrace (version 2 of the file format");
    QTest::newRow("text version") << QByteArray("{\"millrace\": \"1\"}") << QStringLiteral("\"millrace\" is \"1\"");
    QTest::newRow("version 0") << QByteArray("{\"millrace\": 0}") << QStringLiteral("\"millrace\" is 0");
    QTest::newRow("truncated") << QByteArray(Example).left(400) << QStringLiteral("the text ends");
    QTest::newRow("not UTF-8") << QByteArray("{\"millrace\": 1, \"name\": \"\xff\"}") << QStringLiteral("UTF-8");
    QTest::newRow("binary") << QByteArray("\x7f"
                                          "ELF\0\0\0",
                                          7)
                            << QStringLiteral("not valid JSON");
    QTest::newRow("deep lists") << QByteArray(200'000, '[') << QStringLiteral("not valid JSON");
    QTest::newRow("deep objects") << "{\"millrace\": 1, \"x\": " + QByteArray("{\"a\":").repeated(5000) + "1"
                                         + QByteArray(5001, '}')
                                  << QStringLiteral("nested more than");
}

void TestPipelineFile::noFileIsNoPipeline()
{
    QFETCH(QByteArray, json);
    QFETCH(QString, expected);
    const auto loaded = parsePipeline({json.data(), size_t(json.size())});
    QVERIFY(!loaded);
    QVERIFY2(text(loaded.error().message).contains(expected), loaded.error().message.c_str());
}

void TestPipelineFile::syntaxErrorsHaveAPlace()
{
    const auto loaded = parsePipeline("{\n  \"millrace\": 1,\n  \"name\": \"\xc3\xa4\" \"b\"\n}");
    QVERIFY(!loaded);
    QVERIFY2(text(loaded.error().message).contains(QLatin1String("line 3, column 15")), loaded.error().message.c_str());
}

void TestPipelineFile::zeroWorkersCountAsOne()
{
    const auto loaded = parsePipeline(R"({"millrace": 1, "steps": [{"id": "a", "type": "x", "workers": 0}]})");
    QVERIFY(loaded);
    QCOMPARE(loaded->problems.size(), size_t(0));
    QCOMPARE(loaded->pipeline.workersOf(loaded->pipeline.steps[0]), 1);
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

void TestPipelineFile::brokenFilesNeverCrash()
{
    QRandomGenerator random(11);
    const QByteArray pieces[] = {
        "{",         "}",       "[",    "]",   ",", ":", "\"", "null", "-1", "1e999", "99999999999999999999",
        "\"steps\"", "\\u0000", "\xff", "true"};
    for (int i = 0; i < 5000; ++i) {
        QByteArray json(Example);
        for (int changes = random.bounded(1, 6); changes > 0; --changes) {
            const auto at = random.bounded(int(json.size()));
            if (random.bounded(3) == 0)
                json.remove(at, random.bounded(1, 40));
            else
                json.replace(at, random.bounded(4), pieces[random.bounded(int(std::size(pieces)))]);
        }
        const auto loaded = parsePipeline({json.data(), size_t(json.size())});
        if (!loaded) {
            QVERIFY(!loaded.error().message.empty());
            continue;
        }
        const auto again = parsePipeline(writePipeline(loaded->pipeline));
        QVERIFY2(again && again->pipeline == loaded->pipeline, json.constData());
    }
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

QTEST_GUILESS_MAIN(TestPipelineFile)
#include "tst_pipelinefile.moc"

// SPDX-License-Identifier: MIT
// Pipelines that are steps of others.
#include "app/CommandLineBench.h"

#include <QDir>
#include <QTest>

using namespace millrace::test;

#define L(text) QStringLiteral(text)

namespace tst_nested_pipelines {

namespace {

/// Doubles what is at least a parameter, sends the rest elsewhere.
const QByteArray Inner = R"({"millrace": 1, "parameters": {"least": {"default": 3}}, "steps": [
    {"id": "in", "type": "input", "params": {"examples": [{"value": 1}, {"value": 5}]}},
    {"id": "large", "type": "filter", "params": {"expression": "value >= ${least}"}},
    {"id": "twice", "type": "formula", "params": {"expression": "value * 2", "field": "value"}, "workers": 2},
    {"id": "out", "type": "output"},
    {"id": "small", "type": "output", "params": {"port": "small"}}],
    "links": [{"from": "in", "to": "large"}, {"from": "large", "to": "twice"}, {"from": "twice", "to": "out"},
              {"from": "large.rejected", "to": "small"}]})";

/// A file's step with these parameters between `generate` (0 to 9) and out.jsonl.
QByteArray outer(const QByteArray &params, const QByteArray &more = {})
{
    return pipelineOf(R"({"id": "part", "type": "pipeline", "params": )" + params + more + '}', "10");
}

QByteArray values(std::initializer_list<int> numbers)
{
    QByteArray text;
    for (const int number : numbers)
        text += "{\"value\":" + QByteArray::number(number) + "}\n";
    return text;
}

} // namespace

class TestNestedPipelines : public QObject, private CommandLineBench
{
    Q_OBJECT

public:
    TestNestedPipelines() : CommandLineBench(L(MILLRACE_PROGRAM)) {}

private Q_SLOTS:
    void init()
    {
        empty();
        write("inner.millrace", Inner);
    }
    void itsStepsAreInItsPlace();
    void itsParametersAreSetFromOutside();
    void itsOutputsArePorts();
    void itRunsAloneWithItsExamples();
    void onesWithinOthersWork();
    void pathsAreRelativeToItsFile();
    void whatFailsInsideIsRouted();
    void aSampleWritesNothingInside();
    void unionsNameFieldsAsTheirFileCallsTheBranches();
    void circlesAreRefused();
    void aChainThatIsTooLongIsRefused();
    void whatIsWrongInsideIsNamed_data();
    void whatIsWrongInsideIsNamed();
    void programsInsideAreAskedFor();
    void aBypassedOneLetsItemsThrough();
    void whatLearnsInsideIsFitted();
};

void TestNestedPipelines::itsStepsAreInItsPlace()
{
    write("p.millrace", outer(R"({"file": "inner.millrace"})"));
    const Ended ended = run("p.millrace", {L("--report"), path("r.json")});
    QVERIFY2(ended.status == 0, ended.errors.constData());
    QCOMPARE(content("out.jsonl"), values({6, 8, 10, 12, 14, 16, 18}));
    QStringList ids;
    for (const QJsonValue step : json("r.json")[L("steps")].toArray())
        ids << step[L("id")].toString() + L("=") + QString::number(step[L("workers")].toInt());
    QVERIFY2(ids.contains(L("part/twice=2")) && ids.contains(L("part/large=1")), ids.join(L(" ")).toUtf8().constData());
    const Ended checked = run({L("validate"), path("p.millrace")});
    QVERIFY2(checked.status == 0 && checked.output.isEmpty(), checked.output.constData());
    QCOMPARE(run("p.millrace", {L("--until"), L("part"), L("--show"), L("part")}).output, content("out.jsonl"));
}

void TestNestedPipelines::itsParametersAreSetFromOutside()
{
    write("p.millrace", outer(R"({"file": "inner.millrace", "parameters": {"least": 8}})"));
    QCOMPARE(run("p.millrace").status, 0);
    QCOMPARE(content("out.jsonl"), values({16, 18}));
    QCOMPARE(run("p.millrace", {L("--set"), L("part.parameters={\"least\": 9}")}).status, 0);
    QCOMPARE(content("out.jsonl"), values({18}));
}

void TestNestedPipelines::itsOutputsArePorts()
{
    write("p.millrace", R"({"millrace": 1, "steps": [
        {"id": "numbers", "type": "generate", "params": {"count": 10}},
        {"id": "part", "type": "pipeline", "params": {"file": "inner.millrace", "ports": ["out", "small"]}},
        {"id": "result", "type": "write.jsonl", "params": {"path": "out.jsonl"}},
        {"id": "rest", "type": "write.jsonl", "params": {"path": "rest.jsonl"}}],
        "links": [{"from": "numbers", "to": "part"}, {"from": "part", "to": "result"},
                  {"from": "part.small", "to": "rest"}]})");
    const Ended ended = run("p.millrace");
    QVERIFY2(ended.status == 0, ended.errors.constData());
    QCOMPARE(content("rest.jsonl"), values({0, 1, 2}));
}

void TestNestedPipelines::itRunsAloneWithItsExamples()
{
    const Ended ended = run("inner.millrace", {L("--show"), L("twice")});
    QVERIFY2(ended.status == 0, ended.errors.constData());
    QCOMPARE(ended.output, values({10}));
}

void TestNestedPipelines::onesWithinOthersWork()
{
    QVERIFY(QDir(folder()).mkpath(L("deep")));
    write("deep/two.millrace", R"({"millrace": 1, "steps": [{"id": "in", "type": "input"},
        {"id": "once", "type": "pipeline", "params": {"file": "../inner.millrace"}},
        {"id": "again", "type": "pipeline", "params": {"file": "../inner.millrace", "parameters": {"least": 12}}},
        {"id": "out", "type": "output"}],
        "links": [{"from": "in", "to": "once"}, {"from": "once", "to": "again"}, {"from": "again", "to": "out"}]})");
    write("p.millrace", outer(R"({"file": "deep/two.millrace"})"));
    const Ended ended = run("p.millrace", {L("--report"), path("r.json")});
    QVERIFY2(ended.status == 0, ended.errors.constData());
    QCOMPARE(content("out.jsonl"), values({24, 28, 32, 36}));
    QVERIFY(content("r.json").contains("\"part/again/twice\""));
}

void TestNestedPipelines::pathsAreRelativeToItsFile()
{
    QVERIFY(QDir(folder()).mkpath(L("deep")));
    write("deep/names.csv", "value,name\n1,one\n2,two\n");
    write("deep/look.millrace", R"({"millrace": 1, "steps": [{"id": "in", "type": "input"},
        {"id": "look", "type": "lookup", "params": {"file": "names.csv", "on": {"value": "value"}}},
        {"id": "out", "type": "output"}],
        "links": [{"from": "in", "to": "look"}, {"from": "look", "to": "out"}]})");
    write("p.millrace", outer(R"({"file": "deep/look.millrace"})"));
    const Ended ended = run("p.millrace");
    QVERIFY2(ended.status == 0, ended.errors.constData());
    QVERIFY2(content("out.jsonl").contains("{\"value\":2,\"name\":\"two\"}\n"), content("out.jsonl").constData());
}

void TestNestedPipelines::whatFailsInsideIsRouted()
{
    write("fails.millrace", R"({"millrace": 1, "steps": [{"id": "in", "type": "input"},
        {"id": "a", "type": "fail", "params": {"expression": "value == 3", "message": "three"}},
        {"id": "b", "type": "fail", "params": {"expression": "value == 5", "message": "five"}},
        {"id": "out", "type": "output"}],
        "links": [{"from": "in", "to": "a"}, {"from": "a", "to": "b"}, {"from": "b", "to": "out"}]})");
    write("p.millrace", R"({"millrace": 1, "steps": [
        {"id": "numbers", "type": "generate", "params": {"count": 7}},
        {"id": "part", "type": "pipeline", "params": {"file": "fails.millrace"}, "onError": "route"},
        {"id": "result", "type": "write.jsonl", "params": {"path": "out.jsonl"}},
        {"id": "sort", "type": "sort", "params": {"by": ["value"]}},
        {"id": "failed", "type": "write.jsonl", "params": {"path": "failed.jsonl"}}],
        "links": [{"from": "numbers", "to": "part"}, {"from": "part", "to": "result"},
                  {"from": "part.error", "to": "sort"}, {"from": "sort", "to": "failed"}]})");
    const Ended ended = run("p.millrace");
    QVERIFY2(ended.status == 3, ended.errors.constData());
    QCOMPARE(content("out.jsonl"), values({0, 1, 2, 4, 6}));
    const QList<QByteArray> failed = content("failed.jsonl").trimmed().split('\n');
    QCOMPARE(failed.size(), 2);
    QVERIFY2(failed[0].contains("\"error.step\":\"part/a\"") && failed[0].contains("three"), failed[0].constData());
    QVERIFY2(failed[1].contains("\"error.step\":\"part/b\"") && failed[1].contains("five"), failed[1].constData());
}

/// Also those that the file writes itself.
void TestNestedPipelines::aSampleWritesNothingInside()
{
    write("writes.millrace", R"({"millrace": 1, "steps": [{"id": "in", "type": "input"},
        {"id": "log", "type": "write.jsonl", "params": {"path": "inside.jsonl"}}, {"id": "out", "type": "output"}],
        "links": [{"from": "in", "to": "log"}, {"from": "in", "to": "out"}]})");
    write("p.millrace", outer(R"({"file": "writes.millrace"})"));
    QCOMPARE(run("p.millrace", {L("--sample"), L("3")}).status, 0);
    QVERIFY(!QFile::exists(path("inside.jsonl")) && !QFile::exists(path("out.jsonl")));
    QCOMPARE(run("p.millrace").status, 0);
    QVERIFY(QFile::exists(path("inside.jsonl")));
}

/// Within the other file as if it stood alone, and outside by the step that stands for it.
void TestNestedPipelines::unionsNameFieldsAsTheirFileCallsTheBranches()
{
    write("both.millrace", R"({"millrace": 1, "steps": [{"id": "in", "type": "input"},
        {"id": "a", "type": "add", "params": {"by": 1}}, {"id": "b", "type": "add", "params": {"by": 2}},
        {"id": "both", "type": "union", "params": {"mode": "fields"}}, {"id": "out", "type": "output"}],
        "links": [{"from": "in", "to": "a"}, {"from": "in", "to": "b"}, {"from": "a", "to": "both"},
                  {"from": "b", "to": "both"}, {"from": "both", "to": "out"}]})");
    write("p.millrace", outer(R"({"file": "both.millrace"})"));
    QCOMPARE(run("p.millrace").status, 0);
    QVERIFY2(content("out.jsonl").startsWith("{\"a.value\":1,\"b.value\":2}\n"), content("out.jsonl").constData());
    write("p.millrace", R"({"millrace": 1, "steps": [{"id": "numbers", "type": "generate", "params": {"count": 9}},
        {"id": "part", "type": "pipeline", "params": {"file": "inner.millrace", "parameters": {"least": 0}}},
        {"id": "plain", "type": "identity"}, {"id": "both", "type": "union", "params": {"mode": "fields"}},
        {"id": "more", "type": "formula", "params": {"expression": "item[\"part.value\"] + 1", "field": "more"}},
        {"id": "result", "type": "write.jsonl", "params": {"path": "out.jsonl"}}],
        "links": [{"from": "numbers", "to": "part"}, {"from": "numbers", "to": "plain"}, {"from": "part", "to": "both"},
                  {"from": "plain", "to": "both"}, {"from": "both", "to": "more"}, {"from": "more", "to": "result"}]})");
    const Ended ended = run("p.millrace");
    QVERIFY2(ended.status == 0, ended.errors.constData());
    QVERIFY2(content("out.jsonl").contains("{\"part.value\":4,\"plain.value\":2,\"more\":5}\n"),
             content("out.jsonl").constData());
}

void TestNestedPipelines::circlesAreRefused()
{
    write("a.millrace", R"({"millrace": 1, "steps": [{"id": "in", "type": "input"},
        {"id": "b", "type": "pipeline", "params": {"file": "b.millrace"}}, {"id": "out", "type": "output"}],
        "links": [{"from": "in", "to": "b"}, {"from": "b", "to": "out"}]})");
    write("b.millrace", QByteArray(content("a.millrace")).replace("b.millrace", "a.millrace"));
    write("p.millrace", outer(R"({"file": "a.millrace"})"));
    for (const char *command : {"run", "validate"}) {
        const Ended ended = run({QString::fromUtf8(command), path("p.millrace")});
        QCOMPARE(ended.status, 2);
        const QByteArray said = ended.output + ended.errors;
        QVERIFY2(said.contains("part: The pipeline \"a.millrace\" contains itself"), said.constData());
        QCOMPARE(said.trimmed().count('\n'), 0);
    }
}

/// 64 files within each other are what there may be; thousands took the stack.
void TestNestedPipelines::aChainThatIsTooLongIsRefused()
{
    const QByteArray link = R"({"millrace": 1, "steps": [{"id": "in", "type": "input"},
        {"id": "n", "type": "pipeline", "params": {"file": "NEXT.millrace"}}, {"id": "out", "type": "output"}],
        "links": [{"from": "in", "to": "n"}, {"from": "n", "to": "out"}]})";
    constexpr int Files = 5000;
    for (int i = 0; i < Files; ++i)
        write(("c" + QByteArray::number(i) + ".millrace").constData(),
              QByteArray(link).replace("NEXT", i + 1 == Files ? QByteArray("inner") : "c" + QByteArray::number(i + 1)));
    write("p.millrace", outer(R"({"file": "c0.millrace"})"));
    for (const char *command : {"run", "validate"}) {
        const Ended ended = run({QString::fromUtf8(command), path("p.millrace")});
        QCOMPARE(ended.status, 2);
        const QByteArray said = ended.output + ended.errors;
        QVERIFY2(said.contains("part: The pipeline \"c64.millrace\" would be nested more than 64 deep"),
                 said.constData());
    }
    // c4937 to c4999 and inner: 64.
    write("p.millrace", outer(R"({"file": "c4937.millrace"})"));
    const Ended ended = run({L("validate"), path("p.millrace")});
    QVERIFY2(ended.status == 0, (ended.output + ended.errors).constData());
}

void TestNestedPipelines::whatIsWrongInsideIsNamed_data()
{
    QTest::addColumn<QByteArray>("inner");
    QTest::addColumn<QByteArray>("says");
    const auto row = [](const char *name, QByteArray inner, const char *says) {
        QTest::newRow(name) << std::move(inner) << QByteArray(says);
    };
    row("a setting", QByteArray(Inner).replace("value * 2", "value *"), "part: In inner.millrace, step \"twice\": ");
    row("a type", QByteArray(Inner).replace("formula", "formulas"),
        "part: In inner.millrace, step \"twice\": The step type \"formulas\" is unknown");
    row("no input", QByteArray(Inner).replace(R"("type": "input")", R"("type": "generate")"),
        "part: The pipeline \"inner.millrace\" has no step \"input\"");
    row("no output",
        QByteArray(Inner).replace(R"({"id": "out", "type": "output"})", R"({"id": "out", "type": "discard"})"),
        "part: The pipeline \"inner.millrace\" has no step \"output\" for the port \"out\"");
    row("two for a port", QByteArray(Inner).replace(R"("port": "small")", R"("port": "out")"),
        "has two steps \"output\" for the port \"out\"");
    row("no JSON", "{", "part: ");
}

void TestNestedPipelines::whatIsWrongInsideIsNamed()
{
    QFETCH(QByteArray, inner);
    QFETCH(QByteArray, says);
    write("inner.millrace", inner);
    write("p.millrace", outer(R"({"file": "inner.millrace"})"));
    const Ended ended = run({L("validate"), path("p.millrace")});
    QCOMPARE(ended.status, 2);
    QVERIFY2(ended.output.contains(says), ended.output.constData());
    QCOMPARE(run("p.millrace").status, 2);
}

void TestNestedPipelines::programsInsideAreAskedFor()
{
    write("cat.millrace", R"({"millrace": 1, "steps": [{"id": "in", "type": "input"},
        {"id": "cat", "type": "program", "params": {"command": "cat", "protocol": "lines"}}, {"id": "out", "type": "output"}],
        "links": [{"from": "in", "to": "cat"}, {"from": "cat", "to": "out"}]})");
    write("p.millrace", outer(R"({"file": "cat.millrace"})"));
    const Ended refused = run("p.millrace");
    QCOMPARE(refused.status, 2);
    QVERIFY2(refused.errors.contains("It would execute part/cat (cat)"), refused.errors.constData());
    QCOMPARE(run("p.millrace", {L("--trust")}).status, 0);
    QCOMPARE(run("p.millrace").status, 0);
    write("cat.millrace",
          QByteArray(content("cat.millrace")).replace(R"("cat", "protocol")", R"("cat -", "protocol")"));
    QCOMPARE(run("p.millrace").status, 2);
}

void TestNestedPipelines::aBypassedOneLetsItemsThrough()
{
    write("p.millrace", outer(R"({"file": "inner.millrace"})", R"(, "bypass": true)"));
    const Ended ended = run("p.millrace");
    QVERIFY2(ended.status == 0, ended.errors.constData());
    QCOMPARE(content("out.jsonl"), values({0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

void TestNestedPipelines::whatLearnsInsideIsFitted()
{
    write("scale.millrace", R"({"millrace": 1, "steps": [{"id": "in", "type": "input"},
        {"id": "scale", "type": "scale.minmax"}, {"id": "out", "type": "output"}],
        "links": [{"from": "in", "to": "scale"}, {"from": "scale", "to": "out"}]})");
    write("p.millrace", outer(R"({"file": "scale.millrace"})"));
    const Ended fitted = run({L("fit"), path("p.millrace"), L("--save"), path("fitted")});
    QVERIFY2(fitted.status == 0, fitted.errors.constData());
    const Ended ended = run("p.millrace", {L("--fitted"), path("fitted")});
    QVERIFY2(ended.status == 0, ended.errors.constData());
    QVERIFY2(content("out.jsonl").startsWith("{\"value\":0}\n") && content("out.jsonl").endsWith("{\"value\":1}\n"),
             content("out.jsonl").constData());
}

} // namespace tst_nested_pipelines

QTEST_GUILESS_MAIN(tst_nested_pipelines::TestNestedPipelines)
#include "tst_nested_pipelines.moc"

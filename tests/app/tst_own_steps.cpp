// SPDX-License-Identifier: MIT
// Steps of one's own, begun by new-step and written in Python, and pipelines run from Python.
#include "app/CommandLineBench.h"

#include <QDir>
#include <QTest>

using namespace millrace::test;

#define L(text) QStringLiteral(text)

namespace tst_own_steps {

class TestOwnSteps : public QObject, private CommandLineBench
{
    Q_OBJECT

public:
    TestOwnSteps() : CommandLineBench(L(MILLRACE_PROGRAM)) {}

private Q_SLOTS:
    void init() { empty(); }
    void whatIsBegunWorks_data();
    void whatIsBegunWorks();
    void nothingIsWrittenOver();
    void namesThatAreNoneAreRefused();
    void aNewStepIsAStepOfThePipelinesInItsFolder();
    void aSourceAndASinkRunAlone();
    void aSourceThatRaisesFailsTheRun();
    void batchesAreOneCall();
    void whatIsReturnedMayLeaveByAnotherPort();
    void aBrokenManifestCostsNoRun();
    void describingExecutesNothing();
    void whatCantBeDescribedIsSaid_data();
    void whatCantBeDescribedIsSaid();
    void pythonRunsAPipeline();
    void pythonMapsItems();
    void pythonMapsByInputAndOutput();

private:
    Ended python(const QStringList &arguments) const
    {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(L("PYTHONPATH"), L(MILLRACE_SOURCE_DIR "/resources/python"));
        environment.insert(L("PYTHONDONTWRITEBYTECODE"), L("1"));
        environment.insert(L("MILLRACE_PROGRAM"), L(MILLRACE_PROGRAM));
        environment.insert(L("XDG_DATA_HOME"), folder() + L("/data"));
        environment.insert(L("XDG_STATE_HOME"), folder() + L("/state"));
        process.setProcessEnvironment(environment);
        process.setWorkingDirectory(folder());
        process.start(L("python3"), arguments);
        return end(process);
    }
    Ended python(const QByteArray &code) const { return python({L("-c"), QString::fromUtf8(code)}); }
    /// The step in steps/own.py, with its manifest, in p.millrace.
    void useStep(const QByteArray &code, const QByteArray &params, const QByteArray &more = {})
    {
        QVERIFY(QDir(folder()).mkpath(L("steps")));
        write("steps/own.py", "import millrace\n" + code);
        const Ended described = python({L("-m"), L("millrace"), L("describe"), L("steps/own.py")});
        QVERIFY2(described.status == 0, described.errors.constData());
        write("p.millrace", pipelineOf(R"({"id": "own", "type": "own", "params": )" + params + more + '}', "10"));
    }
};

void TestOwnSteps::whatIsBegunWorks_data()
{
    QTest::addColumn<QString>("kind");
    for (const char *kind : {"step", "source", "sink"})
        QTest::newRow(kind) << QString::fromUtf8(kind);
}

/// Its test passes, and its manifest is the one that describes it.
void TestOwnSteps::whatIsBegunWorks()
{
    QFETCH(QString, kind);
    const Ended begun = run({L("new-step"), L("count_words"), L("--kind"), kind});
    QVERIFY2(begun.status == 0, begun.errors.constData());
    const Ended tested = python({L("-m"), L("unittest"), L("discover"), L("steps")});
    QVERIFY2(tested.status == 0 && tested.errors.contains("OK"), tested.errors.constData());
    const Ended described = python({L("-m"), L("millrace"), L("describe"), L("steps/count_words.py"), L("-")});
    QCOMPARE(described.output, content("steps/count_words.step.json"));
    const Ended shown = run({L("steps"), L("count_words")});
    QVERIFY2(shown.status == 0 && shown.output.startsWith("count_words: Count words ("), shown.output.constData());
}

void TestOwnSteps::nothingIsWrittenOver()
{
    QVERIFY(QDir(folder()).mkpath(L("steps")));
    write("steps/mine.py", "precious");
    const Ended begun = run({L("new-step"), L("mine")});
    QCOMPARE(begun.status, 2);
    QVERIFY2(begun.errors.contains("steps/mine.py can't be written: File exists"), begun.errors.constData());
    QCOMPARE(content("steps/mine.py"), QByteArray("precious"));
}

void TestOwnSteps::namesThatAreNoneAreRefused()
{
    for (const char *name : {"", "Sort", "a b", "1st", "../x", "read.csv"})
        QCOMPARE(run({L("new-step"), QString::fromUtf8(name)}).status, 2);
    const Ended taken = run({L("new-step"), L("sort")});
    QVERIFY2(taken.errors.contains("There is a step \"sort\" already"), taken.errors.constData());
    QVERIFY(!QDir(folder()).exists(L("steps")));
}

void TestOwnSteps::aNewStepIsAStepOfThePipelinesInItsFolder()
{
    QCOMPARE(run({L("new-step"), L("count_words")}).status, 0);
    write("texts.txt", "one two\nthree\nfour five six\n");
    write("p.millrace", R"({"millrace": 1, "steps": [
        {"id": "texts", "type": "read.lines", "params": {"path": "texts.txt"}},
        {"id": "count", "type": "count_words", "params": {"least": 2}, "workers": 2},
        {"id": "result", "type": "write.jsonl", "params": {"path": "out.jsonl"}}],
        "links": [{"from": "texts", "to": "count"}, {"from": "count", "to": "result"}]})");
    const Ended refused = run("p.millrace");
    QCOMPARE(refused.status, 2);
    QVERIFY2(refused.errors.contains("It would execute count (python3 count_words.py)"), refused.errors.constData());
    const Ended ended = run("p.millrace", {L("--trust")});
    QVERIFY2(ended.status == 0, ended.errors.constData());
    QCOMPARE(content("out.jsonl"), QByteArray("{\"text\":\"one two\",\"words\":2}\n"
                                              "{\"text\":\"four five six\",\"words\":3}\n"));
    QCOMPARE(run("p.millrace").status, 0);
    write("steps/count_words.py", content("steps/count_words.py") + "# other\n");
    QCOMPARE(run("p.millrace").status, 2);
}

void TestOwnSteps::aSourceAndASinkRunAlone()
{
    QCOMPARE(run({L("new-step"), L("give"), L("--kind"), L("source")}).status, 0);
    QCOMPARE(run({L("new-step"), L("keep"), L("--kind"), L("sink")}).status, 0);
    write("p.millrace", R"({"millrace": 1, "steps": [
        {"id": "give", "type": "give", "params": {"count": 30000, "word": "box"}},
        {"id": "keep", "type": "keep", "params": {"path": "kept.txt"}}],
        "links": [{"from": "give", "to": "keep"}]})");
    const Ended ended = run("p.millrace", {L("--trust")});
    QVERIFY2(ended.status == 0, ended.errors.constData());
    const QList<QByteArray> lines = content("kept.txt").trimmed().split('\n');
    QCOMPARE(lines.size(), 30000);
    for (int i = 0; i < 30000; i += 777)
        QCOMPARE(lines[i], QByteArray("{\"number\": " + QByteArray::number(i) + ", \"name\": \"box "
                                      + QByteArray::number(i) + "\"}"));
}

void TestOwnSteps::aSourceThatRaisesFailsTheRun()
{
    QVERIFY(QDir(folder()).mkpath(L("steps")));
    write("steps/own.py", "import millrace\n"
                          "@millrace.source\n"
                          "def own():\n"
                          "    yield {'value': 1}\n"
                          "    raise OSError('the well is dry')\n");
    QCOMPARE(python({L("-m"), L("millrace"), L("describe"), L("steps/own.py")}).status, 0);
    write("p.millrace", R"({"millrace": 1, "steps": [{"id": "own", "type": "own"},
        {"id": "out", "type": "write.jsonl", "params": {"path": "out.jsonl"}}],
        "links": [{"from": "own", "to": "out"}]})");
    const Ended ended = run("p.millrace", {L("--trust")});
    QCOMPARE(ended.status, 1);
    QVERIFY2(ended.errors.contains("the well is dry"), ended.errors.constData());
}

/// One that fails is found out by itself.
void TestOwnSteps::batchesAreOneCall()
{
    useStep("@millrace.step(batch=True)\n"
            "def own(items, by: int = 2):\n"
            "    if any(item['value'] == 7 for item in items): raise ValueError('no sevens')\n"
            "    return [{'value': item['value'] * by, 'among': len(items)} for item in items]\n",
            R"({"by": 3})", R"(, "onError": "skip")");
    const Ended ended = run("p.millrace", {L("--trust"), L("--set"), L("batching.size=5")});
    QCOMPARE(ended.status, 3);
    QVERIFY2(ended.errors.contains("no sevens"), ended.errors.constData());
    QByteArray expected;
    for (int i = 0; i < 10; ++i)
        if (i != 7)
            expected += "{\"value\":" + QByteArray::number(i * 3) + ",\"among\":" + (i < 5 ? "5" : "1") + "}\n";
    QCOMPARE(content("out.jsonl"), expected);
}

void TestOwnSteps::whatIsReturnedMayLeaveByAnotherPort()
{
    useStep("@millrace.step(ports=['out', 'odd'])\n"
            "def own(item):\n"
            "    return millrace.to('odd', item) if item['value'] % 2 else item\n",
            "{}");
    const Ended ended = run("p.millrace", {L("--trust"), L("--show"), L("own.odd"), L("--until"), L("own")});
    QVERIFY2(ended.status == 0, ended.errors.constData());
    QCOMPARE(ended.output, QByteArray("{\"value\":1}\n{\"value\":3}\n{\"value\":5}\n{\"value\":7}\n{\"value\":9}\n"));
}

void TestOwnSteps::aBrokenManifestCostsNoRun()
{
    QVERIFY(QDir(folder()).mkpath(L("steps")));
    write("steps/broken.step.json", "{");
    write("p.millrace", pipelineOf(R"({"id": "i", "type": "identity"})"));
    const Ended ended = run("p.millrace");
    QCOMPARE(ended.status, 0);
    QVERIFY2(ended.errors.contains("broken.step.json is no JSON"), ended.errors.constData());
}

void TestOwnSteps::describingExecutesNothing()
{
    write("own.py", "import millrace\n"
                    "open('executed', 'w').close()\n"
                    "@millrace.step\n"
                    "def own(item, limit: float = 0.5):\n"
                    "    return item\n");
    const Ended described = python({L("-m"), L("millrace"), L("describe"), L("own.py")});
    QVERIFY2(described.status == 0, described.errors.constData());
    QVERIFY(!QFile::exists(path("executed")));
    const QJsonObject param = json("own.step.json")[L("params")].toArray()[0].toObject();
    QCOMPARE(param[L("kind")].toString(), L("number"));
    QCOMPARE(param[L("default")].toDouble(), 0.5);
}

void TestOwnSteps::whatCantBeDescribedIsSaid_data()
{
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("says");
    const auto row = [](const char *name, const char *code, const char *says) { QTest::newRow(name) << code << says; };
    row("none", "def f(item): pass\n", "there are 0 functions");
    row("two", "@millrace.step\ndef f(item): pass\n@millrace.sink\ndef g(item): pass\n", "there are 2 functions");
    row("syntax", "def f(item:\n", "line ");
    row("a default that is computed", "@millrace.step\ndef f(item, n=len('x')): pass\n",
        "The default of n isn't written as a plain value");
    row("an option", "@millrace.step(titles='x')\ndef f(item): pass\n",
        "the option titles of the decorator is unknown");
    row("no argument", "@millrace.step(params={'m': {}})\ndef f(item, n=1): pass\n", "params names m");
}

void TestOwnSteps::whatCantBeDescribedIsSaid()
{
    QFETCH(QString, code);
    QFETCH(QString, says);
    write("own.py", "import millrace\n" + code.toUtf8());
    const Ended described = python({L("-m"), L("millrace"), L("describe"), L("own.py")});
    QCOMPARE(described.status, 2);
    QVERIFY2(described.errors.startsWith("millrace: own.py: ") && described.errors.contains(says.toUtf8()),
             described.errors.constData());
    QVERIFY(!QFile::exists(path("own.step.json")));
}

void TestOwnSteps::pythonRunsAPipeline()
{
    write("p.millrace", pipelineOf(R"({"id": "slow", "type": "delay", "params": {"milliseconds": 10}},
                                      {"id": "m", "type": "multiply", "params": {"by": 2}})",
                                   "40"));
    const Ended ended =
        python(QByteArray("import millrace\n"
                          "samples = []\n"
                          "report = millrace.run('p.millrace', set={'m.by': 3}, on_sample=samples.append)\n"
                          "assert report['status'] == 'finished', report\n"
                          "assert report['items']['written'] == 40, report\n"
                          "assert len(samples) > 1 and samples[0]['steps'], samples\n"
                          "try:\n"
                          "    millrace.run('missing.millrace')\n"
                          "except millrace.RunFailed as failed:\n"
                          "    assert failed.status == 2 and 'missing.millrace' in str(failed), failed\n"
                          "else:\n"
                          "    assert False\n"));
    QVERIFY2(ended.status == 0, ended.errors.constData());
    QVERIFY(content("out.jsonl").startsWith("{\"value\":0}\n{\"value\":3}\n"));
}

void TestOwnSteps::pythonMapsByInputAndOutput()
{
    write("p.millrace", R"({"millrace": 1, "parameters": {"least": {"default": 0}}, "steps": [
        {"id": "in", "type": "input"}, {"id": "large", "type": "filter", "params": {"expression": "n >= ${least}"}},
        {"id": "out", "type": "output"}, {"id": "small", "type": "output", "params": {"port": "small"}}],
        "links": [{"from": "in", "to": "large"}, {"from": "large", "to": "out"},
                  {"from": "large.rejected", "to": "small"}]})");
    const Ended ended =
        python(QByteArray("import millrace\n"
                          "made = list(millrace.map([{'n': 5}, {'n': 50}], 'p.millrace', param={'least': 20}))\n"
                          "assert made == [{'n': 50}], made\n"));
    QVERIFY2(ended.status == 0, ended.errors.constData());
}

void TestOwnSteps::pythonMapsItems()
{
    write("p.millrace", R"({"millrace": 1, "steps": [
        {"id": "in", "type": "read.csv", "params": {"path": "none.csv"}},
        {"id": "f", "type": "formula", "params": {"expression": "1 / (n - 50000) * n * 2", "field": "m"}},
        {"id": "out", "type": "write.csv", "params": {"path": "none.csv"}}],
        "links": [{"from": "in", "to": "f"}, {"from": "f", "to": "out"}]})");
    const Ended ended =
        python(QByteArray("import millrace\n"
                          "count = 0\n"
                          "for item in millrace.map(({'n': n} for n in range(1, 40001)), 'p.millrace'):\n"
                          "    count += 1\n"
                          "    n = item['n']\n"
                          "    assert n == count and abs(item['m'] - n * 2 / (n - 50000)) < 1e-9, item\n"
                          "assert count == 40000, count\n"
                          "try:\n"
                          "    list(millrace.map([{'n': 'x'}], 'p.millrace'))\n"
                          "except millrace.RunFailed as failed:\n"
                          "    assert failed.status == 1, failed.status\n"
                          "else:\n"
                          "    assert False\n"));
    QVERIFY2(ended.status == 0, ended.errors.constData());
}

} // namespace tst_own_steps

QTEST_GUILESS_MAIN(tst_own_steps::TestOwnSteps)
#include "tst_own_steps.moc"

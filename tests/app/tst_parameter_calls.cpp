// SPDX-License-Identifier: MIT
// Parameters of a pipeline and limits of a run, as calls of the command line give them.
#include "app/CommandLineBench.h"

#include <QDir>
#include <QTest>

using namespace millrace::test;

#define L(text) QStringLiteral(text)

namespace tst_parameter_calls {

namespace {

const QByteArray Parameters =
    R"("parameters": {"out": {"default": "out", "help": "Names the result."}, "by": {"default": 2}},)";

QByteArray multiplying(const QByteArray &parameters)
{
    return R"({"millrace": 1, "batching": {"size": 10}, )" + parameters + R"(
        "steps": [{"id": "numbers", "type": "generate", "params": {"count": 20}},
                  {"id": "times", "type": "multiply", "params": {"by": "${by}"}},
                  {"id": "result", "type": "write.jsonl", "params": {"path": "${out}.jsonl"}}],
        "links": [{"from": "numbers", "to": "times"}, {"from": "times", "to": "result"}]})";
}

/// Every fifth item fails.
QByteArray failing(const QByteArray &more, const QByteArray &count = "200")
{
    return pipelineOf(
        R"({"id": "rule", "type": "fail", "params": {"expression": "value % 5 == 0", "message": "a fifth"},
                          "onError": "skip"})",
        count, more);
}

} // namespace

class TestParameterCalls : public QObject, private CommandLineBench
{
    Q_OBJECT

public:
    TestParameterCalls() : CommandLineBench(L(MILLRACE_PROGRAM)) {}

private Q_SLOTS:
    void init() { empty(); }
    void aRunTakesDefaultsOrWhatTheCallSays();
    void wrongCallsRunNothing_data();
    void wrongCallsRunNothing();
    void validateTellsWhatIsMissing();
    void aGivenPathOutsideTheFolderIsAskedFor();
    void whatACallSetsMayNameThemToo();
    void templatesOfScriptsStay();
    void tooManyFailedItemsFailTheRun_data();
    void tooManyFailedItemsFailTheRun();
    void aShareIsLookedAtOnceEnoughWasRead();
    void whatIsWithinTheLimitIsNoFailure();
};

void TestParameterCalls::aRunTakesDefaultsOrWhatTheCallSays()
{
    write("p.millrace", multiplying(Parameters));
    Ended ended = run("p.millrace", {L("--quiet")});
    QVERIFY2(ended.status == 0, ended.errors.constData());
    QVERIFY(content("out.jsonl").contains("{\"value\":38}"));
    ended = run("p.millrace", {L("--quiet"), L("--param"), L("by=10"), L("--param=out=other")});
    QVERIFY2(ended.status == 0, ended.errors.constData());
    QVERIFY(content("other.jsonl").contains("{\"value\":190}"));
    QVERIFY(content("out.jsonl").contains("{\"value\":38}"));
}

void TestParameterCalls::wrongCallsRunNothing_data()
{
    QTest::addColumn<QByteArray>("parameters");
    QTest::addColumn<QString>("given");
    QTest::addColumn<QByteArray>("message");
    QTest::newRow("unknown") << Parameters << L("outx=x")
                             << QByteArray("this pipeline has no parameter \"outx\"; did you mean \"out\"?");
    QTest::newRow("no number") << Parameters << L("by=x") << QByteArray("it has to be a number, as its default is.");
    QTest::newRow("no value") << QByteArray(R"("parameters": {"out": {}, "by": {"default": 2}},)") << L("by=3")
                              << QByteArray(
                                     "The parameter \"out\" has no value; give it a default, or run with --param "
                                     "out=VALUE.");
    QTest::newRow("not declared") << QByteArray(R"("parameters": {"by": {"default": 2}},)") << L("by=3")
                                  << QByteArray("result: This pipeline has no parameter \"out\"; it has by.");
}

void TestParameterCalls::wrongCallsRunNothing()
{
    QFETCH(QByteArray, parameters);
    QFETCH(QString, given);
    QFETCH(QByteArray, message);
    write("p.millrace", multiplying(parameters));
    const Ended ended = run("p.millrace", {L("--param"), given});
    QCOMPARE(ended.status, 2);
    QVERIFY2(ended.errors.contains(message), ended.errors.constData());
    QCOMPARE(content("out.jsonl"), QByteArray("(none)"));
    QVERIFY2(ended.errors.count('\n') <= 2, ended.errors.constData()); // nothing that only follows from it
}

void TestParameterCalls::validateTellsWhatIsMissing()
{
    write("p.millrace", multiplying(R"("parameters": {"out": {}, "by": {"default": 2}, "more": {"default": 1}},)"));
    Ended ended = CommandLineBench::run({L("validate"), path("p.millrace")});
    QCOMPARE(ended.status, 2);
    QVERIFY2(ended.output.contains("The parameter \"out\" has no value"), ended.output.constData());
    QVERIFY2(ended.output.contains("warning: No step uses the parameter \"more\""), ended.output.constData());
    ended = CommandLineBench::run({L("validate"), path("p.millrace"), L("--param"), L("out=x")});
    QVERIFY2(ended.status == 0, ended.output.constData());
    QVERIFY2(!ended.output.contains("has no value"), ended.output.constData());
}

void TestParameterCalls::aGivenPathOutsideTheFolderIsAskedFor()
{
    QVERIFY(QDir(folder()).mkpath(L("own")));
    write("own/p.millrace", multiplying(Parameters));
    Ended ended = run("own/p.millrace", {L("--quiet")});
    QVERIFY2(ended.status == 0, ended.errors.constData());
    ended = run("own/p.millrace", {L("--quiet"), L("--param"), L("out=../outside")});
    QCOMPARE(ended.status, 2);
    QVERIFY2(ended.errors.contains("outside.jsonl") && ended.errors.contains("--trust"), ended.errors.constData());
    QCOMPARE(content("outside.jsonl"), QByteArray("(none)"));
    ended = run("own/p.millrace", {L("--quiet"), L("--param"), L("out=../outside"), L("--trust")});
    QVERIFY2(ended.status == 0, ended.errors.constData());
    QVERIFY(content("outside.jsonl").contains("{\"value\":38}"));
}

void TestParameterCalls::whatACallSetsMayNameThemToo()
{
    write("p.millrace", multiplying(Parameters));
    const Ended ended = run("p.millrace", {L("--quiet"), L("--set"), L("result.path=${out}-2.jsonl")});
    QVERIFY2(ended.status == 0, ended.errors.constData());
    QVERIFY(content("out-2.jsonl").contains("{\"value\":38}"));
}

void TestParameterCalls::templatesOfScriptsStay()
{
    write("p.millrace", pipelineOf(R"({"id": "script", "type": "javascript",
                         "params": {"code": "function transform(item) { return {text: `${item.value} $${item.value} ${unit}`}; }"}})",
                                   "2", R"("parameters": {"unit": {"default": "EUR"}},)"));
    const Ended ended = run("p.millrace", {L("--quiet"), L("--trust")});
    QVERIFY2(ended.status == 0, ended.errors.constData());
    QCOMPARE(content("out.jsonl"), QByteArray("{\"text\":\"0 $0 EUR\"}\n{\"text\":\"1 $1 EUR\"}\n"));
}

void TestParameterCalls::tooManyFailedItemsFailTheRun_data()
{
    QTest::addColumn<QByteArray>("limits");
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QByteArray>("message");
    QTest::newRow("errors of the file") << QByteArray(R"("limits": {"errors": 5},)") << QStringList()
                                        << QByteArray("its limit \"errors\" is 5.");
    QTest::newRow("share of the file") << QByteArray(R"("limits": {"errorPercent": 10, "afterItems": 50},)")
                                       << QStringList() << QByteArray("its limit \"errorPercent\" is 10.");
    QTest::newRow("none may fail") << QByteArray() << QStringList{L("--limit-errors"), L("0")}
                                   << QByteArray("its limit \"errors\" is 0.");
    QTest::newRow("share of the call") << QByteArray() << QStringList{L("--limit-errors"), L("19.5%")}
                                       << QByteArray("its limit \"errorPercent\" is 19.5.");
    QTest::newRow("the call wins") << QByteArray(R"("limits": {"errors": 100},)")
                                   << QStringList{L("--limit-errors"), L("3")}
                                   << QByteArray("its limit \"errors\" is 3.");
}

void TestParameterCalls::tooManyFailedItemsFailTheRun()
{
    QFETCH(QByteArray, limits);
    QFETCH(QStringList, options);
    QFETCH(QByteArray, message);
    write("p.millrace", failing(limits));
    write("out.jsonl", "old\n");
    const Ended ended = run("p.millrace", options + QStringList{L("--report"), path("r.json")});
    QCOMPARE(ended.status, 1);
    QVERIFY2(ended.errors.contains(message), ended.errors.constData());
    const QJsonObject report = json("r.json");
    QCOMPARE(report[L("status")].toString(), L("failed"));
    QCOMPARE(report[L("failure")][L("kind")].toString(), L("limit"));
    QCOMPARE(content("out.jsonl"), QByteArray("old\n")); // as after any other failure
    QVERIFY2(!report[L("keptFiles")].toArray().isEmpty(), content("r.json").constData());
}

void TestParameterCalls::aShareIsLookedAtOnceEnoughWasRead()
{
    // A fifth of 90 items fail, but a share of fewer than 100 says little.
    write("p.millrace", failing(R"("limits": {"errorPercent": 1},)", "90"));
    Ended ended = run("p.millrace", {L("--quiet")});
    QVERIFY2(ended.status == 3, ended.errors.constData());
    write("p.millrace", failing(R"("limits": {"errorPercent": 1, "afterItems": 90},)", "90"));
    ended = run("p.millrace", {L("--quiet")});
    QVERIFY2(ended.status == 1, ended.errors.constData());
}

void TestParameterCalls::whatIsWithinTheLimitIsNoFailure()
{
    write("p.millrace", failing(R"("limits": {"errors": 40, "errorPercent": 20},)"));
    const Ended ended = run("p.millrace", {L("--quiet")});
    QVERIFY2(ended.status == 3, ended.errors.constData());
    QCOMPARE(content("out.jsonl").count('\n'), 160);
}

} // namespace tst_parameter_calls

QTEST_GUILESS_MAIN(tst_parameter_calls::TestParameterCalls)
#include "tst_parameter_calls.moc"

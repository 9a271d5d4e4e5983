// SPDX-License-Identifier: MIT
// What `millrace fit` keeps and `millrace run --fitted` uses.
#include "app/CommandLineBench.h"

#include <QDir>
#include <QFile>
#include <QTest>

using namespace millrace::test;

#define L(text) QStringLiteral(text)

namespace tst_fit_command {

class TestFitCommand : public QObject, private CommandLineBench
{
    Q_OBJECT

public:
    TestFitCommand() : CommandLineBench(L(MILLRACE_PROGRAM)) {}

private Q_SLOTS:
    void init() { empty(); }
    void whatWasFittedAndSavedIsUsedByTheRun();
    void aStepThatHasNotLearntIsRefusedBeforeTheRun();
    void aPipelineThatDoesNotFitTheFittedOneIsRefused();
    void aFolderThatCannotBeWrittenIsRefusedBeforeTheFit();
    void whatWasChangedSinceTheFitIsAWarning();
};

void TestFitCommand::whatWasFittedAndSavedIsUsedByTheRun()
{
    write("p.millrace", pipelineOf(R"({"id": "scale", "type": "scale.minmax", "workers": 3})", "101"));
    for (int again = 0; again < 2; ++again) {
        const Ended fitted = run({L("fit"), path("p.millrace"), L("--save"), path("fitted")});
        QVERIFY2(fitted.status == 0, fitted.errors.constData());
        QVERIFY(content("fitted/steps/scale.json").contains("\"most\": 100.0"));
        QVERIFY2(fitted.errors.contains("101 items read, 101 learnt from, 0 errors"), fitted.errors.constData());
        QVERIFY(fitted.errors.endsWith("What was learnt is in " + path("fitted").toUtf8() + "; millrace run --fitted "
                                       + path("fitted").toUtf8() + " uses it.\n"));
        QVERIFY(!QFile::exists(path("out.jsonl")));
    }
    for (int again = 0; again < 2; ++again) {
        const Ended ended = run("p.millrace", {L("--fitted"), path("fitted"), L("--set"), L("numbers.count=201")});
        QVERIFY2(ended.status == 0, ended.errors.constData());
        QVERIFY(content("out.jsonl").startsWith("{\"value\":0}\n{\"value\":0.01}\n"));
        QVERIFY(content("out.jsonl").endsWith("\n{\"value\":2}\n"));
    }
}

void TestFitCommand::aStepThatHasNotLearntIsRefusedBeforeTheRun()
{
    const auto refused = [this](const QByteArray &step) {
        write("p.millrace", pipelineOf(step, "101"));
        const Ended ended = run("p.millrace");
        const QByteArray sentence = "scale: It hasn't learnt anything yet. Let it learn with \"millrace fit "
                                    + path("p.millrace").toUtf8() + " --save DIR\", then run with --fitted DIR.\n";
        return ended.status == 2 && ended.errors.endsWith(sentence) && !QFile::exists(path("out.jsonl"));
    };
    QVERIFY(refused(R"({"id": "scale", "type": "scale.minmax"})"));
    QVERIFY(refused(R"({"id": "scale", "type": "scale.minmax", "workers": 2, "runIn": "processes"})"));
    QVERIFY(refused(R"({"id": "scale", "type": "cluster.kmeans", "params": {"fields": ["value"]}})"));
    // What doesn't work in the run doesn't have to know anything.
    write("p.millrace", pipelineOf(R"({"id": "scale", "type": "scale.minmax", "bypass": true})", "101"));
    const Ended ended = run("p.millrace");
    QVERIFY2(ended.status == 0, ended.errors.constData());
    // Neither is a wrong setting hidden by it.
    write("p.millrace", pipelineOf(R"({"id": "scale", "type": "impute", "params": {"strategy": "constant"}})", "101"));
    const Ended wrong = run("p.millrace");
    QCOMPARE(wrong.status, 2);
    QVERIFY2(wrong.errors.contains("\"value\" is needed"), wrong.errors.constData());
}

void TestFitCommand::aPipelineThatDoesNotFitTheFittedOneIsRefused()
{
    write("p.millrace", pipelineOf(R"({"id": "scale", "type": "scale.minmax"})"));
    QCOMPARE(run({L("fit"), path("p.millrace"), L("--save"), path("fitted")}).status, 0);
    const auto refused = [this](const QByteArray &steps, const QByteArray &text) {
        write("q.millrace", pipelineOf(steps));
        const Ended ended = run("q.millrace", {L("--fitted"), path("fitted")});
        return ended.status == 2 && ended.errors.contains(text) && !QFile::exists(path("out.jsonl"));
    };
    QVERIFY(refused(R"({"id": "scale", "type": "scale.standard"})", "It was a \"scale.minmax\""));
    QVERIFY(refused(R"({"id": "other", "type": "scale.minmax"})", "other: The fitted pipeline"));
    // What was learnt has to go with the settings: no warning either that it would be used all the same.
    write("i.millrace", pipelineOf(R"({"id": "fill", "type": "impute"})"));
    QCOMPARE(run({L("fit"), path("i.millrace"), L("--save"), path("filled")}).status, 0);
    for (const QStringList &more : {QStringList(), {L("--set"), L("fill.runIn=processes")}}) {
        const Ended other =
            run("i.millrace", QStringList{L("--fitted"), path("filled"), L("--set"), L("fill.strategy=median")} + more);
        QCOMPARE(other.status, 2);
        QCOMPARE(other.errors, path("i.millrace").toUtf8()
                                   + ": fill: It was fitted with another \"strategy\" (\"mean\") than it has now "
                                     "(\"median\"); fit it again.\n");
    }
    QVERIFY(QFile::remove(path("fitted/steps/scale.json")));
    QVERIFY(refused(R"({"id": "scale", "type": "scale.minmax"})", "the file steps/scale.json is missing"));
    write("p.millrace", pipelineOf({}));
    const Ended nothing = run({L("fit"), path("p.millrace"), L("--save"), path("none")});
    QCOMPARE(nothing.status, 2);
    QVERIFY2(nothing.errors.contains("nothing to fit"), nothing.errors.constData());
    QVERIFY(!QFile::exists(path("none")));
}

void TestFitCommand::aFolderThatCannotBeWrittenIsRefusedBeforeTheFit()
{
    write("p.millrace", pipelineOf(R"({"id": "scale", "type": "scale.minmax"})"));
    write("file", "something");
    QVERIFY(QDir(folder()).mkpath(L("photos")));
    write("photos/a.jpg", "a photo");
    for (const auto &[name, why] : {std::pair("file", "there is something else of that name"),
                                    {"photos", "holds something else"},
                                    {"no/where", "doesn't exist"}}) {
        const Ended ended = run({L("fit"), path("p.millrace"), L("--save"), path(name)});
        QVERIFY2(ended.status == 2, ended.errors.constData());
        QVERIFY2(ended.errors.startsWith("millrace: The fitted pipeline can't be saved as \"")
                     && ended.errors.contains(why),
                 ended.errors.constData());
        QVERIFY2(!ended.errors.contains("items read"), ended.errors.constData());
    }
    QCOMPARE(content("file"), QByteArray("something"));
    QCOMPARE(content("photos/a.jpg"), QByteArray("a photo"));
}

void TestFitCommand::whatWasChangedSinceTheFitIsAWarning()
{
    write("p.millrace", pipelineOf(R"({"id": "scale", "type": "scale.minmax"})"));
    QCOMPARE(run({L("fit"), path("p.millrace"), L("--save"), path("fitted")}).status, 0);
    const QStringList fitted{L("--fitted"), path("fitted"), L("--quiet")};
    const Ended same = run("p.millrace", fitted);
    QVERIFY2(same.status == 0 && same.errors.isEmpty(), same.errors.constData());
    const Ended set =
        run("p.millrace", fitted + QStringList{L("--set"), L(R"(scale.fields=["value"])"), L("--workers=2")});
    QCOMPARE(set.status, 0);
    QCOMPARE(set.errors,
             path("p.millrace").toUtf8()
                 + ": scale: warning: \"scale\" learnt before it was changed (fields); fit again, or it goes "
                   "on with what it learnt then.\n");
    QVERIFY(QFile::exists(path("out.jsonl")));
}

} // namespace tst_fit_command

QTEST_GUILESS_MAIN(tst_fit_command::TestFitCommand)
#include "tst_fit_command.moc"

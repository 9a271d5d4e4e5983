// SPDX-License-Identifier: MIT
#include "pipeline/check/Checker.h"
#include "pipeline/PipelineFile.h"
#include "PipelineTestSteps.h"

#include <QFile>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <ctime>

using namespace millrace;

namespace tst_checker {

namespace {

QString text(const std::string &utf8)
{
    return QString::fromStdString(utf8);
}

/// Steps and links in brief: "numbers n; scale s by=2; keep k; n>s; s>k".
Pipeline drawn(const std::string &brief)
{
    Pipeline pipeline;
    for (const QString &part : text(brief).split(QLatin1Char(';'))) {
        const QStringList words = part.split(QLatin1Char(' '), Qt::SkipEmptyParts);
        if (const QStringList ends = part.trimmed().split(QLatin1Char('>')); ends.size() == 2) {
            const QStringList from = ends[0].split(QLatin1Char('.')), to = ends[1].split(QLatin1Char('.'));
            pipeline.links.push_back({from[0].toStdString(),
                                      from.value(1, QStringLiteral("out")).toStdString(),
                                      to[0].toStdString(),
                                      to.value(1, QStringLiteral("in")).toStdString(),
                                      {}});
            continue;
        }
        PipelineStep step;
        step.type = words.value(0).toStdString();
        step.id = words.value(1).toStdString();
        for (const QString &setting : words.mid(2)) {
            const QString name = setting.section(QLatin1Char('='), 0, 0), value = setting.section(QLatin1Char('='), 1);
            bool isNumber = false;
            const qlonglong number = value.toLongLong(&isNumber);
            if (name == QLatin1String("workers"))
                step.workers = int(number);
            else if (name == QLatin1String("onError"))
                step.onError = value == QLatin1String("route") ? ErrorPolicy::Route : ErrorPolicy::Skip;
            else if (name == QLatin1String("off"))
                step.isEnabled = false;
            else if (name == QLatin1String("bypass"))
                step.isBypassed = true;
            else if (name == QLatin1String("runIn"))
                step.runIn = value.toStdString();
            else
                step.setParam(name.toStdString(), isNumber ? Value(int64_t(number)) : Value(value.toStdString()));
        }
        pipeline.steps.push_back(std::move(step));
    }
    return pipeline;
}

QString listed(const Problems &problems)
{
    QString all;
    for (const Problem &problem : problems)
        all += text(std::string(problem.severity == Severity::Error ? "error" : "warning") + '|' + problem.step + '|'
                    + problem.param + '|' + problem.text + '\n');
    return all;
}

QString problemsOf(const Pipeline &pipeline, const std::string &folder = {})
{
    return listed(checkPipeline(pipeline, test::testRegistry(), folder));
}

std::string numbered(std::string text, int number)
{
    text += std::to_string(number);
    return text;
}

/// Seconds of this process on a core: not of others that keep the machine busy.
double cpuSeconds()
{
    return double(std::clock()) / CLOCKS_PER_SEC;
}

QString namesOf(const SchemaPtr &schema)
{
    return schema ? text(schema->names()) : QStringLiteral("(unknown)");
}

} // namespace

class TestChecker : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aSoundPipelineHasNoProblems();
    void problemsAreNamed_data();
    void problemsAreNamed();
    void aStepsOwnCheckKnowsItsFields();
    void workerArgumentsAreChecked();
    void outputsMayFollowFromParameters();
    void filesMustNotCollide();
    void theSameFileUnderTwoNamesIsFound();
    void cyclesAreNamedByTheirSteps();
    void aLongCycleCostsNoStack();
    void everyCycleIsNamed();
    void whatHangsOnADisabledStepIsOut();
    void disabledStepsAreNotChecked();
    void fieldsGoAlongTheLinks();
    void joinsThatDoubleTheFieldsAreRefused();
    void whatIsStoppedChecksNoFurtherStep();
    void routingByDefaultIsOneWarning();
    void oneLinkMustLeadToEachNamedInput();
    void stepsSeeTheFieldsOfBothInputs();
    void inputsOfOneOriginAreWarnedOf();
    void aSplitThatRejoinsBehindASortIsWarnedOf();
    void aSortWithoutASplitIsNotWarnedOf();
    void problemsComeInTheOrderOfTheSteps();
    void largePipelinesAreCheckedInTime_data();
    void largePipelinesAreCheckedInTime();
    void randomDrawingsNeverCrash();
};

void TestChecker::aSoundPipelineHasNoProblems()
{
    QCOMPARE(problemsOf(drawn("numbers n; scale s by=2 workers=8; keep k; n>s; s>k")), QString());
    QCOMPARE(problemsOf(
                 drawn("numbers n; sieve f onError=route; keep k; keep r; keep e; n>f; f>k; f.rejected>r; f.error>e")),
             QString());
    QCOMPARE(problemsOf(drawn("numbers n; scale s by=2; scale t by=3; join j; keep k; n>s; n>t; s>j; t>j; j>k")),
             QString());
}

void TestChecker::problemsAreNamed_data()
{
    QTest::addColumn<QString>("brief");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *name, const char *brief, const char *expected) {
        QTest::newRow(name) << QString::fromUtf8(brief) << QString::fromUtf8(expected);
    };
    row("unknown type", "numbers n; scal s; keep k; n>s; s>k",
        "error|s|type|The step type \"scal\" is unknown to this version of Millrace; did you mean \"scale\"?");
    row("unknown parameter", "numbers n; scale s by=2 feild=value; keep k; n>s; s>k",
        "warning|s|feild|\"scale\" has no parameter \"feild\", so it has no effect; did you mean \"field\"?");
    row("missing parameter", "numbers n; scale s; keep k; n>s; s>k", "error|s|by|\"by\" is needed");
    row("choice", "numbers n; scale s by=2 mode=left; keep k; n>s; s>k", "error|s|mode|");
    row("range", "numbers n count=-5; keep k; n>k", "error|n|count|");
    row("type of a value", "numbers n count=many; keep k; n>k", "error|n|count|");
    row("unknown output", "numbers n; sieve f; keep k; n>f; f.left>k",
        "error|f||It has no output \"left\" for the link to \"k\"; its outputs are \"out\", \"rejected\", \"error\".");
    row("output of a sink", "numbers n; keep k; keep l; n>k; k>l",
        "error|k||It has no output \"out\" for the link to \"l\"; \"keep\" has no outputs.");
    row("unknown input", "numbers n; sieve f; keep k; n>f.left; f>k", "error|f||It has no input \"left\"");
    row("input of a source", "numbers n; numbers m; keep k; n>m; m>k",
        "error|m||\"numbers\" is a source and has no input; remove the link from \"n\".");
    row("several links", "numbers n; numbers m; keep k; n>k; m>k",
        "error|k||Its input takes one link, and there are 2; put a union or merge step before it.");
    row("no input", "numbers n; keep k; scale s by=2; n>k; s>k", "error|s||Nothing is linked to its input");
    row("no output", "numbers n; scale s by=2; keep k; n>k; n>s", "warning|s||Its results go nowhere and are dropped");
    row("no source", "keep k", "error|||The pipeline has no source");
    row("no sink", "numbers n", "warning|||The pipeline has no sink");
    row("all disabled", "numbers n off=1", "error|||No step is enabled");
    row("what feeds is disabled", "numbers n off=1; keep k; n>k", "error|||Only disabled steps feed");
    row("dangling", "numbers n; keep k; n>k; n>nobody",
        "error|n||The link from \"n\" to \"nobody\" leads to a step that doesn't exist");
    row("self loop", "numbers n; scale s by=1; keep k; s>s; n>k",
        "error|s||Its links go round in a circle: s → s; remove one of them.");
    row("route without link", "numbers n; scale s by=1 onError=route; keep k; n>s; s>k",
        "warning|s|onError|Items that fail are to leave by the error port, but nothing is linked");
    row("link without route", "numbers n; scale s by=1; keep k; keep e; n>s; s>k; s.error>e",
        "warning|s|onError|Nothing leaves by the linked error port, for onError is \"stop\"; set it to \"route\".");
    row("route of a sink", "numbers n; keep k onError=route; n>k", "warning|k|onError|\"keep\" has no error port");
    row("processes of a source", "numbers n runIn=processes; keep k; n>k",
        "warning|n|runIn|\"numbers\" runs in threads all the same");
    row("cluster", "numbers n; scale s by=1 runIn=moon; keep k; n>s; s>k", "error|s|runIn|\"runIn\" can't be \"moon\"");
    row("too many workers", "numbers n; keep k workers=5; n>k",
        "error|k|workers|\"keep\" can have at most 4 workers, not 5; set fewer.");
    row("ordered workers", "numbers n; order o workers=2; keep k; n>o; o>k",
        "error|o|workers|\"order\" needs its batches one at a time");
    row("bypassed source", "numbers n bypass=1; keep k; n>k", "error|n|bypass|\"numbers\" can't be bypassed");
    row("linked twice", "numbers n; join j; keep k; n>j; n>j; j>k", "warning|j||It is linked to \"n\" more than once");
}

void TestChecker::problemsAreNamed()
{
    QFETCH(QString, brief);
    QFETCH(QString, expected);
    const QString problems = problemsOf(drawn(brief.toStdString()));
    QVERIFY2(problems.contains(expected), qPrintable(problems));
}

void TestChecker::aStepsOwnCheckKnowsItsFields()
{
    const QString problems = problemsOf(drawn("numbers n; scale s by=2 field=price; keep k; n>s; s>k"));
    QCOMPARE(problems, QStringLiteral("error|s|field|There is no field \"price\"; there are: value, wanted.\n"));
    QCOMPARE(problemsOf(drawn("numbers n; scale s by=2 field=price bypass=1; keep k; n>s; s>k")), QString());
}

void TestChecker::workerArgumentsAreChecked()
{
    Pipeline pipeline = drawn("numbers n; scale s by=2 workers=2; keep k; n>s; s>k");
    pipeline.steps[1].workerArguments = {{{"by", 3}}, {{"mode", "down"}}};
    QCOMPARE(problemsOf(pipeline), QString());
    pipeline.steps[1].workerArguments = {{{"by", 3}}, {{"mode", "left"}}, {{"bye", 1}}};
    const QString problems = problemsOf(pipeline);
    QVERIFY2(problems.contains(QLatin1String("There are 3 sets of worker arguments for 2 workers")),
             qPrintable(problems));
    QVERIFY2(problems.contains(QLatin1String("error|s|workerArguments|Worker 2: \"mode\"")), qPrintable(problems));
    QVERIFY2(problems.contains(QLatin1String("warning|s|workerArguments|\"scale\" has no parameter \"bye\"")),
             qPrintable(problems));
}

void TestChecker::outputsMayFollowFromParameters()
{
    Pipeline pipeline = drawn("numbers n; fork f letters=ab; keep k; keep l; n>f; f.a>k; f.rest>l");
    QCOMPARE(problemsOf(pipeline), QString());
    pipeline.steps[1].workers = 2;
    pipeline.steps[1].workerArguments = {{{"letters", "ab"}}, {}};
    QCOMPARE(problemsOf(pipeline), QString());
    pipeline.steps[1].workerArguments = {{}, {{"letters", "ba"}}};
    const QString others = problemsOf(pipeline);
    QVERIFY2(others.startsWith(QLatin1String("error|f|workerArguments|Worker 2: its outputs would be others than the "
                                             "step's; give \"letters\" the same")),
             qPrintable(others));
    pipeline.steps[1].workerArguments.clear();
    pipeline.steps[1].setParam("letters", Value("xy"));
    const QString gone = problemsOf(pipeline);
    QVERIFY2(
        gone.contains(QLatin1String("error|f||It has no output \"a\" for the link to \"k\"; its outputs are \"x\", "
                                    "\"y\", \"rest\", \"error\".")),
        qPrintable(gone));
}

void TestChecker::filesMustNotCollide()
{
    QTemporaryDir folder;
    const std::string where = folder.path().toStdString();
    const QString twice = problemsOf(drawn("numbers n; keep k path=a.csv; keep l path=./x/../a.csv; n>k; n>l"), where);
    QVERIFY2(twice.contains(QLatin1String("error|l|path|\"./x/../a.csv\" is also written by \"k\"")),
             qPrintable(twice));
    const QString inPlace = problemsOf(drawn("numbers n path=a.csv; keep k path=a.csv; n>k"), where);
    QVERIFY2(inPlace.contains(QLatin1String("error|k|path|\"a.csv\" is also read by \"n\"")), qPrintable(inPlace));
    QCOMPARE(problemsOf(drawn("numbers n; keep k path=/dev/null; keep l path=/dev/null; n>k; n>l"), where), QString());
}

void TestChecker::theSameFileUnderTwoNamesIsFound()
{
    QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("a.csv")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QVERIFY(QFile::link(file.fileName(), folder.filePath(QStringLiteral("b.csv"))));
    const QString problems =
        problemsOf(drawn("numbers n path=b.csv; keep k path=a.csv; n>k"), folder.path().toStdString());
    QVERIFY2(problems.contains(QLatin1String("is also read by \"n\"")), qPrintable(problems));
    const QString fitting =
        problemsOf(drawn("numbers n path=*.csv; keep k path=a.csv; n>k"), folder.path().toStdString());
    QVERIFY2(fitting.contains(QLatin1String("\"a.csv\" is also read by \"n\"")), qPrintable(fitting));
    QVERIFY(QFile::link(folder.filePath(QStringLiteral("new.csv")), folder.filePath(QStringLiteral("c.csv"))));
    const QString written =
        problemsOf(drawn("numbers n; keep k path=c.csv; keep l path=new.csv; n>k; n>l"), folder.path().toStdString());
    QVERIFY2(written.contains(QLatin1String("is also written by \"k\"")), qPrintable(written));
}

void TestChecker::cyclesAreNamedByTheirSteps()
{
    const QString problems =
        problemsOf(drawn("numbers n; join a; scale b by=1; scale c by=1; keep k; n>a; a>b; b>c; c>a; c>k"));
    QVERIFY2(problems.contains(
                 QStringLiteral("error|a||Its links go round in a circle: a → b → c → a; remove one of them.")),
             qPrintable(problems));
}

void TestChecker::aLongCycleCostsNoStack()
{
    constexpr int Count = 10'000;
    Pipeline pipeline = drawn("numbers n");
    for (int i = 0; i < Count; ++i) {
        PipelineStep step;
        step.id = numbered("j", i);
        step.type = "join";
        pipeline.steps.push_back(step);
        pipeline.links.push_back({step.id, "out", numbered("j", (i + 1) % Count), "in", {}});
    }
    const double start = cpuSeconds();
    const QString problems = problemsOf(pipeline);
    QVERIFY2(problems.contains(QStringLiteral("j0 → j1 → j2 → j3 → j4 → j5 → j6 → j7 → … (9992 more) → j0")),
             qPrintable(problems.left(500)));
    QVERIFY2(cpuSeconds() - start < 5, qPrintable(QString::number(cpuSeconds() - start)));
}

void TestChecker::everyCycleIsNamed()
{
    const QString problems = problemsOf(
        drawn("numbers n; join a; scale b by=1; join c; scale d by=1; keep k; n>a; a>b; b>a; b>c; c>d; d>c; d>k"));
    QCOMPARE(problems.count(QLatin1String("go round in a circle")), 2);
}

void TestChecker::whatHangsOnADisabledStepIsOut()
{
    const Pipeline pipeline =
        drawn("numbers n; scale s by=1 off=1; scale t by=1; keep k; join j; keep l; n>s; s>t; t>k; t>j; n>j; j>l");
    const auto running = runningSteps(pipeline, test::testRegistry());
    QCOMPARE(running, (std::vector<std::string>{"n", "j", "l"}));
    QCOMPARE(problemsOf(pipeline), QString());
}

void TestChecker::disabledStepsAreNotChecked()
{
    QCOMPARE(problemsOf(drawn("numbers n; keep k; nothing.known x off=1; scale s off=1; n>k; n>x; x>s")), QString());
}

void TestChecker::fieldsGoAlongTheLinks()
{
    const Pipeline pipeline =
        drawn("numbers n; scale s by=1; sieve f; join j mode=fields; join i; keep k; keep e; keep l;"
              "n>s; n>f; s>j; f>j; s>i; f>i; j>k; s.error>e; i>l");
    const KnownFields fields = fieldsAlong(pipeline, test::testRegistry(), {});
    const auto input = [&fields](const char *step) {
        const auto found = fields.input.find(step);
        return namesOf(found == fields.input.end() ? nullptr : found->second);
    };
    QCOMPARE(input("s"), QStringLiteral("value, wanted"));
    QCOMPARE(input("k"), QStringLiteral("s.value, wanted, f.value"));
    QCOMPARE(input("l"), QStringLiteral("value, wanted"));
    QCOMPARE(input("e"), QStringLiteral("value, wanted, error.step, error.message, error.kind, error.attempts, "
                                        "error.origin, error.line"));
    QCOMPARE(input("n"), QStringLiteral("(unknown)"));
    QCOMPARE(namesOf(fields.output.at("n")), QStringLiteral("value, wanted"));
}

void TestChecker::joinsThatDoubleTheFieldsAreRefused()
{
    std::string brief = "numbers n", links, before = "n";
    for (int i = 0; i < 60; ++i) {
        brief += numbered("; sieve a", i) + numbered("; sieve b", i) + numbered("; join j", i) + " mode=fields";
        for (const char *branch : {"a", "b"}) {
            links.append("; ").append(before).append(">").append(numbered(branch, i));
            links.append("; ").append(numbered(branch, i)).append(">").append(numbered("j", i));
        }
        before = numbered("j", i);
    }
    const Pipeline pipeline = drawn(brief + links + "; keep k; " + before + ">k");
    QCOMPARE(problemsOf(pipeline),
             QStringLiteral("error|j13||The branches have more than 10000 fields together, which is too much for an "
                            "item; leave fewer to them with a step \"select\".\n"));
    const KnownFields fields = fieldsAlong(pipeline, test::testRegistry(), {});
    QCOMPARE(fields.output.at("j12")->size(), size_t(8'193)); // and the expected output
    QVERIFY(!fields.output.contains("j13"));
}

namespace {

/// Asks for the end of the check that it is in.
class Stopper final : public Step
{
public:
    static void describe(StepBuilder<Stopper> &step) { step.id("stopper").title("Stopper").family(Family::Transform); }
    void check(const CheckContext &, std::vector<StepProblem> &problems) const override
    {
        problems.push_back({false, {}, "checked"});
        stop.request_stop();
    }
    static inline std::stop_source stop;
};

} // namespace

void TestChecker::whatIsStoppedChecksNoFurtherStep()
{
    StepRegistry registry = test::testRegistry();
    registry.add<Stopper>();
    const Pipeline pipeline = drawn("numbers n; stopper s; stopper t; keep k; n>s; s>t; t>k");
    const QString all = listed(checkPipeline(pipeline, registry, {}));
    QVERIFY2(all.contains(QLatin1String("|s||checked")) && all.contains(QLatin1String("|t||checked")), qPrintable(all));
    Stopper::stop = std::stop_source();
    const QString some = listed(checkPipeline(pipeline, registry, {}, Stopper::stop.get_token()));
    QCOMPARE(some, QStringLiteral("warning|s||checked\n"));
    QVERIFY(fieldsAlong(pipeline, registry, {}, Stopper::stop.get_token()).output.empty());
}

void TestChecker::routingByDefaultIsOneWarning()
{
    Pipeline pipeline = drawn("numbers n; scale s by=1; scale t by=1; keep k; n>s; s>t; t>k");
    pipeline.defaults.onError = ErrorPolicy::Route;
    const QString problems = problemsOf(pipeline);
    QCOMPARE(problems.count(QLatin1Char('\n')), 1);
    QVERIFY2(problems.contains(QLatin1String("warning||defaults.onError|"))
                 && problems.contains(QLatin1String("3 steps (the first is n)")),
             qPrintable(problems));
}

void TestChecker::oneLinkMustLeadToEachNamedInput()
{
    QCOMPARE(problemsOf(drawn("numbers n; pair p; keep k; n>p.left; p>k")),
             QStringLiteral("error|p||Nothing is linked to its input \"right\"; link a step to it.\n"));
    QString problems = problemsOf(drawn("numbers n; numbers m; pair p; keep k; n>p.left; n>p.left; m>p.right; p>k"));
    QVERIFY2(problems.contains(QLatin1String("error|p||Its input \"left\" takes one link, and there are 2; put a union "
                                             "or merge step before it.")),
             qPrintable(problems));
    problems = problemsOf(drawn("numbers n; numbers m; pair p; keep k; n>p; m>p.right; p>k"));
    QVERIFY2(problems.contains(QLatin1String("error|p||It has no input \"in\" for the link from \"n\"; its inputs are "
                                             "\"left\", \"right\".")),
             qPrintable(problems));
    problems = problemsOf(drawn("numbers n; scale s by=1; keep k; n>s.left; s>k"));
    QVERIFY2(problems.contains(QLatin1String("its only input is \"in\".")), qPrintable(problems));
}

void TestChecker::stepsSeeTheFieldsOfBothInputs()
{
    // The links' order in the file makes no difference.
    for (const char *const brief :
         {"numbers n; fork f letters=a; pair p; keep k; n>p.left; f.rest>p.right; p>k; n>f",
          "numbers n; fork f letters=a; pair p; keep k; f.rest>p.right; n>p.left; p>k; n>f"}) {
        const QString problems = problemsOf(drawn(brief));
        QVERIFY2(problems.contains(QLatin1String("warning|p||value, wanted beside value, wanted")),
                 qPrintable(problems));
    }
}

void TestChecker::inputsOfOneOriginAreWarnedOf()
{
    const QString warning = QStringLiteral("warning|p||All its inputs come from \"s\": as \"right\" is read to its end "
                                           "first, what comes by \"left\" waits until then, in memory and then in a "
                                           "temporary file.");
    QString problems =
        problemsOf(drawn("numbers n; scale s by=1; scale t by=1; pair p; keep k; n>s; s>t; t>p.right; s>p.left; p>k"));
    QVERIFY2(problems.contains(warning), qPrintable(problems));
    problems = problemsOf(drawn("numbers n; numbers m; scale s by=1; pair p; keep k; m>s; n>p.left; s>p.right; p>k"));
    QVERIFY2(!problems.contains(QLatin1String("All its inputs")), qPrintable(problems));
}

void TestChecker::aSplitThatRejoinsBehindASortIsWarnedOf()
{
    const QString problems = problemsOf(
        drawn("numbers n; scale s by=1; order o; scale t by=1; join j; keep k; n>s; s>o; s>t; o>j; t>j; j>k"));
    QVERIFY2(problems.contains(
                 QLatin1String("warning|o||It holds items back, while others go past it and wait for them at \"j\"")),
             qPrintable(problems));
}

void TestChecker::aSortWithoutASplitIsNotWarnedOf()
{
    QCOMPARE(problemsOf(
                 drawn("numbers n; order o; scale s by=1; scale t by=1; join j; keep k; n>o; o>s; o>t; s>j; t>j; j>k")),
             QString());
    QCOMPARE(problemsOf(drawn("numbers n; numbers m; order o; join j; keep k; n>o; o>j; m>j; j>k")), QString());
}

void TestChecker::problemsComeInTheOrderOfTheSteps()
{
    const Problems problems = checkPipeline(drawn("numbers n count=x; scale s; keep k workers=9; keep l; n>s; s>k"),
                                            test::testRegistry(), {});
    std::vector<std::string> steps;
    std::ranges::transform(problems, std::back_inserter(steps), &Problem::step);
    QCOMPARE(steps, (std::vector<std::string>{"n", "s", "k", "l"}));
}

void TestChecker::largePipelinesAreCheckedInTime_data()
{
    QTest::addColumn<QString>("type");
    QTest::newRow("transforms") << QStringLiteral("scale");
    QTest::newRow("sorts") << QStringLiteral("order");
    QTest::newRow("unknown") << QStringLiteral("scalee");
}

void TestChecker::largePipelinesAreCheckedInTime()
{
    QFETCH(QString, type);
    constexpr int Count = 20'000;
    Pipeline pipeline = drawn("numbers n; join j; keep k; n>j; j>k; n>s0");
    for (int i = 0; i < Count; ++i) {
        PipelineStep step;
        step.id = numbered("s", i);
        step.type = type.toStdString();
        if (type == QLatin1String("scale"))
            step.params = {{"by", 2}};
        pipeline.steps.push_back(step);
        pipeline.links.push_back({step.id, "out", i + 1 < Count ? numbered("s", i + 1) : "j", "in", {}});
    }
    const double start = cpuSeconds();
    const Problems problems = checkPipeline(pipeline, test::testRegistry(), {});
    QVERIFY2(cpuSeconds() - start < 5, qPrintable(QString::number(cpuSeconds() - start)));
    QCOMPARE(hasErrors(problems), type == QLatin1String("scalee"));
}

void TestChecker::randomDrawingsNeverCrash()
{
    const StepRegistry registry = test::testRegistry();
    QRandomGenerator random(3);
    const std::string types[] = {"numbers", "scale", "sieve", "order", "join", "keep", "none", "", "pair"};
    const std::string ports[] = {"out", "in", "error", "rejected", "", "x", "left", "right"};
    for (int i = 0; i < 3000; ++i) {
        Pipeline pipeline;
        const int count = random.bounded(9);
        for (int s = 0; s < count; ++s) {
            PipelineStep step;
            step.id = random.bounded(20) == 0 ? "" : numbered("s", random.bounded(count + 1));
            step.type = types[random.bounded(9)];
            step.workers = random.bounded(-2, 9);
            step.isEnabled = random.bounded(5) != 0;
            step.isBypassed = random.bounded(5) == 0;
            step.params = {{"by", random.bounded(3) ? Value(2) : Value()},
                           {"mode", random.bounded(2) ? "items" : "fields"}};
            step.workerArguments.resize(size_t(random.bounded(4)));
            pipeline.steps.push_back(std::move(step));
        }
        for (int l = random.bounded(15); l > 0; --l)
            pipeline.links.push_back({numbered("s", random.bounded(count + 2)),
                                      ports[random.bounded(8)],
                                      numbered("s", random.bounded(count + 2)),
                                      ports[random.bounded(8)],
                                      {}});
        const Problems problems = checkPipeline(pipeline, registry, {});
        const bool isEmpty = pipeline.steps.empty();
        QVERIFY(!isEmpty || hasErrors(problems));
        QVERIFY(std::ranges::none_of(problems, [](const Problem &problem) { return problem.text.empty(); }));
    }
}

} // namespace tst_checker

QTEST_GUILESS_MAIN(tst_checker::TestChecker)
#include "tst_checker.moc"

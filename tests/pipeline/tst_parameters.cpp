// SPDX-License-Identifier: MIT
// Parameters of a pipeline: how they stand in the file, and where their values go.
#include "pipeline/check/Checker.h"
#include "pipeline/Parameters.h"
#include "pipeline/PipelineText.h"
#include "PipelineTestSteps.h"
#include "steps/StepBuilder.h"

#include <QTest>

using namespace millrace;
using namespace millrace::test;

namespace tst_parameters {

namespace {

/// A parameter of each kind that matters here.
class Anything final : public Step
{
public:
    static void describe(StepBuilder<Anything> &step)
    {
        step.id("anything").title("Anything").family(Family::Transform);
        step.param("text", &Anything::m_text).help("A text.");
        step.param("number", &Anything::m_number).help("A number.");
        step.param("flag", &Anything::m_flag).help("A flag.");
        step.param("any", &Anything::m_any).help("Any value.");
        step.param("code", &Anything::m_code).kind(ParamKind::Code).help("Code.");
        step.param("formula", &Anything::m_formula).kind(ParamKind::Expression).help("An expression.");
        step.param("with", &Anything::m_with).ownBraces().help("A replacement.");
        step.param("password", &Anything::m_password).secret().help("A secret.");
        step.param("headers", &Anything::m_headers).secretsAllowed().help("Texts, some of them secret.");
    }

private:
    std::string m_text, m_code, m_formula = "1", m_with, m_password;
    int64_t m_number = 0;
    bool m_flag = false;
    Value m_any, m_headers;
};

const StepRegistry &registry()
{
    static const StepRegistry made = [] {
        StepRegistry all;
        all.add<Numbers>();
        all.add<Anything>();
        return all;
    }();
    return made;
}

Pipeline pipelineWith(const std::string &parameters, const std::string &params)
{
    auto loaded = parsePipeline(R"({"millrace": 1, "parameters": )" + parameters
                                + R"(, "steps": [{"id": "a", "type": "anything", "params": )" + params + "}]}");
    return loaded ? loaded->pipeline : Pipeline();
}

/// The parameters of the step once the values are in, as JSON.
QString filledParams(const Pipeline &pipeline)
{
    const FilledPipeline filled(pipeline, registry());
    return text(toJson(Value(filled.pipeline().steps.front().params)));
}

QString fillProblems(const Pipeline &pipeline)
{
    const FilledPipeline filled(pipeline, registry());
    QString all;
    for (const Problem &problem : filled.problems())
        all += text(std::string(problem.severity == Severity::Error ? "error" : "warning") + '|' + problem.step + '|'
                    + problem.param + '|' + problem.text + '\n');
    return all;
}

const std::string Declared =
    R"({"folder": {"default": "data"}, "n": {"default": 3}, "on": {"default": true}, "list": {"default": [1, "b"]}})";

} // namespace

class TestParameters : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theFileKeepsThem();
    void wrongDeclarationsAreNamedAndKept();
    void valuesTakeThePlacesOfNames_data();
    void valuesTakeThePlacesOfNames();
    void workersArgumentsAreFilledToo();
    void whatACallGivesWins();
    void aGivenValueIsReadAsItsDefault();
    void wrongCallsAreNamed_data();
    void wrongCallsAreNamed();
    void undeclaredNamesAreErrors();
    void aMissingValueIsOneErrorAndNothingElse();
    void unusedOnesAreWarnings();
    void whatIsFilledIsNotFilledAgain();
    void aPipelineWithoutAnyIsNotCopied();
    void theCheckLooksAtTheValues();
};

void TestParameters::theFileKeepsThem()
{
    const std::string file = R"({
  "millrace": 1,
  "name": "P",
  "limits": {
    "errors": 100,
    "errorPercent": 2.5,
    "afterItems": 1000,
    "memory": "512 MiB"
  },
  "parameters": {
    "folder": {
      "default": "data",
      "help": "Where the files are."
    },
    "empty": {
      "default": null
    },
    "needed": {}
  },)";
    const auto loaded = parsePipeline(file + R"("steps": [], "links": []})");
    QVERIFY(loaded);
    QVERIFY2(loaded->problems.empty(), qPrintable(problemsOf(file + R"("steps": [], "links": []})")));
    const Pipeline &pipeline = loaded->pipeline;
    QCOMPARE(pipeline.parameters.size(), size_t(3));
    QCOMPARE(pipeline.parameter("folder")->initial, Value("data"));
    QVERIFY(pipeline.parameter("empty")->initial && !pipeline.parameter("needed")->initial);
    QCOMPARE(*pipeline.limits.errors, int64_t(100));
    QCOMPARE(*pipeline.limits.errorPercent, 2.5);
    const std::string written = writePipeline(pipeline);
    const auto again = parsePipeline(written);
    QVERIFY(again);
    QCOMPARE(again->pipeline, pipeline);
    QCOMPARE(text(writePipeline(again->pipeline)), text(written));
    QVERIFY2(written.find(R"("errorPercent": 2.5)") < written.find(R"("parameters")"), written.c_str());
    // What only a call says never gets into a file.
    Pipeline given = pipeline;
    QVERIFY(giveParameter(given, "folder=x"));
    QCOMPARE(text(writePipeline(given)), text(written));
}

void TestParameters::wrongDeclarationsAreNamedAndKept()
{
    for (const char *wrong : {R"("data")", R"({"folder": "data"})", R"({"a b": {"default": 1}})", R"([1])"}) {
        const std::string json = std::string(R"({"millrace": 1, "parameters": )") + wrong + "}";
        QVERIFY2(problemsOf(json).startsWith(QLatin1String("error||parameters|\"parameters\" is ")), wrong);
        const auto loaded = parsePipeline(json);
        const auto again = parsePipeline(writePipeline(loaded->pipeline));
        QCOMPARE(again->pipeline.unknown, loaded->pipeline.unknown);
    }
    QCOMPARE(
        problemsOf(R"({"millrace": 1, "parameters": {"n": {"default": 1, "helpx": "x"}}})"),
        QStringLiteral("warning||helpx|\"helpx\" is no setting of a parameter that this version of Millrace knows; it "
                       "has no effect and is kept in the file.\n"));
    QVERIFY(problemsOf(R"({"millrace": 1, "limits": {"errors": -1}})").contains(QLatin1String("0 or more")));
    QVERIFY(problemsOf(R"({"millrace": 1, "limits": {"errorPercent": 101}})").contains(QLatin1String("0 to 100")));
}

void TestParameters::valuesTakeThePlacesOfNames_data()
{
    QTest::addColumn<QString>("params");
    QTest::addColumn<QString>("filled");
    const auto row = [](const char *name, const char *params, const char *filled) {
        QTest::newRow(name) << QString::fromUtf8(params) << QString::fromUtf8(filled);
    };
    row("within a text", R"({"text":"${folder}/a-${n}.csv"})", R"({"text":"data/a-3.csv"})");
    row("alone: its type", R"({"number":"${n}","flag":"${on}"})", R"({"number":3,"flag":true})");
    row("alone in a text: its text", R"({"text":"${n}"})", R"({"text":"3"})");
    row("any value", R"({"any":"${list}"})", R"({"any":[1,"b"]})");
    row("in lists and objects", R"({"any":[{"x":"${n}","y":"in ${folder}"},"${on}"]})",
        R"({"any":[{"x":3,"y":"in data"},true]})");
    row("a list within a text", R"({"text":"=${list}"})", R"({"text":"=[1,\"b\"]"})");
    row("twice", R"({"text":"${folder}${folder}"})", R"({"text":"datadata"})");
    row("escaped", R"({"text":"$${folder} $${other} $${ ${n}"})", R"({"text":"${folder} ${other} ${ 3"})");
    row("no names", R"({"text":"${} ${1} ${a b} ${n $"})", R"({"text":"${} ${1} ${a b} ${n $"})");
    row("code keeps its own", R"({"code":"`${price} $${price} ${folder} $${n}`"})",
        R"({"code":"`${price} $${price} data ${n}`"})");
    row("expressions keep their own", R"({"formula":"`${value}` + ${n}"})", R"({"formula":"`${value}` + 3"})");
    row("so do replacements", R"({"with":"${year} ${folder}"})", R"({"with":"${year} data"})");
    row("secrets stay", R"({"password":{"env":"${folder}"},"headers":{"a":{"env":"${folder}"},"b":"${folder}"}})",
        R"({"password":{"env":"${folder}"},"headers":{"a":{"env":"${folder}"},"b":"data"}})");
}

void TestParameters::valuesTakeThePlacesOfNames()
{
    QFETCH(QString, params);
    QFETCH(QString, filled);
    const Pipeline pipeline = pipelineWith(Declared, params.toStdString());
    QCOMPARE(filledParams(pipeline).remove(QLatin1Char('\n')), filled);
    QVERIFY2(!fillProblems(pipeline).contains(QLatin1String("error|")), qPrintable(fillProblems(pipeline)));
}

void TestParameters::workersArgumentsAreFilledToo()
{
    Pipeline pipeline = pipelineWith(Declared, "{}");
    pipeline.steps.front().workerArguments = {{{"number", "${n}"}}, {{"text", "${what}"}}};
    const FilledPipeline filled(pipeline, registry());
    QCOMPARE(filled.pipeline().steps.front().workerArguments.front().front().second, Value(3));
    QVERIFY(fillProblems(pipeline).contains(
        QLatin1String("error|a|workerArguments|This pipeline has no parameter \"what\"")));
}

void TestParameters::whatACallGivesWins()
{
    Pipeline pipeline = pipelineWith(Declared, R"({"text":"${folder}","number":"${n}","any":"${n}"})");
    QVERIFY(giveParameter(pipeline, "folder=a=b"));
    QVERIFY(giveParameter(pipeline, "n=1"));
    QVERIFY(giveParameter(pipeline, "n=7"));
    QCOMPARE(filledParams(pipeline), QStringLiteral(R"({"text":"a=b","number":7,"any":7})"));
}

void TestParameters::aGivenValueIsReadAsItsDefault()
{
    Pipeline pipeline =
        pipelineWith(R"({"zip": {"default": "10115"}, "free": {}})", R"({"text":"${free}","any":"${zip}"})");
    QVERIFY(giveParameter(pipeline, "zip=01234"));
    QVERIFY(giveParameter(pipeline, "free=1.50"));
    QCOMPARE(filledParams(pipeline), QStringLiteral(R"({"text":"1.50","any":"01234"})"));
}

void TestParameters::wrongCallsAreNamed_data()
{
    QTest::addColumn<QString>("assignment");
    QTest::addColumn<QString>("message");
    QTest::newRow("no value") << "folder"
                              << "--param folder: it has to be NAME=VALUE.";
    QTest::newRow("misspelt") << "foldr=x"
                              << "--param foldr=x: this pipeline has no parameter \"foldr\"; did you mean \"folder\"?";
    QTest::newRow("unknown")
        << "qqqqqq=x"
        << "--param qqqqqq=x: this pipeline has no parameter \"qqqqqq\"; it has folder, n, on and list.";
    QTest::newRow("no number") << "n=x"
                               << "--param n=x: it has to be a number, as its default is.";
    QTest::newRow("no flag") << "on=1"
                             << "--param on=1: it has to be true or false, as its default is.";
}

void TestParameters::wrongCallsAreNamed()
{
    QFETCH(QString, assignment);
    QFETCH(QString, message);
    Pipeline pipeline = pipelineWith(Declared, "{}");
    const auto given = giveParameter(pipeline, assignment.toStdString());
    QVERIFY(!given);
    QCOMPARE(text(given.error().message), message);
}

void TestParameters::undeclaredNamesAreErrors()
{
    QCOMPARE(
        fillProblems(pipelineWith(R"({"folder": {"default": "a"}})", R"({"text": "${foldr} ${folder}"})")),
        QStringLiteral("error|a|text|This pipeline has no parameter \"foldr\"; did you mean \"folder\"? For the text "
                       "${foldr} itself write $${foldr}.\n"));
    QCOMPARE(
        fillProblems(pipelineWith("{}", R"({"text": "${x}"})")),
        QStringLiteral("error|a|text|This pipeline has no parameter \"x\"; it declares none. For the text ${x} itself "
                       "write $${x}.\n"));
}

void TestParameters::aMissingValueIsOneErrorAndNothingElse()
{
    Pipeline pipeline = pipelineWith(R"({"n": {}})", R"({"text": "${n}", "number": "${n}"})");
    QCOMPARE(
        fillProblems(pipeline),
        QStringLiteral("error|||The parameter \"n\" has no value; give it a default, or run with --param n=VALUE.\n"));
    size_t aboutTheStep = 0;
    for (const Problem &problem : checkPipeline(pipeline, registry(), {}))
        aboutTheStep += problem.param == "number" ? 1 : 0;
    QCOMPARE(aboutTheStep, size_t(0)); // "${n}" is no number, but that isn't what is wrong
    QVERIFY(giveParameter(pipeline, "n=4"));
    QCOMPARE(fillProblems(pipeline), QString());
}

void TestParameters::unusedOnesAreWarnings()
{
    QCOMPARE(fillProblems(pipelineWith(R"({"n": {}, "m": {"default": 1}})", R"({"text": "${m}"})")),
             QStringLiteral("warning|||No step uses the parameter \"n\"; write ${n} where its value belongs, or remove "
                            "it.\n"));
}

void TestParameters::whatIsFilledIsNotFilledAgain()
{
    const Pipeline pipeline = pipelineWith(Declared, R"({"text": "$${folder} ${folder}"})");
    const FilledPipeline once(pipeline, registry());
    const FilledPipeline twice(once.pipeline(), registry());
    QCOMPARE(twice.pipeline(), once.pipeline());
    QCOMPARE(once.pipeline().steps.front().params.front().second, Value("${folder} data"));
    QVERIFY(twice.problems().empty());
}

void TestParameters::aPipelineWithoutAnyIsNotCopied()
{
    const auto loaded = parsePipeline(Example);
    QVERIFY(loaded);
    QCOMPARE(&FilledPipeline(loaded->pipeline, registry()).pipeline(), &loaded->pipeline);
}

void TestParameters::theCheckLooksAtTheValues()
{
    const auto loaded =
        parsePipeline(R"({"millrace": 1, "parameters": {"count": {"default": -1}, "file": {"default": "no"}},
        "steps": [{"id": "n", "type": "numbers", "params": {"count": "${count}", "path": "${file}.csv"}},
                  {"id": "a", "type": "anything"}], "links": [{"from": "n", "to": "a"}]})");
    QVERIFY(loaded);
    QStringList found;
    for (const Problem &problem : checkPipeline(loaded->pipeline, registry(), "/nowhere"))
        found << text(problem.step + '|' + problem.param + '|' + problem.text);
    const QString all = found.join(QLatin1Char('\n'));
    QVERIFY2(all.contains(QLatin1String("n|count|")) && all.contains(QLatin1String("-1")), qPrintable(all));
    Pipeline given = loaded->pipeline;
    QVERIFY(giveParameter(given, "count=5"));
    found.clear();
    for (const Problem &problem : checkPipeline(given, registry(), "/nowhere"))
        found << text(problem.step + '|' + problem.param + '|' + problem.text);
    QVERIFY2(!found.join(QLatin1Char('\n')).contains(QLatin1String("n|count|")),
             qPrintable(found.join(QLatin1Char('\n'))));
}

} // namespace tst_parameters

QTEST_APPLESS_MAIN(tst_parameters::TestParameters)
#include "tst_parameters.moc"

// SPDX-License-Identifier: MIT
#include "pipeline/check/Checker.h"
#include "pipeline/PipelineFile.h"
#include "pipeline/PlainSecrets.h"
#include "PipelineTestSteps.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cstdlib>

using namespace millrace;

namespace tst_secrets {

namespace {

constexpr const char *Plain = "hunter2";

class Sender final : public Step
{
public:
    static void describe(StepBuilder<Sender> &step)
    {
        step.id("sender").family(Family::Transform).help("Sends.");
        step.param("token", &Sender::m_token).secret().required().help("Who may.");
        step.param("headers", &Sender::m_headers).secretsAllowed().help("What goes with it.");
    }

private:
    std::string m_token;
    TextPairs m_headers;
};

StepRegistry registry()
{
    StepRegistry steps = test::testRegistry();
    steps.add<Sender>();
    return steps;
}

Pipeline withToken(Value token, Value headers = {})
{
    Pipeline pipeline = parsePipeline(R"({"millrace": 1, "steps": [
        {"id": "n", "type": "numbers"}, {"id": "s", "type": "sender", "workers": 2}, {"id": "k", "type": "keep"}],
        "links": [{"from": "n", "to": "s"}, {"from": "s", "to": "k"}]})")
                            ->pipeline;
    pipeline.steps[1].setParam("token", std::move(token));
    if (!headers.isNull())
        pipeline.steps[1].setParam("headers", std::move(headers));
    return pipeline;
}

Value env(const char *name)
{
    return Members{{"env", Value(name)}};
}

} // namespace

class TestSecrets : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { setenv("MILLRACE_TEST_SET", Plain, 1), unsetenv("MILLRACE_TEST_UNSET"); }

    void aSecretThatIsThereIsNoProblem() { QCOMPARE(problemsOf(withToken(env("MILLRACE_TEST_SET"))), QString()); }
    void aMissingOneIsNamedBeforeTheRun()
    {
        const QString problems = problemsOf(withToken(env("MILLRACE_TEST_UNSET")));
        QVERIFY2(problems.startsWith(QLatin1String("error|s|token|")), qPrintable(problems));
        QVERIFY(problems.contains(QLatin1String("\"MILLRACE_TEST_UNSET\" is not set")));
        QVERIFY(problemsOf(withToken(Value(Members{{"file", Value("none.txt")}}))).contains(QLatin1String("none.txt")));
        QVERIFY(problemsOf(withToken({})).contains(QLatin1String("is needed")));
    }
    void theFileIsLookedForBesideThePipeline()
    {
        const QTemporaryDir folder;
        QFile file(folder.filePath(QStringLiteral("key.txt")));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(Plain) > 0 && file.flush());
        const Pipeline pipeline = withToken(Value(Members{{"file", Value("key.txt")}}));
        QCOMPARE(problemsOf(pipeline, folder.path().toStdString()), QString());
        QVERIFY(!problemsOf(pipeline).isEmpty());
    }
    void aSecretInPlainIsAnErrorThatDoesNotRepeatIt()
    {
        const QString problems = problemsOf(withToken(Value(Plain)));
        QVERIFY2(problems.startsWith(QLatin1String("error|s|token|")), qPrintable(problems));
        QVERIFY2(!problems.contains(QLatin1String(Plain)), qPrintable(problems));
    }
    void workersOfTheirOwnHaveSecretsOfTheirOwn()
    {
        Pipeline pipeline = withToken(env("MILLRACE_TEST_SET"));
        pipeline.steps[1].workerArguments = {{{"token", env("MILLRACE_TEST_UNSET")}}};
        const QString problems = problemsOf(pipeline);
        QVERIFY2(problems.startsWith(QLatin1String("error|s|workerArguments|Worker 1: ")), qPrintable(problems));
    }
    void whatSoundsLikeASecretIsWarnedOf()
    {
        const QString problems =
            problemsOf(withToken(env("MILLRACE_TEST_SET"), Members{{"API_TOKEN", Value(Plain)}, {"LANG", Value("C")}}));
        QVERIFY2(problems.startsWith(QLatin1String("warning|s|headers|API_TOKEN")), qPrintable(problems));
        QVERIFY(!problems.contains(QLatin1String(Plain)));
        QCOMPARE(problems.count(QLatin1Char('\n')), 1);
        QCOMPARE(problemsOf(withToken(env("MILLRACE_TEST_SET"), Members{{"API_TOKEN", env("MILLRACE_TEST_SET")}})),
                 QString());
    }
    void theReferenceIsWhatIsSaved()
    {
        const Pipeline pipeline = withToken(env("MILLRACE_TEST_SET"));
        const std::string text = writePipeline(pipeline);
        QVERIFY(text.find(R"("MILLRACE_TEST_SET")") != std::string::npos);
        QVERIFY(text.find(Plain) == std::string::npos);
        QVERIFY(parsePipeline(text)->pipeline == pipeline);
    }
    void plainSecretsAreTakenOutAndTold()
    {
        Pipeline pipeline = withToken(Value(Plain));
        pipeline.steps[1].workerArguments = {{{"token", Value(Plain)}}, {{"token", env("MILLRACE_TEST_SET")}}};
        const Problems told = removePlainSecrets(pipeline, m_registry);
        QCOMPARE(told.size(), size_t(1));
        QCOMPARE(told[0].step, std::string("s"));
        QVERIFY(told[0].text.find(Plain) == std::string::npos);
        const std::string text = writePipeline(pipeline);
        QVERIFY(text.find(Plain) == std::string::npos);
        QVERIFY(text.find("MILLRACE_TEST_SET") != std::string::npos);
        QVERIFY(removePlainSecrets(pipeline, m_registry).empty());
    }

private:
    QString problemsOf(const Pipeline &pipeline, const std::string &folder = {}) const
    {
        QString all;
        for (const Problem &problem : checkPipeline(pipeline, m_registry, folder))
            all += QString::fromStdString((problem.severity == Severity::Error ? "error|" : "warning|") + problem.step
                                          + '|' + problem.param + '|' + std::string(problem.text) + '\n');
        return all;
    }

    const StepRegistry m_registry = registry();
};

} // namespace tst_secrets

QTEST_APPLESS_MAIN(tst_secrets::TestSecrets)

#include "tst_secrets.moc"

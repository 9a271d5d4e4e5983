// SPDX-License-Identifier: MIT
#include "StepRunner.h"

#include "steps/Secret.h"
#include "steps/StepBuilder.h"

#include <QTest>

#include <cstdlib>

using namespace millrace;
using namespace millrace::test;

namespace tst_secret {

namespace {

constexpr const char *Variable = "MILLRACE_TEST_SECRET";
constexpr const char *Plain = "hunter2";

class Sender final : public Step
{
public:
    static void describe(StepBuilder<Sender> &step)
    {
        step.id("sender").family(Family::Transform).help("Sends.");
        step.param("token", &Sender::token).secret().required().help("Who may.");
        step.param("headers", &Sender::headers).secretsAllowed().help("What goes with it.");
    }
    std::string token;
    TextPairs headers;
};

Value env(const char *name)
{
    return Members{{"env", Value(name)}};
}

} // namespace

class TestSecret : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_registry.add<Sender>(); }
    void init() { setenv(Variable, Plain, 1); }

    void aReferenceIsReadAsItIsWritten()
    {
        const SecretReference reference{SecretReference::Place::File, "key.txt"};
        QCOMPARE(secretReferenceOf(reference.toValue()), std::optional(reference));
        QCOMPARE(secretReferenceFrom("file:key.txt"), std::optional(reference));
        QCOMPARE(secretReferenceFrom(R"({"file": "key.txt"})"), std::optional(reference));
        QVERIFY(secretReferenceFrom("env:X"));
        for (const char *other : {"hunter2", "env:", "file", "", "{}", R"({"env": 5})", R"({"env": ""})",
                                  R"({"env": "A", "file": "b"})", R"({"vault": "x"})"})
            QVERIFY2(!secretReferenceFrom(other), other);
    }
    void aStepGetsItsSecretOnlyWhereItIsToRun()
    {
        const auto made = type().create({{"token", env(Variable)}});
        QVERIFY(made);
        auto &step = dynamic_cast<Sender &>(**made);
        QCOMPARE(step.token, std::string());
        QVERIFY(type().giveSecrets(step, {{"token", env(Variable)}}, {}));
        QCOMPARE(step.token, std::string(Plain));
    }
    void aFilesLastLineBreakIsNoPartOfTheSecret()
    {
        const Folder folder;
        folder.write("key.txt", "two\nlines\r\n");
        QCOMPARE(*readSecret({SecretReference::Place::File, "key.txt"}, folder.path()), std::string("two\nlines"));
        folder.write("empty.txt", "\n");
        QVERIFY(!readSecret({SecretReference::Place::File, "empty.txt"}, folder.path()));
        folder.write("huge.txt", std::string(100'000, 'x'));
        QVERIFY(!readSecret({SecretReference::Place::File, "huge.txt"}, folder.path()));
        QVERIFY(!readSecret({SecretReference::Place::File, "none.txt"}, folder.path()));
        QVERIFY(!readSecret({SecretReference::Place::File, "/dev/null"}, {}));
    }
    void aMissingSecretIsNamedByItsPlace()
    {
        unsetenv(Variable);
        const SecretReference reference{SecretReference::Place::Environment, Variable};
        QVERIFY(secretProblem(reference, {}).find("is not set") != std::string::npos);
        setenv(Variable, "", 1);
        QVERIFY(secretProblem(reference, {}).find("is empty") != std::string::npos);
        Sender step;
        const auto given = type().giveSecrets(step, {{"token", env(Variable)}}, {});
        QVERIFY(!given);
        QVERIFY(given.error().kind == ErrorKind::Secret);
        QVERIFY(given.error().message.find(Variable) != std::string::npos);
    }
    void aSecretInPlainIsRefusedAndNotRepeated()
    {
        const Param &param = *type().param("token");
        for (const Value &value : {Value(Plain), Value(Members{{"plain", Value(Plain)}}), Value(List{Value(Plain)})}) {
            const std::string problem = param.problemOf(value);
            QVERIFY(problem.find("is a secret") != std::string::npos);
            QVERIFY(problem.find(Plain) == std::string::npos);
            const auto made = type().create({{"token", value}});
            QVERIFY(!made);
            QVERIFY(made.error().message.find(Plain) == std::string::npos);
        }
        QVERIFY(param.problemOf(env(Variable)).empty());
        QVERIFY(!param.problemOf({}).empty()); // it is required
    }
    void anObjectOfTextsMayHoldReferences()
    {
        const Members params{{"headers", Value(Members{{"Accept", Value("*/*")}, {"Key", env(Variable)}})}};
        const auto made = type().create(params);
        QVERIFY(made);
        auto &step = dynamic_cast<Sender &>(**made);
        QCOMPARE(step.headers, (TextPairs{{"Accept", "*/*"}}));
        QVERIFY(type().giveSecrets(step, params, {}));
        QCOMPARE(step.headers, (TextPairs{{"Accept", "*/*"}, {"Key", Plain}}));
        QVERIFY(!type().param("headers")->problemOf(Members{{"Key", Value(int64_t(5))}}).empty());
    }
    void aProgramGetsASecretByItsEnvironment()
    {
        const StepType &program = *registry().find("program");
        const Members params{
            {"command", Value("sh -c 'while read line; do echo \"{\\\"key\\\": \\\"$KEY\\\"}\"; done'")},
            {"protocol", Value("lines")},
            {"environment", Value(Members{{"KEY", env(Variable)}})}};
        auto made = program.create(params);
        QVERIFY(made);
        QVERIFY(program.giveSecrets(**made, params, {}));
        QVERIFY((*made)->open({}));
        const auto batch = batchOf(R"([{"a": 1}])");
        QVERIFY((*made)->process(*batch));
        QCOMPARE(jsonOf(*batch), std::string("{\"key\":\"hunter2\"}\n"));
        (*made)->close();
    }
    void namesOfSecretsAreGuessed()
    {
        for (const char *name : {"API_TOKEN", "dbPassword", "AWS_SECRET", "github_token"})
            QVERIFY2(soundsSecret(name), name);
        for (const char *name : {"PATH", "LANG", "KEYBOARD", "HOME"})
            QVERIFY2(!soundsSecret(name), name);
    }

private:
    const StepType &type() const { return *m_registry.find("sender"); }

    StepRegistry m_registry;
};

} // namespace tst_secret

QTEST_APPLESS_MAIN(tst_secret::TestSecret)

#include "tst_secret.moc"

// SPDX-License-Identifier: MIT
// What is said of steps that learnt from a pipeline which was changed since; and of what makes no difference, nothing.
#include "learning/StaleSteps.h"
#include "pipeline/PipelineFile.h"

#include <QTest>

using namespace millrace;

namespace tst_stalesteps {

namespace {

QString L(const char *text)
{
    return QString::fromLatin1(text);
}

constexpr char Fitted[] = R"({"millrace": 1,
    "steps": [{"id": "rows", "type": "read.csv", "params": {"path": "a.csv"}},
      {"id": "cut", "type": "filter", "params": {"expression": "x > 1"}},
      {"id": "side", "type": "filter", "params": {"expression": "x > 2"}, "bypass": true},
      {"id": "both", "type": "union"},
      {"id": "scale", "type": "scale.standard", "params": {"fields": ["x"]}},
      {"id": "times", "type": "multiply", "params": {"by": 2}},
      {"id": "low", "type": "scale.minmax"},
      {"id": "out", "type": "write.csv", "params": {"path": "b.csv"}}],
    "links": [{"from": "rows", "to": "cut"}, {"from": "rows", "to": "side"}, {"from": "cut", "to": "both"}, {"from": "side", "to": "both"},
      {"from": "both", "to": "scale"}, {"from": "scale", "to": "times"},
      {"from": "times", "to": "low"}, {"from": "low", "to": "out"}]})";

Pipeline parsed(const QString &text)
{
    auto loaded = parsePipeline(text.toStdString());
    if (!loaded)
        qFatal("%s", loaded.error().message.c_str());
    return std::move(loaded->pipeline);
}

} // namespace

class StaleStepsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { registerBuiltInSteps(m_registry); }

    void aChangeIsSaidOfTheStepsBehindIt_data()
    {
        QTest::addColumn<QString>("before");
        QTest::addColumn<QString>("after");
        QTest::addColumn<QString>("scale"); // what is said between "learnt before " and ";", or nothing
        QTest::addColumn<QString>("low");
        const auto row = [](const char *name, const char *before, const char *after, const char *both) {
            QTest::newRow(name) << L(before) << L(after) << L(both) << L(both);
        };
        const auto low = [](const char *name, const char *before, const char *after, const char *said) {
            QTest::newRow(name) << L(before) << L(after) << QString() << L(said);
        };
        row("nothing", "", "", "");
        row("a condition", "x > 1", "x > 3", "\"cut\" was changed (expression)");
        QTest::newRow("its own settings") << L(R"("fields": ["x"])") << L(R"("fields": ["y"])")
                                          << L("it was changed (fields)") << L("\"scale\" was changed (fields)");
        low("between the two", R"("by": 2)", R"("by": 3)", "\"times\" was changed (by)");
        low("another type", R"("type": "multiply", "params": {"by": 2})", R"("type": "identity")",
            "\"times\" became a \"identity\"");
        low("a bypass", R"("id": "times",)", R"("id": "times", "bypass": true,)", "\"times\" was bypassed");
        row("no bypass", R"(, "bypass": true)", "", "\"side\" was no longer bypassed");
        row("switched off", R"("id": "cut",)", R"("id": "cut", "enabled": false,)", "\"cut\" was switched off");
        row("taken out of the flow", R"({"from": "cut", "to": "both"}, )", "", "\"cut\" no longer fed it");
        row("a branch more", R"({"from": "cut", "to": "both"}, )",
            R"({"from": "cut", "to": "both"}, {"from": "rows", "to": "both"}, )", "\"both\" was linked otherwise");
        row("another port", R"({"from": "rows", "to": "cut"})", R"({"from": "rows.error", "to": "cut"})",
            "\"cut\" was linked otherwise");
        row("branches in another order", R"({"from": "cut", "to": "both"}, {"from": "side", "to": "both"})",
            R"({"from": "side", "to": "both"}, {"from": "cut", "to": "both"})", "\"both\" was linked otherwise");
        row("of the source, how it reads", R"("path": "a.csv")", R"("path": "a.csv", "delimiter": ";")",
            "\"rows\" was changed (delimiter)");
        row("items dropped at the end", R"("millrace": 1,)",
            R"("millrace": 1, "batching": {"size": 100, "incomplete": "drop"},)", "\"rows\" was changed (batching)");
        row("workers of their own minds", R"("x > 1"})", R"("x > 1"}, "workerArguments": [{"expression": "x > 3"}])",
            "\"cut\" was changed (workerArguments)");
        row("a step put in", R"({"id": "both",)", R"({"id": "new", "type": "identity"}, {"id": "both",)", "");
        row("two at once", R"("x > 1"}},
      {"id": "side",)",
            R"("x > 3"}}, {"id": "side", "enabled": false,)",
            "\"side\" was switched off and \"cut\" was changed (expression)");

        // What makes no difference.
        row("another file", "a.csv", "c.csv", "");
        row("a name", R"("id": "cut",)", R"("id": "cut", "name": "Cut it",)", "");
        row("a place", R"("id": "cut",)", R"("id": "cut", "position": {"x": 3, "y": 4},)", "");
        row("workers and queues", R"("id": "cut",)",
            R"("id": "cut", "workers": 4, "queueSize": 3, "runIn": "processes", "timeLimit": 3,)", "");
        row("of all steps", R"("millrace": 1,)", R"("millrace": 1, "defaults": {"workers": 3, "queueSize": 2},)", "");
        row("larger batches", R"("millrace": 1,)", R"("millrace": 1, "batching": {"size": 7},)", "");
        row("what is bypassed anyway", "x > 2", "x > 4", "");
        row("a default that is spelt out", R"("type": "union")", R"("type": "union", "params": {"mode": "items"})", "");
        row("the same number", R"("by": 2)", R"("by": 2.0)", "");
        row("the sink", R"("type": "write.csv", "params": {"path": "b.csv"})", R"("type": "discard")", "");
        row("links of one place in the file", R"({"from": "times", "to": "low"}, {"from": "low", "to": "out"})",
            R"({"from": "low", "to": "out"}, {"from": "times", "to": "low"})", "");
    }
    void aChangeIsSaidOfTheStepsBehindIt()
    {
        QFETCH(QString, before);
        QFETCH(QString, after);
        QFETCH(QString, scale);
        QFETCH(QString, low);
        QString now = L(Fitted);
        QVERIFY(before.isEmpty() || now.count(before) == 1);
        if (!before.isEmpty())
            now.replace(before, after);
        QCOMPARE(said(parsed(L(Fitted)), parsed(now)), (QStringList{scale, low}));
    }
    void whatWasPutInFrontOrTakenOutIsNamed()
    {
        const auto with = [](const char *steps, const char *links) {
            return parsed(QStringLiteral(R"({"millrace": 1, "steps": [{"id": "in", "type": "generate"}, %1
                {"id": "scale", "type": "scale.standard"}], "links": [%2]})")
                              .arg(L(steps), L(links)));
        };
        const Pipeline plain = with("", R"({"from": "in", "to": "scale"})");
        const Pipeline filtered = with(R"({"id": "cut", "type": "filter", "params": {"expression": "value > 1"}},)",
                                       R"({"from": "in", "to": "cut"}, {"from": "cut", "to": "scale"})");
        QCOMPARE(said(plain, filtered), QStringList{L("\"cut\" was put before it")});
        QCOMPARE(said(filtered, plain), QStringList{L("\"cut\" was taken out")});
        Pipeline off = filtered;
        off.steps[1].isEnabled = false;
        off.links.push_back({"in", "out", "scale", "in", {}});
        QCOMPARE(said(off, filtered), QStringList{L("\"cut\" was switched on")});
    }
    void manyChangesAreCounted()
    {
        Pipeline now = parsed(L(Fitted));
        for (const char *id : {"cut", "times", "side"})
            now.step(id)->isBypassed = !now.step(id)->isBypassed;
        now.step("scale")->setParam("fields", List{Value("y")});
        now.step("rows")->setParam("delimiter", ";");
        QCOMPARE(
            said(parsed(L(Fitted)), now)[1],
            L("\"rows\" was changed (delimiter), \"cut\" was bypassed, \"side\" was no longer bypassed and 2 more were "
              "changed"));
    }
    void withoutASourceAnyWillDo()
    {
        const Pipeline open = parsed(L(R"({"millrace": 1, "steps": [{"id": "scale", "type": "scale.standard"},
            {"id": "times", "type": "multiply", "params": {"by": 2}}, {"id": "low", "type": "scale.minmax"}],
            "links": [{"from": "scale", "to": "times"}, {"from": "times", "to": "low"}]})"));
        Pipeline now = open;
        PipelineStep source;
        source.id = "rows";
        source.type = "generate";
        now.steps.push_back(source);
        now.links.push_back({"rows", "out", "scale", "in", {}});
        QCOMPARE(said(open, now), (QStringList{QString(), QString()}));
        now.step("times")->setParam("by", Value(int64_t(3)));
        QCOMPARE(said(open, now), (QStringList{QString(), L("\"times\" was changed (by)")}));
    }
    void whatDoesNotLearnNowIsNotSpokenOf()
    {
        Pipeline now = parsed(L(Fitted));
        now.step("cut")->isBypassed = true;
        now.step("scale")->isBypassed = true;
        now.step("low")->isEnabled = false;
        QVERIFY(staleSteps(parsed(L(Fitted)), now, m_registry).empty());
    }
    void stepsAreCalledByTheirNames()
    {
        Pipeline now = parsed(L(Fitted));
        now.step("times")->isBypassed = true;
        const Problems stale =
            staleSteps(parsed(L(Fitted)), now, m_registry, [](const std::string &id) { return "my " + id; });
        QCOMPARE(stale.size(), size_t(1));
        QCOMPARE(stale[0].step, std::string("low"));
        QCOMPARE(stale[0].severity, Severity::Warning);
        QCOMPARE(stale[0].text,
                 std::string("\"my low\" learnt before \"my times\" was bypassed; fit again, or it goes on "
                             "with what it learnt then."));
    }

private:
    /// What is said of each step that learns, without the words that are always the same.
    QStringList said(const Pipeline &fitted, const Pipeline &now) const
    {
        const Problems stale = staleSteps(fitted, now, m_registry);
        QStringList sentences;
        for (const PipelineStep &step : now.steps) {
            if (!QByteArray(step.type.c_str()).startsWith("scale."))
                continue;
            QString own;
            for (const Problem &problem : stale) {
                if (problem.step == step.id)
                    own += QString::fromStdString(problem.text)
                               .section(L(" learnt before "), 1)
                               .section(L("; fit again"), 0, 0);
            }
            sentences += own;
        }
        return sentences;
    }

    StepRegistry m_registry;
};

} // namespace tst_stalesteps

QTEST_APPLESS_MAIN(tst_stalesteps::StaleStepsTest)
#include "tst_stalesteps.moc"

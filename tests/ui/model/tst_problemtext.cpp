// SPDX-License-Identifier: MIT
#include "model/ProblemText.h"
#include "pipeline/check/Checker.h"
#include "pipeline/PipelineFile.h"
#include "steps/StepBuilder.h"
#include "theme/Text.h"

#include <QTest>

namespace millrace::tst_problemtext {

namespace {

/// A step that holds back what comes in, as a sort does.
class HoldBack final : public Step
{
public:
    static void describe(StepBuilder<HoldBack> &step)
    {
        step.id("hold").title("Hold back").family(Family::Transform).ordered().holdsBack();
    }
};

} // namespace

class TestProblemText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        registerBuiltInSteps(m_registry);
        m_registry.add<HoldBack>();
    }

    void aSplitThatJoinsAgainIsToldInWordsOfTheWindow()
    {
        const QString text = seen(R"({"millrace": 1, "steps": [
            {"id": "made", "type": "generate"},
            {"id": "s1", "type": "hold"},
            {"id": "u1", "type": "union", "name": "Both ways"},
            {"id": "out", "type": "discard"}],
            "links": [{"from": "made", "to": "s1"}, {"from": "s1", "to": "u1"}, {"from": "made", "to": "u1"},
                      {"from": "u1", "to": "out"}]})",
                                  "s1");
        QVERIFY2(text.contains(QStringLiteral("wait for them at “Both ways”")), qPrintable(text));
        QVERIFY2(text.contains(QStringLiteral("a larger queue size.")), qPrintable(text));
    }

    void aCircleIsToldWithTheNamesOfItsSteps()
    {
        const QString text = seen(R"({"millrace": 1, "steps": [
            {"id": "s1", "type": "identity", "name": "First"}, {"id": "s2", "type": "identity", "name": "Second"}],
            "links": [{"from": "s1", "to": "s2"}, {"from": "s2", "to": "s1"}]})",
                                  {});
        QVERIFY2(text.contains(QStringLiteral("circle: First → Second → First; remove"))
                     || text.contains(QStringLiteral("circle: Second → First → Second; remove")),
                 qPrintable(text));
    }

    void aFileThatTwoStepsWriteNamesTheOtherOne()
    {
        const QString text = seen(R"({"millrace": 1, "steps": [
            {"id": "w1", "type": "write.csv", "name": "Kept", "params": {"path": "x.csv"}},
            {"id": "w2", "type": "write.csv", "params": {"path": "x.csv"}}]})",
                                  "w2");
        QVERIFY2(text.contains(QStringLiteral("“x.csv” is also written by “Kept”; give each")), qPrintable(text));
    }

    void aFileThatIsReadAndWrittenNamesItsReader()
    {
        const QString text = seen(R"({"millrace": 1, "steps": [
            {"id": "r1", "type": "read.csv", "name": "Orders", "params": {"path": "x.csv"}},
            {"id": "w1", "type": "write.csv", "params": {"path": "x.csv"}}],
            "links": [{"from": "r1", "to": "w1"}]})",
                                  "w1");
        QVERIFY2(text.contains(QStringLiteral("is also read by “Orders” and would")), qPrintable(text));
    }

    void aStepIsNamedByItsPlaceInTheSentenceNotByItsWord()
    {
        const QString text = seen(R"({"millrace": 1, "steps": [
            {"id": "in", "type": "generate", "name": "Numbers"}, {"id": "out", "type": "discard", "name": "Away"}],
            "links": [{"from": "in.rest", "to": "out"}]})",
                                  "in");
        QVERIFY2(text.contains(QStringLiteral("no output “rest” for the link to “Away”; its")), qPrintable(text));
    }

    void aLinkFromNowhereNamesTheStepThatIsThere()
    {
        const QString text = seen(R"({"millrace": 1, "steps": [{"id": "o1", "type": "discard", "name": "Away"}],
            "links": [{"from": "gone.rest", "to": "o1"}]})",
                                  "o1");
        QVERIFY2(text.contains(QStringLiteral("The link from “gone.rest” to “Away” comes")), qPrintable(text));
    }

    void stepsToAddAreCalledByTheirTitles()
    {
        const QString text = seen(R"({"millrace": 1, "steps": [{"id": "o1", "type": "discard"}]})", {});
        const std::string wanted =
            "such as " + m_registry.find("read.csv")->title + " or " + m_registry.find("generate")->title + '.';
        QVERIFY2(text.contains(toQString(wanted)), qPrintable(text));
    }

    void whatIsNeededIsOneSentenceInOneKindOfQuotationMarks()
    {
        const QString text = seen(R"({"millrace": 1, "steps": [{"id": "orders", "type": "read.csv"},
            {"id": "fill", "type": "impute", "params": {"fields": ["x"], "strategy": "constant"}}],
            "links": [{"from": "orders", "to": "fill"}]})",
                                  {});
        QVERIFY2(text.contains(QStringLiteral("“File” is needed: the ")), qPrintable(text));
        QVERIFY2(text.contains(QStringLiteral("“Value” is needed for “strategy”: “constant”; give one.")),
                 qPrintable(text));
        QVERIFY2(!text.contains(QLatin1Char('"')), qPrintable(text));
    }

private:
    /// All that the window says of that step, or of all where it is empty.
    QString seen(const std::string &file, const std::string &step) const
    {
        const auto read = parsePipeline(file);
        if (!read)
            return toQString(read.error().message);
        QStringList texts;
        for (const Problem &problem : asSeen(checkPipeline(read->pipeline, m_registry, {}), read->pipeline, m_registry))
            if (step.empty() || problem.step == step)
                texts << toQString(problem.text);
        return texts.join(QLatin1Char('\n'));
    }

    StepRegistry m_registry;
};

} // namespace millrace::tst_problemtext

QTEST_MAIN(millrace::tst_problemtext::TestProblemText)
#include "tst_problemtext.moc"

// SPDX-License-Identifier: MIT
#include "pipeline/PipelineFile.h"
#include "run/RunScope.h"
#include "steps/StepType.h"

#include <QTest>

#include <algorithm>

namespace millrace::tst_runscope {

namespace {

// A run, a filter that nothing feeds with what it feeds, and a source that feeds nothing.
constexpr char WithStrays[] = R"({"millrace": 1, "steps": [
    {"id": "numbers", "type": "generate"},
    {"id": "keep", "type": "filter"},
    {"id": "nowhere", "type": "discard"},
    {"id": "stray", "type": "filter"},
    {"id": "behind", "type": "discard"},
    {"id": "idle", "type": "generate"}],
    "links": [{"from": "numbers", "to": "keep"}, {"from": "keep", "to": "nowhere"}, {"from": "stray", "to": "behind"}]})";

Problem errorOf(const std::string &step)
{
    return {Severity::Error, step, {}, "Something is missing."};
}

} // namespace

class TestRunScope : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { registerBuiltInSteps(m_registry); }
    void init() { m_pipeline = parsePipeline(WithStrays)->pipeline; }

    void straysThatAreRightTakePart()
    {
        const RunScope scope = scopeOf(m_pipeline, {}, m_registry);
        QVERIFY(scope.pipeline == m_pipeline);
        QVERIFY(scope.remarks.empty());
    }

    void straysThatAreWrongAreLeftOutWithWhatTheyFeed()
    {
        const RunScope scope = scopeOf(m_pipeline, {errorOf("stray"), errorOf("idle")}, m_registry);
        QVERIFY(scope.steps == (StepIds{"keep", "nowhere", "numbers"}));
        QCOMPARE(scope.pipeline.steps.size(), size_t(3));
        QCOMPARE(scope.pipeline.links.size(), size_t(2));
        QCOMPARE(scope.remarks.size(), size_t(3));
        const auto remark = [&scope](const char *step) {
            return std::ranges::find(scope.remarks, step, &Problem::step)->text;
        };
        QCOMPARE(remark("stray"), std::string("Left out of this run: no source leads to it."));
        QCOMPARE(remark("behind"), std::string("Left out of this run: no source leads to it."));
        QCOMPARE(remark("idle"), std::string("Left out of this run: nothing is linked to it."));
        QVERIFY(std::ranges::all_of(scope.remarks, [](const Problem &p) { return p.severity == Severity::Warning; }));
    }

    void whatIsWrongButNoStrayStays()
    {
        const RunScope scope = scopeOf(m_pipeline, {errorOf("keep")}, m_registry);
        QVERIFY(scope.steps.contains("keep"));
        QVERIFY(scope.remarks.empty());
    }

    void warningsLeaveNothingOut()
    {
        Problem warning = errorOf("stray");
        warning.severity = Severity::Warning;
        QVERIFY(scopeOf(m_pipeline, {warning}, m_registry).remarks.empty());
    }

    void nothingIsLeftOutWhereThereAreOnlyStrays()
    {
        removeSteps(m_pipeline, {"numbers", "keep", "nowhere"});
        const RunScope scope = scopeOf(m_pipeline, {errorOf("stray")}, m_registry);
        QVERIFY(scope.pipeline == m_pipeline);
        QVERIFY(scope.remarks.empty());
    }

    void upToAStepOnlyWhatFeedsItTakesPart()
    {
        const RunScope scope = scopeOf(m_pipeline, {errorOf("stray")}, m_registry, "keep");
        QVERIFY(scope.steps == (StepIds{"keep", "numbers"}));
        QCOMPARE(scope.pipeline.steps.size(), size_t(2));
        QVERIFY(scope.remarks.empty()); // somebody asked for it
    }

    void learnersAreTheStepsThatMustBeFitted()
    {
        QVERIFY(learnersIn(m_pipeline, m_registry).empty());
        m_pipeline.step("keep")->type = "scale.standard";
        QVERIFY(learnersIn(m_pipeline, m_registry) == StepIds{"keep"});
    }

private:
    StepRegistry m_registry;
    Pipeline m_pipeline;
};

} // namespace millrace::tst_runscope

QTEST_APPLESS_MAIN(millrace::tst_runscope::TestRunScope)
#include "tst_runscope.moc"

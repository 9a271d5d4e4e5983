// SPDX-License-Identifier: MIT
// What the card of a step shows that stands for another pipeline.
#include "window/monitors/OuterGauges.h"

#include <QTest>

using namespace millrace;

namespace tst_outergauges {

namespace {

StepGauge gaugeOf(StepState state, const char *errors = "")
{
    StepGauge gauge;
    gauge.state = state;
    gauge.errors = QString::fromUtf8(errors);
    return gauge;
}

} // namespace

class TestOuterGauges : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theWorstStateInsideIsShown()
    {
        std::map<std::string, StepGauge> gauges{
            {"a", gaugeOf(StepState::Busy)},          {"part/in", gaugeOf(StepState::Starved)},
            {"part/work", gaugeOf(StepState::Busy)},  {"part/again/x", gaugeOf(StepState::Starved, "3")},
            {"late/in", gaugeOf(StepState::Starved)}, {"late/out", gaugeOf(StepState::Failed)}};
        addOuterGauges(gauges);
        QCOMPARE(gauges.size(), size_t(8));
        QCOMPARE(gauges.at("a").state, StepState::Busy);
        QCOMPARE(gauges.at("part").errors, QStringLiteral("3"));
        QCOMPARE(gauges.at("late").state, StepState::Failed);
    }
    void withoutPartsNothingIsAdded()
    {
        std::map<std::string, StepGauge> gauges{{"a", gaugeOf(StepState::Busy)}};
        addOuterGauges(gauges);
        QCOMPARE(gauges.size(), size_t(1));
    }
};

} // namespace tst_outergauges

QTEST_GUILESS_MAIN(tst_outergauges::TestOuterGauges)
#include "tst_outergauges.moc"

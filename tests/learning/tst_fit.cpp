// SPDX-License-Identifier: MIT
#include "FitBench.h"

#include <QTest>

#include <cmath>

using namespace millrace;
using namespace millrace::test;

namespace tst_fit {

namespace {

const std::string Rows = json("{'id': 'rows', 'type': 'read.csv', 'params': {'path': 'in.csv'}}");
const std::string Report = json("{'id': 'report', 'type': 'write.csv', 'params': {'path': 'out.csv'}}");

std::string scale(const std::string &id = "scale", const std::string &more = {})
{
    return json("{'id': '" + id + "', 'type': 'scale.standard'" + more + '}');
}

/// x varies by a billionth of itself, so that a mean that is only rounded shows.
std::string thousand()
{
    std::string text = "n,name,x\n";
    for (int i = 0; i < 1000; ++i)
        text += std::to_string(i) + ",row" + std::to_string(i % 3) + ',' + std::to_string(1e9 + std::sin(i)) + '\n';
    return text;
}

} // namespace

class FitTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatWasFittedIsUsedByTheRun()
    {
        const FitBench bench;
        bench.write("in.csv", "x,name\n1,a\n2,b\n,c\n3,d\n");
        const std::vector<std::string> steps{Rows, scale(), Report};
        const FittedStates states = bench.fit(steps);
        QCOMPARE(states.size(), size_t(1));
        QCOMPARE(bench.run(steps, states), std::string());
        const double high = std::sqrt(1.5);
        QVERIFY(difference(numbersOf(bench.read("out.csv"), "x"), {-high, 0, std::nan(""), high}) < 1e-15);
    }
    void aRunOfWhatWasNotFittedIsRefused()
    {
        const FitBench bench;
        bench.write("in.csv", "x\n1\n2\n");
        const std::string error = bench.run({Rows, scale(), Report}, {});
        QVERIFY2(error.starts_with("scale: It hasn't learnt anything yet"), error.c_str());
        QCOMPARE(bench.read("out.csv"), std::string());
    }
    void fourWorkersLearnTheSameAsOne()
    {
        const FitBench bench;
        bench.write("in.csv", thousand());
        const FittedStates one = bench.fit({Rows, scale(), Report});
        for (int i = 0; i < 5; ++i) {
            const FittedStates four = bench.fit({Rows, scale("scale", ", 'workers': 4"), Report}, 3);
            QVERIFY(difference(four.at("scale"), one.at("scale")) < 1e-12);
        }
    }
    void stepsThatFeedEachOtherAreFittedOneAfterTheOther()
    {
        const FitBench bench;
        bench.write("in.csv", "x\n1\n2\n3\n");
        const std::vector<std::string> steps{Rows, scale("first"),
                                             json("{'id': 'twice', 'type': 'multiply', 'params': {'by': 2}}"),
                                             scale("second"), Report};
        const Fit fit(bench.plan(steps), bench.options());
        QCOMPARE(fit.passes(), (std::vector<std::vector<std::string>>{{"first"}, {"second"}}));
        const FittedStates states = bench.fit(steps);
        QCOMPARE(bench.run(steps, states), std::string());
        const Value *second = states.at("second").member("fields")->member("x")->member("variance");
        QVERIFY(std::abs(second->toReal() - 4) < 1e-12);
    }
    void whatIsKnownAlreadyIsNotFittedAgain()
    {
        const FitBench bench;
        bench.write("in.csv", "x\n1\n2\n3\n");
        const std::vector<std::string> steps{Rows, scale("first"), scale("second"), Report};
        const FittedStates states = bench.fit(steps);
        QVERIFY(!Fit(bench.plan(steps), bench.options(states)).isNeeded());
        const FittedStates half{{"first", states.at("first")}};
        QCOMPARE(Fit(bench.plan(steps), bench.options(half)).passes(),
                 (std::vector<std::vector<std::string>>{{"second"}}));
    }
    void anEmptySourceIsSaid()
    {
        const FitBench bench;
        bench.write("in.csv", "x\n");
        const std::string error = bench.fitError({Rows, scale(), Report});
        QVERIFY2(error.starts_with("scale: No items came here"), error.c_str());
    }
    void itemsThatNothingCanBeLearntFromFollowTheErrorPolicy()
    {
        const FitBench bench;
        std::string text;
        for (int i = 0; i < 2000; ++i)
            text += i == 1500 ? "{\"x\": \"none\"}\n" : "{\"x\": " + std::to_string(i % 2) + "}\n";
        bench.write("in.jsonl", text);
        const std::string rows = json("{'id': 'rows', 'type': 'read.jsonl', 'params': {'path': 'in.jsonl'}}");
        const std::string named = json(", 'params': {'fields': ['x']}");
        const std::string error = bench.fitError({rows, scale("scale", named), Report});
        QVERIFY2(error.starts_with("scale: x: \"none\" can't be scaled"), error.c_str());
        const FittedStates states = bench.fit({rows, scale("scale", json(", 'onError': 'skip'") + named), Report}, 100);
        QCOMPARE(states.at("scale").member("fields")->member("x")->member("count")->toInteger(), int64_t(1999));
    }
    void aFitThatIsStoppedLearnsNothing()
    {
        const FitBench bench;
        const std::vector<std::string> steps{
            json("{'id': 'rows', 'type': 'generate', 'params': {'count': 1000000000}}"), scale(), Report};
        Fit fit(bench.plan(steps), bench.options());
        const auto run = fit.nextPass();
        run->start();
        QTRY_VERIFY(run->sample().itemsWritten > 0);
        run->stop();
        QVERIFY(run->waitForDone());
        QCOMPARE(run->outcome().state, RunState::Stopped);
        QVERIFY(fit.states().empty());
    }
};

} // namespace tst_fit

QTEST_GUILESS_MAIN(tst_fit::FitTest)
#include "tst_fit.moc"

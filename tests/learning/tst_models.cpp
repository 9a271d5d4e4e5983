// SPDX-License-Identifier: MIT
// What the steps learn of real weather, beside what scikit-learn makes of it (make_references.py).
#include "FitBench.h"

#include <QTest>

#include <cmath>
#include <fstream>
#include <iterator>

using namespace millrace;
using namespace millrace::test;

namespace tst_models {

namespace {

const std::string Rows = json("{'id': 'rows', 'type': 'read.csv', 'params': {'path': 'in.csv'}}");
const std::string Report = json("{'id': 'report', 'type': 'write.csv', 'params': {'path': 'out.csv'}}");

std::string reference(const std::string &name)
{
    std::ifstream file(std::string(MILLRACE_SOURCE_DIR "/tests/learning/data/") + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// With ' for ".
std::string model(const std::string &type, const std::string &params, int workers = 1)
{
    return json("{'id': 'model', 'type': '" + type + "', 'workers': " + std::to_string(workers) + ", 'params': {"
                + params + "}}");
}

} // namespace

class ModelsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void resultsAreThoseOfScikitLearn_data()
    {
        QTest::addColumn<QString>("type");
        QTest::addColumn<QString>("params");
        QTest::addColumn<QString>("name"); // in the reference, before the field
        QTest::addColumn<QStringList>("fields");
        const auto row = [](const char *type, const char *params, const char *name, const QStringList &fields) {
            QTest::addRow("%s", name) << QString::fromLatin1(type) << QString::fromLatin1(params)
                                      << QString::fromLatin1(name) << fields;
        };
        const QStringList all = QStringLiteral("precipitation temp_max temp_min wind").split(QLatin1Char(' ')),
                          wind{QStringLiteral("wind")};
        row("scale.standard", "", "standard", all);
        row("scale.minmax", "'minimum': -1, 'maximum': 3", "minmax", all);
        row("impute", "", "mean", wind);
        row("impute", "'strategy': 'median'", "median", wind);
        row("impute", "'strategy': 'mostFrequent'", "mostFrequent", wind);
        row("impute", "'strategy': 'constant', 'value': -1, 'fields': ['wind']", "constant", wind);
        row("encode.ordinal", "'fields': ['sky']", "ordinal", {QStringLiteral("sky")});
        row("encode.onehot", "'fields': ['sky']", "onehot",
            QStringLiteral("sky_drizzle sky_fog sky_rain sky_snow sky_sun").split(QLatin1Char(' ')));
    }
    void resultsAreThoseOfScikitLearn()
    {
        QFETCH(QString, type);
        QFETCH(QString, params);
        QFETCH(QString, name);
        QFETCH(QStringList, fields);
        const FitBench bench;
        bench.write("in.csv", reference("weather.csv"));
        const std::string expected = reference("expected.csv");
        FittedStates first;
        for (const int workers : {1, 4}) {
            const std::vector<std::string> steps{Rows, model(type.toStdString(), params.toStdString(), workers),
                                                 Report};
            const FittedStates states = bench.fit(steps);
            if (workers == 1)
                first = states;
            QCOMPARE(states.empty(), name == QLatin1String("constant")); // all others have to learn
            if (!states.empty())
                QVERIFY(difference(states.at("model"), first.at("model")) < 1e-12);
            QCOMPARE(bench.run(steps, states), std::string());
            const std::string out = bench.read("out.csv");
            for (const QString &field : fields) {
                const std::vector<double> wanted = numbersOf(expected, (name + QLatin1Char(' ') + field).toStdString());
                QCOMPARE(wanted.size(), size_t(365));
                QVERIFY2(difference(numbersOf(out, field.toStdString()), wanted) < 1e-9, qPrintable(field));
            }
        }
    }
    void theMostFrequentTextFillsIn()
    {
        const FitBench bench;
        bench.write("in.csv", reference("weather.csv"));
        const std::vector<std::string> steps{Rows, model("impute", "'strategy': 'mostFrequent', 'fields': ['weather']"),
                                             Report};
        QCOMPARE(bench.run(steps, bench.fit(steps)), std::string());
        QVERIFY(textsOf(bench.read("out.csv"), "weather")
                == textsOf(reference("expected.csv"), "mostFrequent weather"));
    }
    void aConstantFillsInWithoutAFit()
    {
        const FitBench bench;
        bench.write("in.csv", "x,name,y\n1,a,\n,,2\n3,c,\n");
        const auto steps = [](const std::string &params) {
            return std::vector<std::string>{Rows, model("impute", "'strategy': 'constant', " + params, 2), Report};
        };
        QVERIFY(!Fit(bench.plan(steps("'value': 7, 'fields': ['x', 'y']")), bench.options()).isNeeded());
        QCOMPARE(bench.run(steps("'value': 7, 'fields': ['x', 'y']"), {}), std::string());
        QCOMPARE(bench.read("out.csv"), std::string("x,name,y\n1,a,7\n7,,2\n3,c,7\n"));
        QCOMPARE(bench.run(steps("'value': 'none', 'fields': ['name']"), {}, 1), std::string());
        QCOMPARE(bench.read("out.csv"), std::string("x,name,y\n1,a,\n,none,2\n3,c,\n"));
        QCOMPARE(bench.run(steps("'value': 0"), {}), std::string());
        QCOMPARE(bench.read("out.csv"), std::string("x,name,y\n1,a,0\n0,0,2\n3,c,0\n"));
        const std::string error = bench.run(steps("'value': 7, 'fields': ['z']"), {});
        QVERIFY2(error.find("\"z\"") != std::string::npos, error.c_str());
    }
    void aLineIsThatOfScikitLearn()
    {
        const FitBench bench;
        bench.write("in.csv", reference("weather.csv"));
        const std::string params = "'fields': ['precipitation', 'temp_min'], 'target': 'temp_max'";
        for (const int workers : {1, 4}) {
            const std::vector<std::string> steps{Rows, model("regress.linear", params, workers), Report};
            QCOMPARE(bench.run(steps, bench.fit(steps)), std::string());
            QVERIFY(difference(numbersOf(bench.read("out.csv"), "prediction"),
                               numbersOf(reference("expected.csv"), "linear temp_max"))
                    < 1e-9);
        }
    }
    void theExpectedOutputIsWhatALineLearns()
    {
        const FitBench bench;
        bench.write("in.json", "{\"data_inputs\": [{\"x\": 1.0}, {\"x\": 2.0}, {\"x\": 4.0}], "
                               "\"expected_outputs\": [5, 7, 11]}");
        const std::string rows = json("{'id': 'rows', 'type': 'read.container', 'params': {'path': 'in.json'}}");
        const std::vector<std::string> steps{rows, model("regress.linear", "'fields': ['x']"), Report};
        const FittedStates states = bench.fit(steps);
        QVERIFY(std::abs(states.at("model").member("intercept")->toReal() - 3) < 1e-12);
        QVERIFY(std::abs(states.at("model").member("coefficients")->member("x")->toReal() - 2) < 1e-12);
    }
    void fieldsThatSayTheSameAreRefusedByALine()
    {
        const FitBench bench;
        bench.write("in.csv", "x,z,y\n1,2,1\n2,4,3\n3,6,2\n");
        const std::string error = bench.fitError({Rows, model("regress.linear", "'target': 'y'"), Report});
        QVERIFY2(error.find("The field \"z\" says nothing") != std::string::npos, error.c_str());
    }
    void groupsAreThoseOfScikitLearn()
    {
        const FitBench bench;
        bench.write("in.csv", reference("weather.csv"));
        const std::string params = "'fields': ['precipitation', 'temp_max', 'temp_min'], 'clusters': 4";
        const std::string start = ", 'start': [[0, 5, 0], [0, 30, 15], [10, 10, 5], [30, 10, 5]]";
        const std::vector<std::string> steps{Rows, model("cluster.kmeans", params + start), Report};
        QCOMPARE(bench.run(steps, bench.fit(steps)), std::string());
        const std::string expected = reference("expected.csv");
        QCOMPARE(difference(numbersOf(bench.read("out.csv"), "cluster"), numbersOf(expected, "kmeans cluster")), 0.0);
        const FittedStates drawn = bench.fit({Rows, model("cluster.kmeans", params), Report});
        const double best = numbersOf(expected, "kmeans inertia").front();
        const double own = drawn.at("model").member("inertia")->toReal();
        QVERIFY2(own <= best * (1 + 1e-3), qPrintable(QString::number(own)));
        QVERIFY(drawn == bench.fit({Rows, model("cluster.kmeans", params), Report}));
        // It learns in the order of the source, however many workers it has; those share its work in a run.
        const std::vector<std::string> shared{Rows, model("cluster.kmeans", params, 4), Report};
        QVERIFY(drawn == bench.fit(shared, 3));
        QCOMPARE(bench.run(steps, drawn), std::string());
        const std::string ofOne = bench.read("out.csv");
        QCOMPARE(bench.run(shared, drawn, 3), std::string());
        QCOMPARE(bench.read("out.csv"), ofOne);
    }
    void anItemWithoutANumberIsInNoGroup()
    {
        const FitBench bench;
        bench.write("in.csv", "x,n\n1,1\n2,2\n8,3\n9,4\n");
        const std::string params = "'fields': ['x'], 'clusters': 2";
        const FittedStates states = bench.fit({Rows, model("cluster.kmeans", params), Report});
        bench.write("in.csv", "x,n\n1,1\n,2\n");
        const std::string error = bench.run({Rows, model("cluster.kmeans", params), Report}, states);
        QVERIFY2(error.find("x: null is no number") != std::string::npos, error.c_str());
        const std::string many =
            bench.fitError({Rows, model("cluster.kmeans", "'fields': ['n'], 'clusters': 3"), Report});
        QVERIFY2(many.find("fewer than the 3 groups") != std::string::npos, many.c_str());
    }
    void aCategoryThatWasNotLearntFailsTheItemOrIsLetThrough()
    {
        const FitBench bench;
        const auto steps = [](const std::string &type, const std::string &params) {
            return std::vector<std::string>{Rows, model(type, params), Report};
        };
        for (const bool isOneHot : {true, false}) {
            const std::string type = isOneHot ? "encode.onehot" : "encode.ordinal";
            bench.write("in.csv", "sky,n\nsun,1\nrain,2\nsun,3\n");
            const FittedStates states = bench.fit(steps(type, {}));
            bench.write("in.csv", "sky,n\nsun,1\nhail,2\n");
            const std::string error = bench.run(steps(type, {}), states);
            QVERIFY2(error.starts_with("model: sky: \"hail\" wasn't there"), error.c_str());
            QCOMPARE(bench.run(steps(type, isOneHot ? "'unknown': 'zeros'" : "'unknown': 'null'"), states),
                     std::string());
            QVERIFY(textsOf(bench.read("out.csv"), isOneHot ? "sky_sun" : "sky")
                    == (std::vector<std::string>{"1", isOneHot ? "0" : ""}));
        }
    }
    void fieldsThatWouldBeThereTwiceAreRefused()
    {
        const FitBench bench;
        bench.write("in.csv", "sky,sky_sun\nsun,1\nrain,2\n");
        const std::vector<std::string> steps{Rows, model("encode.onehot", "'fields': ['sky']"), Report};
        const std::string error = bench.run(steps, bench.fit(steps));
        QVERIFY2(error.find("Two fields would be called \"sky_sun\"") != std::string::npos, error.c_str());
    }
    void aFieldOfEverNewValuesHasNoCategories()
    {
        const FitBench bench;
        std::string rows = "sky\n";
        for (int i = 0; i < 10'010; ++i)
            rows += "kind " + std::to_string(i) + '\n';
        bench.write("in.csv", rows);
        const std::string error = bench.fitError({Rows, model("encode.onehot", "'fields': ['sky']"), Report});
        QVERIFY2(error.find("more than 10000 different values, too many to be encoded") != std::string::npos,
                 error.c_str());
        const std::vector<std::string> ordinal{Rows, model("encode.ordinal", "'fields': ['sky']"), Report};
        QCOMPARE(bench.run(ordinal, bench.fit(ordinal)), std::string());
    }
    void anotherStrategyThanTheFittedOneIsRefused()
    {
        const FitBench bench;
        bench.write("in.csv", "x\n1\n\n4\n");
        const FittedStates states = bench.fit({Rows, model("impute", "'strategy': 'mean'"), Report});
        const std::string error = bench.run({Rows, model("impute", "'strategy': 'median'"), Report}, states);
        QVERIFY2(error.find("It was fitted with another \"strategy\"") != std::string::npos, error.c_str());
    }
    void numbersBeyondTheRangeAreCutWhenAsked()
    {
        const FitBench bench;
        bench.write("in.csv", "x\n10\n20\n");
        const auto steps = [](const std::string &params) {
            return std::vector<std::string>{Rows, model("scale.minmax", params), Report};
        };
        const FittedStates states = bench.fit(steps({}));
        bench.write("in.csv", "x\n5\n15\n40\n");
        QCOMPARE(bench.run(steps({}), states), std::string());
        QVERIFY(difference(numbersOf(bench.read("out.csv"), "x"), {-0.5, 0.5, 3}) < 1e-15);
        QCOMPARE(bench.run(steps("'clip': true"), states), std::string());
        QVERIFY(difference(numbersOf(bench.read("out.csv"), "x"), {0, 0.5, 1}) < 1e-15);
    }
};

} // namespace tst_models

QTEST_GUILESS_MAIN(tst_models::ModelsTest)
#include "tst_models.moc"

// SPDX-License-Identifier: MIT
// The step that sends items to outputs by rules: which outputs it has, and what goes where.
#include "data/json/JsonReader.h"
#include "steps/StepRunner.h"

#include <QTest>

#include <map>
#include <random>

using namespace millrace;
using namespace millrace::test;

namespace tst_route {

namespace {

/// Items go there whose number can be divided; 50 fails.
struct Rule
{
    std::string port;
    int divisor;
};

std::string paramsOf(const std::vector<Rule> &rules, const std::string &otherwise, bool isAll)
{
    List list;
    for (const Rule &rule : rules)
        list.emplace_back(
            Members{{"port", Value(rule.port)},
                    {"when", Value("10 / (n - 50) != 7 && n % " + std::to_string(rule.divisor) + " == 0")}});
    return toJson(Value(Members{{"rules", Value(std::move(list))},
                                {"otherwise", Value(otherwise)},
                                {"match", Value(isAll ? "all" : "first")}}));
}

} // namespace

class RouteTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void itsOutputsFollowFromItsRules()
    {
        const StepType &type = *registry().find("route");
        const auto ports = [&type](const char *params) {
            std::string text;
            for (const std::string &port : type.portsOf(parseJson(params)->toObject()))
                text += port + ' ';
            return text;
        };
        COMPARE_TEXT(ports("{}"), "other ");
        COMPARE_TEXT(
            ports(R"({"rules": [{"port": "b", "when": "x"}, {"port": "a", "when": "y"}, {"port": "b", "when": "z"}]})"),
            "b a other ");
        COMPARE_TEXT(ports(R"({"rules": [{"port": "b", "when": "x"}], "otherwise": "b"})"), "b ");
        COMPARE_TEXT(ports(R"({"rules": [{"port": "b", "when": "x"}], "otherwise": ""})"), "b ");
        COMPARE_TEXT(ports(R"({"rules": "wrong"})"), "other ");
        COMPARE_TEXT(ports(R"({"rules": [{"port": "b", "when": "x"}], "match": "wrong"})"), "other ");
    }

    void itemsGoWhereTheirRulesSay_data()
    {
        QTest::addColumn<unsigned>("seed");
        for (unsigned seed = 1; seed <= 60; ++seed)
            QTest::newRow(qPrintable(QString::number(seed))) << seed;
    }
    /// At random, beside plain arithmetic.
    void itemsGoWhereTheirRulesSay()
    {
        QFETCH(unsigned, seed);
        std::mt19937 random(seed);
        const auto draw = [&random](int least, int most) {
            return std::uniform_int_distribution<int>(least, most)(random);
        };
        std::vector<Rule> rules;
        for (int i = draw(1, 6); i > 0; --i)
            rules.push_back({"p" + std::to_string(draw(0, 3)), draw(1, 6)});
        const std::vector<std::string> rests{"other", "", "p1"};
        const std::string otherwise = rests[size_t(draw(0, 2))];
        const bool isAll = draw(0, 1) == 1;
        const std::string params = paramsOf(rules, otherwise, isAll);

        std::map<std::string, std::vector<int>> expected;
        std::vector<int> failed;
        std::string items;
        for (int i = draw(0, 40); i > 0; --i) {
            const int n = draw(0, 60);
            items += (items.empty() ? "" : ",") + ("{\"n\":" + std::to_string(n) + "}");
            if (n == 50) { // can't be computed
                failed.push_back(n);
                continue;
            }
            std::vector<std::string> ports;
            for (const Rule &rule : rules)
                if (n % rule.divisor == 0 && std::ranges::find(ports, rule.port) == ports.end()
                    && (isAll || ports.empty()))
                    ports.push_back(rule.port);
            if (ports.empty() && !otherwise.empty())
                ports.push_back(otherwise);
            for (const std::string &port : ports)
                expected[port].push_back(n);
        }

        const auto step = make("route", params);
        QVERIFY(step->open({}));
        const auto batch = batchOf('[' + items + ']');
        const auto before = batchOf('[' + items + ']');
        QVERIFY(step->process(*batch));
        const auto names = registry().find("route")->portsOf(parseJson(params)->toObject());
        std::map<std::string, std::vector<int>> went;
        for (size_t row = 0; row < batch->size(); ++row) {
            const size_t port = batch->ports().empty() ? 0 : batch->ports()[row];
            QVERIFY(port < names.size());
            const auto n = int(batch->item(row).member("n")->toInteger());
            went[names[port]].push_back(n);
            QCOMPARE(before->item(batch->originalRow(row)).member("n")->toInteger(), int64_t(n));
            QCOMPARE(batch->id(row), before->id(batch->originalRow(row)));
        }
        QVERIFY2(went == expected, params.c_str());
        QCOMPARE(batch->errors().size(), failed.size());
        for (const ItemError &error : batch->errors())
            QCOMPARE(before->item(error.row).member("n")->toInteger(), int64_t(50));
    }

    void whatALaterRuleCannotSayDoesNotMatter()
    {
        const auto step =
            make("route", R"({"rules": [{"port": "zero", "when": "n == 0"}, {"port": "big", "when": "1 / n < 0.5"}]})");
        QVERIFY(step->open({}));
        const auto batch = batchOf(R"([{"n":0},{"n":5},{"n":1}])");
        QVERIFY(step->process(*batch));
        QVERIFY(batch->errors().empty());
        QCOMPARE(batch->ports(), (std::vector<uint8_t>{0, 1, 2}));
    }

    void whatIsWrongWithItsRulesIsSaid_data()
    {
        QTest::addColumn<QByteArray>("params");
        QTest::addColumn<QByteArray>("problem");
        const auto row = [](const char *params, const char *problem) {
            QTest::newRow(params) << QByteArray(params) << QByteArray(problem);
        };
        row(R"({"rules": [{"port": "a", "when": "n >"}]})", "Rule 1: ");
        row(R"({"rules": [{"port": "a", "when": "n > 1"}, {"port": "b", "when": "m > 1"}]})", "Rule 2: ");
        row(R"({"rules": [{"port": "a", "if": "n > 1"}]})", "Rule 1 has the member \"if\"");
        row(R"({"rules": [{"port": "a"}]})", "Rule 1 has no expression");
        row(R"({"rules": [{"port": "a b", "when": "n"}]})", "Rule 1: \"a b\" can't be an output's name");
        row(R"({"rules": [{"port": "error", "when": "n"}]})", "Rule 1: \"error\" can't be an output's name");
        row(R"({"rules": [{"port": "a", "when": true}]})", "Rule 1: \"when\" is the boolean true");
        row(R"({"rules": ["n > 1"]})", "Rule 1 is the text \"n > 1\"");
        row(R"({"rules": []})", "Rules are a list");
        row(R"({"rules": [{"port": "a", "when": "n"}], "otherwise": "a.b"})", "\"a.b\" can't be an output's name");
    }
    void whatIsWrongWithItsRulesIsSaid()
    {
        QFETCH(QByteArray, params);
        QFETCH(QByteArray, problem);
        const CheckContext context{{},
                                   std::make_shared<const Schema>(std::vector<Field>{{"n", ValueType::Integer, {}}})};
        std::vector<StepProblem> problems;
        make("route", params.toStdString())->check(context, problems);
        QCOMPARE(problems.size(), size_t(1));
        QVERIFY2(bytes(problems[0].text).startsWith(problem), problems[0].text.c_str());
    }
};

} // namespace tst_route

QTEST_GUILESS_MAIN(tst_route::RouteTest)
#include "tst_route.moc"

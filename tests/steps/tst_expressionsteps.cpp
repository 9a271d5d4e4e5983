// SPDX-License-Identifier: MIT
#include "steps/StepBuilder.h"

#include <chrono>
#include <ctime>
#include <QtTest>

namespace millrace {
void registerFormula(StepRegistry &registry);
void registerFilter(StepRegistry &registry);
void registerFail(StepRegistry &registry);
void registerDelay(StepRegistry &registry);
void registerWork(StepRegistry &registry);
} // namespace millrace

using namespace millrace;

namespace tst_expressionsteps {

namespace {

const SchemaPtr &orders()
{
    static const SchemaPtr schema = std::make_shared<const Schema>(std::vector<Field>{
        {"cents", ValueType::Integer}, {"status", ValueType::Text}, {"note", ValueType::Text, Role::ExpectedOutput}});
    return schema;
}

/// Four orders: paid, open, without cents, with a note that is no number.
void fillOrders(Batch &batch)
{
    batch.reset(orders());
    const std::vector<std::vector<Value>> rows{{Value(1250), Value("paid"), Value("1")},
                                               {Value(99), Value("open"), Value("2")},
                                               {Value(), Value("paid"), Value()},
                                               {Value(300), Value(), Value("12,50")}};
    for (const auto &row : rows) {
        for (size_t i = 0; i < row.size(); ++i)
            batch.columnToChange(i).append(row[i]);
    }
    batch.setSize(rows.size());
}

double threadSeconds()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return double(now.tv_sec) + double(now.tv_nsec) / 1e9;
}

std::vector<Value> valuesOf(const Batch &batch, size_t column)
{
    std::vector<Value> values;
    for (size_t row = 0; row < batch.size(); ++row)
        values.push_back(batch.column(column).value(row));
    return values;
}

} // namespace

class TestExpressionSteps : public QObject
{
    Q_OBJECT

private:
    StepRegistry m_registry;

    std::unique_ptr<Step> opened(const char *type, const Members &params, const StepContext &context = {})
    {
        auto step = m_registry.find(type)->create(params);
        if (!step || !(*step)->open(context))
            return nullptr;
        return *std::move(step);
    }

    QString problemsOf(const char *type, const Members &params, const SchemaPtr &input)
    {
        const auto step = m_registry.find(type)->create(params);
        if (!step)
            return QString::fromStdString(step.error().message);
        std::vector<StepProblem> problems;
        (*step)->check({{}, input}, problems);
        QStringList texts;
        for (const StepProblem &problem : problems)
            texts << QString::fromStdString(problem.param + ": " + problem.text);
        return texts.join(QLatin1Char('\n'));
    }

private Q_SLOTS:
    void initTestCase()
    {
        registerFormula(m_registry);
        registerFilter(m_registry);
        registerFail(m_registry);
        registerDelay(m_registry);
        registerWork(m_registry);
    }

    void formulaAddsAField()
    {
        const auto step = opened("formula", {{"expression", Value("cents / 100")}, {"field", Value("price")}});
        QVERIFY(step);
        for (int again = 0; again < 3; ++again) { // the same schema for every batch
            Batch batch;
            fillOrders(batch);
            const SchemaPtr before = batch.schema();
            QVERIFY(step->process(batch));
            QCOMPARE(batch.columnCount(), size_t(4));
            QCOMPARE(valuesOf(batch, 3), (std::vector<Value>{Value(12.5), Value(0.99), Value(), Value(3.0)}));
            QCOMPARE(batch.schema()->field(3), (Field{"price", ValueType::Real, Role::DataInput}));
            QCOMPARE(valuesOf(batch, 0), (std::vector<Value>{Value(1250), Value(99), Value(), Value(300)}));
            QVERIFY(batch.errors().empty());
            QVERIFY(before == orders());
        }
        QCOMPARE(step->summary(), std::string("price = cents / 100"));
    }

    void formulaReplacesAFieldAndLeavesFailedRowsAsTheyCame()
    {
        const auto step = opened("formula", {{"expression", Value("note * 2")}, {"field", Value("note")}});
        QVERIFY(step);
        for (int again = 0; again < 2; ++again) {
            Batch batch;
            fillOrders(batch);
            QVERIFY(step->process(batch));
            QCOMPARE(batch.columnCount(), size_t(3));
            QCOMPARE(valuesOf(batch, 2), (std::vector<Value>{Value(2.0), Value(4.0), Value(), Value("12,50")}));
            QCOMPARE(batch.schema()->field(2), (Field{"note", ValueType::Real, Role::ExpectedOutput}));
            QCOMPARE(batch.errors().size(), size_t(1));
            QCOMPARE(batch.errors()[0].row, uint32_t(3));
            QCOMPARE(batch.errors()[0].message, std::string("note: \"12,50\" is not a number"));
            QCOMPARE(batch.errors()[0].trace, std::string("column 1 of note * 2"));
        }
    }

    void formulaWorksInTheScriptEngineToo()
    {
        const auto step = opened("formula", {{"expression", Value("status.length + cents")}, {"field", Value("n")}});
        QVERIFY(step);
        Batch batch;
        fillOrders(batch);
        QVERIFY(step->process(batch));
        QCOMPARE(valuesOf(batch, 3), (std::vector<Value>{Value(1254.0), Value(103.0), Value(), Value()}));
    }

    void formulaKnowsItsFieldsBeforeARun()
    {
        const auto step =
            m_registry.find("formula")->create({{"expression", Value("cents > 5")}, {"field", Value("big")}});
        const SchemaPtr after = (*step)->outputSchema({{}, orders()});
        QVERIFY(after);
        QCOMPARE(after->size(), size_t(4));
        QCOMPARE(after->field(3), (Field{"big", ValueType::Boolean}));
        QVERIFY(!(*step)->outputSchema({}));
    }

    void aMissingFieldFailsTheBatchWithASentence()
    {
        const auto step = opened("formula", {{"expression", Value("cent / 100")}, {"field", Value("price")}});
        Batch batch;
        fillOrders(batch);
        const auto done = step->process(batch);
        QVERIFY(!done);
        QCOMPARE(done.error().kind, std::string("field"));
        QCOMPARE(done.error().message, std::string("there is no field \"cent\"; did you mean \"cents\"? the fields are "
                                                   "cents, status, note"));
        QCOMPARE(batch.columnCount(), size_t(3));
    }

    void filterSendsWhatIsNotTrueToRejected()
    {
        const auto step = opened("filter", {{"expression", Value("cents > 100")}});
        Batch batch;
        fillOrders(batch);
        QVERIFY(step->process(batch));
        QCOMPARE(batch.ports(), (std::vector<uint8_t>{0, 1, 1, 0}));
        QCOMPARE(m_registry.find("filter")->outputPorts, (std::vector<std::string>{"out", "rejected"}));
        Batch all;
        fillOrders(all);
        QVERIFY(opened("filter", {{"expression", Value("true")}})->process(all));
        QVERIFY(all.ports().empty());
    }

    void filterFailsWhatCannotBeComputed()
    {
        const auto step = opened("filter", {{"expression", Value("note > 1")}});
        Batch batch;
        fillOrders(batch);
        QVERIFY(step->process(batch));
        QCOMPARE(batch.ports(), (std::vector<uint8_t>{1, 0, 1, 0}));
        QCOMPARE(batch.errors().size(), size_t(1));
        QCOMPARE(batch.errors()[0].row, uint32_t(3));
    }

    void failFailsWhatIsTrue()
    {
        Batch batch;
        fillOrders(batch);
        QVERIFY(
            opened("fail", {{"expression", Value("cents == 99")}, {"message", Value("fail on 99")}})->process(batch));
        QCOMPARE(batch.errors().size(), size_t(1));
        QCOMPARE(batch.errors()[0].row, uint32_t(1));
        QCOMPARE(batch.errors()[0].message, std::string("fail on 99"));
        Batch other;
        fillOrders(other);
        QVERIFY(opened("fail", {{"expression", Value("isNull(cents)")}})->process(other));
        QCOMPARE(other.errors()[0].message, std::string("failed by expression"));
        QCOMPARE(other.errors()[0].row, uint32_t(2));
    }

    void delayWaitsForEachItem()
    {
        using Clock = std::chrono::steady_clock;
        const auto waited = [&](const Members &params) {
            Batch batch;
            fillOrders(batch);
            const auto step = opened("delay", params);
            const auto begin = Clock::now();
            const bool isDone = step && step->process(batch) && batch.errors().empty();
            return isDone ? std::chrono::duration<double, std::milli>(Clock::now() - begin).count() : -1;
        };
        const double fixed = waited({{"milliseconds", Value(5)}});
        QVERIFY2(fixed >= 20, qPrintable(QString::number(fixed)));
        const double computed = waited({{"milliseconds", Value("cents / 100")}}); // null waits not at all
        QVERIFY2(computed >= 16.4, qPrintable(QString::number(computed)));
        QVERIFY(waited({{"milliseconds", Value("-5")}}) >= 0);
        QVERIFY(waited({{"milliseconds", Value(5)}, {"jitter", Value(1)}}) >= 20);
    }

    void delayFailsItemsWhoseWaitIsNoNumber()
    {
        Batch batch;
        fillOrders(batch);
        QVERIFY(opened("delay", {{"milliseconds", Value("cents == 99 ? status : 1 / (cents - 300)")}})->process(batch));
        QStringList messages;
        for (const ItemError &error : batch.errors())
            messages << QString::number(error.row) + QLatin1Char(' ') + QString::fromStdString(error.message);
        messages.sort();
        QCOMPARE(messages.size(), 2);
        QVERIFY(messages[0].startsWith(QLatin1String("1 "))
                && messages[0].contains(QLatin1String("is open; it must be")));
        QCOMPARE(messages[1], QStringLiteral("3 cents - 300: 0 can't be divided by"));
    }

    void workComputesForEachItem()
    {
        const auto step = opened("work", {{"microseconds", Value(2000)}});
        Batch batch;
        fillOrders(batch);
        const double begin = threadSeconds();
        QVERIFY(step->process(batch));
        const double used = threadSeconds() - begin;
        QVERIFY2(used >= 0.0079, qPrintable(QString::number(used)));
        QVERIFY2(used < 0.02, qPrintable(QString::number(used)));
        QCOMPARE(valuesOf(batch, 0), (std::vector<Value>{Value(1250), Value(99), Value(), Value(300)}));
    }

    void checksNameParameterColumnAndField()
    {
        QCOMPARE(problemsOf("formula", {{"expression", Value("cents +")}, {"field", Value("x")}}, orders()),
                 QStringLiteral("expression: column 7: a value is missing after \"+\""));
        QCOMPARE(problemsOf("filter", {{"expression", Value("sttus == 1")}}, orders()),
                 QStringLiteral("expression: there is no field \"sttus\"; did you mean \"status\"? the fields are "
                                "cents, status, note"));
        QCOMPARE(problemsOf("filter", {{"expression", Value("sttus == 1")}}, nullptr), QString());
        QCOMPARE(problemsOf("fail", {{"expression", Value("a b")}}, nullptr),
                 QStringLiteral("expression: column 3: \"b\" is not expected here; is an operator missing before it?"));
        QCOMPARE(problemsOf("delay", {{"milliseconds", Value("1 +")}}, nullptr),
                 QStringLiteral("milliseconds: column 3: a value is missing after \"+\""));
        QCOMPARE(problemsOf("delay", {{"milliseconds", Value("cents.foo[0]")}}, orders()), QString());
        QVERIFY(!problemsOf("delay", {{"milliseconds", Value(-1)}}, nullptr).isEmpty());
    }

    void addingTextsToNumbersIsWarnedOf_data()
    {
        QTest::addColumn<QByteArray>("expression");
        QTest::addColumn<QByteArray>("remedies"); // the sum, and the text
        QTest::newRow("a number behind") << QByteArray("status + 1")
                                         << QByteArray("number(status) + 1|status + text(1)");
        QTest::newRow("a number before") << QByteArray("1 + status")
                                         << QByteArray("1 + number(status)|text(1) + status");
        QTest::newRow("a field") << QByteArray("cents + status")
                                 << QByteArray("cents + number(status)|text(cents) + status");
        QTest::newRow("what is computed")
            << QByteArray("status + cents * 2") << QByteArray("number(status) + cents * 2|status + text(cents * 2)");
        QTest::newRow("twice") << QByteArray("status + 1 + status + 2")
                               << QByteArray("number(status) + 1|status + text(1)");
        QTest::newRow("within a function")
            << QByteArray("round((status ?? 0) + 1)") << QByteArray("number(status ?? 0) + 1|(status ?? 0) + text(1)");
        QTest::newRow("within a choice")
            << QByteArray("(cents > 1 ? status : 0) + cents")
            << QByteArray("number(cents > 1 ? status : 0) + cents|(cents > 1 ? status : 0) + text(cents)");
        QTest::newRow("by the item") << QByteArray("item[\"status\"] + 1")
                                     << QByteArray("number(item[\"status\"]) + 1|item[\"status\"] + text(1)");
        QTest::newRow("in a script") << QByteArray("[1].map(x => status + 1)")
                                     << QByteArray("number(status) + 1|status + text(1)");
        QTest::newRow("two texts and a number")
            << QByteArray("status + note + 1") << QByteArray("number(status + note) + 1|status + note + text(1)");
        QTest::newRow("numbers") << QByteArray("cents + 1") << QByteArray("");
        QTest::newRow("two texts") << QByteArray("status + note") << QByteArray("");
        QTest::newRow("a text on purpose") << QByteArray("\"#\" + cents") << QByteArray("");
        QTest::newRow("texts on purpose") << QByteArray("status + \": \" + cents") << QByteArray("");
        QTest::newRow("made a text") << QByteArray("status + text(cents)") << QByteArray("");
        QTest::newRow("made a number") << QByteArray("number(status) + 1") << QByteArray("");
        QTest::newRow("a function of texts") << QByteArray("upper(status) + 1") << QByteArray("");
        QTest::newRow("not known") << QByteArray("status + id") << QByteArray("");
    }
    void addingTextsToNumbersIsWarnedOf()
    {
        QFETCH(QByteArray, expression);
        QFETCH(QByteArray, remedies);
        for (const auto &[type, param] : {std::pair("formula", "expression"), std::pair("filter", "expression"),
                                          std::pair("fail", "expression"), std::pair("delay", "milliseconds")}) {
            Members params{{param, Value(expression.toStdString())}};
            if (type == std::string("formula"))
                params.emplace_back("field", Value("x"));
            const QString said = problemsOf(type, params, orders());
            if (remedies.isEmpty()) {
                QCOMPARE(said, QString());
                continue;
            }
            const QStringList wanted = QString::fromUtf8(remedies).split(QLatin1Char('|'));
            QVERIFY2(said.startsWith(QLatin1String(param)
                                     + QStringLiteral(": The field \"status\" is text, so that + puts it")),
                     qPrintable(said));
            QVERIFY2(said.contains(QStringLiteral("Write ") + wanted[0] + QStringLiteral(" to add them, or ")
                                   + wanted[1] + QStringLiteral(" to join")),
                     qPrintable(said));
            QCOMPARE(said.count(QStringLiteral("The field")), 1);
            QCOMPARE(problemsOf(type, params, nullptr), QString());
        }
    }

    void emptyBatchesPass()
    {
        const std::vector<std::pair<const char *, Members>> steps{
            {"formula", {{"expression", Value("cents / 100")}, {"field", Value("price")}}},
            {"formula", {{"expression", Value("status.length")}, {"field", Value("status")}}},
            {"formula", {{"expression", Value("7")}, {"field", Value("seven")}}},
            {"filter", {{"expression", Value("status == \"paid\" && cents")}}},
            {"fail", {{"expression", Value("true")}}},
            {"delay", {{"milliseconds", Value("cents")}}},
            {"work", {}}};
        for (const auto &[type, params] : steps) {
            const auto step = opened(type, params);
            QVERIFY(step);
            Batch batch;
            batch.reset(orders());
            QVERIFY2(step->process(batch), type);
            QVERIFY(batch.isEmpty() && batch.errors().empty());
            step->close();
        }
    }
};

} // namespace tst_expressionsteps

QTEST_GUILESS_MAIN(tst_expressionsteps::TestExpressionSteps)
#include "tst_expressionsteps.moc"

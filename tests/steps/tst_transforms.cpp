// SPDX-License-Identifier: MIT
#include "steps/StepRunner.h"

#include "steps/combine/Union.h"

#include <QTest>

using namespace millrace;
using namespace millrace::test;

namespace tst_transforms {

namespace {

struct Done
{
    std::string failure;
    std::string items; ///< as JSON, separated by spaces; failed ones in brackets with their message
    SchemaPtr schema;
};

Done run(std::string_view type,
         const std::string &params,
         const std::string &dataInputs,
         const std::string &expectedOutputs = {})
{
    const auto step = make(type, params);
    const auto batch = batchOf(dataInputs, expectedOutputs);
    if (auto opened = step->open({}); !opened)
        return {opened.error().message, {}, nullptr};
    if (auto processed = step->process(*batch); !processed)
        return {processed.error().message, jsonOf(*batch), nullptr};
    Done done;
    done.schema = batch->schema();
    for (size_t row = 0; row < batch->size(); ++row) {
        if (row > 0)
            done.items += ' ';
        const Value item = batch->item(row);
        const bool isPlain = item.toObject().size() == 1 && item.member("value");
        done.items += isPlain ? toJson(*item.member("value")) : toJson(item);
        for (const ItemError &error : batch->errors()) {
            if (error.row == row)
                done.items += '[' + error.message.substr(0, error.message.find(';')) + ']';
        }
    }
    return done;
}

std::string problemsOf(std::string_view type, const std::string &params, std::vector<Field> fields)
{
    std::vector<StepProblem> problems;
    make(type, params)->check({{}, std::make_shared<const Schema>(std::move(fields))}, problems);
    std::string text;
    for (const StepProblem &problem : problems)
        text += problem.param + ": " + problem.text + '\n';
    return text;
}

} // namespace

class TransformsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void itIsSaidBeforeWhetherIntegersStayIntegers()
    {
        const auto typeAfter = [](const std::string &params) {
            return make("multiply", params)->outputSchema({{}, batchOf(R"([{"n": 1}])")->schema()})->field(0).type;
        };
        QCOMPARE(typeAfter(R"({"by": 3.0})"), ValueType::Integer);
        QCOMPARE(typeAfter(R"({"by": 0.5})"), ValueType::Real);
        QCOMPARE(typeAfter(R"({"by": 1e30})"), ValueType::Real);
    }

    void numbersAreMultipliedAndAdded_data()
    {
        QTest::addColumn<QByteArray>("step");
        QTest::addColumn<QByteArray>("params");
        QTest::addColumn<QByteArray>("inputs");
        QTest::addColumn<QByteArray>("expected");

        const auto row = [](const char *name, const char *step, const char *params, const char *inputs,
                            const char *expected) {
            QTest::newRow(name) << QByteArray(step) << QByteArray(params) << QByteArray(inputs) << QByteArray(expected);
        };
        row("integers", "multiply", R"({"by": 3})", "[0, -1, 2]", "0 -3 6");
        row("integers by a whole real", "multiply", R"({"by": 3.0})", "[1, 2]", "3 6");
        row("integers by a fraction", "multiply", R"({"by": 0.5})", "[1, 2]", "0.5 1");
        row("reals", "multiply", R"({"by": 2})", "[0.5, -0.25]", "1 -0.5");
        row("mixed", "multiply", R"({"by": 2})", "[1, 2.5, 3]", "2 5 6");
        row("lists", "multiply", R"({"by": 2})", "[[1, 2.5], [[3], []], 4]", "[2,5] [[6],[]] 8");
        row("beyond 64 bits", "multiply", R"({"by": 4})", "[4611686018427387904, 1]",
            "4611686018427387904[value: the integer 4611686018427387904 * 4 has more digits than a number holds (64 "
            "bits)] 4");
        row("up to 64 bits", "multiply", R"({"by": -1})", "[9223372036854775807, 1]", "-9223372036854775807 -1");
        row("by nothing", "multiply", R"({"by": 0})", "[9223372036854775807]", "0");
        row("add", "add", R"({"by": 1})", "[1, -1]", "2 0");
        row("add beyond 64 bits", "add", R"({"by": 1})", "[9223372036854775807, 1]",
            "9223372036854775807[value: the integer 9223372036854775807 + 1 has more digits than a number holds (64 "
            "bits)] 2");
        row("subtract beyond 64 bits", "add", R"({"by": -2})", "[-9223372036854775807, 1]",
            "-9223372036854775807[value: the integer -9223372036854775807 + -2 has more digits than a number holds (64 "
            "bits)] -1");
        row("add a fraction", "add", R"({"by": 0.5})", "[1, [2]]", "1.5 [2.5]");
        row("texts are left alone", "multiply", R"({"by": 2})", R"([1, "x", true])", R"(2 "x" true)");
        row("only texts", "multiply", R"({"by": 2})", R"(["x"])", R"("x")");
        row("null among integers", "multiply", R"({"by": 2})", "[1, null, 3]",
            "2 null[value: null can't be multiplied by 2] 6");
        row("null among reals", "add", R"({"by": 2})", "[0.5, null]", "2.5 null[value: null can't be added to 2]");
        row("null among lists", "add", R"({"by": 2})", "[[1], null]", "[3] null[value: null can't be added to 2]");
        row("null within a list", "add", R"({"by": 2})", "[[1, null], [1]]",
            "[1,null][value: the list [1,null] can't be added to 2] [3]");
        row("only null", "add", R"({"by": 2})", "[null]", "null[value: null can't be added to 2]");
        row("fields", "multiply", R"({"by": 2, "fields": ["a"]})", R"([{"a": 1, "b": 1}])", R"({"a":2,"b":1})");
        row("a named text", "multiply", R"({"by": 2, "fields": ["a"]})", R"([{"a": "x", "b": 1}])",
            R"({"a":"x","b":1}[a: "x" can't be multiplied by 2])");
        row("a failed row keeps all", "multiply", R"({"by": 2})", R"([{"a": 1, "b": 1}, {"a": 2, "b": null}])",
            R"({"a":2,"b":2} {"a":2,"b":null}[b: null can't be multiplied by 2])");
        row("null beside numbers", "multiply", R"({"by": 2})", R"([{"a": 1, "b": "x"}, {"a": 2, "b": null}])",
            R"({"a":2,"b":"x"} {"a":4,"b":null})");
    }
    void numbersAreMultipliedAndAdded()
    {
        QFETCH(QByteArray, step);
        QFETCH(QByteArray, params);
        QFETCH(QByteArray, inputs);
        QFETCH(QByteArray, expected);
        const Done done = run(step.toStdString(), params.toStdString(), inputs.toStdString());
        COMPARE_TEXT(done.failure, "");
        COMPARE_TEXT(done.items, expected.toStdString());
    }
    void expectedOutputsAreLeftAlone()
    {
        COMPARE_TEXT(run("multiply", R"({"by": 2})", "[1]", "[1]").items, R"({"value":2,"expected":1})");
    }
    void integersStayPacked()
    {
        const auto step = make("multiply", R"({"by": 2})");
        const auto batch = batchOf("[1, 2]");
        QVERIFY(step->open({}));
        QVERIFY(step->process(*batch));
        QCOMPARE(batch->column(0).type(), ColumnType::Integer);
        QCOMPARE(run("multiply", R"({"by": 0.5})", "[1]").schema->field(0).type, ValueType::Real);
    }
    void aSharedColumnIsNotChanged()
    {
        const auto step = make("multiply", R"({"by": 2})");
        const auto batch = batchOf("[1, 2]");
        Batch other;
        other.shareFrom(*batch);
        QVERIFY(step->open({}));
        QVERIFY(step->process(*batch));
        COMPARE_TEXT(jsonOf(other), "{\"value\":1}\n{\"value\":2}\n");
        COMPARE_TEXT(jsonOf(*batch), "{\"value\":2}\n{\"value\":4}\n");
    }
    void unknownFieldsAreSaidWithThoseThereAre()
    {
        const std::vector<Field> fields{{"a", ValueType::Integer, {}}, {"b", ValueType::Text, {}}};
        const std::string there = "There is no field \"x\"; the fields are a, b.";
        COMPARE_TEXT(problemsOf("multiply", R"({"by": 2, "fields": ["a", "x"]})", fields), "fields: " + there + '\n');
        COMPARE_TEXT(problemsOf("select", R"({"fields": ["x"]})", fields), "fields: " + there + '\n');
        COMPARE_TEXT(problemsOf("rename", R"({"names": {"x": "y"}})", fields), "names: " + there + '\n');
        COMPARE_TEXT(problemsOf("convert", R"({"types": {"x": "real"}})", fields), "types: " + there + '\n');
        COMPARE_TEXT(run("select", R"({"fields": ["x"]})", R"([{"a": 1, "b": 2}])").failure, there);
        COMPARE_TEXT(run("multiply", R"({"by": 1, "fields": ["x"]})", R"([{"a": 1, "b": 2}])").failure, there);
    }
    void nothingToMultiplyIsAWarning()
    {
        std::vector<StepProblem> problems;
        const auto text = std::make_shared<const Schema>(std::vector<Field>{{"a", ValueType::Text, {}}});
        make("multiply", R"({"by": 2})")->check({{}, text}, problems);
        QCOMPARE(problems.size(), 1u);
        QVERIFY(!problems[0].isError);
    }
    void selectKeepsInItsOrder()
    {
        COMPARE_TEXT(run("select", R"({"fields": ["c", "a"]})", R"([{"a": 1, "b": 2, "c": 3}])").items,
                     R"({"c":3,"a":1})");
        COMPARE_TEXT(run("select", R"({"fields": ["c", "c"]})", R"([{"a": 1, "b": 2, "c": 3}])").items, R"({"c":3})");
        COMPARE_TEXT(run("select", R"({"fields": ["a"]})", R"([{"a": 1, "b": 2}])", "[5]").items,
                     R"({"a":1,"expected":5})");
        COMPARE_TEXT(
            run("select", R"({"fields": ["a"], "expectedOutputs": false})", R"([{"a": 1, "b": 2}])", "[5]").items,
            R"({"a":1})");
    }
    void namesCanBeExchanged()
    {
        COMPARE_TEXT(run("rename", R"({"names": {"a": "b", "b": "a"}})", R"([{"a": 1, "b": 2}])").items,
                     R"({"b":1,"a":2})");
        COMPARE_TEXT(run("rename", R"({"names": {"a": "b"}})", R"([{"a": 1, "b": 2}])").failure,
                     "Two fields would be called \"b\"; give each a name of its own.");
    }
    void valuesAreConverted_data()
    {
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("inputs");
        QTest::addColumn<QByteArray>("expected");

        const auto row = [](const char *name, const char *type, const char *inputs, const char *expected) {
            QTest::newRow(name) << QByteArray(type) << QByteArray(inputs) << QByteArray(expected);
        };
        row("texts to integers", "integer", R"(["1", " -2 ", "007", "+5", "3.0", null])", "1 -2 7 5 3 null");
        row("no integers", "integer", R"(["12,50", "", "1.5"])",
            R"("12,50"[value: "12,50" is not an integer] ""[value: "" is not an integer] "1.5"[value: "1.5" is not an integer])");
        row("reals to integers", "integer", "[1.0, -2.0, 0.5]", "1 -2 0.5[value: the real 0.5 is not an integer]");
        row("truth to integers", "integer", "[true, false]", "1 0");
        row("lists to integers", "integer", "[[1]]", "[1][value: the list [1] is not an integer]");
        row("texts to reals", "real", R"(["1", "-.5", "1e3", "00.5", "9007199254740992"])",
            "1 -0.5 1000 0.5 9007199254740992");
        row("no reals", "real", R"(["x", "nan", "Infinity"])",
            R"("x"[value: "x" is not a number] "nan"[value: "nan" is not a number] )"
            R"("Infinity"[value: "Infinity" is not a number])");
        row("integers to reals", "real", "[1, 2]", "1 2");
        row("to texts", "text", R"([1, 0.5, true, "x", [1, "y"], null])",
            "\"1\" \"0.5\" \"true\" \"x\" \"[1,\\\"y\\\"]\" null");
        row("to truth", "boolean", R"(["true", "No", "1", 0, 1.0, true])", "true false true false true true");
        row("no truth", "boolean", R"(["maybe", 2])",
            R"("maybe"[value: "maybe" is not true or false] 2[value: the integer 2 is not true or false])");
        row("to timestamps", "timestamp", R"(["2024-02-29", "2024-01-02T03:04:05Z"])",
            R"("2024-02-29" "2024-01-02T03:04:05Z")");
        row("no timestamp", "timestamp", R"(["2023-02-29"])",
            R"("2023-02-29"[value: "2023-02-29" is not an ISO 8601 timestamp])");
    }
    void datesAreConvertedAsTold_data()
    {
        QTest::addColumn<QByteArray>("params");
        QTest::addColumn<QByteArray>("inputs");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char *name, const char *params, const char *inputs, const char *expected) {
            QTest::newRow(name) << QByteArray(params) << QByteArray(inputs) << QByteArray(expected);
        };
        row("a format", R"("format": "dd/MM/yyyy")", R"(["31/12/2024", " 01/02/2024", null])",
            R"("2024-12-31" "2024-02-01" null)");
        row("not of the format", R"("format": "dd.MM.yyyy")", R"(["31/12/2024", "2024-12-31"])",
            R"("31/12/2024"[value: "31/12/2024" is not a date written as dd.MM.yyyy] )"
            R"("2024-12-31"[value: "2024-12-31" is not a date written as dd.MM.yyyy])");
        row("the day first", R"("dayFirst": true)",
            R"(["1/2/2024", "01.02.2024 13:30", "3-4-2024 1:02:03", "2024-12-31"])",
            R"("2024-02-01" "2024-02-01T13:30" "2024-04-03T01:02:03" "2024-12-31")");
        row("not the day first", R"("dayFirst": true)", R"(["12/31/2024"])",
            R"("12/31/2024"[value: "12/31/2024" is not a date with its day first, such as 31/12/2024])");
        row("a zone", R"("format": "dd.MM.yyyy HH:mm", "zone": "Europe/Berlin")", R"(["01.06.2024 12:00"])",
            R"("2024-06-01T12:00+02:00")");
        row("a zone beside ISO", R"("zone": "Asia/Kolkata")", R"(["2024-06-01T12:00", "2024-06-01T12:00Z"])",
            R"("2024-06-01T12:00+05:30" "2024-06-01T12:00Z")");
    }
    void datesAreConvertedAsTold()
    {
        QFETCH(QByteArray, params);
        QFETCH(QByteArray, inputs);
        QFETCH(QByteArray, expected);
        COMPARE_TEXT(run("convert", "{\"types\": {\"value\": \"timestamp\"}, " + params.toStdString() + "}",
                         inputs.toStdString())
                         .items,
                     expected.toStdString());
    }
    void timestampsAreWrittenAsTold()
    {
        const auto step =
            make("convert", R"({"types": {"value": "text"}, "format": "dd.MM.yyyy HH:mm", "zone": "Europe/Berlin"})");
        const auto batch = batchOf(R"(["2024-06-01T12:00:00Z", "x"])");
        Timestamp moment;
        QVERIFY(parseTimestamp("2024-06-01T12:00:00Z", moment));
        batch->columnToChange(0).convertToAny();
        batch->columnToChange(0).setValue(0, Value(moment));
        QVERIFY(step->open({}));
        QVERIFY(step->process(*batch));
        QCOMPARE(batch->column(0).value(0), Value("01.06.2024 14:00"));
        QCOMPARE(batch->column(0).value(1), Value("x"));
    }
    void wrongFormsOfDatesAreRefused()
    {
        const std::vector<Field> fields{{"a", ValueType::Text, {}}};
        QVERIFY(problemsOf("convert", R"({"types": {"a": "timestamp"}, "format": "DD.MM.YYYY"})", fields)
                    .starts_with("format: A date pattern can't hold \"DD\""));
        QVERIFY(problemsOf("convert", R"({"types": {"a": "timestamp"}, "zone": "Berlin"})", fields)
                    .starts_with("zone: there is no time zone \"Berlin\""));
    }
    void noDigitIsLostOnTheWayToReals()
    {
        COMPARE_TEXT(
            run("convert", R"({"types": {"value": "real"}})",
                R"([9007199254740993, 9007199254740992, "9007199254740993", "12345678901234567890123"])")
                .items,
            R"(9007199254740993[value: the integer 9007199254740993 would lose digits as a real] 9007199254740992 )"
            R"("9007199254740993"[value: "9007199254740993" would lose digits as a real] )"
            R"("12345678901234567890123"[value: "12345678901234567890123" would lose digits as a real])");
        COMPARE_TEXT(run("convert", R"({"types": {"value": "text"}})", "[9007199254740993]").items,
                     "\"9007199254740993\"");
    }
    void resultsOfMoreThanSixtyFourBitsFail()
    {
        COMPARE_TEXT(
            run("add", R"({"by": 1})", "[9223372036854775807, 9223372036854775806]").items,
            "9223372036854775807[value: the integer 9223372036854775807 + 1 has more digits than a number holds (64 "
            "bits)] 9223372036854775807");
        COMPARE_TEXT(
            run("multiply", R"({"by": 3})", "[[1, 4611686018427387904], [2]]").items,
            "[1,4611686018427387904][value: the list [1,4611686018427387904] * 3 has more digits than a number "
            "holds (64 bits)] [6]");
        COMPARE_TEXT(run("multiply", R"({"by": 1})", "[9007199254740993]").items, "9007199254740993");
    }
    void valuesAreConverted()
    {
        QFETCH(QByteArray, type);
        QFETCH(QByteArray, inputs);
        QFETCH(QByteArray, expected);
        const Done done =
            run("convert", "{\"types\": {\"value\": \"" + type.toStdString() + "\"}}", inputs.toStdString());
        COMPARE_TEXT(done.failure, "");
        COMPARE_TEXT(done.items, expected.toStdString());
        COMPARE_TEXT(std::string(typeName(done.schema->field(0).type)), type.toStdString());
    }
    void aRowThatCanNotBeConvertedKeepsAll()
    {
        COMPARE_TEXT(run("convert", R"({"types": {"a": "integer", "b": "integer"}})",
                         R"([{"a": "1", "b": "2"}, {"a": "3", "b": "x"}])")
                         .items,
                     R"({"a":1,"b":2} {"a":"3","b":"x"}[b: "x" is not an integer])");
    }
    void timestampsAreConvertedToTimestamps()
    {
        const auto step = make("convert", R"({"types": {"value": "timestamp"}})");
        const auto batch = batchOf(R"(["2024-02-29"])");
        QVERIFY(step->open({}));
        QVERIFY(step->process(*batch));
        QVERIFY(batch->column(0).value(0).isTimestamp());
    }
    void wrongTypesAreRefused()
    {
        QVERIFY(problemsOf("convert", R"({"types": {"a": "date"}})", {{"a", ValueType::Text, {}}})
                    .starts_with("types: a: \"date\" is no type"));
    }
    void unionDeclaresItsMode()
    {
        const auto step = make("union", R"({"mode": "fields"})");
        COMPARE_TEXT(dynamic_cast<Union &>(*step).mode(), "fields");
        QVERIFY(!registry().find("union")->create({{"mode", Value("other")}}));
        QCOMPARE(registry().find("merge")->kind, StepKind::Combine);
    }
};

} // namespace tst_transforms

QTEST_GUILESS_MAIN(tst_transforms::TransformsTest)
#include "tst_transforms.moc"

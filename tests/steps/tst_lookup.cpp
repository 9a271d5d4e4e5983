// SPDX-License-Identifier: MIT
// The step that adds fields of a table, beside looking through all rows of it.
#include "data/json/JsonReader.h"
#include "metrics/RunLog.h"
#include "steps/keys/ValueOrder.h"
#include "steps/SharedState.h"
#include "steps/StepRunner.h"

#include <QTest>

#include <algorithm>
#include <functional>
#include <random>

using namespace millrace;
using namespace millrace::test;

namespace tst_lookup {

namespace {

std::string lookIn(const std::string &path, const std::string &more)
{
    return "{\"file\": " + toJson(Value(path)) + ", " + more + '}';
}

std::string linesOf(const std::vector<Value> &rows)
{
    std::string text;
    for (const Value &row : rows)
        text += toJson(row) + '\n';
    return text;
}

Value memberOf(const Value &object, const char *name)
{
    const Value *value = object.member(name);
    return value ? *value : Value();
}

bool areEqual(const Value &a, const Value &b)
{
    return !a.isNull() && !b.isNull() && compareValues(a, b) == 0;
}

std::string plain(const Value &value)
{
    return value.isText() || value.isInteger() ? toPlain(value) : std::string();
}

/// The row of the table for an item, looked for in all of them: "g" must be equal, "k" as `match` says.
const Value *rowFor(const std::vector<Value> &table, const Value &item, const std::string &match)
{
    const Value wanted = memberOf(item, "k");
    const Value *best = nullptr;
    for (const Value &row : table) {
        const Value key = memberOf(row, "k");
        if (!areEqual(memberOf(item, "g"), memberOf(row, "group")) || key.isNull() || wanted.isNull())
            continue;
        if (match == "exact") {
            if (areEqual(key, wanted) && !best)
                best = &row;
        } else if (match == "range") {
            if (typeRank(key.type()) == typeRank(wanted.type()) && compareValues(key, wanted) <= 0
                && (!best || compareValues(key, memberOf(*best, "k")) > 0))
                best = &row;
        } else if (!plain(key).empty() && plain(wanted).starts_with(plain(key))
                   && (!best || plain(key).size() > plain(memberOf(*best, "k")).size())) {
            best = &row;
        }
    }
    return best;
}

} // namespace

class LookupTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tablesOfAllKindsAreRead_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("table");
        QTest::newRow("csv") << QByteArray("t.csv")
                             << QByteArray("code,name,people\nDE,Germany,83\nFR,France,68\n,None,1\n");
        QTest::newRow("semicolons") << QByteArray("t.txt")
                                    << QByteArray("code;name;people\nDE;Germany;83\nFR;France;68\n");
        QTest::newRow("jsonl") << QByteArray("t.jsonl")
                               << QByteArray("{\"code\":\"DE\",\"name\":\"Germany\",\"people\":83}\n"
                                             "{\"code\":\"FR\",\"people\":68,\"name\":\"France\"}\n");
        QTest::newRow("json") << QByteArray("t.json")
                              << QByteArray("[{\"code\":\"DE\",\"name\":\"Germany\",\"people\":83},\n"
                                            "{\"code\":\"FR\",\"name\":\"France\",\"people\":68}]");
    }
    void tablesOfAllKindsAreRead()
    {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, table);
        const Folder folder;
        folder.write(name.toStdString(), table.toStdString());
        StepContext context;
        context.folder = folder.path();
        const auto step = make("lookup", lookIn(name.toStdString(), R"("on": {"country": "code"})"));
        const Items made = passAll(*step,
                                   {R"([{"n":1,"country":"FR"},{"n":2,"country":"XX"}])",
                                    R"([{"n":3,"country":null},{"n":4,"country":"DE"}])"},
                                   7, context);
        COMPARE_TEXT(made.failure, "");
        COMPARE_TEXT(made.json(), R"({"n":1,"country":"FR","name":"France","people":68})"
                                  "\n"
                                  R"({"n":2,"country":"XX","name":null,"people":null})"
                                  "\n"
                                  R"({"n":3,"country":null,"name":null,"people":null})"
                                  "\n"
                                  R"({"n":4,"country":"DE","name":"Germany","people":83})"
                                  "\n");
        const SchemaPtr input = batchOf(R"([{"n":1,"country":"FR"}])")->schema();
        COMPARE_TEXT(step->outputSchema({folder.path(), input})->names(), "n, country, name, people");
    }

    void itemsFindTheirRows_data()
    {
        QTest::addColumn<unsigned>("seed");
        for (unsigned seed = 1; seed <= 80; ++seed)
            QTest::newRow(qPrintable(QString::number(seed))) << seed;
    }
    /// At random: keys of several types, nulls, fields that aren't there, doubles.
    void itemsFindTheirRows()
    {
        QFETCH(unsigned, seed);
        std::mt19937 random(seed);
        const auto draw = [&random](int least, int most) {
            return std::uniform_int_distribution<int>(least, most)(random);
        };
        const auto key = [&]() -> Value {
            switch (draw(0, 5)) {
            case 0: return Value();
            case 1: return Value(double(draw(0, 40)) / 2);
            case 2: return Value(std::string(size_t(draw(1, 4)), char('a' + draw(0, 1))));
            case 3: return Value(std::to_string(draw(0, 30)));
            default: return Value(draw(0, 30));
            }
        };
        const auto object = [&](const char *group, std::vector<Value> &to, int number) {
            Members members{{"number", Value(number)}};
            if (draw(0, 9) > 0)
                members.emplace_back(group, draw(0, 9) == 0 ? Value() : Value(draw(0, 2)));
            if (draw(0, 9) > 0)
                members.emplace_back("k", key());
            to.emplace_back(std::move(members));
        };
        std::vector<Value> table{*parseJson(R"({"number": -1, "group": 99, "k": 0})")};
        std::vector<Value> items{*parseJson(R"({"number": -1, "g": 1, "k": 0})")};
        for (int i = draw(0, 60); i > 0; --i)
            object("group", table, i);
        for (int i = draw(1, 60); i > 0; --i)
            object("g", items, i);
        const std::vector<std::string> matches{"exact", "range", "prefix"};
        const std::string match = matches[size_t(draw(0, 2))];

        const Folder folder;
        const std::string path = folder.write("t.jsonl", linesOf(table));
        for (auto *const values : {&table, &items})
            for (Value &value : *values)
                value = *parseJson(toJson(value)); // as it is read: 2.0 is written as 2
        const auto step =
            make("lookup", toJson(Value(Members{{"file", Value(path)},
                                                {"on", Value(Members{{"g", Value("group")}, {"k", Value("k")}})},
                                                {"fields", Value(List{Value("number")})},
                                                {"match", Value(match)}})));
        QVERIFY(step->open({}));
        const auto batch = batchOf(toJson(Value(List(items.begin(), items.end()))));
        const auto done = step->process(*batch);
        QVERIFY2(done, done ? "" : done.error().message.c_str());
        QCOMPARE(batch->size(), items.size());
        for (size_t row = 0; row < items.size(); ++row) {
            const Value *expected = rowFor(table, items[row], match);
            const Value found = memberOf(batch->item(row), "number");
            QVERIFY2(found == (expected ? memberOf(*expected, "number") : Value()),
                     (match + ": " + toJson(items[row]) + " " + toJson(found)).c_str());
        }
    }

    void whatIsMissingIsRejectedOrFails()
    {
        const Folder folder;
        const std::string path = folder.write("t.csv", "id,name\n1,a\n2,b\n");
        const std::string items = R"([{"id":2},{"id":7},{"id":1}])";
        const auto rejecting = make("lookup", lookIn(path, R"("on": {"id": "id"}, "missing": "reject")"));
        QVERIFY(rejecting->open({}));
        auto batch = batchOf(items);
        QVERIFY(rejecting->process(*batch));
        QCOMPARE(batch->ports(), (std::vector<uint8_t>{0, 1, 0}));
        const auto failing = make("lookup", lookIn(path, R"("on": {"id": "id"}, "missing": "fail")"));
        QVERIFY(failing->open({}));
        batch = batchOf(items);
        QVERIFY(failing->process(*batch));
        COMPARE_TEXT(jsonOf(*batch), "{\"id\":2,\"name\":\"b\"}\n{\"id\":1,\"name\":\"a\"}\n");
        QCOMPARE(batch->errors().size(), size_t(1));
        QCOMPARE(batch->errors()[0].row, 1u);
        COMPARE_TEXT(batch->errors()[0].message, "The table \"t.csv\" has no row for \"id\", which is the integer 7.");
    }

    void smallAndCapitalLettersMayBeTheSame()
    {
        const Folder folder;
        const std::string path = folder.write("t.csv", "word,to\nÄpfel,1\nÄ,2\nzoo,3\n");
        const auto look = [&](const char *match) {
            const auto step = make(
                "lookup", lookIn(path, R"("on": {"w": "word"}, "ignoreCase": true, "match": )" + toJson(Value(match))));
            const auto batch = batchOf(R"([{"w":"äPFEL"},{"w":"ÄPFELMUS"},{"w":"ZOOS"},{"w":"x"}])");
            return step->open({}) && step->process(*batch) ? jsonOf(*batch) : std::string();
        };
        COMPARE_TEXT(look("exact"),
                     "{\"w\":\"äPFEL\",\"to\":1}\n{\"w\":\"ÄPFELMUS\",\"to\":null}\n{\"w\":\"ZOOS\",\"to\":null}\n"
                     "{\"w\":\"x\",\"to\":null}\n");
        COMPARE_TEXT(look("prefix"),
                     "{\"w\":\"äPFEL\",\"to\":1}\n{\"w\":\"ÄPFELMUS\",\"to\":1}\n{\"w\":\"ZOOS\",\"to\":3}\n"
                     "{\"w\":\"x\",\"to\":null}\n");
    }

    void theTableIsReadOnceForAllWorkers()
    {
        const Folder folder;
        const std::string path = folder.write("t.csv", "id,name\n1,a\n1,b\n2,c\n2,d\n");
        RunLog log;
        SharedState shared;
        StepContext context;
        context.stepId = "look";
        context.log = &log;
        context.shared = &shared;
        const std::string params = lookIn(path, R"("on": {"id": "id"})");
        const auto first = make("lookup", params), second = make("lookup", params);
        QVERIFY(first->open(context));
        folder.write("t.csv", "nothing\n");
        QVERIFY(second->open(context));
        first->close();
        const auto batch = batchOf(R"([{"id":1},{"id":2}])");
        QVERIFY(second->process(*batch));
        COMPARE_TEXT(jsonOf(*batch), "{\"id\":1,\"name\":\"a\"}\n{\"id\":2,\"name\":\"c\"}\n");
        const auto records = log.after(0);
        QCOMPARE(std::ranges::count(records, LogLevel::Warning, &LogRecord::level), 1);
        COMPARE_TEXT(records.back().message,
                     "The table \"t.csv\" has 2 rows with keys that came before; the first of each counts.");
        // Another table of the same step isn't mixed up with it.
        const auto other = make("lookup", lookIn(path, R"("on": {"id": "nothing"})"));
        QVERIFY(other->open(context));
    }

    void whatIsWrongWithTheTableIsSaid_data()
    {
        QTest::addColumn<QByteArray>("params");
        QTest::addColumn<QByteArray>("problem");
        const auto row = [](const char *params, const char *problem) {
            QTest::newRow(params) << QByteArray(params) << QByteArray(problem);
        };
        row(R"({"file": "no.csv", "on": {"id": "id"}})", "file: ");
        row(R"({"file": "t.csv", "on": {"id": "ids"}})", "on: In the table: There is no field \"ids\"");
        row(R"({"file": "t.csv", "on": {"no": "id"}})", "on: There is no field \"no\"");
        row(R"({"file": "t.csv", "on": {"id": "id"}, "fields": ["nme"]})",
            "fields: In the table: There is no field \"nme\"");
        row(R"({"file": "t.csv", "on": {"id": "name"}})",
            "on: The field \"id\" is integer, and \"name\" of the table text, so that nothing is found");
        row(R"({"file": "t.csv", "on": {"id": "id"}, "fields": ["id"]})",
            "fields: The field \"id\" is there already, and is replaced.");
        row(R"({"file": "t.html", "on": {"id": "id"}})", "file: ");
    }
    void whatIsWrongWithTheTableIsSaid()
    {
        QFETCH(QByteArray, params);
        QFETCH(QByteArray, problem);
        const Folder folder;
        folder.write("t.csv", "id,name\n1,a\n2,b\n");
        folder.write("t.html", "<!DOCTYPE html><html><body></body></html>");
        const CheckContext context{folder.path(),
                                   std::make_shared<const Schema>(std::vector<Field>{{"id", ValueType::Integer, {}}})};
        std::vector<StepProblem> problems;
        make("lookup", params.toStdString())->check(context, problems);
        QVERIFY(!problems.empty());
        const std::string said = problems[0].param + ": " + problems[0].text;
        QVERIFY2(bytes(said).startsWith(problem), said.c_str());
    }

    void aWrongRowOfTheTableEndsIt()
    {
        const Folder folder;
        const std::string path = folder.write("t.jsonl", "{\"id\":1}\n{\"id\":\n");
        const auto opened = make("lookup", lookIn(path, R"("on": {"id": "id"})"))->open({});
        QVERIFY(!opened);
        QVERIFY2(bytes(opened.error().message).startsWith("The table \"t.jsonl\", line 2: "),
                 opened.error().message.c_str());
    }
};

} // namespace tst_lookup

QTEST_GUILESS_MAIN(tst_lookup::LookupTest)
#include "tst_lookup.moc"

// SPDX-License-Identifier: MIT
// The steps that read and write databases, beside Python's own module for SQLite.
#include "data/json/JsonReader.h"
#include "steps/StepRunner.h"

#include <QProcess>
#include <QTest>

#include <sys/stat.h>

using namespace millrace;
using namespace millrace::test;

namespace tst_sql {

namespace {

/// What a program in Python prints that has the database open as `db`; its errors, too.
std::string python(const std::string &file, const std::string &code)
{
    QProcess process;
    const std::string text =
        "import sqlite3, sys, json\ndb = sqlite3.connect(sys.argv[1])\n" + code + "\ndb.commit()\n";
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(QStringLiteral("python3"),
                  {QStringLiteral("-c"), QString::fromStdString(text), QString::fromStdString(file)});
    if (!process.waitForFinished())
        return "python3 doesn't run";
    return process.readAll().trimmed().toStdString();
}

/// The rows that a query has, as Python sees them: a JSON list each.
std::string rowsOf(const std::string &file, const std::string &query)
{
    return python(file, "for row in db.execute(" + toJson(Value(query))
                            + "): print(json.dumps([v.hex() if isinstance(v, bytes) else v for v in row]))");
}

std::string sqlParams(const std::string &file, const std::string &more)
{
    return "{\"database\": " + toJson(Value(file)) + ", " + more + '}';
}

std::string queryOf(const std::string &query)
{
    return "\"query\": " + toJson(Value(query));
}

std::vector<StepProblem> problemsOf(std::string_view type, const std::string &params, const SchemaPtr &input = nullptr)
{
    std::vector<StepProblem> problems;
    make(type, params)->check({"", input}, problems);
    return problems;
}

std::string textOf(const std::vector<StepProblem> &problems)
{
    std::string text;
    for (const StepProblem &problem : problems)
        text += problem.param + ": " + problem.text + '\n';
    return text;
}

/// Writes items, a list in JSON, to a table. Empty, or what went wrong; of items, too.
std::string writeItems(const Folder &folder, const std::string &items, const std::string &more, size_t batchSize = 100)
{
    const std::string path = folder.write("items.json", items);
    const Copied copied =
        copyAll("read.json", withPath(path), "write.sql", sqlParams(folder.path("t.db"), more), batchSize);
    std::string text = copied.failure;
    for (const std::string &error : copied.errors)
        text += '\n' + error;
    return text;
}

} // namespace

class SqlTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void valuesAreReadAsTheyAre()
    {
        const Folder folder;
        const std::string file = folder.path("a.db");
        COMPARE_TEXT(python(file, R"~(
db.execute("create table t (id integer primary key, at timestamp, day date, ok boolean, price decimal(10,2), data blob, note)")
db.execute("insert into t values (?, ?, ?, 1, 1.5, ?, ?)", [2**53 + 1, "2024-01-02 03:04:05.123456", "2024-02-29",
           bytes([0, 255]), "a" + chr(0) + "ü"])
db.execute("insert into t values (?, null, null, 0, 10, null, null)", [-2**63]))~"),
                     "");
        const Items read = readAll("read.sql", sqlParams(file, queryOf("SELECT * FROM t ORDER BY id DESC;")), 1);
        COMPARE_TEXT(read.failure, "");
        COMPARE_TEXT(
            read.json(),
            "{\"id\":9007199254740993,\"at\":\"2024-01-02 03:04:05.123456\",\"day\":\"2024-02-29\",\"ok\":true,"
            "\"price\":1.5,\"data\":\"AP8=\",\"note\":\"a\\u0000ü\"}\n"
            "{\"id\":-9223372036854775808,\"at\":null,\"day\":null,\"ok\":false,\"price\":10,\"data\":null,"
            "\"note\":null}\n");
        std::vector<ValueType> types;
        for (const Field &field : read.schema->fields())
            types.push_back(field.type);
        QCOMPARE(types, (std::vector{ValueType::Integer, ValueType::Timestamp, ValueType::Timestamp, ValueType::Boolean,
                                     ValueType::Real, ValueType::Bytes, ValueType::Text}));
        QVERIFY(read.items[0].member("at")->isTimestamp());
        QVERIFY(read.items[0].member("data")->isBytes());
    }

    void everyRowIsReadAsByAnother()
    {
        const Folder folder;
        const std::string file = folder.path("a.db");
        COMPARE_TEXT(python(file, R"~(
import random
random.seed(7)
db.execute("create table t (a integer, b text, c real, d)")
kinds = [lambda: None, lambda: random.randrange(-2**63, 2**63), lambda: random.random() * 10 ** random.randrange(-20, 20),
         lambda: "".join(chr(random.choice([65, 0xe4, 0x4e2d, 0x1f600])) for _ in range(random.randrange(30)))]
for i in range(5000):
    db.execute("insert into t values (?, ?, ?, ?)", [random.choice([None, random.randrange(-2**63, 2**63)]), kinds[3](),
               random.choice([None, kinds[2]()]), random.choice(kinds)()]))~"),
                     "");
        const std::string query = "SELECT * FROM t";
        std::string expected =
            python(file, "for row in db.execute('SELECT * FROM t'):\n print(json.dumps(dict(zip('abcd', row)), "
                         "ensure_ascii=False, separators=(',', ':')))");
        const Items read = readAll("read.sql", sqlParams(file, queryOf(query)), 64);
        COMPARE_TEXT(read.failure, "");
        QCOMPARE(read.items.size(), size_t(5000));
        size_t row = 0;
        for (size_t at = 0; at < expected.size(); ++row) {
            const size_t end = std::min(expected.find('\n', at), expected.size());
            const auto value = parseJson(expected.substr(at, end - at));
            QVERIFY(value);
            for (const auto &[name, wanted] : value->toObject()) {
                const Value &own = *read.items[row].member(name);
                const bool isSame = wanted.isNumber() ? isSameNumber(own, wanted) : own == wanted;
                QVERIFY2(isSame, (toJson(own) + " for " + toJson(wanted)).c_str());
            }
            at = end + 1;
        }
        QCOMPARE(row, size_t(5000));
    }

    void parametersAreValuesAndNoPartOfTheStatement()
    {
        const Folder folder;
        const std::string file = folder.path("a.db");
        python(file, "db.execute('create table t (n, s)')\nfor i in range(10): db.execute('insert into t values (?, "
                     "?)', [i, 's%d' % i])");
        const Items read =
            readAll("read.sql",
                    sqlParams(file, queryOf("SELECT n FROM t WHERE n >= :least AND n <= :most AND s != :not /* :x */")
                                        + ", \"params\": {\"least\": 3, \"most\": 5, \"not\": \"s4' OR '1' = '1\"}"));
        COMPARE_TEXT(read.failure, "");
        COMPARE_TEXT(read.json(), "{\"n\":3}\n{\"n\":4}\n{\"n\":5}\n");
        const auto problem = [&](const std::string &more) {
            return textOf(problemsOf("read.sql", sqlParams(file, more)));
        };
        COMPARE_TEXT(
            problem(queryOf("SELECT :a")),
            "params: The query has the parameter :a, for which there is no value; give it one in \"params\", as "
            "{\"a\": …}.\n");
        COMPARE_TEXT(problem(queryOf("SELECT 1") + R"(, "params": {"b": 1})"),
                     "params: The query has no parameter :b; use it there, or take it out of \"params\".\n");
        COMPARE_TEXT(problem(queryOf("SELECT :a") + R"(, "params": {"a": 1})"), "");
    }

    void nothingCanBeWrittenByAQuery()
    {
        const Folder folder;
        const std::string file = folder.path("a.db"), other = folder.path("b.db");
        python(file, "db.execute('create table t (n)')\ndb.execute('insert into t values (1)')");
        for (const char *query : {"DELETE FROM t", "ATTACH 'b.db' AS b", "SELECT 1; DELETE FROM t",
                                  "PRAGMA user_version = 3", "VACUUM INTO 'b.db'"}) {
            const std::string params = sqlParams(file, queryOf(query));
            QVERIFY2(!readAll("read.sql", params).failure.empty(), query);
            QCOMPARE(problemsOf("read.sql", params).size(), size_t(1));
        }
        const Items changed = readAll("read.sql", sqlParams(file, queryOf("WITH a AS (SELECT 1) DELETE FROM t")));
        QVERIFY2(changed.failure.find("readonly") != std::string::npos
                     || changed.failure.find("no rows") != std::string::npos,
                 changed.failure.c_str());
        COMPARE_TEXT(rowsOf(file, "SELECT * FROM t"), "[1]");
        QVERIFY(!folder.has("b.db"));
    }

    void fieldsAreKnownBeforeTheRun()
    {
        const Folder folder;
        const std::string file = folder.path("a.db");
        python(file, "db.execute('create table t (id integer, name text, at date)')");
        const std::string params = sqlParams(file, queryOf("SELECT t.*, t.id, count(*) AS n FROM t WHERE id > :x")
                                                       + R"(, "params": {"x": 1})");
        const SchemaPtr known = make("read.sql", params)->outputSchema({"", nullptr});
        QVERIFY(known);
        COMPARE_TEXT(known->names(), "id, name, at, id_2, n");
        QCOMPARE(known->field(2).type, ValueType::Timestamp);
        const Items read = readAll("read.sql", params);
        COMPARE_TEXT(read.failure, "");
        COMPARE_TEXT(read.schema->names(), known->names());
        COMPARE_TEXT(textOf(problemsOf("read.sql", sqlParams(file, queryOf("SELECT nix FROM t")))),
                     "query: The database \"a.db\" says: no such column: nix.\n");
    }

    void whatIsWrongIsSaidBeforeTheRun()
    {
        const Folder folder;
        const std::string text = folder.write("a.txt", "no database at all");
        const auto said = [&](const std::string &database) {
            return textOf(
                problemsOf("read.sql", "{\"database\": " + toJson(Value(database)) + ", \"query\": \"SELECT 1\"}"));
        };
        QVERIFY2(said(text).find("is no SQLite database") != std::string::npos, said(text).c_str());
        QVERIFY(said(folder.path("none.db")).find("database: ") == 0);
        QVERIFY(said("postgresql://ann:s3cret@db/x").find("has a password in it") != std::string::npos);
        QVERIFY(said("postgresql://ann:s3cret@db/x").find("s3cret") == std::string::npos);
        const std::string mysql = said("mysql://db/x"); // where its driver isn't there
        QVERIFY2(mysql.empty() || mysql.find("libqt6sql6-mysql") != std::string::npos, mysql.c_str());
        COMPARE_TEXT(
            make("read.sql", "{\"database\": \"postgresql://ann:s3cret@db/x\", \"query\": \"SELECT 1\"}")->summary(),
            "postgresql://ann:…@db/x, SELECT 1");
    }

    void itemsAreWrittenAsAnotherReadsThem()
    {
        const Folder folder;
        COMPARE_TEXT(writeItems(folder,
                                R"([{"id": 9007199254740993, "x": 0.1, "t": "ü\u0000b", "ok": true, "l": [1, {"a": 2}],
            "at": "2024-01-02T03:04:05Z"}, {"id": -9223372036854775808, "x": 1e300, "t": "", "ok": null, "late": "007"}])",
                                "\"table\": \"odd \\\" name\""),
                     "");
        const std::string file = folder.path("t.db");
        COMPARE_TEXT(
            rowsOf(file, "SELECT id, x, t, ok, l, at, late FROM \"odd \"\" name\""),
            "[9007199254740993, 0.1, \"\\u00fc\\u0000b\", 1, \"[1,{\\\"a\\\":2}]\", \"2024-01-02T03:04:05Z\", null]\n"
            "[-9223372036854775808, 1e+300, \"\", null, null, null, \"007\"]");
        const Items back =
            readAll("read.sql", sqlParams(file, queryOf("SELECT id, x, ok, late FROM \"odd \"\" name\"")));
        COMPARE_TEXT(back.json(), "{\"id\":9007199254740993,\"x\":0.1,\"ok\":true,\"late\":null}\n"
                                  "{\"id\":-9223372036854775808,\"x\":1e+300,\"ok\":null,\"late\":\"007\"}\n");
    }

    void datesComeBackAsTheyWere()
    {
        const Folder folder;
        const std::string csv =
            folder.write("a.csv", "day,at,code\n2024-02-29,2024-01-02T03:04:05.123456789+02:00,007\n");
        const std::string file = folder.path("t.db");
        const Copied copied = copyAll("read.csv", withPath(csv), "write.sql", sqlParams(file, "\"table\": \"t\""));
        COMPARE_TEXT(copied.failure, "");
        COMPARE_TEXT(rowsOf(file, "SELECT sql FROM sqlite_master"),
                     "[\"CREATE TABLE \\\"t\\\" (\\\"day\\\" DATE, \\\"at\\\" TIMESTAMP, \\\"code\\\" TEXT)\"]");
        const Items back = readAll("read.sql", sqlParams(file, queryOf("SELECT * FROM t")));
        COMPARE_TEXT(back.json(),
                     "{\"day\":\"2024-02-29\",\"at\":\"2024-01-02T03:04:05.123456789+02:00\",\"code\":\"007\"}\n");
        QVERIFY(back.items[0].member("at")->isTimestamp());
    }

    void aConflictFailsItsItemOnly()
    {
        const Folder folder;
        const std::string file = folder.path("t.db");
        python(
            file,
            "db.execute('create table t (id integer primary key, s text not null)')\ndb.execute(\"insert into t values "
            "(3, 'old')\")");
        const std::string said = writeItems(
            folder,
            R"([{"id": 1, "s": "a"}, {"id": 3, "s": "b"}, {"id": 2, "s": null}, {"id": 4, "s": "d"}, {"id": 4, "s": "e"},
                {"id": 5, "s": "f"}])",
            "\"table\": \"t\"", 5);
        COMPARE_TEXT(said, "\nThe table \"t\" doesn't take it: UNIQUE constraint failed: t.id.\n"
                           "The table \"t\" doesn't take it: NOT NULL constraint failed: t.s.\n"
                           "The table \"t\" doesn't take it: UNIQUE constraint failed: t.id.");
        COMPARE_TEXT(rowsOf(file, "SELECT * FROM t ORDER BY id"), "[1, \"a\"]\n[3, \"old\"]\n[4, \"d\"]\n[5, \"f\"]");
    }

    void whatIsNoFaultOfARowEndsTheRun()
    {
        const Folder folder;
        const std::string file = folder.path("t.db");
        python(file, "db.execute('create table t (id)')");
        COMPARE_TEXT(
            writeItems(folder, R"([{"id": 1, "more": 2}])", "\"table\": \"t\""),
            "The table \"t\" has no column \"more\"; leave the field out with \"select\", or name it as one of id.");
        COMPARE_TEXT(writeItems(folder, R"([{"id": 1}])", R"("table": "u", "create": false)"),
                     "The database \"t.db\" has no table \"u\"; make it, or set \"create\" to true.");
        COMPARE_TEXT(
            writeItems(folder, R"([{"id": 1}])", R"("table": "t", "mode": "upsert", "keys": ["id"])"),
            "The database \"t.db\" says: ON CONFLICT clause does not match any PRIMARY KEY or UNIQUE constraint.");
        COMPARE_TEXT(rowsOf(file, "SELECT * FROM t"), "");
    }

    void rowsWithEqualKeysAreChanged()
    {
        const Folder folder;
        const std::string upsert = R"("table": "t", "mode": "upsert", "keys": ["id"])";
        COMPARE_TEXT(writeItems(folder, R"([{"id": 1, "s": "a", "n": 1}, {"id": 2, "s": "b", "n": 2}])", upsert), "");
        COMPARE_TEXT(
            writeItems(folder, R"([{"id": 2, "s": "new"}, {"id": 3, "s": "c"}, {"id": 3, "s": "last"}])", upsert), "");
        COMPARE_TEXT(rowsOf(folder.path("t.db"), "SELECT * FROM t ORDER BY id"),
                     "[1, \"a\", 1]\n[2, \"new\", 2]\n[3, \"last\", null]");
        COMPARE_TEXT(writeItems(folder, R"([{"id": 3}, {"id": 4}])", upsert), ""); // nothing but keys
        COMPARE_TEXT(rowsOf(folder.path("t.db"), "SELECT s FROM t WHERE id >= 3"), "[\"last\"]\n[null]");
    }

    void rowsOfBeforeGoWithTheFirstBatch()
    {
        const Folder folder;
        const std::string file = folder.path("t.db");
        python(file, "db.execute('create table t (id integer unique, kept text)')\ndb.execute(\"insert into t values "
                     "(1, 'x')\")");
        COMPARE_TEXT(writeItems(folder, R"([{"id": 1}, {"id": 2}, {"id": 2}])", R"("table": "t", "mode": "truncate")"),
                     "\nThe table \"t\" doesn't take it: UNIQUE constraint failed: t.id.");
        COMPARE_TEXT(rowsOf(file, "SELECT * FROM t"), "[1, null]\n[2, null]");
        COMPARE_TEXT(writeItems(folder, "[]", R"("table": "t", "mode": "truncate")"), "");
        COMPARE_TEXT(rowsOf(file, "SELECT count(*) FROM t"), "[0]");
    }

    void aTableIsReplacedOnlyByAWholeOne()
    {
        const Folder folder;
        const std::string file = folder.path("t.db"), replace = R"("table": "t", "mode": "replace")";
        python(file, "db.execute('create table t (old)')\ndb.execute('insert into t values (1)')\n"
                     "db.execute('create view v as select * from t')");
        const auto step = make("write.sql", sqlParams(file, replace));
        auto &sink = static_cast<Sink &>(*step);
        const auto open = sink.open({});
        QVERIFY2(open, open ? "" : open.error().message.c_str());
        const auto batch = batchOf(R"([{"id": 7}, {"id": 8}])");
        QVERIFY(sink.write(*batch));
        COMPARE_TEXT(rowsOf(file, "SELECT * FROM t"), "[1]"); // also seen from outside, while the new one grows
        COMPARE_TEXT(sink.abandon(), "");
        sink.close();
        COMPARE_TEXT(rowsOf(file, "SELECT name FROM sqlite_master WHERE type = 'table'"), "[\"t\"]");
        COMPARE_TEXT(rowsOf(file, "SELECT * FROM t"), "[1]");
        COMPARE_TEXT(writeItems(folder, R"([{"id": 7}, {"id": 8}])", replace, 1), "");
        COMPARE_TEXT(rowsOf(file, "SELECT * FROM t"), "[7]\n[8]");
        COMPARE_TEXT(rowsOf(file, "SELECT * FROM v"), "[7]\n[8]");
        COMPARE_TEXT(rowsOf(file, "SELECT name FROM sqlite_master WHERE type = 'table'"), "[\"t\"]");
    }

    void aTableOfARunThatWasKilledIsNotInTheWay()
    {
        const Folder folder;
        const std::string file = folder.path("t.db");
        python(file, "db.execute('create table t_millrace_new (x)')");
        COMPARE_TEXT(writeItems(folder, R"([{"id": 7}])", R"("table": "t", "mode": "replace")"), "");
        COMPARE_TEXT(rowsOf(file, "SELECT name FROM sqlite_master"), "[\"t\"]");
    }

    void aBatchIsWrittenWholeOrNotAtAll()
    {
        const Folder folder;
        const std::string file = folder.path("t.db");
        // What ends the run in the middle of a batch: a table of another name is spoken of by a trigger, and isn't there.
        python(
            file,
            "db.execute('create table t (id)')\ndb.execute('create trigger g after insert on t when new.id = 3 begin "
            "insert into none values (1); end')");
        const auto step = make("write.sql", sqlParams(file, "\"table\": \"t\""));
        auto &sink = static_cast<Sink &>(*step);
        QVERIFY(sink.open({}));
        const auto first = batchOf(R"([{"id": 1}, {"id": 2}])"), second = batchOf(R"([{"id": 3}, {"id": 4}])");
        const auto written = sink.write(*first);
        QVERIFY(!written); // SQLite prepares the trigger with the statement
        sink.abandon();
        sink.close();
        COMPARE_TEXT(rowsOf(file, "SELECT * FROM t"), "");
    }

    void aQueryGivesTheTableToLookThingsUpIn()
    {
        const Folder folder;
        const std::string file = folder.path("t.db");
        python(file, "db.execute('create table kinds (code integer, name text)')\n"
                     "db.executemany('insert into kinds values (?, ?)', [(i, 'k%d' % i) for i in range(3000)])");
        const auto step =
            make("lookup", sqlParams(file, queryOf("SELECT code, name FROM kinds") + R"(, "on": {"n": "code"})"));
        std::vector<StepProblem> problems;
        const auto input = std::make_shared<const Schema>(std::vector<Field>{{"n", ValueType::Integer}});
        step->check({"", input}, problems);
        COMPARE_TEXT(textOf(problems), "");
        COMPARE_TEXT(step->outputSchema({"", input})->names(), "n, name");
        QVERIFY(step->open({}));
        const auto batch = batchOf(R"([{"n": 2999}, {"n": 3000}, {"n": 7}])");
        QVERIFY(step->process(*batch));
        COMPARE_TEXT(jsonOf(*batch),
                     "{\"n\":2999,\"name\":\"k2999\"}\n{\"n\":3000,\"name\":null}\n{\"n\":7,\"name\":\"k7\"}\n");
        const auto said = [&](const std::string &more) {
            return textOf(problemsOf("lookup", sqlParams(file, more + R"("on": {"n": "code"})"), input));
        };
        COMPARE_TEXT(said(queryOf("SELECT * FROM kinds") + R"(, "file": "kinds.csv", )"),
                     "query: Say where the table is: by \"file\", or by \"database\" and \"query\".\n");
        COMPARE_TEXT(said(""), "file: Say where the table is: by \"file\", or by \"database\" and \"query\".\n");
        COMPARE_TEXT(said(queryOf("SELECT * FROM none") + ", "),
                     "query: The database \"t.db\" says: no such table: none.\n");
        QVERIFY(said(queryOf("SELECT name FROM kinds") + ", ").find("on: In the table: There is no field \"code\"")
                == 0);
    }

    void tablesAreLookedAtBeforeTheRun()
    {
        const Folder folder;
        const std::string file = folder.path("t.db");
        python(file, "db.execute('create table t (id integer, Name text)')");
        const auto input = std::make_shared<const Schema>(
            std::vector<Field>{{"id", ValueType::Integer}, {"name", ValueType::Text}, {"more", ValueType::Text}});
        const auto said = [&](const std::string &more) {
            return textOf(problemsOf("write.sql", sqlParams(file, more), input));
        };
        COMPARE_TEXT(
            said("\"table\": \"t\""),
            "table: The table \"t\" has no column for the field \"more\"; leave it out with \"select\". The columns "
            "are id, Name.\n");
        COMPARE_TEXT(said(R"("table": "t", "mode": "replace")"), "");
        COMPARE_TEXT(said("\"table\": \"new\""), "");
        COMPARE_TEXT(said(R"("table": "new", "create": false)"),
                     "table: The database \"t.db\" has no table \"new\"; make it, or set \"create\" to true.\n");
        COMPARE_TEXT(said(R"("table": "new", "mode": "upsert")"),
                     "keys: \"keys\" must say by which columns rows are told that are changed.\n");
        QVERIFY(said(R"("table": "new", "mode": "upsert", "keys": ["nme"])").find("did you mean \"name\"")
                != std::string::npos);
    }
};

} // namespace tst_sql

QTEST_MAIN(tst_sql::SqlTest)
#include "tst_sql.moc"

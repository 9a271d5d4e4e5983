// SPDX-License-Identifier: MIT
// The steps that work by DuckDB's library. Where it isn't found (MILLRACE_DUCKDB names it), only what is said then is tested.
#include "duckdb/DuckDbLibrary.h"
#include "duckdb/DuckDbQuery.h"
#include "duckdb/values/DuckDbType.h"
#include "steps/read/FileLook.h"
#include "steps/StepRunner.h"
#include "steps/Writing.h"

#include <QDir>
#include <QTest>

#include <algorithm>

using namespace millrace;
using namespace millrace::test;

namespace tst_parquet {

namespace {

/// Empty, or why the library can't be used.
QByteArray missingLibrary()
{
    const auto library = DuckDbLibrary::open();
    return library ? QByteArray() : bytes(library.error().message);
}

#define NEEDS_DUCKDB() \
    if (const QByteArray missing = missingLibrary(); !missing.isEmpty()) \
    QSKIP(missing.constData())

/// A Parquet file of what a query gives, written by DuckDB itself. Empty, or what went wrong.
std::string writeByDuckDb(const std::string &path, const std::string &query, const std::string &more = {})
{
    const auto session = DuckDbSession::open({.files = {path}});
    if (!session)
        return session.error().message;
    const auto done = (*session)->run("COPY (" + query + ") TO " + duckDbText(path)
                                      + " (FORMAT parquet, USE_TMP_FILE false" + more + ')');
    return done ? std::string() : done.error().message;
}

std::vector<StepProblem> parquetProblems(std::string_view type,
                                         const std::string &params,
                                         const SchemaPtr &input = nullptr)
{
    std::vector<StepProblem> problems;
    make(type, params)->check({"", input}, problems);
    return problems;
}

std::string problemText(const std::vector<StepProblem> &problems)
{
    std::string text;
    for (const StepProblem &problem : problems)
        text += problem.param + ": " + problem.text + '\n';
    return text;
}

/// A variable of the environment, for as long as this lives.
class Variable
{
public:
    Variable(const char *name, const QByteArray &value)
        : m_name(name), m_before(qgetenv(name)), m_was(qEnvironmentVariableIsSet(name))
    {
        qputenv(name, value);
    }
    ~Variable() { m_was ? qputenv(m_name, m_before) : qunsetenv(m_name); }

private:
    const char *m_name;
    QByteArray m_before;
    bool m_was;
};

} // namespace

class ParquetTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aMissingLibraryIsToldWithWhatToDo()
    {
        const Folder folder;
        const std::string file = folder.write("a.parquet", "PAR1");
        const Variable chosen("MILLRACE_DUCKDB", bytes(folder.path("nowhere")));
        const std::string expected = "DuckDB's library isn't at \"" + folder.path("nowhere")
                                     + "\", which the variable MILLRACE_DUCKDB names: there is no such file.";
        COMPARE_TEXT(readAll("read.parquet", withPath(file)).failure, expected);
        COMPARE_TEXT(problemText(parquetProblems("read.parquet", withPath(file))), "path: " + expected + '\n');
    }

    void whatIsNoLibraryIsTold()
    {
        const Folder folder;
        const std::string file = folder.write("libduckdb.so", "no library");
        const Variable chosen("MILLRACE_DUCKDB", bytes(folder.path())); // a folder
        const auto library = DuckDbLibrary::open();
        QVERIFY(!library);
        QVERIFY2(library.error().message.starts_with("DuckDB's library \"" + file + "\" can't be used: "),
                 library.error().message.c_str());
        const Variable other("MILLRACE_DUCKDB", "libc.so.6"); // one without its functions
        QVERIFY(!DuckDbLibrary::open());
    }

    void theLibraryIsLookedForInTheUsersFolderAndTheSystem()
    {
        const Variable chosen("MILLRACE_DUCKDB", "");
        const Variable home("HOME", "/somewhere");
        QCOMPARE(DuckDbLibrary::places(),
                 (std::vector<std::string>{"/somewhere/.local/lib/millrace/libduckdb.so", "libduckdb.so"}));
    }

    void oldVersionsAreKnown()
    {
        for (const char *version : {"v1.2.0", "v1.10.1", "v2.0.0", "1.3.0-dev12"})
            QVERIFY2(DuckDbLibrary::isNewEnough(version), version);
        for (const char *version : {"v1.1.3", "v0.10.2", "", "v1"})
            QVERIFY2(!DuckDbLibrary::isNewEnough(version), version);
    }

    void valuesOfAllTypesAreReadExactly()
    {
        NEEDS_DUCKDB();
        const Folder folder;
        const std::string file = folder.path("a.parquet");
        COMPARE_TEXT(
            writeByDuckDb(
                file,
                "SELECT 9007199254740993::BIGINT i, 18446744073709551615::UBIGINT u, 1.10::DECIMAL(10,2) d, "
                "12345678901234567890.123456789::DECIMAL(38,9) dd, -1.5::DOUBLE x, true b, 'a ü text that is long' t, "
                "TIMESTAMP '2024-01-02 03:04:05.678901' moment, TIMESTAMPTZ '2024-01-02 03:04:05+01' zoned, "
                "TIMESTAMP_NS '1960-01-02 03:04:05.123456789' ns, DATE '1960-02-29' AS day, TIME '23:59:59.5' clock, "
                "UUID '81111111-2222-3333-4444-555555555555' uuid, [1, NULL, 3] l, {'a': 1, 'b': ['x']} s, "
                "map {'k': 1.5::DOUBLE} m, '\\x00\\xFF'::BLOB bytes UNION ALL SELECT NULL, 7::UBIGINT, -0.05, NULL, "
                "NULL, NULL, "
                "NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL"),
            "");
        const Items read = readAll("read.parquet", withPath(file));
        COMPARE_TEXT(read.failure, "");
        COMPARE_TEXT(
            read.json(),
            "{\"i\":9007199254740993,\"u\":\"18446744073709551615\",\"d\":1.1,\"dd\":12345678901234567000.0,"
            "\"x\":-1.5,\"b\":true,\"t\":\"a ü text that is long\",\"moment\":\"2024-01-02T03:04:05.678901\","
            "\"zoned\":\"2024-01-02T02:04:05Z\",\"ns\":\"1960-01-02T03:04:05.123456789\",\"day\":\"1960-02-29\","
            "\"clock\":\"23:59:59.500000\",\"uuid\":\"81111111-2222-3333-4444-555555555555\",\"l\":[1,null,3],"
            "\"s\":{\"a\":1,\"b\":[\"x\"]},\"m\":{\"k\":1.5},\"bytes\":\"AP8=\"}\n"
            "{\"i\":null,\"u\":7,\"d\":-0.05,\"dd\":null,\"x\":null,\"b\":null,\"t\":null,\"moment\":null,\"zoned\":"
            "null,"
            "\"ns\":null,\"day\":null,\"clock\":null,\"uuid\":null,\"l\":null,\"s\":null,\"m\":null,\"bytes\":null}\n");
        const Copied copied = copyAll("read.parquet", withPath(file), "write.jsonl", withPath(folder.path("a.jsonl")));
        COMPARE_TEXT(copied.failure, "");
        QVERIFY(folder.read("a.jsonl").find("\"d\":1.10,\"dd\":12345678901234567890.123456789,") != std::string::npos);
        const std::vector<ValueType> types{
            ValueType::Integer,   ValueType::Integer, ValueType::Real,      ValueType::Real,      ValueType::Real,
            ValueType::Boolean,   ValueType::Text,    ValueType::Timestamp, ValueType::Timestamp, ValueType::Timestamp,
            ValueType::Timestamp, ValueType::Text,    ValueType::Text,      ValueType::List,      ValueType::Object,
            ValueType::Object,    ValueType::Bytes};
        QCOMPARE(read.schema->size(), types.size());
        for (size_t i = 0; i < types.size(); ++i)
            QVERIFY2(read.schema->field(i).type == types[i], read.schema->field(i).name.c_str());
    }

    void rowsKeepTheirOrderInBatchesOfAnySize()
    {
        NEEDS_DUCKDB();
        const Folder folder;
        const std::string file = folder.path("a.parquet");
        COMPARE_TEXT(
            writeByDuckDb(file, "SELECT range n, 'text ' || range t FROM range(20000)", ", ROW_GROUP_SIZE 2048"), "");
        for (const size_t size : {size_t(777), size_t(30000)}) {
            const Items read = readAll("read.parquet", withPath(file), size);
            COMPARE_TEXT(read.failure, "");
            QCOMPARE(read.items.size(), size_t(20000));
            QCOMPARE(read.batchSizes.front(), std::min<size_t>(size, 20000));
            for (size_t i = 0; i < read.items.size(); ++i) {
                QCOMPARE(read.items[i].member("n")->toInteger(), int64_t(i));
                QVERIFY(*read.items[i].member("t") == Value("text " + std::to_string(i)));
                QVERIFY(read.ids[i] == Value(int64_t(i)));
            }
        }
    }

    void columnsAndRowsAreChosen()
    {
        NEEDS_DUCKDB();
        const Folder folder;
        const std::string file = folder.path("it's [1].parquet");
        COMPARE_TEXT(writeByDuckDb(file, "SELECT range n, range % 3 k, 'x' t FROM range(10)"), "");
        const Items read = readAll(
            "read.parquet", withPath(file, "\"columns\": [\"t\", \"n\"], \"where\": \"k = 1 -- the second ones\""));
        COMPARE_TEXT(read.failure, "");
        COMPARE_TEXT(read.json(), "{\"t\":\"x\",\"n\":1}\n{\"t\":\"x\",\"n\":4}\n{\"t\":\"x\",\"n\":7}\n");
        const auto step = make("read.parquet", withPath(file, "\"columns\": [\"t\"]"));
        const SchemaPtr schema = step->outputSchema({});
        QVERIFY(schema);
        COMPARE_TEXT(schema->names(), "t");
    }

    void aFileIsLookedAtWithoutAPipeline()
    {
        NEEDS_DUCKDB();
        const Folder folder;
        const std::string file = folder.path("data"); // whatever it is called
        COMPARE_TEXT(writeByDuckDb(file, "SELECT range n, 'x' t FROM range(1000)"), "");
        const auto type = sourceTypeFor(registry(), file);
        QVERIFY2(type, type ? "" : type.error().message.c_str());
        COMPARE_TEXT(*type, "read.parquet");
        const auto look = lookAtFile(registry(), *type, Members{{"path", "data"}}, folder.path(), 2);
        QVERIFY2(look, look ? "" : look.error().message.c_str());
        COMPARE_TEXT(look->schema->names(), "n, t");
        COMPARE_TEXT(toJson(Value(look->items)), "[{\"n\":0,\"t\":\"x\"},{\"n\":1,\"t\":\"x\"}]");
        const auto broken = lookAtFile(registry(), *type, Members{{"path", folder.write("b", "PAR1")}}, {}, 2);
        QVERIFY(!broken);
    }

    void severalFilesAreReadInTheOrderOfTheirNames()
    {
        NEEDS_DUCKDB();
        const Folder folder;
        for (const char *name : {"b", "a"})
            COMPARE_TEXT(
                writeByDuckDb(folder.path(std::string(name) + ".parquet"), "SELECT '" + std::string(name) + "' n"), "");
        const Items read = readAll("read.parquet", withPath(folder.path("*.parquet")));
        COMPARE_TEXT(read.failure, "");
        COMPARE_TEXT(read.json(), "{\"n\":\"a\"}\n{\"n\":\"b\"}\n");
    }

    void wrongSettingsAreToldWithTheirPlace()
    {
        NEEDS_DUCKDB();
        const Folder folder;
        const std::string file = folder.path("a.parquet");
        COMPARE_TEXT(writeByDuckDb(file, "SELECT 1 n, 'x' city"), "");
        const auto problems = [&](const std::string &more) {
            return problemText(parquetProblems("read.parquet", withPath(file, more)));
        };
        COMPARE_TEXT(problems(""), "");
        COMPARE_TEXT(problems("\"columns\": [\"n\", \"town\"]"),
                     "columns: The file \"a.parquet\" has no column \"town\"; its columns are n, city.\n");
        QVERIFY2(problems("\"where\": \"n = 1 AND\\n  ü = 2\"")
                     .starts_with("where: The condition can't be run, line 2, column 3: "),
                 problems("\"where\": \"n = 1 AND\\n  ü = 2\"").c_str());
        QVERIFY(problems("\"where\": \"n = (\"").starts_with("where: The condition can't be run"));
        QVERIFY(
            problems("\"where\": \"1 = 1); SELECT (1 = 1\"").starts_with("where: The condition is several statements"));
        COMPARE_TEXT(problems("\"memory\": \"much\""),
                     "memory: \"much\" is not a size such as \"512 MiB\", \"2 GB\" or a number of bytes above 0.\n");
        COMPARE_TEXT(problemText(parquetProblems("read.parquet", withPath("-"))),
                     "path: A Parquet file can't be read from standard input; choose a file.\n");
    }

    void conditionsReachNoOtherFile()
    {
        NEEDS_DUCKDB();
        const Folder folder;
        const std::string file = folder.path("a.parquet"), secret = folder.write("secret.txt", "1");
        COMPARE_TEXT(writeByDuckDb(file, "SELECT 1 n"), "");
        for (const std::string &from :
             std::vector<std::string>{"read_csv('" + secret + "')", "read_text('" + secret + "')", "glob('/etc/*')",
                                      "'" + secret + "'", "read_parquet('https://localhost/x')"}) {
            const std::string where = "\"where\": " + toJson(Value("n IN (SELECT 1 FROM " + from + ")"));
            const Items read = readAll("read.parquet", withPath(file, where));
            QVERIFY2(!read.failure.empty() && read.items.empty(), from.c_str());
        }
    }

    void whatIsNoParquetFileIsTold()
    {
        NEEDS_DUCKDB();
        const Folder folder;
        const std::string file = folder.path("a.parquet");
        COMPARE_TEXT(writeByDuckDb(file, "SELECT range n, hash(range) h FROM range(100000)"), "");
        const std::string whole = readFile(file);
        std::string changed = whole;
        std::fill(changed.begin() + 1000, changed.begin() + 200'000, '\x5a');
        for (const std::string &text : {std::string(), std::string("n\n1\n"), whole.substr(0, whole.size() / 2),
                                        changed, "PAR1" + std::string(1000, '\xff') + "PAR1"}) {
            const std::string broken = folder.write("broken.parquet", text);
            const Items read = readAll("read.parquet", withPath(broken));
            QVERIFY2(!read.failure.empty(), std::to_string(text.size()).c_str());
        }
        const std::string text =
            readAll("read.parquet", withPath(folder.write("b.parquet", "n\n1\n2\n3\n4\n5\n6\n"))).failure;
        QVERIFY2(text.starts_with("The file \"b.parquet\" is not a Parquet file, or is broken."), text.c_str());
    }

    void writtenValuesComeBackAsTheyWere()
    {
        NEEDS_DUCKDB();
        const Folder folder;
        const std::string file = folder.path("out.parquet");
        const std::string items =
            "[{\"i\":9007199254740993,\"x\":1.5,\"b\":true,\"t\":\"ü and a longer text\",\"l\":[1,null,3],"
            "\"o\":{\"a\":\"x\",\"d\":[{\"e\":0.5},{\"e\":null}]},\"mixed\":1},"
            "{\"i\":null,\"x\":2,\"b\":false,\"t\":null,\"l\":[],\"o\":null,\"mixed\":{\"k\":[true]}},"
            "{\"i\":-1,\"x\":null,\"b\":null,\"t\":\"\",\"l\":null,\"o\":{\"a\":null,\"d\":[]},\"mixed\":\"text\"}]";
        for (const char *compression : {"zstd", "snappy", "gzip", "uncompressed"}) {
            Writing writing("write.parquet", withPath(file, "\"compression\": \"" + std::string(compression) + '"'));
            writing.add(items).finish();
            COMPARE_TEXT(writing.failure, "");
            const Items read = readAll("read.parquet", withPath(file));
            COMPARE_TEXT(read.failure, "");
            COMPARE_TEXT(read.json(),
                         "{\"i\":9007199254740993,\"x\":1.5,\"b\":true,\"t\":\"ü and a longer text\",\"l\":[1,null,3],"
                         "\"o\":{\"a\":\"x\",\"d\":[{\"e\":0.5},{\"e\":null}]},\"mixed\":\"1\"}\n"
                         "{\"i\":null,\"x\":2,\"b\":false,\"t\":null,\"l\":[],\"o\":null,"
                         "\"mixed\":\"{\\\"k\\\":[true]}\"}\n"
                         "{\"i\":-1,\"x\":null,\"b\":null,\"t\":\"\",\"l\":null,\"o\":{\"a\":null,\"d\":[]},"
                         "\"mixed\":\"text\"}\n");
        }
    }

    void momentsAreWrittenWithAllTheirDigits()
    {
        NEEDS_DUCKDB();
        const Folder folder;
        const std::string csv = folder.write("a.csv", "day,local,zoned,nanos\n"
                                                      "1960-02-29,2024-01-02T03:04:05.5,2024-01-02T03:04:05+01:00,"
                                                      "1969-12-31T23:59:59.123456789\n"),
                          file = folder.path("a.parquet");
        const Copied copied = copyAll("read.csv", withPath(csv), "write.parquet", withPath(file));
        COMPARE_TEXT(copied.failure, "");
        COMPARE_TEXT(readAll("read.parquet", withPath(file)).json(),
                     "{\"day\":\"1960-02-29\",\"local\":\"2024-01-02T03:04:05.500\",\"zoned\":\"2024-01-02T02:04:05Z\","
                     "\"nanos\":\"1969-12-31T23:59:59.123456789\"}\n");
    }

    void manyItemsAreWrittenInOrder()
    {
        NEEDS_DUCKDB();
        const Folder folder;
        std::string text = "n,t\n";
        for (int i = 0; i < 30000; ++i)
            text += std::to_string(i) + (i % 7 == 0 ? "," : ",text " + std::to_string(i)) + '\n';
        const std::string csv = folder.write("a.csv", text), file = folder.path("a.parquet");
        const Copied copied = copyAll("read.csv", withPath(csv), "write.parquet", withPath(file), 999);
        COMPARE_TEXT(copied.failure, "");
        const Copied back = copyAll("read.parquet", withPath(file), "write.csv", withPath(folder.path("b.csv")), 100);
        COMPARE_TEXT(back.failure, "");
        QVERIFY(folder.read("b.csv") == text);
    }

    void itemsThatDoNotFitFailAlone()
    {
        NEEDS_DUCKDB();
        const Folder folder;
        const std::string file = folder.path("a.parquet");
        Writing writing("write.parquet", withPath(file));
        std::string first = "[";
        for (int i = 0; i < 1000; ++i)
            first += std::string(i == 0 ? "" : ",") + "{\"n\":" + std::to_string(i) + ",\"l\":[1]}";
        writing.add(first + ']');
        writing.add("[{\"n\":1000,\"l\":[2]},{\"n\":\"many\",\"l\":[2]},{\"n\":1001,\"l\":[0.5]},"
                    "{\"n\":1002,\"l\":[],\"more\":1},{\"n\":1003,\"l\":null,\"more\":null}]");
        writing.finish();
        COMPARE_TEXT(writing.failure, "");
        QCOMPARE(writing.errors.size(), size_t(3));
        std::ranges::sort(writing.errors);
        COMPARE_TEXT(writing.errors[0],
                     "The field \"l\" has an element that is \"0.5\", which a column of BIGINT has no room for, as the "
                     "first items' values say; convert it before.");
        COMPARE_TEXT(writing.errors[1],
                     "The field \"more\" isn't among those of the first items, which are the columns; "
                     "choose the fields with \"select\" before.");
        COMPARE_TEXT(writing.errors[2], "The field \"n\" is \"many\", which a column of BIGINT has no room for, as the "
                                        "first items' values say; convert it before.");
        const Items read = readAll("read.parquet", withPath(file, "\"where\": \"n > 999\""));
        COMPARE_TEXT(read.json(), "{\"n\":1000,\"l\":[2]}\n{\"n\":1003,\"l\":null}\n");
    }

    void anOlderFileStaysUntilTheNewOneIsWhole()
    {
        NEEDS_DUCKDB();
        const Folder folder;
        const std::string file = folder.path("a.parquet");
        {
            Writing writing("write.parquet", withPath(file));
            writing.add("[{\"n\":1}]").finish();
            COMPARE_TEXT(writing.failure, "");
        }
        {
            Writing writing("write.parquet", withPath(file));
            writing.add("[{\"n\":2}]");
            COMPARE_TEXT(readAll("read.parquet", withPath(file)).json(), "{\"n\":1}\n");
            const std::string kept = writing.abandon(); // which is a whole file, too
            COMPARE_TEXT(readAll("read.parquet", withPath(kept)).json(), "{\"n\":2}\n");
        }
        COMPARE_TEXT(readAll("read.parquet", withPath(file)).json(), "{\"n\":1}\n");
        QCOMPARE(folder.names().size(), size_t(2));
        {
            Writing writing("write.parquet", withPath(file));
            writing.add("[{\"a\":2,\"A\":3}]").finish();
            QVERIFY2(writing.failure.starts_with("The fields \"a\" and \"A\" differ in case alone"),
                     writing.failure.c_str());
            writing.abandon();
        }
        COMPARE_TEXT(readAll("read.parquet", withPath(file)).json(), "{\"n\":1}\n");
    }

    void aQueryRunsOverTheItems()
    {
        NEEDS_DUCKDB();
        const auto step = make("sql", "{\"query\": \"SELECT city, sum(cents) AS total, count(*) n FROM input -- all\\n"
                                      "GROUP BY city ORDER BY total DESC;\"}");
        QVERIFY(step->open({}));
        const Items read = passAll(*step, {"[{\"city\":\"Bern\",\"cents\":5},{\"city\":\"Basel\",\"cents\":1}]",
                                           "[{\"city\":\"Basel\",\"cents\":9},{\"city\":null,\"cents\":null}]"});
        step->close();
        COMPARE_TEXT(read.failure, "");
        COMPARE_TEXT(read.json(), "{\"city\":\"Basel\",\"total\":10,\"n\":2}\n{\"city\":\"Bern\",\"total\":5,\"n\":1}"
                                  "\n{\"city\":null,\"total\":null,\"n\":1}\n");
    }

    void nestedItemsAndSeveralUsesOfTheTable()
    {
        NEEDS_DUCKDB();
        const auto step =
            make("sql", "{\"query\": \"SELECT a.id, b.id AS next, a.o.k AS k, unnest(a.l) AS e FROM input a LEFT JOIN "
                        "input b ON b.id = a.id + 1 ORDER BY a.id, e\"}");
        QVERIFY(step->open({}));
        const Items read = passAll(
            *step, {"[{\"id\":1,\"o\":{\"k\":\"x\"},\"l\":[2,1]}]", "[{\"id\":2,\"o\":{\"k\":\"y\"},\"l\":[3]}]"});
        step->close();
        COMPARE_TEXT(read.failure, "");
        COMPARE_TEXT(read.json(),
                     "{\"id\":1,\"next\":2,\"k\":\"x\",\"e\":1}\n{\"id\":1,\"next\":2,\"k\":\"x\",\"e\":2}\n"
                     "{\"id\":2,\"next\":null,\"k\":\"y\",\"e\":3}\n");
    }

    void wrongQueriesAreToldWithTheirPlace()
    {
        NEEDS_DUCKDB();
        const auto schema = std::make_shared<const Schema>(
            std::vector<Field>{{"city", ValueType::Text, {}}, {"cents", ValueType::Integer, {}}});
        const auto problems = [&](const std::string &query) {
            return problemText(parquetProblems("sql", "{\"query\": " + toJson(Value(query)) + "}", schema));
        };
        COMPARE_TEXT(problems("SELECT sum(cents) FROM input;"), "");
        COMPARE_TEXT(problems("FROM input"), "");
        QVERIFY2(problems("SELECT city,\n  euros FROM input")
                     .starts_with("query: The query can't be run, line 2, column 3: "),
                 problems("SELECT city,\n  euros FROM input").c_str());
        for (const char *query : {"SELEC 1", "SELECT 1; SELECT 2", "DROP TABLE input", "COPY input TO '/tmp/x.csv'",
                                  "SET threads = 8", "ATTACH 'x.db'", "INSTALL httpfs", "SELECT ?", ";", "SELECT 1) --",
                                  "SELECT * FROM read_text('/etc/hostname')", "SELECT * FROM '/etc/hostname'"})
            QVERIFY2(problems(query).starts_with("query: "), query);
        const auto known =
            make("sql", "{\"query\": \"SELECT cents * 0.5 AS half, city FROM input\"}")->outputSchema({"", schema});
        QVERIFY(known);
        COMPARE_TEXT(known->names(), "half, city");
    }

    void statementsThatChangeAnythingAreRefusedInARun()
    {
        NEEDS_DUCKDB();
        const Folder folder;
        const std::string path = folder.path("out.csv");
        for (const std::string &query :
             std::vector<std::string>{"COPY input TO '" + path + "'", "DROP TABLE input", "DELETE FROM input",
                                      "SELECT * FROM read_text('/etc/hostname')", "SET lock_configuration = false"}) {
            const auto step = make("sql", "{\"query\": " + toJson(Value(query)) + "}");
            QVERIFY(step->open({}));
            const Items read = passAll(*step, {"[{\"n\":1}]"});
            step->close();
            QVERIFY2(!read.failure.empty() && read.items.empty(), query.c_str());
        }
        QVERIFY(!folder.has("out.csv"));
    }

    void whatMemoryHasNoRoomForWaitsInFilesThatVanish()
    {
        NEEDS_DUCKDB();
        const Folder folder;
        const auto step = make("sql", "{\"query\": \"SELECT n FROM input ORDER BY hash(n)\", \"memory\": \"16 MiB\"}");
        StepContext context;
        context.folder = folder.path();
        QVERIFY(step->open(context));
        const int batches = 60, size = 2000;
        for (int i = 0; i < batches; ++i) {
            std::string items = "[";
            for (int k = 0; k < size; ++k)
                items += std::string(k == 0 ? "" : ",") + "{\"n\":" + std::to_string(i * size + k) + ",\"t\":\""
                         + std::string(200, char('a' + k % 26)) + std::to_string(k) + "\"}";
            const auto batch = batchOf(items + ']');
            const auto done = step->process(*batch);
            QVERIFY2(done, done ? "" : done.error().message.c_str());
            QVERIFY(batch->isEmpty() && batch->errors().empty());
        }
        std::vector<bool> seen(size_t(batches) * size_t(size));
        size_t count = 0;
        Batch batch;
        for (;;) {
            const auto some = step->flush(batch, 5000);
            QVERIFY2(some, some ? "" : some.error().message.c_str());
            if (!*some)
                break;
            for (size_t row = 0; row < batch.size(); ++row, ++count) {
                const auto n = size_t(batch.column(0).value(row).toInteger());
                QVERIFY(!seen[n]);
                seen[n] = true;
            }
        }
        QCOMPARE(count, seen.size());
        QVERIFY(step->held()->spilled > 0);
        step->close();
        QCOMPARE(QDir(QString::fromStdString(folder.path()))
                     .entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot)
                     .size(),
                 0);
    }
};

} // namespace tst_parquet

QTEST_GUILESS_MAIN(tst_parquet::ParquetTest)
#include "tst_parquet.moc"

// SPDX-License-Identifier: MIT
// What is told of addresses and statements without a database, and calls to a thread of its own.
#include "database/CallThread.h"
#include "database/DatabaseAddress.h"
#include "database/DatabaseColumn.h"
#include "database/SqlText.h"

#include <QTest>

#include <atomic>
#include <stdexcept>
#include <thread>

using namespace millrace;

namespace tst_sqltext {

namespace {

QString shownOf(const Result<DatabaseAddress> &address)
{
    if (!address)
        return QString::fromStdString(address.error().message);
    const DatabaseAddress &a = *address;
    return QStringLiteral("%1|%2|%3|%4|%5|%6|%7")
        .arg(int(a.kind))
        .arg(QString::fromStdString(a.file), QString::fromStdString(a.user), QString::fromStdString(a.host))
        .arg(a.port)
        .arg(QString::fromStdString(a.name), QString::fromStdString(a.options));
}

} // namespace

class SqlTextTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void addressesAreTakenApart_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char *text, const char *expected) {
            QTest::newRow(text) << QByteArray(text) << QString::fromUtf8(expected);
        };
        row("shop.db", "0|/data/shop.db|||0||");
        row("/var/shop.db", "0|/var/shop.db|||0||");
        row("a/b.db", "0|/data/a/b.db|||0||");
        row("postgresql://ann@db.example.org:5433/shop?sslmode=require&connect_timeout=5",
            "1||ann|db.example.org|5433|shop|sslmode=require;connect_timeout=5");
        row("postgres://db/shop", "1|||db|0|shop|");
        row("postgresql:///shop?host=/run/pg", "1|||/run/pg|0|shop|");
        row("postgresql://a%40b@[::1]:5432/shop", "1||a@b|::1|5432|shop|");
        row("mariadb://root@db/shop", "2||root|db|0|shop|");
        row("odbc://ann@Warehouse", "3||ann||0|Warehouse|");
    }
    void addressesAreTakenApart()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, expected);
        QCOMPARE(shownOf(databaseAddressOf(text.toStdString(), "/data")), expected);
    }

    void wrongAddressesAreToldWithoutTheirPasswords_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("part");
        QTest::newRow("password") << QByteArray("postgresql://ann:s3cret@db/shop")
                                  << QByteArray("has a password in it");
        QTest::newRow("no database") << QByteArray("postgresql://ann@db") << QByteArray("names no database");
        QTest::newRow("port") << QByteArray("postgresql://db:70000/shop") << QByteArray("from 1 to 65535");
        QTest::newRow("scheme") << QByteArray("oracle://db/shop") << QByteArray("begins as no address");
        QTest::newRow("option") << QByteArray("postgresql://db/shop?password=s3cret") << QByteArray("\"password\"");
        QTest::newRow("option for a file")
            << QByteArray("postgresql://db/shop?sslkey=/etc/key") << QByteArray("\"sslkey\"");
        QTest::newRow("two options in one")
            << QByteArray("postgresql://db/shop?sslmode=a%3Bsslkey=b") << QByteArray("\"sslmode\"");
        for (const char *named : {"odbc://DRIVER=%2Ftmp%2Fevil.so", "odbc://driver%3d%2ftmp%2fevil.so",
                                  "odbc://a%3BDRIVER=b", "odbc://host/SERVER=a", "odbc://ann%3BDRIVER=b@Warehouse",
                                  "odbc://evil.DSN", "odbc://h%7Bx/%7Ba%7D", "odbc://DRIVER=a/Warehouse"})
            QTest::newRow(named) << QByteArray(named) << QByteArray("set up a data source of ODBC");
        QTest::newRow("memory") << QByteArray(":memory:") << QByteArray("is no database");
        QTest::newRow("standard input") << QByteArray("-") << QByteArray("is no database");
    }
    void wrongAddressesAreToldWithoutTheirPasswords()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, part);
        const auto address = databaseAddressOf(text.toStdString(), "/data");
        QVERIFY(!address);
        const QByteArray message = QByteArray::fromStdString(address.error().message);
        QVERIFY2(message.contains(part), message.constData());
        QVERIFY2(text.contains("?password") || !message.contains("s3cret"), message.constData());
        QCOMPARE(shownDatabase("postgresql://ann:s3cret@db/shop"), std::string("postgresql://ann:…@db/shop"));
    }

    void parametersAreFoundOutsideOfQuotesAndComments()
    {
        const std::string sql =
            "SELECT ':no', \":no\", a::text, $$ :no $$ -- :no\n FROM t /* :no */ WHERE a = :one AND b = "
            ":two OR c = :one";
        QCOMPARE(sqlParameters(sql), (std::vector<std::string>{"one", "two"}));
        std::vector<std::string> names;
        const std::string numbered = withNumberedParameters(sql, names);
        QCOMPARE(names, (std::vector<std::string>{"one", "two", "one"}));
        QVERIFY(numbered.ends_with("WHERE a = ? AND b = ? OR c = ?"));
        QVERIFY(numbered.find("/*") == std::string::npos);
        QVERIFY(withoutSqlParameters(sql).ends_with("WHERE a = NULL AND b = NULL OR c = NULL"));
        QVERIFY(sqlParameters("SELECT 'it''s :no', 12:30").empty());
    }

    void statementsThatOnlyReadAreKnown()
    {
        QVERIFY(isSqlQuery("  -- all\n select 1"));
        QVERIFY(isSqlQuery("(SELECT 1) UNION SELECT 2"));
        QVERIFY(isSqlQuery("WITH a AS (SELECT 1) SELECT * FROM a;"));
        for (const char *other :
             {"DELETE FROM t", "ATTACH 'x' AS y", "PRAGMA user_version = 1", "VACUUM INTO 'x'", "", "'SELECT'"})
            QVERIFY2(!isSqlQuery(other), other);
        QVERIFY(hasSeveralStatements("SELECT 1; DELETE FROM t"));
        QVERIFY(!hasSeveralStatements("SELECT ';'; -- that was all"));
        QCOMPARE(std::string(trimmedSql("SELECT 1 ; -- end\n")), std::string("SELECT 1"));
    }

    void whatAServerCouldReadOtherwiseIsRefused_data()
    {
        QTest::addColumn<QByteArray>("sql");
        QTest::addColumn<QByteArray>("refusedBy"); // p: PostgreSQL, m: MySQL, o: others by ODBC
        const auto row = [](const char *sql, const char *refusedBy) {
            QTest::newRow(sql) << QByteArray(sql) << QByteArray(refusedBy);
        };
        row("SELECT E'\\''; COMMIT; BEGIN READ WRITE; DROP TABLE x; COMMIT; --'", "pmo");
        row("SELECT e'a'", "p");
        row("SELECT 'a\\'; DROP TABLE x; -- '", "pmo");
        row("SELECT \"a\\\" FROM t", "mo");
        row("SELECT 1 # '\n; DROP TABLE x; # '", "mo");
        row("SELECT $$ a $$", "pmo");
        row("SELECT a$b$;DROP TABLE x;SELECT $b$", "pmo");
        row("SELECT 1 ` ; DROP TABLE x; SELECT `", "po");
        row("SELECT `a b` FROM t", "p");
        row("SELECT 1 AS [a']; DROP TABLE x; --'", "o");
        row("SELECT '' AS [a--]; DROP TABLE x\n", "o");
        row("SELECT 1 INTO OUTFILE '/tmp/x'", "pmo");
        row("SELECT 1 into dumpfile '/tmp/x'", "pmo");
        row("SELECT * INTO other FROM t", "pmo");
        row("WITH a AS (SELECT 1) DELETE FROM t", "o");
        for (const char *honest :
             {"SELECT 'it''s', \"a\", a::text, x -> 'b' FROM t WHERE n = :n AND note LIKE 'E''%' -- INTO # $$ \\'",
              "WITH a AS (SELECT 1 AS n /* ' # */) SELECT n, 'INTO', 'DELETE' FROM a", "SELECT [a b] FROM [t]",
              "SELECT name FROM t ORDER BY updated"})
            row(honest, "");
        row("SELECT a #> '{b}' FROM t", "mo"); // an operator of PostgreSQL
        row("SELECT 1 WHERE 'a1' ~ '\\d'", "mo");
    }
    void whatAServerCouldReadOtherwiseIsRefused()
    {
        QFETCH(QByteArray, sql);
        QFETCH(QByteArray, refusedBy);
        QByteArray refused;
        for (const auto &[name, kind] : {std::pair('p', DatabaseKind::Postgres), std::pair('m', DatabaseKind::MySql),
                                         std::pair('o', DatabaseKind::Odbc)}) {
            const std::string text = sql.toStdString();
            if (hasSeveralStatements(text) || !serverSqlProblem(text, kind).empty())
                refused += name;
        }
        QCOMPARE(refused, refusedBy);
        QCOMPARE(serverSqlProblem(sql.toStdString(), DatabaseKind::Sqlite), std::string());
    }

    void typesOfColumnsAreKnownByTheirDeclarations()
    {
        const auto typeOf = [](const char *declared) { return typeOfDeclared(DatabaseKind::Sqlite, declared); };
        QCOMPARE(typeOf("INTEGER"), ValueType::Integer);
        QCOMPARE(typeOf("varchar(20)"), ValueType::Text);
        QCOMPARE(typeOf("DECIMAL(10,2)"), ValueType::Real);
        QCOMPARE(typeOf("timestamp with time zone"), ValueType::Timestamp);
        QCOMPARE(typeOf("Date"), ValueType::Timestamp);
        QCOMPARE(typeOf("BLOB"), ValueType::Bytes);
        QCOMPARE(typeOf("boolean"), ValueType::Boolean);
        QCOMPARE(typeOf("point"), ValueType::Null);
        QCOMPARE(typeOf(""), ValueType::Null);
    }

    void callsOfManyThreadsAreDoneOnOne()
    {
        CallThread thread;
        std::atomic<int> sum{0};
        std::atomic<bool> isOne{true};
        const std::thread::id own = thread.run([] { return std::this_thread::get_id(); });
        QVERIFY(own != std::this_thread::get_id());
        std::vector<std::thread> callers;
        for (int i = 0; i < 4; ++i)
            callers.emplace_back([&] {
                for (int n = 0; n < 1000; ++n)
                    sum += thread.run([&] {
                        isOne = isOne && std::this_thread::get_id() == own;
                        return 1;
                    });
            });
        for (std::thread &caller : callers)
            caller.join();
        QCOMPARE(sum.load(), 4000);
        QVERIFY(isOne);
        QVERIFY_EXCEPTION_THROWN(thread.run([]() -> int { throw std::runtime_error("no"); }), std::runtime_error);
        QCOMPARE(thread.run([] { return 7; }), 7);
    }
};

} // namespace tst_sqltext

QTEST_APPLESS_MAIN(tst_sqltext::SqlTextTest)
#include "tst_sqltext.moc"

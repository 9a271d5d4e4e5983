// SPDX-License-Identifier: MIT
// Files of databases within one pipeline: what several steps may do with one at once.
#include "pipeline/check/Checker.h"
#include "pipeline/file/PipelineReader.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace millrace;

namespace tst_database_files {

namespace {

QByteArray stepOf(const char *id, const char *type, const char *params)
{
    return QByteArray("{\"id\": \"") + id + "\", \"type\": \"" + type + "\", \"params\": {" + params + "}}";
}

/// What the check says of these steps, the first of which is linked to all others.
QByteArray problemsOf(const QTemporaryDir &folder, const QList<QByteArray> &steps)
{
    StepRegistry registry;
    registerBuiltInSteps(registry);
    QByteArray text = "{\"millrace\": 1, \"steps\": [" + steps.join(", ") + "], \"links\": [";
    for (qsizetype i = 1; i < steps.size(); ++i)
        text += QByteArray(i > 1 ? ", " : "") + "{\"from\": \"r\", \"to\": \"w" + QByteArray::number(i) + "\"}";
    const auto loaded = parsePipeline((text + "]}").toStdString());
    if (!loaded)
        return QByteArray::fromStdString(loaded.error().message);
    QByteArray said;
    for (const Problem &problem : checkPipeline(loaded->pipeline, registry, folder.path().toStdString()))
        said += QByteArray::fromStdString(problem.step + '|' + problem.param + '|' + problem.text + '\n');
    return said;
}

bool make(const QTemporaryDir &folder, const QString &sql)
{
    return QProcess::execute(
               QStringLiteral("python3"),
               {QStringLiteral("-c"),
                QStringLiteral("import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.argv[2])"),
                folder.filePath(QStringLiteral("a.db")), sql})
           == 0;
}

} // namespace

class DatabaseFilesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void severalTablesOfOneFileMayBeWritten()
    {
        const QTemporaryDir folder;
        const QByteArray said =
            problemsOf(folder, {stepOf("r", "generate", "\"count\": 1"),
                                stepOf("w1", "write.sql", R"("database": "a.db", "table": "one")"),
                                stepOf("w2", "write.sql", R"("database": "./a.db", "table": "two")")});
        QCOMPARE(said, QByteArray());
    }

    void aFileIsReadAndWrittenAtOnceOnlyWithAWriteAheadLog()
    {
        const QTemporaryDir folder;
        QVERIFY(make(folder, QStringLiteral("create table t (n integer)")));
        const QList<QByteArray> steps{stepOf("r", "read.sql", R"("database": "a.db", "query": "SELECT n FROM t")"),
                                      stepOf("w1", "write.sql", R"("database": "a.db", "table": "u")")};
        const QByteArray said = problemsOf(folder, steps);
        QVERIFY2(said.startsWith("w1|database|\"a.db\" is also read by \"r\", and can't be written meanwhile"),
                 said.constData());
        QVERIFY(make(folder, QStringLiteral("pragma journal_mode = wal; insert into t values (1)")));
        QCOMPARE(problemsOf(folder, steps), QByteArray());
    }

    void aServerMayBeReadAndWrittenAtOnce()
    {
        const QTemporaryDir folder;
        const QByteArray said =
            problemsOf(folder, {stepOf("r", "read.sql", "\"database\": \"postgresql://db/x\", \"query\": \"SELECT 1\""),
                                stepOf("w1", "write.sql", "\"database\": \"postgresql://db/x\", \"table\": \"u\"")});
        QVERIFY2(!said.contains("also read"), said.constData()); // its driver may be missing
    }

    void anotherStepMustNotWriteTheFile()
    {
        const QTemporaryDir folder;
        const QByteArray said =
            problemsOf(folder, {stepOf("r", "generate", "\"count\": 1"),
                                stepOf("w1", "write.sql", "\"database\": \"a.db\", \"table\": \"one\""),
                                stepOf("w2", "write.csv", "\"path\": \"a.db\"")});
        QVERIFY2(said.contains("w2|path|\"a.db\" is also written by \"w1\""), said.constData());
    }
};

} // namespace tst_database_files

QTEST_MAIN(tst_database_files::DatabaseFilesTest)
#include "tst_database_files.moc"

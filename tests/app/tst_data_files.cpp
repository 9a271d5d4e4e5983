// SPDX-License-Identifier: MIT
// Files of data through whole runs: JSON in any shape, fields that come late, a file for each value, characters that an encoding lacks.
#include "app/CommandLineBench.h"

#include <QDir>
#include <QTest>

using namespace millrace::test;

#define L(text) QStringLiteral(text)

namespace tst_data_files {

namespace {

QByteArray pipeline(const QByteArray &source, const QByteArray &sink, const QByteArray &more = {})
{
    return "{\"millrace\": 1, \"batching\": {\"size\": 7}, \"defaults\": {\"workers\": 2}, \"steps\": [" + source + ", "
           + sink + "], \"links\": [{\"from\": \"in\", \"to\": \"out\"}]" + more + "}";
}

QByteArray step(const char *id, const char *type, const QByteArray &params, const QByteArray &more = {})
{
    return QByteArray("{\"id\": \"") + id + "\", \"type\": \"" + type + "\", \"params\": {" + params + "}" + more + "}";
}

} // namespace

class TestDataFiles : public QObject, private CommandLineBench
{
    Q_OBJECT

public:
    TestDataFiles() : CommandLineBench(L(MILLRACE_PROGRAM)) {}

private Q_SLOTS:
    void init() { empty(); }

    void absentMembersStayAbsentAndNullStaysNull()
    {
        write("in.jsonl", "{\"a\":1}\n{\"b\":2}\n{}\n{\"a\":null}\n");
        write("p.millrace", pipeline(step("in", "read.jsonl", "\"path\": \"in.jsonl\""),
                                     step("out", "write.jsonl", "\"path\": \"out.jsonl\"")));
        QCOMPARE(run("p.millrace").status, 0);
        QCOMPARE(content("out.jsonl"), content("in.jsonl"));
    }
    void recordsOfADocumentBecomeATableWithAllFields()
    {
        QByteArray text = "{\"page\": 1, \"data\": {\"items\": [\n", expected = "id,name,late\n";
        for (int i = 0; i < 3000; ++i) {
            const QByteArray id = QByteArray::number(i);
            text += (i > 0 ? ",\n" : "") + ("{\"id\": " + id + ", \"name\": \"n, " + id + '"')
                    + (i >= 2500 ? ", \"late\": true}" : "}");
            expected += id + ",\"n, " + id + "\"," + (i >= 2500 ? "true" : "") + '\n';
        }
        write("in.json", text + "]}}");
        write("p.millrace", pipeline(step("in", "read.json", "\"path\": \"in.json\", \"records\": \"/data/items\""),
                                     step("out", "write.csv", "\"path\": \"out.csv\"")));
        const Ended ended = run("p.millrace");
        QVERIFY2(ended.status == 0, ended.errors.constData());
        QCOMPARE(content("out.csv"), expected);
        QCOMPARE(QDir(folder()).entryList(QDir::Files | QDir::Hidden).size(), 3);
    }
    void jsonOfAnotherShapeIsSaidBeforeTheRun()
    {
        write("in.jsonl", "[\n  {\n    \"a\": 1\n  }\n]\n");
        write("p.millrace", pipeline(step("in", "read.jsonl", "\"path\": \"in.jsonl\""), step("out", "discard", "")));
        const Ended ended = run("p.millrace");
        QCOMPARE(ended.status, 2);
        QVERIFY2(ended.errors.contains("use \"read.json\""), ended.errors.constData());
    }
    void eachValueHasItsFileAndCharactersThatAnEncodingLacksFail()
    {
        QByteArray text;
        for (int i = 0; i < 300; ++i)
            text += "{\"k\": \"k" + QByteArray::number(i % 3) + "\", \"i\": " + QByteArray::number(i)
                    + (i % 100 == 50 ? ", \"t\": \"\xe6\x97\xa5\"}\n" : "}\n");
        write("in.jsonl", text);
        write("p.millrace",
              pipeline(step("in", "read.jsonl", "\"path\": \"in.jsonl\""),
                       step("out", "write.csv", "\"path\": \"by/{k}.csv\", \"encoding\": \"windows-1252\"",
                            ", \"onError\": \"skip\"")));
        const Ended ended = run("p.millrace");
        QCOMPARE(ended.status, 3);
        QVERIFY2(ended.errors.contains("can't be written as windows-1252"), ended.errors.constData());
        qsizetype lines = 0;
        for (const char *name : {"by/k0.csv", "by/k1.csv", "by/k2.csv"}) {
            QVERIFY2(content(name).startsWith("k,i,t\n"), content(name).constData());
            lines += content(name).count('\n') - 1;
        }
        QCOMPARE(lines, qsizetype(297));
    }
};

} // namespace tst_data_files

QTEST_GUILESS_MAIN(tst_data_files::TestDataFiles)
#include "tst_data_files.moc"

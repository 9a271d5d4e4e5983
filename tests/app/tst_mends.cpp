// SPDX-License-Identifier: MIT
// The settings that are offered for failed items: each of them lets all of its kind through, and nothing else changes.
#include "app/CommandLineBench.h"

#include <QJsonArray>
#include <QTest>

using namespace millrace::test;

#define L(text) QStringLiteral(text)

namespace tst_mends {

namespace {

constexpr int Rows = 1500, EachKind = 5; // the first thousand rows say what the fields are

/// id, whole, real, day: the rows behind the first thousand have one fault of each kind in turn.
QByteArray table(const QByteArray &number, const QByteArray &word, const QByteArray &day)
{
    QByteArray text = "id;whole;real;day\n";
    for (int i = 0; i < Rows; ++i) {
        QByteArray whole = QByteArray::number(i), real = QByteArray::number(i % 7), when = "2026-01-15";
        const int kind = i >= 1100 && (i - 1100) % 10 == 0 ? (i - 1100) / 10 % 8 : -1;
        if (kind == 0)
            real = number;
        if (kind == 1)
            whole = word;
        if (kind == 2)
            when = day;
        text += QByteArray::number(i) + ';' + whole + ';' + real;
        if (kind != 3)
            text += ';' + when;
        text += kind == 4 ? ";more\n" : "\n";
    }
    return text;
}

} // namespace

class TestMends : public QObject, private CommandLineBench
{
    Q_OBJECT

public:
    TestMends() : CommandLineBench(L(MILLRACE_PROGRAM)) {}

private Q_SLOTS:
    void init()
    {
        empty();
        write("p.millrace", R"({"millrace": 1, "defaults": {"onError": "skip"}, "steps": [
            {"id": "in", "type": "read.csv", "params": {"path": "in.csv"}},
            {"id": "out", "type": "write.jsonl", "params": {"path": "out.jsonl"}}],
            "links": [{"from": "in", "to": "out"}]})");
    }

    void eachLetsItsKindThrough_data()
    {
        QTest::addColumn<QByteArray>("number");
        QTest::addColumn<QByteArray>("word");
        QTest::addColumn<QByteArray>("day");
        QTest::addColumn<QStringList>("captions");
        const QString pad = L("Fill up records that are too short with nulls");
        const QString keep = L("Keep what records have too much in the field extra");
        QTest::newRow("decimal comma, n/a, dots")
            << QByteArray("12,50") << QByteArray("n/a") << QByteArray("13.02.2026")
            << QStringList{L("Read \",\" as the decimal sign"), L("Take \"n/a\" for null"),
                           L("Read dates such as \"13.02.2026\" as d.M.yyyy"), pad, keep};
        QTest::newRow("thousands, a dash, slashes")
            << QByteArray("1'250") << QByteArray("-") << QByteArray("02/13/2026")
            << QStringList{L("Take \"'\" between digits for a thousands sign"), L("Take \"-\" for null"),
                           L("Read dates such as \"02/13/2026\" as M/d/yyyy"), pad, keep};
    }

    void eachLetsItsKindThrough()
    {
        QFETCH(const QByteArray, number);
        QFETCH(const QByteArray, word);
        QFETCH(const QByteArray, day);
        QFETCH(const QStringList, captions);
        write("in.csv", table(number, word, day));
        QCOMPARE(run("p.millrace").status, 3);
        const QJsonArray groups = list();
        QCOMPARE(groups.size(), 5);
        QStringList settings, found;
        int failing = 5 * EachKind;
        for (const QJsonValue &group : groups) {
            const QJsonArray mends = group.toObject().value(L("mends")).toArray();
            QVERIFY(!mends.isEmpty());
            const QJsonObject best = mends.first().toObject();
            found << best.value(L("caption")).toString();
            settings << setOf(best);
            const Ended ended = run("p.millrace", settings + QStringList{L("--report"), path("r.json")});
            failing -= EachKind;
            QCOMPARE(json("r.json").value(L("items")).toObject().value(L("errors")).toInt(), failing);
            QCOMPARE(ended.status, failing > 0 ? 3 : 0);
        }
        found.sort();
        QStringList expected = captions;
        expected.sort();
        QCOMPARE(found, expected);
        QCOMPARE(content("out.jsonl").count('\n'), Rows);
    }

    void aSignThatWouldSpoilOtherNumbersIsNotOffered()
    {
        QByteArray text = table("12,50", "n/a", "13.02.2026");
        text.replace(";3;2026", ";3.5;2026"); // the point is the decimal sign
        write("in.csv", text);
        QCOMPARE(run("p.millrace").status, 3);
        for (const QJsonValue &group : list())
            for (const QJsonValue &mend : group.toObject().value(L("mends")).toArray())
                QVERIFY(!mend.toObject().value(L("params")).toObject().contains(L("decimal")));
    }

    void whatIsMendedIsNotOfferedAgain()
    {
        write("in.csv", table("12,50", "n/a", "13.02.2026"));
        QCOMPARE(run("p.millrace").status, 3);
        QByteArray mended = content("p.millrace");
        mended.replace(R"("in.csv")", R"("in.csv", "decimal": ",", "nulls": ["", "n/a"], "dates": ["d.M.yyyy"],
            "ragged": "keep")");
        write("p.millrace", mended);
        for (const QJsonValue &group : list())
            QVERIFY2(group.toObject().value(L("mends")).toArray().isEmpty(),
                     QJsonDocument(group.toObject()).toJson().constData());
    }

private:
    QJsonArray list()
    {
        const Ended ended = CommandLineBench::run({L("errors"), path("p.millrace"), L("--json")});
        return QJsonDocument::fromJson(ended.output).array();
    }

    static QStringList setOf(const QJsonObject &mend)
    {
        QStringList options;
        const QJsonObject params = mend.value(L("params")).toObject();
        for (auto param = params.begin(); param != params.end(); ++param) {
            const QJsonArray inList{param.value()};
            QByteArray text = QJsonDocument(inList).toJson(QJsonDocument::Compact);
            text = text.mid(1, text.size() - 2);
            options << L("--set")
                    << L("in.") + param.key() + QLatin1Char('=')
                           + (param.value().isString() ? param.value().toString() : QString::fromUtf8(text));
        }
        return options;
    }
};

} // namespace tst_mends

QTEST_GUILESS_MAIN(tst_mends::TestMends)
#include "tst_mends.moc"

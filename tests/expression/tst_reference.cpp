// SPDX-License-Identifier: MIT
#include "expression/operations/OperationTable.h"
#include "ItemsForTests.h"

#include <QtTest>

#include <array>

using namespace millrace;

namespace tst_reference {

namespace {

struct Sample
{
    const char *name;
    const char *source;
};

constexpr std::array Samples{Sample{"number", "12"},
                             Sample{"boolean", "true"},
                             Sample{"text, a number", "\"12\""},
                             Sample{"text, a date", "\"2024-05-31\""},
                             Sample{"other text", "\"x\""},
                             Sample{"timestamp", "addDays(\"2024-05-31\", 0)"},
                             Sample{"list, object", "tags"},
                             Sample{"null", "null"}};

std::string whatComesOf(const Sample &a, std::string_view sign, const Sample &b, const Batch &batch)
{
    const Value value = computed(joined({a.source, " ", sign, " ", b.source}), batch)[0];
    if (value.isText() && value.toText().starts_with("! "))
        return "fails";
    return value.isNumber() ? "number" : std::string(typeName(value.type()));
}

/// As the page has it: what is left of the sign by rows, what is right of it by columns.
std::string tableOf(std::string_view sign)
{
    Batch batch;
    fillBatch(batch, {{{"tags", ValueType::List}, {Value(List{Value(1)})}}});
    std::string table = "| |", rule = "|---|";
    for (const Sample &sample : Samples) {
        table += joined({" ", sample.name, " |"});
        rule += "---|";
    }
    table += "\n" + rule + "\n";
    for (const Sample &a : Samples) {
        table += joined({"| ", a.name, " |"});
        for (const Sample &b : Samples)
            table += joined({" ", whatComesOf(a, sign, b, batch), " |"});
        table += "\n";
    }
    return table;
}

} // namespace

class TestReference : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QFile page(QStringLiteral(MILLRACE_SOURCE_DIR "/resources/docs/EXPRESSIONS.md"));
        QVERIFY(page.open(QIODevice::ReadOnly));
        m_page = page.readAll();
    }

    void everyOperationIsInTheReference()
    {
        for (const Operation &operation : operations()) {
            QVERIFY2(operation.help.ends_with('.'), operation.name.data());
            const bool isFunction = findFunction(operation.name) == &operation;
            const std::string written =
                isFunction ? joined({"`", operation.signature, "`"}) : std::string(operation.name);
            QVERIFY2(m_page.contains(written.c_str()), written.c_str());
        }
    }

    void everyFunctionOfTheReferenceIsThere()
    {
        const qsizetype begin = m_page.indexOf("| function | gives |");
        const QByteArray table = m_page.mid(begin, m_page.indexOf("\n\n", begin) - begin);
        QVERIFY(begin > 0);
        int count = 0;
        for (const QByteArray &line : table.split('\n').mid(2)) {
            const QString names = QString::fromUtf8(line.left(line.indexOf('|', 1)));
            for (auto each = QRegularExpression(QStringLiteral("`(\\w+)\\(")).globalMatch(names); each.hasNext();
                 ++count)
                QVERIFY2(findFunction(each.next().captured(1).toStdString()), qPrintable(names));
        }
        QCOMPARE(count, int(expressionFunctions().size()));
    }

    void whatComesOfEachPairOfTypesIsTold_data()
    {
        QTest::addColumn<QString>("sign");
        for (const char *sign : {"+", "*", "<", "=="})
            QTest::newRow(sign) << QString::fromLatin1(sign);
    }

    void whatComesOfEachPairOfTypesIsTold()
    {
        QFETCH(QString, sign);
        const std::string table = tableOf(sign.toStdString());
        QVERIFY2(m_page.contains(table.c_str()), ("the page should have:\n" + table).c_str());
    }

private:
    QByteArray m_page;
};

} // namespace tst_reference

QTEST_GUILESS_MAIN(tst_reference::TestReference)
#include "tst_reference.moc"

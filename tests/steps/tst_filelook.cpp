// SPDX-License-Identifier: MIT
// A look at the beginning of a file: which step reads it, and how.
#include "steps/read/FileLook.h"
#include "steps/StepRunner.h"

#include <QElapsedTimer>
#include <QTest>

using namespace millrace;
using namespace millrace::test;

namespace tst_filelook {

class FileLookTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theStepIsFoundByWhatTheFileHolds_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("type");
        const auto row = [](const char *name, const char *text, const char *type) {
            QTest::newRow(name) << QByteArray(name) << QByteArray(text) << QByteArray(type);
        };
        row("a.csv", "a\nb\n", "read.csv");
        row("a.tsv", "a\nb\n", "read.csv");
        row("table.txt", "a;b\n1;2\n3;4\n", "read.csv");
        row("letter.txt", "Dear Ann,\nthis is a letter,\nwith commas.\nBen\n", "read.lines");
        row("events", "{\"a\": 1}\n{\"a\": 2}\n", "read.jsonl");
        row("values.jsonl", "1\n2\n", "read.jsonl");
    }
    void theStepIsFoundByWhatTheFileHolds()
    {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, type);
        const Folder folder;
        const auto found = sourceTypeFor(registry(), folder.write(name.toStdString(), text.toStdString()));
        QVERIFY(found);
        QCOMPARE(bytes(*found), type);
    }
    void aLookHasGuessesWarningsAndItems()
    {
        const Folder folder;
        folder.write("x.csv", "a;a\r\n1;x\r\n2;y\r\n3\r\n4;z\r\n");
        const auto look = lookAtFile(registry(), "read.csv", Members{{"path", "x.csv"}}, folder.path(), 3);
        QVERIFY(look);
        COMPARE_TEXT(look->encoding, "UTF-8");
        COMPARE_TEXT(look->lineEnd, "CRLF");
        COMPARE_TEXT(look->packing, "");
        QCOMPARE(look->items.size(), 3u);
        QCOMPARE(look->failures.size(), 1u);
        QCOMPARE(look->warnings.size(), 1u);
        COMPARE_TEXT(look->guesses[0].param, "encoding");
        const FormatGuess &delimiter = look->guesses[1];
        COMPARE_TEXT(delimiter.param, "delimiter");
        QVERIFY(delimiter.value == Value(";") && !delimiter.isUsual && delimiter.rival.isNull());
        COMPARE_TEXT(delimiter.why, "4 of 5 records have 2 fields");
    }
    void whatIsSaidIsNoGuess()
    {
        const Folder folder;
        folder.write("x.csv", "a;b\n1;x\n");
        const Members params{{"path", "x.csv"}, {"delimiter", ";"}, {"header", true}};
        const auto look = lookAtFile(registry(), "read.csv", params, folder.path(), 3);
        QVERIFY(look);
        for (const FormatGuess &guess : look->guesses)
            QVERIFY(guess.param != "delimiter" && guess.param != "header");
    }
    void everyGuessIsTheValueOfItsParameter()
    {
        const Folder folder;
        folder.write("x.csv", "# of May\r\r'a'\t 'b'\r1,5\t 'it\\'s'\r2,25\t 'y'\r");
        Members params{{"path", "x.csv"}};
        const auto look = lookAtFile(registry(), "read.csv", params, folder.path(), 10);
        QVERIFY(look);
        QVERIFY(look->guesses.size() > 7);
        for (const FormatGuess &guess : look->guesses)
            params.emplace_back(guess.param, guess.value);
        const auto told = lookAtFile(registry(), "read.csv", params, folder.path(), 10);
        QVERIFY(told);
        QVERIFY(told->guesses.empty());
        COMPARE_TEXT(toJson(told->items), toJson(look->items));
    }
    void aLookAtAVeryWideTableIsShort()
    {
        std::string text;
        for (int row = 0; row < 400; ++row)
            for (int column = 0; column < 5000; ++column)
                text += std::to_string(row * column) + (column == 4999 ? '\n' : ',');
        const Folder folder;
        folder.write("x.csv", text);
        QElapsedTimer timer;
        timer.start();
        const auto look = lookAtFile(registry(), "read.csv", Members{{"path", "x.csv"}}, folder.path(), 10);
        QVERIFY(look);
        QCOMPARE(look->items.size(), size_t(4));                                        // 20 000 values
        QVERIFY2(timer.elapsed() < 1000, qPrintable(QString::number(timer.elapsed()))); // 30 ms, on a machine at rest
    }
};

} // namespace tst_filelook

QTEST_GUILESS_MAIN(tst_filelook::FileLookTest)
#include "tst_filelook.moc"

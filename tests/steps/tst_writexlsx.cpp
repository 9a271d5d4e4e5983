// SPDX-License-Identifier: MIT
// Workbooks that are written, read again by read.xlsx and by Python's zipfile and xml.
#include "formats/xlsx/XlsxWriter.h"
#include "steps/StepRunner.h"
#include "steps/Writing.h"

#include <QProcess>
#include <QTest>

using namespace millrace;
namespace tst_writexlsx {

using test::copyAll;
using test::Folder;
using test::readAll;
using test::withPath;
using test::Writing;

namespace {

/// What Python finds in the file: for each cell its reference, its type and its text, a line each; with the sheets' names.
QByteArray cellsByPython(const std::string &path)
{
    static const char *const Code =
        "import sys, zipfile, xml.etree.ElementTree as xml\n"
        "m = '{http://schemas.openxmlformats.org/spreadsheetml/2006/main}'\n"
        "z = zipfile.ZipFile(sys.argv[1])\n"
        "assert z.testzip() is None\n"
        "print(' '.join(s.get('name') for s in xml.fromstring(z.read('xl/workbook.xml')).iter(m + 'sheet')))\n"
        "styles = xml.fromstring(z.read('xl/styles.xml'))\n"
        "formats = {f.get('numFmtId'): f.get('formatCode') for f in styles.iter(m + 'numFmt')}\n"
        "xfs = [formats.get(x.get('numFmtId'), '') for x in styles.find(m + 'cellXfs')]\n"
        "for name in sorted(n for n in z.namelist() if n.startswith('xl/worksheets/sheet')):\n"
        "    for c in xml.fromstring(z.read(name)).iter(m + 'c'):\n"
        "        assert c.find(m + 'f') is None, 'a formula'\n"
        "        text = ''.join(t.text or '' for t in c.iter() if t.tag in (m + 'v', m + 't'))\n"
        "        print(c.get('r'), c.get('t', 'n'), xfs[int(c.get('s', 0))], text, sep='|')\n";
    QProcess python;
    python.start(QStringLiteral("python3"),
                 {QStringLiteral("-c"), QString::fromUtf8(Code), QString::fromStdString(path)});
    python.waitForFinished(60'000);
    return python.readAllStandardOutput() + python.readAllStandardError();
}

} // namespace

class TestWriteXlsx : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// Read from CSV, written, and read again.
    void everyTypeComesBackAsItWas()
    {
        const Folder folder;
        const std::string from =
            folder.write("in.csv", "text,whole,real,is,day,at\n"
                                   "=1+1,-7,0.1,true,2024-02-29,2024-02-29T12:30:15\n"
                                   "Zoë <&> x,999999999999999,-1.5e300,false,1999-12-31,1900-03-01T00:00:01\n"
                                   ",,2.5,,,\n");
        const std::string to = folder.path("out.xlsx");
        COMPARE_TEXT(copyAll("read.csv", withPath(from), "write.xlsx", withPath(to), 2).failure, std::string());
        const auto before = readAll("read.csv", withPath(from)), after = readAll("read.xlsx", withPath(to));
        COMPARE_TEXT(after.failure, std::string());
        QCOMPARE(after.items.size(), size_t(3));
        for (size_t i = 0; i < 3; ++i)
            for (const auto &[name, value] : before.items[i].toObject()) {
                const Value *read = after.items[i].member(name);
                COMPARE_TEXT(read ? toJson(*read) : "null", toJson(value));
            }
        const QByteArray cells = cellsByPython(to);
        QVERIFY2(cells.startsWith("Sheet1\nA1|inlineStr||text\n"), cells.constData());
        QVERIFY2(cells.contains("\nA2|inlineStr||=1+1\n"), cells.constData());
        QVERIFY2(cells.contains("\nD2|b||1\n"), cells.constData());
        QVERIFY2(cells.contains("\nE2|n|yyyy-mm-dd|45351\n"), cells.constData());
        QVERIFY2(cells.contains("\nF2|n|yyyy-mm-dd hh:mm:ss|45351.521"), cells.constData());
        QVERIFY2(!cells.contains("\nA4|"), cells.constData());
    }
    void numbersBeyondExcelsDigitsAreTexts()
    {
        const Folder folder;
        const std::string to = folder.path("out.xlsx");
        Writing writing("write.xlsx", withPath(to, R"("header": false)"));
        writing.add(R"([{"n": 1234567890123456, "l": [1, "a"]}, {"n": 123456789012345, "l": null}])");
        settle(writing);
        const QByteArray cells = cellsByPython(to);
        QCOMPARE(cells, QByteArray("Sheet1\nA1|inlineStr||1234567890123456\nB1|inlineStr||[1,\"a\"]\n"
                                   "A2|n||123456789012345\n"));
    }
    void whatFitsNoCellFailsItsItemOnly()
    {
        const Folder folder;
        const std::string to = folder.path("out.xlsx");
        Writing writing("write.xlsx", withPath(to));
        writing.add(R"([{"a": 1}, {"a": ")" + std::string(32'768, 'x') + R"("}, {"a": 3}])");
        writing.add(R"([{"a": 4, "b": 5}, {"a": 6, "b": null}])");
        settle(writing);
        QCOMPARE(writing.errors.size(), size_t(2));
        COMPARE_TEXT(writing.errors[0], std::string("a has 32768 characters, but a cell has room for 32,767."));
        QVERIFY2(writing.errors[1].starts_with("The field \"b\" isn't among those of the first items"),
                 writing.errors[1].c_str());
        QCOMPARE(cellsByPython(to), QByteArray("Sheet1\nA1|inlineStr||a\nA2|n||1\nA3|n||3\nA4|n||6\n"));
    }
    void aFullSheetIsFollowedByAnother()
    {
        const Folder folder;
        const auto write = [&folder](bool goesOn, const std::string &name) {
            XlsxWriter writer;
            auto done = writer.open(folder.path("out.xlsx"), {name, true, true, goesOn}, 3);
            if (done)
                done = writer.setFields({"n"});
            for (int64_t i = 0; done && i < 5; ++i)
                done = writer.addRow({Value(i)});
            const auto finished = writer.finish();
            return done ? std::string(finished ? "" : finished.error().message) : done.error().message;
        };
        COMPARE_TEXT(write(true, "A long name, as long as may be!"), std::string());
        QCOMPARE(cellsByPython(folder.path("out.xlsx")),
                 QByteArray(
                     "A long name, as long as may be! A long name, as long as may (2) A long name, as long as may (3)\n"
                     "A1|inlineStr||n\nA2|n||0\nA3|n||1\nA1|inlineStr||n\nA2|n||2\nA3|n||3\n"
                     "A1|inlineStr||n\nA2|n||4\n"));
        COMPARE_TEXT(write(false, "S"),
                     std::string("The sheet \"S\" is full: it has room for 3 rows; set \"overflow\" to "
                                 "next, or write CSV."));
    }
    void itAppearsWhenItIsComplete()
    {
        const Folder folder;
        const std::string to = folder.write("out.xlsx", "before");
        Writing writing("write.xlsx", withPath(to));
        writing.add(R"([{"a": 1}])");
        QVERIFY(writing.writer().settle());
        COMPARE_TEXT(folder.read("out.xlsx"), std::string("before"));
        writing.finish();
        QVERIFY(folder.read("out.xlsx").starts_with("PK"));
        QCOMPARE(folder.names(), (std::vector<std::string>{"out.xlsx"}));
    }
    void whatAStoppedRunHadIsKeptAsAWorkbook()
    {
        const Folder folder;
        Writing writing("write.xlsx", withPath(folder.path("out.xlsx")));
        writing.add(R"([{"a": 1}])");
        const std::string kept = writing.abandon();
        COMPARE_TEXT(kept, folder.path("out.xlsx.partial"));
        QVERIFY(!folder.has("out.xlsx"));
        QCOMPARE(cellsByPython(kept), QByteArray("Sheet1\nA1|inlineStr||a\nA2|n||1\n"));
    }
    void withoutItemsThereIsAnEmptySheet()
    {
        const Folder folder;
        const std::string to = folder.path("out.xlsx");
        Writing writing("write.xlsx", withPath(to, R"("sheet": "Empty")"));
        settle(writing);
        QCOMPARE(cellsByPython(to), QByteArray("Empty\n"));
    }
    void wrongSettingsAreSaidBeforeARun()
    {
        const auto problemOf = [](const std::string &params) {
            std::vector<StepProblem> problems;
            test::make("write.xlsx", params)->check({}, problems);
            return problems.empty() ? std::string() : problems.front().text;
        };
        COMPARE_TEXT(
            problemOf(R"({"path": "a.xlsx", "sheet": "a/b"})"),
            std::string("A sheet can't be called \"a/b\"; leave out [ ] : * ? / \\ and apostrophes at its ends."));
        QVERIFY(problemOf(R"({"path": "a.xlsx", "sheet": "123456789 123456789 123456789 12"})").find("is too long")
                != std::string::npos);
        QVERIFY(problemOf(R"({"path": "-"})").find("name a file") != std::string::npos);
        QVERIFY(!problemOf(R"({"path": "a.xlsx", "header": false, "table": true})").empty());
    }

private:
    static void settle(Writing &writing)
    {
        COMPARE_TEXT(writing.failure, std::string());
        COMPARE_TEXT(writing.finish().failure, std::string());
    }
};

} // namespace tst_writexlsx

QTEST_GUILESS_MAIN(tst_writexlsx::TestWriteXlsx)
#include "tst_writexlsx.moc"

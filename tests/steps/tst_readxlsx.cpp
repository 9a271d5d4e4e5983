// SPDX-License-Identifier: MIT
// The step that reads workbooks: files put together by Python's zipfile, with known contents.
#include "formats/xlsx/XlsxRows.h"
#include "metrics/RunLog.h"
#include "steps/StepRunner.h"

#include <QDate>
#include <QProcess>
#include <QTest>

using namespace millrace;
using namespace millrace::test;

namespace tst_readxlsx {

namespace {

/// Packs a workbook of two sheets: the rows of the first, the styles of its cells, its shared texts.
constexpr const char *Packer =
    "\n"
    "import sys, zipfile\n"
    "path, rows, more = sys.argv[1:4]\n"
    "main = \"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"\n"
    "links = \"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"\n"
    "with zipfile.ZipFile(path, \"w\", zipfile.ZIP_DEFLATED) as z:\n"
    "    z.writestr(\"xl/workbook.xml\", f\"\"\"<workbook xmlns=\"{main}\" xmlns:r=\"{links}\">{more}<sheets>\n"
    "<sheet name=\"First\" sheetId=\"1\" r:id=\"rId1\"/><sheet name=\"Other &amp; last\" sheetId=\"7\" "
    "r:id=\"rId2\"/></sheets></workbook>\"\"\")\n"
    "    z.writestr(\"xl/_rels/workbook.xml.rels\", \"\"\"<Relationships><Relationship Id=\"rId1\" "
    "Target=\"worksheets/sheet1.xml\"/>\n"
    "<Relationship Id=\"rId2\" Target=\"/xl/worksheets/sheet9.xml\"/></Relationships>\"\"\")\n"
    "    z.writestr(\"xl/styles.xml\", f\"\"\"<styleSheet xmlns=\"{main}\"><numFmts><numFmt numFmtId=\"164\" "
    "formatCode=\"dd\\\\.mm\\\\.yyyy hh:mm\"/>\n"
    "<numFmt numFmtId=\"165\" formatCode=\"#,##0.00 &quot;days&quot;;[Red]-0\"/></numFmts><cellStyleXfs><xf "
    "numFmtId=\"14\"/></cellStyleXfs>\n"
    "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/><xf numFmtId=\"165\"/><xf "
    "numFmtId=\"21\"/></cellXfs></styleSheet>\"\"\")\n"
    "    z.writestr(\"xl/sharedStrings.xml\", f\"\"\"<sst "
    "xmlns=\"{main}\"><si><t>name</t></si><si><r><t>J&#252;r</t></r><r><t xml:space=\"preserve\">gen </t></r>\n"
    "<rPh sb=\"0\"><t>x</t></rPh></si><si><t>day</t></si></sst>\"\"\")\n"
    "    z.writestr(\"xl/worksheets/sheet1.xml\", f'<worksheet "
    "xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>')\n"
    "    z.writestr(\"xl/worksheets/sheet9.xml\", f'<worksheet "
    "xmlns=\"{main}\"><sheetData><row><c><v>42</v></c></row></sheetData></worksheet>')\n"
    "";

std::string packed(const Folder &folder, const char *rows, const char *more = "")
{
    const std::string path = folder.path("a.xlsx");
    QProcess process;
    process.start(QStringLiteral("python3"),
                  {QStringLiteral("-c"), QString::fromUtf8(Packer), QString::fromStdString(path),
                   QString::fromUtf8(rows), QString::fromUtf8(more)});
    process.waitForFinished();
    return path;
}

constexpr const char *Rows =
    "<row r='2'><c r='B2' t='s'><v>0</v></c><c r='C2' t='s'><v>2</v></c><c t='inlineStr'><is><t>n</t></is></c></row>"
    "<row r='4'><c r='B4' t='s'><v>1</v></c><c r='C4' s='1'><v>45351</v></c><c "
    "s='3'><v>1.1000000000000001</v></c></row>"
    "<row r='5'><c r='B5' t='str'><f>A1</f><v>=1+1</v></c><c r='C5' "
    "s='1'><v>59</v></c><c><v>9007199254740991</v></c></row>"
    "<row r='6'><c r='D6' t='e'><v>#N/A</v></c><c r='B6' t='inlineStr'><is><t>x</t></is></c></row>";

/// Packs a workbook of one sheet, with one part as an expression of Python makes it.
constexpr const char *LargePacker =
    "import sys, zipfile\n"
    "parts = {'xl/workbook.xml': '<workbook xmlns:r=\"r\"><sheets><sheet name=\"a\" "
    "r:id=\"r1\"/></sheets></workbook>',\n"
    " 'xl/_rels/workbook.xml.rels': '<Relationships><Relationship Id=\"r1\" Target=\"s.xml\"/></Relationships>',\n"
    " 'xl/s.xml': '<worksheet><sheetData/></worksheet>'}\n"
    "parts[sys.argv[2]] = eval(sys.argv[3])\n"
    "with zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED, compresslevel=1) as z:\n"
    "    for name, text in parts.items():\n"
    "        z.writestr(name, text)\n";

} // namespace

class ReadXlsxTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cellsAreReadAsTheyAre()
    {
        const Folder folder;
        const Items read = readAll("read.xlsx", withPath(packed(folder, Rows), "\"range\": \"B2:D\""), 2);
        COMPARE_TEXT(read.failure, "");
        COMPARE_TEXT(read.json(), "{\"name\":\"J\u00fcrgen \",\"day\":\"2024-02-29\",\"n\":1.1}\n"
                                  "{\"name\":\"=1+1\",\"day\":\"1900-02-28\",\"n\":9007199254740991}\n"
                                  "{\"name\":\"x\",\"day\":null,\"n\":null}\n");
        QVERIFY(read.items[0].member("day")->isTimestamp());
        QCOMPARE(read.lines, (std::vector<int64_t>{4, 5, 6}));
        const Items texts =
            readAll("read.xlsx", withPath(folder.path("a.xlsx"), "\"range\": \"D4:D5\", \"types\": \"text\""));
        COMPARE_TEXT(texts.json(), "{\"column1\":\"1.1\"}\n{\"column1\":\"9007199254740991\"}\n");
        const Items plain =
            readAll("read.xlsx", withPath(folder.path("a.xlsx"), "\"range\": \"C4:D5\", \"header\": \"false\""));
        COMPARE_TEXT(plain.json(), "{\"column1\":\"2024-02-29\",\"column2\":1.1}\n"
                                   "{\"column1\":\"1900-02-28\",\"column2\":9007199254740991}\n");
    }

    void errorsInCellsAreCounted()
    {
        const Folder folder;
        RunLog log;
        StepContext context;
        context.log = &log;
        const auto step = make("read.xlsx", withPath(packed(folder, Rows)));
        auto &source = static_cast<Source &>(*step);
        QVERIFY(source.open(context));
        Batch batch;
        while (source.fetch(batch, 10).value())
            ;
        const auto records = log.after(0);
        QCOMPARE(records.size(), size_t(1));
        COMPARE_TEXT(records[0].message, "1 cell is an error such as #N/A, and null here.");
    }

    void sheetsAreKnownByNumberOrName()
    {
        const Folder folder;
        const std::string path = packed(folder, Rows);
        for (const char *sheet : {"2", "\"Other & last\""}) {
            const Items read = readAll("read.xlsx", withPath(path, std::string("\"sheet\": ") + sheet));
            COMPARE_TEXT(read.json(), "{\"column1\":42}\n");
        }
        COMPARE_TEXT(readAll("read.xlsx", withPath(path, "\"sheet\": \"Last\"")).failure,
                     "The file \"a.xlsx\" has no sheet \"Last\"; its sheets are \"First\", \"Other & last\".");
    }

    void everyDayIsItsOwn()
    {
        const Folder folder;
        for (const bool is1904 : {false, true}) {
            const auto book = XlsxBook::open(packed(folder, Rows, is1904 ? "<workbookPr date1904='1'/>" : ""));
            QVERIFY(book);
            for (int day = is1904 ? 0 : 61; day < 100'000; day += 37) {
                const QDate expected = is1904 ? QDate(1904, 1, 1).addDays(day) : QDate(1899, 12, 30).addDays(day);
                COMPARE_TEXT(toPlain((*book)->momentOf(day, XlsxNumber::Date)),
                             expected.toString(Qt::ISODate).toStdString());
            }
            COMPARE_TEXT(toPlain((*book)->momentOf(is1904 ? 43889.75 : 45351.75, XlsxNumber::Moment)),
                         "2024-02-29T18:00:00");
            COMPARE_TEXT(toPlain((*book)->momentOf(0.5, XlsxNumber::Time)), "12:00:00");
        }
    }

    void formatsTellDatesFromNumbers()
    {
        QCOMPARE(xlsxNumberOf("General"), XlsxNumber::Plain);
        QCOMPARE(xlsxNumberOf("#,##0.00 \"days\";[Red]-0"), XlsxNumber::Plain);
        QCOMPARE(xlsxNumberOf("[$-407]d. mmmm yyyy"), XlsxNumber::Date);
        QCOMPARE(xlsxNumberOf("dd\\.mm\\.yyyy hh:mm"), XlsxNumber::Moment);
        QCOMPARE(xlsxNumberOf("[h]:mm:ss"), XlsxNumber::Time);
        QCOMPARE(xlsxNumberOf("mmm"), XlsxNumber::Date);
        QCOMPARE(xlsxNumberOf("0.00E+00"), XlsxNumber::Plain);
    }

    void partsWithoutLimitAreRefused_data()
    {
        QTest::addColumn<QString>("part");
        QTest::addColumn<QString>("made");
        QTest::addColumn<QByteArray>("said");
        const auto row = [](const char *name, const char *part, const char *made, const char *said) {
            QTest::newRow(name) << QString::fromLatin1(part) << QString::fromLatin1(made) << QByteArray(said);
        };
        row("sheets", "xl/workbook.xml",
            "'<workbook xmlns:r=\"r\"><sheets>' + '<sheet name=\"a\" r:id=\"r1\"/>' * 10001 + '</sheets></workbook>'",
            "more than 10,000 sheets");
        row("relations", "xl/_rels/workbook.xml.rels",
            "'<r>' + ''.join('<Relationship Id=\"r%d\" Target=\"s.xml\"/>' % i for i in range(100001)) + '</r>'",
            "more than 100,000 parts");
        row("styles", "xl/styles.xml", "'<s><cellXfs>' + '<xf/>' * 1000001 + '</cellXfs></s>'",
            "more than a million styles");
        row("cell", "xl/s.xml",
            "'<w><sheetData><row><c t=\"inlineStr\"><is>' + ('<t>' + 'x' * 1000000 + '</t>') * 68 "
            "+ '</is></c></row></sheetData></w>'",
            "The text of a cell in row 1 is larger than 64 MiB");
        row("comment", "xl/s.xml", "'<w><!--' + 'x' * 70000000 + '--></w>'", "larger than 64 MiB");
    }
    void partsWithoutLimitAreRefused()
    {
        QFETCH(QString, part);
        QFETCH(QString, made);
        QFETCH(QByteArray, said);
        const Folder folder;
        const std::string path = folder.path("a.xlsx");
        QProcess process;
        process.start(QStringLiteral("python3"),
                      {QStringLiteral("-c"), QString::fromUtf8(LargePacker), QString::fromStdString(path), part, made});
        QVERIFY(process.waitForFinished());
        QCOMPARE(process.exitCode(), 0);
        const Items read = readAll("read.xlsx", withPath(path));
        QVERIFY2(QByteArray::fromStdString(read.failure).contains(said), read.failure.c_str());
    }

    void whatIsNoWorkbookIsSaidBeforeTheRun()
    {
        const Folder folder;
        const auto said = [&](const std::string &path, const std::string &more = {}) {
            std::vector<StepProblem> problems;
            make("read.xlsx", withPath(path, more))->check({}, problems);
            return problems.size() == 1 ? problems[0].param + ": " + problems[0].text : std::to_string(problems.size());
        };
        COMPARE_TEXT(
            said(folder.write("old.xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more")),
            "path: The file \"old.xls\" is an old workbook (.xls), or has a password; save it as .xlsx without one.");
        COMPARE_TEXT(said(folder.write("a.csv", "a,b\n")),
                     "path: The file \"a.csv\" is no workbook (.xlsx), or is damaged.");
        const std::string path = packed(folder, "<row><c><v>1</v></row>");
        QVERIFY2(said(path).find("path: The workbook is damaged: line 1") == 0, said(path).c_str());
        COMPARE_TEXT(said(path, "\"range\": \"F2:B9\""), "range: The range \"F2:B9\" ends before it begins.");
        QVERIFY(said(path, "\"range\": \"2F\"").find("is no range of cells") != std::string::npos);
        QVERIFY(said(path, "\"sheet\": 3").find("sheet: The file \"a.xlsx\" has no sheet 3") == 0);
    }
};

} // namespace tst_readxlsx

QTEST_MAIN(tst_readxlsx::ReadXlsxTest)
#include "tst_readxlsx.moc"

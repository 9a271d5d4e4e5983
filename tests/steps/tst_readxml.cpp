// SPDX-License-Identifier: MIT
// The step that reads XML, beside Python's own parser.
#include "data/json/JsonReader.h"
#include "formats/xml/XmlPieces.h"
#include "formats/xml/XmlRecords.h"
#include "steps/read/FileLook.h"
#include "steps/StepRunner.h"

#include <QProcess>
#include <QTest>

#include <algorithm>

using namespace millrace;
using namespace millrace::test;

namespace tst_readxml {

namespace {

std::vector<std::string> made(const std::string &file,
                              int seed,
                              const char *encoding); // after the class: moc takes some of its text for code

std::string errorsOf(const Items &read)
{
    std::string text = read.failure;
    for (const std::string &error : read.errors)
        text += '\n' + error;
    return text;
}

/// A text, at most 64 KiB at a time.
class MemoryBytes final : public ByteSource
{
public:
    explicit MemoryBytes(std::string text) : m_text(std::move(text)) {}
    Result<size_t> read(char *to, size_t most) override
    {
        const size_t count = m_text.copy(to, std::min<size_t>(most, 64 * 1024), m_at);
        m_at += count;
        return count;
    }

private:
    std::string m_text;
    size_t m_at = 0;
};

Items readText(const Folder &folder, const std::string &text, const std::string &more = {}, size_t batchSize = 100)
{
    return readAll("read.xml", withPath(folder.write("a.xml", text), more), batchSize);
}

} // namespace

class ReadXmlTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyElementIsReadAsByAnother_data()
    {
        QTest::addColumn<QByteArray>("encoding");
        for (const char *encoding : {"UTF-8", "UTF-16", "ISO-8859-1", "windows-1252"})
            QTest::newRow(encoding) << QByteArray(encoding);
    }
    void everyElementIsReadAsByAnother()
    {
        QFETCH(QByteArray, encoding);
        const Folder folder;
        for (int seed = 1; seed <= 3; ++seed) {
            const std::string file = folder.path("a.xml");
            const auto expected = made(file, seed, encoding.constData());
            QVERIFY(expected.size() > 200);
            const Items read = readAll("read.xml", withPath(file, R"("record": "/r/g/item", "types": "text")"), 17);
            COMPARE_TEXT(errorsOf(read), "");
            QCOMPARE(read.items.size(), expected.size());
            for (size_t i = 0; i < expected.size(); ++i) {
                const auto wanted = parseJson(expected[i]);
                QVERIFY(wanted);
                for (const auto &[name, value] : wanted->toObject()) {
                    const Value *own = read.items[i].member(name);
                    QVERIFY2(own && *own == value, (toJson(read.items[i]) + " for " + expected[i]).c_str());
                }
                size_t present = 0;
                for (const auto &[name, value] : read.items[i].toObject())
                    present += wanted->member(name) || !value.isNull();
                QCOMPARE(present, wanted->toObject().size());
            }
        }
    }

    void elementsBecomeFieldsAndObjects()
    {
        const Folder folder;
        const std::string text = R"(<?xml version="1.0"?>
<catalog date="x"><!-- all of it -->
 <book id="1"><title lang="en">Sea &amp; sky</title><tag>a</tag><tag>b</tag><price>7.50</price><none/></book>
 <book id="2"><title><![CDATA[<b>]]></title><price>8</price><note>in <i>one</i> line</note></book>
 <shelf><book id="3"/></shelf>
</catalog>)";
        const Items read = readText(folder, text, R"("record": "/catalog/book")");
        COMPARE_TEXT(errorsOf(read), "");
        COMPARE_TEXT(
            read.json(),
            "{\"@id\":1,\"title\":{\"@lang\":\"en\",\"#text\":\"Sea & sky\"},\"tag\":[\"a\",\"b\"],\"price\":7.5,"
            "\"none\":null}\n{\"@id\":2,\"title\":\"<b>\",\"price\":8,\"note\":{\"i\":\"one\",\"#text\":\"in  "
            "line\"}}\n");
        QCOMPARE(read.lines, (std::vector<int64_t>{3, 4}));
        const Items all = readText(folder, text, R"("types": "text")"); // whatever is directly within the root
        QCOMPARE(all.items.size(), size_t(3));
        COMPARE_TEXT(toJson(*all.items[0].member("@id")), "\"1\"");
        const Items deep = readText(folder, text, "\"record\": \"/*/shelf/book\"");
        COMPARE_TEXT(deep.json(), "{\"@id\":3}\n");
    }

    void typesAreThoseOfAllFirstTexts()
    {
        const Folder folder;
        std::string text = "<r>";
        for (int i = 0; i < 1200; ++i)
            text += "<i n='" + std::to_string(i) + "' zip='0" + std::to_string(i)
                    + "'><at>2024-01-02</at><ok>true</ok><x>1.10</x></i>\n";
        text += "<i n='many'><at>never</at></i><i n='5'/></r>";
        const Items read = readText(folder, text, {}, 100);
        QCOMPARE(read.items.size(), size_t(1202));
        COMPARE_TEXT(toJson(read.items[7]), R"({"@n":7,"@zip":"07","at":"2024-01-02","ok":true,"x":1.1})");
        QVERIFY(read.items[7].member("at")->isTimestamp());
        QCOMPARE(read.failedItems, (std::vector<size_t>{1200, 1200}));
        QVERIFY2(read.errors[0].find("\"@n\": the text \"many\" is no integer") == 0, read.errors[0].c_str());
    }

    void fieldsThatComeLateAreThere()
    {
        const Folder folder;
        std::string text = "<r>";
        for (int i = 0; i < 1500; ++i)
            text += "<i><a>x</a>" + std::string(i == 1400 ? "<late>7</late>" : "") + "</i>";
        const Items read = readText(folder, text + "</r>", {}, 64);
        COMPARE_TEXT(errorsOf(read), "");
        QCOMPARE(read.items.size(), size_t(1500));
        COMPARE_TEXT(toJson(read.items[1400]), R"({"a":"x","late":"7"})");
    }

    void faultsAreToldWithTheirPlace_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("part");
        const auto row = [](const char *name, const QByteArray &text, const char *part) {
            QTest::newRow(name) << text << QByteArray(part);
        };
        row("mismatch", "<r>\n<i>1</i>\n<i>2</j>\n</r>", "\"a.xml\", line 3, column 8");
        row("early end", "<r>\n<i>1</i>\n", "the document ends too early");
        row("outside", "<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><r><i>&x;</i></r>",
            "nothing is read from elsewhere");
        row("unknown", "<r><i>&x;</i></r>", "line 1");
        QByteArray bomb = "<!DOCTYPE r [<!ENTITY a \"0123456789\">";
        for (char c = 'b'; c < 'l'; ++c)
            bomb += QByteArray("<!ENTITY ") + c + " \""
                    + QByteArray("&x;").replace('x', QByteArray(1, char(c - 1))).repeated(10) + "\">";
        row("bomb", bomb + "]><r><i>&k;</i></r>", "line 1");
        row("deep", QByteArray("<a>").repeated(600), "nested deeper than 512");
        row("bytes", "<r><i>\xff\xfe</i></r>", "isn't text in the file's encoding");
        row("no XML", "id,name\n1,2\n", "line 1");
        row("empty", "", "ends too early");
    }
    void faultsAreToldWithTheirPlace()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, part);
        const Folder folder;
        const Items read = readText(folder, text.toStdString());
        QVERIFY2(read.failure.find(part.toStdString()) != std::string::npos, read.failure.c_str());
        QVERIFY(read.failure.find("root:") == std::string::npos);
        std::vector<StepProblem> problems;
        make("read.xml", withPath(folder.path("a.xml")))->check({}, problems);
        QCOMPARE(problems.size(), size_t(1));
    }

    void whatCameBeforeAFaultIsHandedOn()
    {
        const Folder folder;
        std::string text = "<r>";
        for (int i = 0; i < 3000; ++i)
            text += "<i>" + std::to_string(i) + "</i>\n";
        const Items read = readText(folder, text + "<i></r>", {}, 700);
        QCOMPARE(read.items.size(), size_t(3000));
        QVERIFY2(read.failure.find("line 3001") != std::string::npos, read.failure.c_str());
    }

    void innerEntitiesAreText()
    {
        const Folder folder;
        const Items read =
            readText(folder, "<!DOCTYPE r [<!ENTITY who \"J&#252;rgen\">]><r><i>&who; &lt;&#x41;</i></r>");
        COMPARE_TEXT(errorsOf(read), "");
        COMPARE_TEXT(read.json(), "{\"#text\":\"Jürgen <A\"}\n");
    }

    void entitiesThatGrowWithoutEndAreRefused()
    {
        const Folder folder;
        std::string text = "<!DOCTYPE r [<!ENTITY e0 \"0123456789\">";
        for (int i = 1; i <= 10; ++i) {
            const std::string inner = "&e" + std::to_string(i - 1) + ';';
            text += "<!ENTITY e" + std::to_string(i) + " \"";
            for (int k = 0; k < 10; ++k)
                text += inner;
            text += "\">";
        }
        const Items read = readText(folder, text + "]><r><i>&e10;</i></r>"); // a hundred gigabytes
        QVERIFY(read.items.empty());
        QVERIFY2(read.failure.find("line 1") != std::string::npos, read.failure.c_str());
    }

    void whatIsLongIsReadInTimeOrRefused_data()
    {
        QTest::addColumn<QByteArray>("begin");
        QTest::addColumn<QByteArray>("end");
        QTest::addColumn<bool>("isOfItem");
        QTest::newRow("comment") << QByteArray("<!--") << QByteArray("-->") << false;
        QTest::newRow("instruction") << QByteArray("<?p ") << QByteArray("?>") << false;
        QTest::newRow("CDATA") << QByteArray("<i><![CDATA[") << QByteArray("]]></i>") << true;
        QTest::newRow("attribute") << QByteArray("<i a=\"") << QByteArray("\"/>") << true;
    }
    /// With pieces of one size, each of these took some minutes: the parser begins anew with each.
    void whatIsLongIsReadInTimeOrRefused()
    {
        QFETCH(QByteArray, begin);
        QFETCH(QByteArray, end);
        QFETCH(bool, isOfItem);
        constexpr size_t Long = 24'000'000, TooLong = 70'000'000;
        const std::string before = "<r>" + begin.toStdString();
        MemoryBytes good(before + std::string(Long, 'x') + end.toStdString() + "<i>1</i></r>");
        XmlRecords records(good, {});
        size_t count = 0;
        for (;;) {
            const auto record = records.next();
            QVERIFY2(record, record ? "" : record.error().message.c_str());
            if (!*record)
                break;
            ++count;
        }
        QCOMPARE(count, size_t(isOfItem ? 2 : 1));

        MemoryBytes bad(before + std::string(TooLong, 'x')); // and no end
        XmlRecords refused(bad, {});
        const auto record = refused.next();
        QVERIFY(!record);
        QVERIFY2(record.error().message.find("is larger than 64 MiB") != std::string::npos,
                 record.error().message.c_str());
    }

    void piecesGrowWhileATokenIsNotWhole()
    {
        MemoryBytes bytes(std::string(80'000'000, 'x'));
        XmlPieces pieces(bytes);
        size_t count = 0;
        for (size_t given = 0; !pieces.isTokenTooLong(); ++count) {
            const auto piece = pieces.next();
            QVERIFY(piece && !piece->empty());
            given += piece->size();
            QVERIFY(given <= XmlPieces::MostOfToken + 64 * 1024);
        }
        QVERIFY2(count < 20, std::to_string(count).c_str());
        pieces.endToken();
        QVERIFY(!pieces.isTokenTooLong());
        QCOMPARE(pieces.next().value().size(), size_t(64 * 1024));
    }

    void severalFilesAreOneStream()
    {
        const Folder folder;
        folder.write("a1.xml", "<r><i>1</i><i>2</i></r>");
        folder.write("a2.xml", "<r/>");
        folder.write("a3.xml", "\n<r><i>3</i></r>");
        const Items read = readAll("read.xml", withPath(folder.path("a*.xml")));
        COMPARE_TEXT(errorsOf(read), "");
        COMPARE_TEXT(read.json(), "{\"#text\":1}\n{\"#text\":2}\n{\"#text\":3}\n");
        QCOMPARE(read.lines, (std::vector<int64_t>{1, 1, 2}));
        COMPARE_TEXT(read.idsJson(), "[0,1,2]");
    }

    void whoLooksAtAFileIsToldWhatReadsIt()
    {
        const Folder folder;
        const std::string path = folder.write("a.xml", "<?xml version=\"1.0\"?><r><i>1</i></r>");
        const auto type = sourceTypeFor(registry(), path);
        QVERIFY(!type);
        QVERIFY2(type.error().message.ends_with("is XML, which the step \"read.xml\" reads."),
                 type.error().message.c_str());
    }

    void aPlaceThatIsNotThereIsSaidBeforeTheRun()
    {
        const Folder folder;
        const std::string path = folder.write("a.xml", "<feed><entry>1</entry><entry>2</entry></feed>");
        const auto said = [&](const std::string &record) {
            std::vector<StepProblem> problems;
            make("read.xml", withPath(path, "\"record\": \"" + record + '"'))->check({}, problems);
            return problems.empty() ? std::string() : problems[0].param + ": " + problems[0].text;
        };
        COMPARE_TEXT(said("/feed/entry"), "");
        COMPARE_TEXT(said("/feed/item"),
                     "record: The file has no element \"/feed/item\"; among those that it has are /feed, /feed/entry.");
        QVERIFY(said("feed/entry").find("record: The path \"feed/entry\" is none") == 0);
        const auto known = make("read.xml", withPath(path))->outputSchema({});
        QVERIFY(known);
        COMPARE_TEXT(known->names(), "#text");
        QCOMPARE(known->field(0).type, ValueType::Integer);
    }
};

namespace {

/// Makes a document with random elements under /r/g, and tells each as JSON, by what ElementTree has read of it.
constexpr const char *Maker = R"(
import json, random, sys
import xml.etree.ElementTree as tree
random.seed(int(sys.argv[2]))
names = ["a", "b", "c:d", "e-f", "ü"]
def text():
    return "".join(random.choice(["x", "7", " ", "\n", "<", "&", chr(34), "ü", "\U0001f600", "]]>", "é"]) for _ in range(random.randrange(8)))
def make(name, depth):
    element = tree.Element(name)
    for _ in range(random.choice([0, 0, 1, 2])):
        element.set(random.choice(["id", "lang", "n"]), text().replace("\n", " "))
    children = random.randrange(4) if depth else 0
    for _ in range(children):
        element.append(make(random.choice(names), depth - 1))
    if not children:
        element.text = text()
    return element
root = tree.Element("r", {"xmlns:c": "urn:x"})
for _ in range(400):
    group = tree.SubElement(root, "g")
    group.tail = "\n"
    for _ in range(random.randrange(3)):
        group.append(make("item", 3))
        group.append(make("other", 1))
def value(element, top=False):
    members = {"@" + name: text for name, text in element.attrib.items()}
    for child in element:
        one = value(child)
        if child.tag in members:
            members[child.tag].append(one)
        else:
            members[child.tag] = [one]
    members = {name: v[0] if isinstance(v, list) and len(v) == 1 else v for name, v in members.items()}
    content = element.text or ""
    if not members and not top:
        return content or None
    if content.strip(" \t\r\n") or (content and not members):
        members["#text"] = content
    return members
data = tree.tostring(root, encoding=sys.argv[3], xml_declaration=True)
open(sys.argv[1], "wb").write(data)
for item in root.findall("g/item"):
    print(json.dumps(value(item, True), ensure_ascii=False))
)";

std::vector<std::string> made(const std::string &file, int seed, const char *encoding)
{
    QProcess process;
    process.start(QStringLiteral("python3"),
                  {QStringLiteral("-c"), QString::fromUtf8(Maker), QString::fromStdString(file), QString::number(seed),
                   QString::fromUtf8(encoding)});
    process.waitForFinished();
    std::vector<std::string> lines;
    for (const QByteArray &line : process.readAllStandardOutput().split('\n'))
        if (!line.isEmpty())
            lines.push_back(line.toStdString());
    return lines;
}

} // namespace

} // namespace tst_readxml

QTEST_MAIN(tst_readxml::ReadXmlTest)
#include "tst_readxml.moc"

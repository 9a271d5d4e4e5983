// SPDX-License-Identifier: MIT
// Files as they come: packed, cut short, and in other encodings than UTF-8.
#include "formats/bytes/Encoding.h"
#include "formats/bytes/Transcoder.h"
#include "formats/bytes/Unpacker.h"
#include "steps/StepRunner.h"

#include <QTest>

#include <archive.h>
#include <archive_entry.h>

#include <clocale>
#include <map>
#include <random>

using namespace millrace;
using namespace millrace::test;

namespace tst_packed {

namespace {

const std::vector<std::string> Ends{".gz", ".zst", ".xz", ".bz2", ".lz4"};

std::string linesOf(int count)
{
    std::string text;
    for (int i = 0; i < count; ++i)
        text += "{\"id\":" + std::to_string(i) + ",\"word\":\"w" + std::to_string(i * 7919 % 1000) + "\"}\n";
    return text;
}

std::string zipOf(const Folder &folder, const std::map<std::string, std::string> &files)
{
    const std::string path = folder.path("x.zip");
    archive *const zip = archive_write_new();
    archive_write_set_format_zip(zip);
    archive_write_open_filename(zip, path.c_str());
    for (const auto &[name, text] : files) {
        archive_entry *const entry = archive_entry_new();
        archive_entry_set_pathname(entry, name.c_str());
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        archive_entry_set_size(entry, la_int64_t(text.size()));
        archive_write_header(zip, entry);
        archive_write_data(zip, text.data(), text.size());
        archive_entry_free(entry);
    }
    archive_write_free(zip);
    return path;
}

/// As iconv makes it of UTF-8.
std::string encoded(const std::string &text, const char *encoding)
{
    const iconv_t converter = iconv_open(encoding, "UTF-8");
    std::string result(text.size() * 4 + 16, '\0');
    char *in = const_cast<char *>(text.data()), *out = result.data();
    size_t left = text.size(), room = result.size();
    iconv(converter, &in, &left, &out, &room);
    iconv_close(converter);
    result.resize(size_t(out - result.data()));
    return result;
}

} // namespace

class PackedTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatSinksPackByTheNamesEndSourcesUnpackByTheFirstBytes()
    {
        const Folder folder;
        const std::string text = linesOf(30'000);
        const std::string plain = withPath(folder.write("in.jsonl", text));
        for (const std::string &end : Ends) {
            const std::string path = folder.path("out.jsonl" + end);
            COMPARE_TEXT(copyAll("read.jsonl", plain, "write.jsonl", withPath(path)).failure, "");
            const std::string packed = readFile(path);
            QVERIFY2(packed.size() < text.size() / 2, path.c_str());
            QCOMPARE(packingOf(packed), packingOf(packed.substr(0, HeadBytes)));
            QVERIFY(packingOf(packed) != Packing::None);
            COMPARE_TEXT(readAll("read.jsonl", withPath(folder.write("unnamed", packed))).json(), text);
            // The same bytes again: nothing in it tells when it was made.
            COMPARE_TEXT(copyAll("read.jsonl", plain, "write.jsonl", withPath(path)).failure, "");
            QVERIFY(readFile(path) == packed);
        }
    }
    void everyReaderUnpacks()
    {
        const Folder folder;
        const std::string lines = withPath(folder.write("in.jsonl", "{\"a\":1}\n{\"a\":2}\n"));
        for (const char *sink : {"write.csv", "write.jsonl", "write.lines", "write.container"}) {
            const std::string source = std::string("read") + (sink + 5), path = folder.path(std::string(sink) + ".gz");
            const std::string more = sink == std::string("write.lines") ? R"("field": "a")" : "";
            const Copied copied = copyAll("read.jsonl", lines, sink, withPath(path, more));
            COMPARE_TEXT(copied.failure, "");
            QCOMPARE(packingOf(readFile(path)), Packing::Gzip);
            const Items read = readAll(source, withPath(path));
            COMPARE_TEXT(read.failure, "");
            QCOMPARE(read.items.size(), 2u);
        }
        const Items files = readAll("read.files", "{\"folder\": \"" + folder.path()
                                                      + "\", \"pattern\": \"*jsonl.gz\", \"content\": \"text\"}");
        QCOMPARE(files.items.size(), 1u);
        COMPARE_TEXT(std::string(files.items[0].member("content")->toText()), "{\"a\":1}\n{\"a\":2}\n");
    }
    void whatEndsEarlyIsSaidWithTheByte()
    {
        const Folder folder;
        const std::string plain = withPath(folder.write("in.jsonl", linesOf(3000)));
        for (const std::string &end : Ends) {
            const std::string path = folder.path("out.jsonl" + end);
            COMPARE_TEXT(copyAll("read.jsonl", plain, "write.jsonl", withPath(path)).failure, "");
            const std::string packed = readFile(path);
            for (const size_t length : {packed.size() - 1, packed.size() - 9, packed.size() / 2, size_t(20)}) {
                const Items read = readAll("read.jsonl", withPath(folder.write("cut" + end, packed.substr(0, length))));
                const std::string said = "that ends early at byte " + std::to_string(length);
                QVERIFY2(bytes(read.failure).contains(bytes(said)), (end + ": " + read.failure + said).c_str());
            }
        }
    }
    void damagedDataIsNeverTakenForWhatItWas()
    {
        const Folder folder;
        const std::string text = linesOf(300);
        const std::string plain = withPath(folder.write("in.jsonl", text)), path = folder.path("out.jsonl.gz");
        COMPARE_TEXT(copyAll("read.jsonl", plain, "write.jsonl", withPath(path)).failure, "");
        const std::string packed = readFile(path);
        for (size_t at = 10; at < packed.size(); at += 3) { // behind the header
            std::string damaged = packed;
            damaged[at] = char(damaged[at] ^ 0x10);
            const Items read = readAll("read.lines", withPath(folder.write("damaged.gz", damaged)));
            QVERIFY2(!read.failure.empty(), std::to_string(at).c_str());
        }
    }
    void severalPiecesOfGzipAreOneText()
    {
        const Folder folder;
        const std::string path = folder.path("out.jsonl.gz");
        COMPARE_TEXT(
            copyAll("read.jsonl", withPath(folder.write("in.jsonl", "{\"a\":1}\n")), "write.jsonl", withPath(path))
                .failure,
            "");
        const std::string piece = readFile(path);
        COMPARE_TEXT(readAll("read.jsonl", withPath(folder.write("two.gz", piece + piece))).json(),
                     "{\"a\":1}\n{\"a\":1}\n");
    }
    void zipArchivesOfOneFileAreRead()
    {
        const Folder folder;
        const auto read = [&](const std::map<std::string, std::string> &files) {
            return readAll("read.csv", withPath(zipOf(folder, files)));
        };
        COMPARE_TEXT(read({{"folder/", ""}, {"folder/x.csv", "a,b\n1,2\n"}}).json(), "{\"a\":1,\"b\":2}\n");
        QVERIFY(bytes(read({{"x.csv", "a,b\n1,2\n"}, {"y.csv", "a,b\n1,2\n"}}).failure).contains("has several files"));
        QVERIFY(bytes(read({{"[Content_Types].xml", "<x/>"}, {"xl/workbook.xml", "<x/>"}}).failure)
                    .contains("is a spreadsheet"));
    }
    void zipArchivesThatAreDamagedBehindTheFirstFileAreRefused()
    {
        const Folder folder;
        const std::string good = readFile(zipOf(folder, {{"x.csv", "a,b\n1,2\n"}, {"y\xC3\xA4.csv", "a,b\n3,4\n"}}));
        const size_t second = good.find("PK\x03\x04", 4);
        QVERIFY(second != std::string::npos);
        const auto failureOf = [&](const std::string &zip) {
            return readAll("read.csv", withPath(folder.write("z.zip", zip))).failure;
        };
        std::string flagged = good;
        flagged[second + 7] = char(flagged[second + 7] | 8); // the name is UTF-8
        const std::string locale = std::setlocale(LC_CTYPE, nullptr);
        std::setlocale(LC_CTYPE, "C");
        const std::string several = failureOf(flagged);
        std::setlocale(LC_CTYPE, locale.c_str());
        QVERIFY2(bytes(several).contains("has several files"), several.c_str());
        for (size_t length = second; length < second + 30; ++length) {
            const std::string said = failureOf(good.substr(0, length));
            QVERIFY2(bytes(said).contains("ends early at byte"), (std::to_string(length) + ": " + said).c_str());
        }
        for (size_t at = second; at < second + 4; ++at) {
            std::string damaged = good;
            damaged[at] = char(damaged[at] ^ 0x10);
            const std::string said = failureOf(damaged);
            QVERIFY2(bytes(said).contains("zip data that"), (std::to_string(at) + ": " + said).c_str());
        }
    }
    void encodingsAreTold_data()
    {
        QTest::addColumn<QByteArray>("encoding");
        QTest::addColumn<QByteArray>("mark");
        QTest::newRow("UTF-16LE") << QByteArray("UTF-16LE") << QByteArray("\xFF\xFE");
        QTest::newRow("UTF-16BE") << QByteArray("UTF-16BE") << QByteArray("\xFE\xFF");
        QTest::newRow("UTF-32LE") << QByteArray("UTF-32LE") << QByteArray("\xFF\xFE\0\0", 4);
        QTest::newRow("UTF-16LE without a mark") << QByteArray("UTF-16LE") << QByteArray();
        QTest::newRow("UTF-16BE without a mark") << QByteArray("UTF-16BE") << QByteArray();
        QTest::newRow("windows-1252") << QByteArray("windows-1252") << QByteArray();
        QTest::newRow("KOI8-R") << QByteArray("KOI8-R") << QByteArray();
        QTest::newRow("Shift_JIS") << QByteArray("SHIFT_JIS") << QByteArray();
    }
    /// Also where characters reach over the borders of what is read at a time.
    void encodingsAreTold()
    {
        QFETCH(QByteArray, encoding);
        QFETCH(QByteArray, mark);
        const std::map<QByteArray, std::string> words{{"KOI8-R", "Съешь ещё этих мягких французских булок"},
                                                      {"SHIFT_JIS", "日本語の文章はここにあります。ひらがな"}};
        const auto found = words.find(encoding);
        const std::string word = found == words.end() ? "Straße für Käse" : found->second;
        std::string text = "id,name\n";
        for (int i = 0; i < 20'000; ++i)
            text += std::to_string(i) + ',' + word + (i % 3 == 0 ? "!\n" : "\n");
        const Folder folder;
        const std::string path = folder.write("x.csv", mark.toStdString() + encoded(text, encoding.constData()));
        for (const std::string &more : {std::string(), "\"encoding\": \"" + encoding.toStdString() + '"'}) {
            const Items read = readAll("read.csv", withPath(path, more), 1000);
            COMPARE_TEXT(read.failure, "");
            QCOMPARE(read.items.size(), 20'000u);
            QVERIFY(read.errors.empty());
            for (int i = 0; i < 20'000; ++i)
                COMPARE_TEXT(std::string(read.items[size_t(i)].member("name")->toText()),
                             word + (i % 3 == 0 ? "!" : ""));
        }
        std::vector<StepProblem> problems;
        make("read.csv", withPath(path))->check({folder.path(), nullptr}, problems);
        QCOMPARE(!problems.empty(), mark.isEmpty() && !encoding.startsWith("UTF"));
    }
    void whatIsNoCharacterOfAnEncodingIsAFailedItem()
    {
        const Items read = readCsvText("a,b\nx,\xE4\ny,\x81\nz,\xF6\n", R"("encoding": "windows-1252")");
        QCOMPARE(read.failedItems, std::vector<size_t>{1});
        COMPARE_TEXT(std::string(read.items[0].member("b")->toText()), "ä");
        COMPARE_TEXT(std::string(read.items[2].member("b")->toText()), "ö");
    }
    void aFewFaultsInUtf8DontMakeItAnotherEncoding()
    {
        const Items read = readCsvText("a,b\nx,ä\ny,\xC3\nz,ö\n");
        QCOMPARE(read.failedItems, std::vector<size_t>{1});
        COMPARE_TEXT(std::string(read.items[2].member("b")->toText()), "ö");
    }
    void anEncodingThatNobodyKnowsIsSaid()
    {
        const Folder folder;
        folder.write("x.csv", "a,b\n1,2\n");
        std::vector<StepProblem> problems;
        make("read.csv", withPath("x.csv", R"("encoding": "latin")"))->check({folder.path(), nullptr}, problems);
        QCOMPARE(problems.size(), 1u);
        COMPARE_TEXT(problems[0].param, "encoding");
        QVERIFY(bytes(problems[0].text).startsWith("There is no encoding \"latin\""));
    }
    void fillingAtTheEndCostsOneItem()
    {
        const Items read = readCsvText("a,b\n1,2\n3,4\n" + std::string(4096, '\0'));
        QCOMPARE(read.items.size(), 3u);
        QCOMPARE(read.failedItems, std::vector<size_t>{2});
    }
};

} // namespace tst_packed

QTEST_GUILESS_MAIN(tst_packed::PackedTest)
#include "tst_packed.moc"

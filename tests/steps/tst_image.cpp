// SPDX-License-Identifier: MIT
// The step that works on pictures. Its pictures are made by hand, of plain pixels, so that what becomes of them is arithmetic.
#include "steps/StepRunner.h"

#include <QTest>

#include <array>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <vector>

using namespace millrace;
using namespace millrace::test;

namespace tst_image {

namespace {

using Colour = std::array<int, 3>;

/// A binary PPM.
std::string picture(int width, int height, const std::function<Colour(int x, int y)> &colourAt)
{
    std::string text = "P6\n" + std::to_string(width) + ' ' + std::to_string(height) + "\n255\n";
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            for (const int part : colourAt(x, y))
                text += char(part);
    return text;
}

std::string plain(int width, int height, const Colour &colour)
{
    return picture(width, height, [&](int, int) { return colour; });
}

/// Left half red, right half blue.
std::string halves(int width, int height)
{
    return picture(width, height, [&](int x, int) { return x < width / 2 ? Colour{255, 0, 0} : Colour{0, 0, 255}; });
}

std::unique_ptr<Batch> batchOfBytes(const std::vector<Value> &contents)
{
    auto batch = std::make_unique<Batch>();
    batch->reset(
        std::make_shared<const Schema>(std::vector<Field>{{"name", ValueType::Text}, {"content", ValueType::Bytes}}));
    for (size_t i = 0; i < contents.size(); ++i) {
        batch->columnToChange(0).appendText("n" + std::to_string(i));
        batch->columnToChange(1).append(contents[i]);
    }
    batch->setSize(contents.size());
    return batch;
}

struct Made
{
    std::string failure;
    std::vector<std::string> errors;
    std::vector<Value> items;

    Value field(const char *name, size_t row = 0) const
    {
        const Value *const value = items.at(row).member(name);
        return value ? *value : Value("absent");
    }
    std::string bytes(const char *name = "content", size_t row = 0) const
    {
        return std::string(field(name, row).toText());
    }
};

Made pass(const std::string &params, const std::vector<Value> &contents)
{
    const auto step = make("image", params);
    Made made;
    if (const auto opened = step->open({}); !opened) {
        made.failure = opened.error().message;
        return made;
    }
    const auto held = batchOfBytes(contents);
    Batch &batch = *held;
    if (const auto done = step->process(batch); !done)
        made.failure = done.error().message;
    for (const ItemError &error : batch.errors())
        made.errors.push_back(error.message);
    for (size_t row = 0; row < batch.size(); ++row)
        made.items.push_back(batch.item(row));
    return made;
}

Made pass(const std::string &params, const std::string &content)
{
    return pass(params, std::vector<Value>{Value::bytes(content)});
}

std::string said(const std::string &params, const std::string &content)
{
    const Made made = pass(params, content);
    return made.errors.empty() ? made.failure : made.errors.front();
}

std::string settings(const std::string &operation, const std::string &format, const std::string &more = {})
{
    const auto member = [](const std::string &name, const std::string &text) {
        return toJson(name) + ": " + toJson(text);
    };
    return '{' + member("operation", operation) + ", " + member("format", format) + (more.empty() ? "" : ", ") + more
           + '}';
}

std::string jpegOf(const std::string &picture)
{
    return pass(R"({"operation": "convert", "format": "jpeg", "quality": 95})", picture).bytes();
}

} // namespace

class ImageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void saysWhatAPictureSaysOfItself()
    {
        const Made made = pass("{}", std::vector<Value>{Value::bytes(plain(30, 20, {1, 2, 3})), Value()});
        COMPARE_TEXT(toJson(made.field("image")), R"({"format":"ppm","width":30,"height":20,"frames":1})");
        QVERIFY(made.field("image", 1).isNull()); // as the field was
        COMPARE_TEXT(toJson(made.field("name")), R"("n0")");
        const Made named = pass(R"({"into": "what"})", plain(1, 1, {0, 0, 0}));
        COMPARE_TEXT(toJson(named.field("what")), R"({"format":"ppm","width":1,"height":1,"frames":1})");
    }

    void readsAllOfIt()
    {
        const std::string params = R"({"operation": "read"})";
        COMPARE_TEXT(
            toJson(pass(params, halves(10, 4)).field("image")),
            R"({"format":"ppm","width":10,"height":4,"frames":1,"mean":[127.5,0,127.5],"hasAlpha":false,"isGray":false})");
        COMPARE_TEXT(toJson(*pass(params, plain(3, 3, {9, 9, 9})).field("image").member("mean")), "[9,9,9]");
        QVERIFY(pass(params, plain(3, 3, {9, 9, 9})).field("image").member("isGray")->toBoolean());
    }

    void resizes_data()
    {
        QTest::addColumn<QByteArray>("params");
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        QTest::newRow("inside, wide") << QByteArray(R"( "width": 10, "height": 10)") << 10 << 5;
        QTest::newRow("inside, high") << QByteArray(R"( "width": 90, "height": 5)") << 10 << 5;
        QTest::newRow("never enlarged") << QByteArray(R"( "width": 90, "height": 90)") << 40 << 20;
        QTest::newRow("width alone") << QByteArray(R"( "width": 20)") << 20 << 10;
        QTest::newRow("height alone") << QByteArray(R"( "height": 5)") << 10 << 5;
        QTest::newRow("one pixel at least") << QByteArray(R"( "width": 1)") << 1 << 1;
        QTest::newRow("cover") << QByteArray(R"( "width": 10, "height": 10, "fit": "cover")") << 10 << 10;
        QTest::newRow("cover, larger") << QByteArray(R"( "width": 50, "height": 50, "fit": "cover")") << 50 << 50;
        QTest::newRow("stretch") << QByteArray(R"( "width": 7, "height": 60, "fit": "stretch")") << 7 << 60;
    }
    void resizes()
    {
        QFETCH(QByteArray, params);
        QFETCH(int, width);
        QFETCH(int, height);
        for (const char *format : {"ppm", "png", "jpeg", "bmp"}) {
            const std::string all = settings("resize", format, params.toStdString());
            for (const std::string &given : {plain(40, 20, {200, 100, 50}), jpegOf(plain(40, 20, {200, 100, 50}))}) {
                const Made made = pass(all, given);
                QVERIFY2(made.errors.empty() && made.failure.empty(),
                         (made.failure + (made.errors.empty() ? "" : made.errors[0])).c_str());
                const Value seen = pass(R"({"operation": "read"})", made.bytes()).field("image");
                COMPARE_TEXT(std::string(seen.member("format")->toText()), format);
                QCOMPARE(seen.member("width")->toInteger(), width);
                QCOMPARE(seen.member("height")->toInteger(), height);
                const List &mean = seen.member("mean")->toList(); // a plain colour stays that, whatever the size
                for (size_t part = 0; part < 3; ++part)
                    QVERIFY(std::abs(mean[part].toReal() - Colour{200, 100, 50}[part]) < 3);
            }
        }
    }

    void coverCutsAtTheMiddle()
    {
        const Made made = pass(R"({"operation": "resize", "width": 10, "height": 10, "fit": "cover", "format": "ppm"})",
                               halves(40, 10));
        COMPARE_TEXT(made.bytes(), halves(10, 10));
        COMPARE_TEXT(pass(R"({"operation": "convert", "format": "ppm", "into": "copy"})", halves(6, 2)).bytes("copy"),
                     halves(6, 2));
    }

    void keepsPixelsWhereNothingIsLost()
    {
        const std::string given = picture(13, 7, [](int x, int y) { return Colour{x * 19, y * 36, (x * y) % 256}; });
        for (const char *format : {"png", "bmp"}) {
            const std::string there = pass(settings("convert", format), given).bytes();
            COMPARE_TEXT(pass(R"({"operation": "convert", "format": "ppm"})", there).bytes(), given);
        }
        QVERIFY(jpegOf(given).size()
                > pass(R"({"operation": "convert", "format": "jpeg", "quality": 5})", given).bytes().size());
    }

    void brokenPicturesFailTheirItem()
    {
        const std::string read = R"({"operation": "read"})", resize = R"({"operation": "resize", "width": 5})";
        const std::string jpeg = jpegOf(halves(300, 200)),
                          png = pass(R"({"operation": "convert", "format": "png"})", halves(300, 200)).bytes();
        QVERIFY(pass(read, jpeg).errors.empty());
        for (const std::string &params : {read, resize}) {
            for (const double part : {0.3, 0.6, 0.95}) {
                QVERIFY(said(params, jpeg.substr(0, size_t(double(jpeg.size()) * part)))
                            .find("can't be read: the file ends before")
                        != std::string::npos);
                QVERIFY(said(params, png.substr(0, size_t(double(png.size()) * part))).find("can't be read")
                        != std::string::npos);
            }
            const std::string ppm = halves(30, 20);
            QVERIFY(said(params, ppm.substr(0, ppm.size() / 2)).find("can't be read") != std::string::npos);
            QVERIFY(said(params, "no picture at all").find("it is no picture of a format that is known here")
                    != std::string::npos);
            QVERIFY(said(params, "").find("it is no picture") != std::string::npos);
            QVERIFY(said(params, "<svg xmlns='http:/"
                                 "/www.w3.org/2000/svg' width='9' height='9'/>")
                        .find("can't be read")
                    != std::string::npos);
        }
        // Those beside it go on, and the broken one stays as it came.
        const Made made = pass(resize, std::vector<Value>{Value::bytes(jpeg), Value::bytes("broken"), Value("text")});
        QCOMPARE(made.errors.size(), size_t(2));
        QVERIFY(made.errors[1].find("is the text \"text\", no bytes of a picture") != std::string::npos);
        QVERIFY(made.bytes("content", 0) != jpeg);
        COMPARE_TEXT(made.bytes("content", 1), "broken");
        COMPARE_TEXT(made.bytes("content", 2), "text");
    }

    void onesThatLieAboutTheirSizeTakeNoMemory()
    {
        const std::string huge = "P6\n30000 30000\n255\nabc";
        QVERIFY(said(R"({"operation": "read"})", huge).find("30000 by 30000 pixels large, more than may be read")
                != std::string::npos);
        QVERIFY(said(R"({"operation": "resize", "width": 10})", huge).find("more than may be read")
                != std::string::npos);
        QVERIFY(said(R"({"operation": "read", "maxPixels": 99})", plain(10, 10, {0, 0, 0})).find("10 by 10")
                != std::string::npos);
        QVERIFY(pass(R"({"operation": "read", "maxPixels": 100})", plain(10, 10, {0, 0, 0})).errors.empty());
        QVERIFY(said(R"({"operation": "resize", "width": 20000, "height": 20000, "fit": "cover"})",
                     plain(10, 10, {0, 0, 0}))
                    .find("it would become 20000 by 20000")
                != std::string::npos);
        QVERIFY(pass("{}", huge).errors.empty()); // looking at it costs nothing
    }

    void saysWhatIsMissing()
    {
        const auto problems = [](const std::string &params) {
            std::vector<StepProblem> found;
            make("image", params)->check({{}, batchOfBytes({})->schema()}, found);
            std::string text;
            for (const StepProblem &problem : found)
                text += problem.param + ' ';
            return text;
        };
        COMPARE_TEXT(problems("{}"), "");
        COMPARE_TEXT(problems(R"({"operation": "resize"})"), "width ");
        COMPARE_TEXT(problems(R"({"operation": "convert"})"), "format ");
        COMPARE_TEXT(problems(R"({"field": "photo"})"), "field ");
        const QByteArray place = qgetenv("MILLRACE_IMAGES");
        qputenv("MILLRACE_IMAGES", "/nowhere");
        const auto opened = make("image", "{}")->open({});
        qputenv("MILLRACE_IMAGES", place);
        QVERIFY(!opened && opened.error().message.find("install the package millrace-images") != std::string::npos);
    }
};

} // namespace tst_image

QTEST_GUILESS_MAIN(tst_image::ImageTest)
#include "tst_image.moc"

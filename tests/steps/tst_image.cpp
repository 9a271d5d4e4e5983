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

/// A JPEG that says, as cameras do, that it is to be turned by a right angle.
std::string turned(const std::string &jpeg)
{
    const char says[] = "\xff\xe1\x00\x22"
                        "Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    return jpeg.substr(0, 2) + std::string(says, sizeof says - 1) + jpeg.substr(2);
}

/// A GIF of four pixels, white and red.
std::string gif()
{
    const char bytes[] = "GIF89a\x02\0\x02\0\x80\0\0\xff\xff\xff\xff\0\0,\0\0\0\0\x02\0\x02\0\0\x02\x03\x44\x0e\x05\0;";
    return {bytes, sizeof bytes - 1};
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

    void filesThatEndEarlyAreNoneThatAreWhole()
    {
        const std::string read = R"({"operation": "read"})", jpeg = jpegOf(halves(30, 20));
        const std::string bmp = pass(settings("convert", "bmp"), halves(30, 20)).bytes();
        QVERIFY(pass(read, jpeg + std::string(100, '\0') + "\xff\xda film").errors.empty()); // as phones write them
        for (const std::string &whole : {bmp, gif()}) {
            COMPARE_TEXT(said(read, whole), "");
            for (const size_t left : {size_t(1), whole.size() / 3})
                QVERIFY(said(read, whole.substr(0, whole.size() - left)).find("can't be read") != std::string::npos);
        }
        COMPARE_TEXT(toJson(*pass(read, gif()).field("image").member("frames")), "1");
    }

    void picturesAreTurnedAsTheirCameraSays()
    {
        for (const int width : {40, 20}) {
            const std::string given = turned(jpegOf(halves(width, 20)));
            const Value seen = pass("{}", given).field("image");
            QCOMPARE(seen.member("width")->toInteger(), 20);
            QCOMPARE(seen.member("height")->toInteger(), width);
            const Made made =
                pass(R"({"operation": "resize", "width": 7, "height": 60, "fit": "stretch", "format": "ppm"})", given);
            QVERIFY(made.errors.empty());
            COMPARE_TEXT(made.bytes().substr(0, 8), "P6\n7 60\n");
            QVERIFY(uint8_t(made.bytes()[12]) > 200);                      // red is above
            QVERIFY(uint8_t(made.bytes()[made.bytes().size() - 1]) > 200); // blue below
        }
    }

    void whatAPictureHoldsBesidePixelsCostsLittle()
    {
        const std::string read = R"({"operation": "read"})", jpeg = jpegOf(halves(30, 20));
        const size_t scan = jpeg.find("\xff\xda");
        std::string many = jpeg.substr(0, scan);
        for (int i = 0; i < 300; ++i)
            many += std::string("\xff\xda\0\x08\x01\x01\0\0\x3f\0\x11", 11);
        QVERIFY(said(read, many + jpeg.substr(scan)).find("301 scans") != std::string::npos);
        // A text that is packed, and is no such thing: nobody looks at it.
        const std::string png = pass(settings("convert", "png"), halves(30, 20)).bytes();
        const size_t data = png.find("IDAT") - 4;
        const std::string text = png.substr(0, data) + std::string("\0\0\0\x04zTXtwhat\0\0\0\0", 16) + png.substr(data);
        const Made made = pass(read, text);
        COMPARE_TEXT(toJson(made.field("image")), toJson(pass(read, png).field("image")));
    }

    void aFailedItemKeepsWhatItCameWith()
    {
        const auto held = batchOfBytes({Value::bytes("broken"), Value()});
        held->columnToChange(1).appendAbsent();
        held->columnToChange(0).appendText("n2");
        held->setSize(3);
        const auto step = make("image", settings("convert", "png"));
        QVERIFY(step->open({}) && step->process(*held));
        QCOMPARE(held->errors().size(), size_t(1));
        COMPARE_TEXT(std::string(held->column(1).value(0).toText()), "broken");
        QVERIFY(held->column(1).isNull(1) && !held->column(1).isAbsent(1) && held->column(1).isAbsent(2));
    }

    void onesThatLieAboutTheirSizeTakeNoMemory()
    {
        const std::string huge = "P6\n30000 30000\n255\nabc";
        QVERIFY(said(R"({"operation": "read"})", huge)
                    .find("it says that it has 30000 by 30000 pixels, more than maxPixels allows")
                != std::string::npos);
        QVERIFY(said(R"({"operation": "resize", "width": 10})", huge).find("more than maxPixels allows")
                != std::string::npos);
        QVERIFY(said(R"({"operation": "read", "maxPixels": 99})", plain(10, 10, {0, 0, 0})).find("10 by 10")
                != std::string::npos);
        QVERIFY(pass(R"({"operation": "read", "maxPixels": 100})", plain(10, 10, {0, 0, 0})).errors.empty());
        QVERIFY(said(R"({"operation": "resize", "width": 20000, "height": 20000, "fit": "cover"})",
                     plain(10, 10, {0, 0, 0}))
                    .find("would become one of 20000 by 20000 pixels")
                != std::string::npos);
        // Higher than a number of 31 bits can tell its pixels.
        QVERIFY(said(R"({"operation": "resize", "width": 32767, "fit": "cover"})", plain(1, 30'000, {0, 0, 0}))
                    .find("would become one of 32767 by 983010000 pixels")
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

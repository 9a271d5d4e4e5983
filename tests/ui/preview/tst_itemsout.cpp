// SPDX-License-Identifier: MIT
// The data panel's items on their way out of it: as a file, and as pictures that their bytes are.
#include "data/json/JsonReader.h"
#include "preview/DataPanel.h"
#include "preview/ItemPictures.h"
#include "preview/ItemsExport.h"
#include "preview/ItemsModel.h"
#include "preview/ItemsPane.h"
#include "ui/support/Pictures.h"

#include <QBuffer>
#include <QFile>
#include <QHeaderView>
#include <QIcon>
#include <QImage>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

#include <string>
#include <vector>

namespace millrace::tst_itemsout {

namespace {

constexpr int Patience = 30'000; // milliseconds

SampledItem sampled(int64_t id, Members members)
{
    return {Value(id), Value(std::move(members)), 0};
}

SideData side(std::vector<SampledItem> items)
{
    return {{}, {{QStringLiteral("out"), items.size(), {std::move(items), {}}}}, {}};
}

std::string textOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

Value bytesOf(const QByteArray &bytes)
{
    return Value::bytes(bytes.toStdString());
}

Value pictureOf(QSize size, const QColor &color, const char *format = "PNG")
{
    QImage image(size, QImage::Format_RGB32);
    image.fill(color);
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, format);
    return bytesOf(buffer.data());
}

} // namespace

class TestItemsOut : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_theme.setKind(ThemeKind::Light); }

    void csvHasAColumnForEachFieldAndQuotesWhatNeedsIt()
    {
        const std::vector<Value> items{Value(Members{{"id", Value(1)}, {"name", Value("a, \"b\"\nc")}}),
                                       Value(Members{{"name", Value("")}, {"more", Value(List{Value(1), Value(2)})}}),
                                       Value(Members{{"id", Value()}, {"name", Value("d")}})};
        std::vector<const Value *> all;
        for (const Value &item : items)
            all.push_back(&item);
        QCOMPARE(itemsAsCsv(all), std::string("id,name,more\n1,\"a, \"\"b\"\"\nc\",\n,\"\",\"[1,2]\"\n,d,\n"));
        QCOMPARE(itemsAsCsv({}), std::string("\n"));
        const Value alone(Members{{"x", Value()}});
        QCOMPARE(itemsAsCsv({&alone}), std::string("x\n\"\"\n")); // no line that a reader would skip
        QCOMPARE(itemsAsJsonLines({all[2]}), std::string("{\"id\":null,\"name\":\"d\"}\n"));
    }

    void whatIsShownIsWritten()
    {
        QTemporaryDir folder;
        DataPanel panel(m_theme);
        const QSignalSpy told(&panel, &DataPanel::told);
        StepData data;
        data.isShown = true;
        data.out = side({sampled(1, {{"name", Value("Ada")}}), sampled(2, {{"name", Value("Grace")}}),
                         sampled(3, {{"name", Value("Adele")}})});
        panel.setData(data);
        panel.resize(800, 300);
        panel.show();
        panel.exportTo(folder.filePath(QStringLiteral("all.csv")));
        QCOMPARE(textOf(folder.filePath(QStringLiteral("all.csv"))), std::string("name\nAda\nGrace\nAdele\n"));
        panel.corner()->findChild<QLineEdit *>()->setText(QStringLiteral("ad"));
        panel.exportTo(folder.filePath(QStringLiteral("some.jsonl")));
        QCOMPARE(textOf(folder.filePath(QStringLiteral("some.jsonl"))),
                 std::string("{\"name\":\"Ada\"}\n{\"name\":\"Adele\"}\n"));
        panel.exportTo(QStringLiteral("/proc/no.csv"));
        QCOMPARE(told.size(), 3);
        QVERIFY(told[1][0].toString().contains(QLatin1String("some.jsonl")));
        QVERIFY(told[2][0].toString().contains(QLatin1String("can't be written")));
    }

    void bytesThatArePicturesAreToldByTheirBeginning()
    {
        const ItemPictures pictures;
        QCOMPARE(pictures.factsOf(pictureOf({64, 32}, Qt::red)),
                 std::optional(ItemPictures::Facts{QStringLiteral("PNG"), QSize(64, 32)}));
        QCOMPARE(pictures.factsOf(pictureOf({20, 10}, Qt::red, "BMP"))->format, QStringLiteral("BMP"));
        QVERIFY(!pictures.factsOf(Value("text")) && !pictures.factsOf(bytesOf("no picture at all")));
        QVERIFY(!pictures.factsOf(bytesOf({})) && !pictures.factsOf(Value()));
        // What could lead to other files isn't opened at all.
        QVERIFY(!pictures.factsOf(bytesOf("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>")));
    }

    void picturesAreShownInTheTableSmallAndFromAnotherThread()
    {
        ItemsPane pane(QStringLiteral("Out"), m_theme);
        pane.resize(700, 320);
        pane.show();
        pane.setData(side({sampled(1, {{"name", Value("red")}, {"photo", pictureOf({2000, 1000}, Qt::red)}}),
                           sampled(2, {{"name", Value("blue")}, {"photo", pictureOf({40, 40}, Qt::blue, "JPG")}}),
                           sampled(3, {{"name", Value("none")}, {"photo", bytesOf("\x89PNG broken")}})}));
        auto *table = pane.findChild<QTableView *>();
        const QAbstractItemModel &model = *table->model();
        QCOMPARE(model.index(0, 1).data().toString(), QStringLiteral("PNG, 2000 × 1000"));
        QTRY_VERIFY_WITH_TIMEOUT(!model.index(0, 1).data(Qt::DecorationRole).isNull(), Patience);
        QTRY_VERIFY_WITH_TIMEOUT(!model.index(1, 1).data(Qt::DecorationRole).isNull(), Patience);
        QVERIFY(model.index(2, 1).data(Qt::DecorationRole).isNull());
        const QSize small = model.index(0, 1).data(Qt::DecorationRole).value<QIcon>().availableSizes().value(0);
        QCOMPARE(small, QSize(ItemPictures::Widest, ItemPictures::Widest / 2));
        QVERIFY(table->verticalHeader()->defaultSectionSize() > 2 * pane.fontMetrics().height());
        const QImage shot = pane.grab().toImage();
        int red = 0;
        for (int y = 0; y < shot.height(); ++y)
            for (int x = 0; x < shot.width(); ++x)
                red += shot.pixelColor(x, y) == QColor(Qt::red);
        QVERIFY2(red > 500, qPrintable(QString::number(red)));
        QVERIFY(savePicture(pane, QStringLiteral("data-pictures")));
        // Without pictures, rows are as high as text again.
        pane.setData(side({sampled(1, {{"name", Value("red")}})}));
        QVERIFY(table->verticalHeader()->defaultSectionSize() < 2 * pane.fontMetrics().height());
    }

private:
    Theme m_theme;
};

} // namespace millrace::tst_itemsout

QTEST_MAIN(millrace::tst_itemsout::TestItemsOut)
#include "tst_itemsout.moc"

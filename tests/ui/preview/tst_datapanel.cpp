// SPDX-License-Identifier: MIT
#include "preview/DataPanel.h"
#include "preview/FieldProfile.h"
#include "preview/ItemsModel.h"
#include "preview/ItemsPane.h"
#include "theme/Theme.h"
#include "ui/support/Pictures.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QToolButton>

namespace millrace::tst_datapanel {

namespace {

SampledItem sampled(int64_t id, Members members)
{
    return {Value(id), Value(std::move(members)), 0};
}

SampledItem item(int64_t id, const char *name)
{
    return sampled(id, {{"id", Value(id)}, {"name", Value(name)}});
}

SideData side(std::vector<SampledItem> items, std::vector<SampledItem> latest = {})
{
    return {{}, {{QStringLiteral("out"), 3364, {std::move(items), std::move(latest)}}}, {}};
}

QTableView *tableIn(const QWidget &widget)
{
    return widget.findChild<QTableView *>();
}

} // namespace

class TestDataPanel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_theme.setKind(ThemeKind::Light); }

    void profilesSayWhatAFieldHolds()
    {
        const std::vector<Value> numbers{Value(1), Value(2.5), Value(2), Value(), Value(9)};
        std::vector<const Value *> values;
        for (const Value &number : numbers)
            values.push_back(&number);
        values.push_back(nullptr);
        const FieldProfile profile = profileOf(values);
        QCOMPARE(profile.type, QStringLiteral("real"));
        QVERIFY(profile.values == 4 && profile.nulls == 2 && profile.distinct == 4 && profile.isNumeric);
        QVERIFY(profile.least == QLatin1String("1") && profile.greatest == QLatin1String("9"));
        QCOMPARE(profile.bars, (std::vector<double>{0.5, 1, 0, 0, 0, 0, 0, 0.5}));

        const Value a("a"), b("b"), flag(true);
        const FieldProfile texts = profileOf(std::vector<const Value *>{&b, &a, &b, &b});
        QVERIFY(texts.type == QLatin1String("text") && !texts.isNumeric && texts.distinct == 2);
        QCOMPARE(texts.bars, (std::vector<double>{1, 1. / 3}));
        QCOMPARE(profileOf(std::vector<const Value *>{&a, &flag}).type, QStringLiteral("mixed"));
        QVERIFY(profileOf({}).bars.empty() && profileOf({}).type.isEmpty());
    }

    void columnsAreTheFieldsThatAnyItemHas()
    {
        ItemsModel model(m_theme);
        const QAbstractItemModelTester tester(&model);
        model.setItems(
            {item(1, "a"), sampled(7, {{"id", Value(2)}, {"more", Value(List{Value(1)})}}), {Value(8), Value(7), 0}});
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(model.columnCount(), 3);
        QCOMPARE(model.headerData(2, Qt::Horizontal, Qt::DisplayRole).toString(), QStringLiteral("more"));
        QCOMPARE(model.headerData(1, Qt::Vertical, Qt::DisplayRole).toString(), QStringLiteral("7")); // the item's id
        QCOMPARE(model.index(0, 1).data().toString(), QStringLiteral("a"));
        QCOMPARE(model.index(1, 1).data().toString(), QString());
        QVERIFY(model.index(0, 0).data(Qt::TextAlignmentRole).toInt() & Qt::AlignRight);
    }

    void whatAStepAddsAndChangesIsTinted()
    {
        ItemsModel model(m_theme);
        const QAbstractItemModelTester tester(&model);
        const auto row = [](int64_t id, const char *name, int64_t km) {
            return sampled(id, {{"id", Value(id)}, {"name", Value(name)}, {"km", Value(km)}});
        };
        model.setItems({row(2, "b", 7), row(1, "A", 8), row(5, "e", 9)}, {item(1, "a"), item(2, "b")});
        QVERIFY(model.fate(2) == ItemsModel::Fate::New && model.fate(1) == ItemsModel::Fate::Kept);
        const auto isTinted = [&](int line, int column) {
            return model.index(line, column).data(Qt::BackgroundRole).isValid();
        };
        QVERIFY(isTinted(0, 2) && isTinted(1, 2));   // new
        QVERIFY(isTinted(1, 1) && !isTinted(0, 1));  // changed
        QVERIFY(!isTinted(2, 1) && !isTinted(1, 0)); // nothing to compare with; the same
    }

    void newItemsOfTheSameShapeKeepTheTable()
    {
        ItemsModel model(m_theme);
        const QAbstractItemModelTester tester(&model);
        model.setItems({item(1, "a"), item(2, "b")});
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset), changed(&model, &QAbstractItemModel::dataChanged);
        model.setItems({item(3, "c"), item(4, "d")});
        QCOMPARE(reset.size(), 0);
        QCOMPARE(changed.size(), 1);
        QCOMPARE(model.index(1, 1).data().toString(), QStringLiteral("d"));
        model.setItems({});
        QCOMPARE(reset.size(), 1);
        QCOMPARE(model.rowCount(), 0);
    }

    void moreThanAThousandFieldsAreNotAllShownWhichIsSaid()
    {
        std::vector<SampledItem> items;
        for (int i = 0; i < 3; ++i) {
            Members members;
            for (int field = 0; field < 600; ++field)
                members.emplace_back("f" + std::to_string(i * 300 + field), Value(field));
            items.push_back(sampled(i, std::move(members)));
        }
        ItemsPane pane(QStringLiteral("Out"), m_theme);
        pane.setData(side(items));
        QCOMPARE(tableIn(pane)->model()->columnCount(), 1000);
        bool isSaid = false;
        for (const QLabel *label : pane.findChildren<QLabel *>())
            isSaid |= label->text().contains(QLatin1String("1,000 of their fields"));
        QVERIFY(isSaid);
        QCOMPARE(tableIn(pane)->model()->index(2, 999).data().toString(), QStringLiteral("399"));
        pane.setData(side({item(1, "a")}));
        for (const QLabel *label : pane.findChildren<QLabel *>())
            QVERIFY(!label->text().contains(QLatin1String("of their fields")));
    }

    void whatIsNotNewIsNotShownAnew()
    {
        ItemsPane in(QStringLiteral("In"), m_theme), out(QStringLiteral("Out"), m_theme);
        const auto shown = [](int64_t id, uint64_t version) {
            SideData data = side({item(id, "a")});
            data.ports[0].items.version = version;
            return data;
        };
        in.setData(shown(1, 7));
        out.setData(shown(1, 8), &in);
        QSignalSpy changed(tableIn(out)->model(), &QAbstractItemModel::dataChanged);
        out.setData(shown(1, 8), &in);
        QCOMPARE(changed.size(), 0);
        in.setData(shown(2, 9));
        out.setData(shown(1, 8), &in); // beside another one
        QVERIFY(changed.size() > 0);
        changed.clear();
        out.setData(shown(2, 10), &in);
        QVERIFY(changed.size() > 0);
    }

    void longCellsAreCut()
    {
        ItemsModel model(m_theme);
        model.setItems({sampled(1, {{"text", Value(std::string(100'000, 'x'))}})});
        QVERIFY(model.index(0, 0).data().toString().size() < 1000);
    }

    void columnsAreAsWideAsTheirCellsWithinLimits()
    {
        ItemsPane pane(QStringLiteral("Out"), m_theme);
        pane.resize(900, 240);
        pane.show();
        QVERIFY(QTest::qWaitForWindowExposed(&pane));
        const std::string name = "a name of some twenty-five letters";
        pane.setData(side({item(1, "a"), item(2, name.c_str())}));
        QTableView *table = tableIn(pane);
        const int needed = table->fontMetrics().horizontalAdvance(QString::fromStdString(name));
        QVERIFY(needed > 120);
        QVERIFY2(table->columnWidth(1) > needed && table->columnWidth(1) < needed + 60,
                 qPrintable(QString::number(table->columnWidth(1))));
        QVERIFY(table->columnWidth(0) < 100);
        // They grow with what comes, and don't jump back.
        const int before = table->columnWidth(1);
        pane.setData(side({item(1, "a"), item(2, "b")}));
        QCOMPARE(table->columnWidth(1), before);
        pane.setData(side({item(1, "a"), item(2, std::string(3'000, 'x').c_str())}));
        QVERIFY(table->columnWidth(1) > before && table->columnWidth(1) < 600);
        // A person's own width stays.
        table->setColumnWidth(1, 70);
        pane.setData(side({item(3, "a"), item(4, name.c_str())}));
        QCOMPARE(table->columnWidth(1), 70);
        pane.setData(side({sampled(1, {{"other", Value(1)}, {"text", Value(name)}})}));
        QVERIFY(table->columnWidth(1) > needed);
    }

    void portsAndNewestItemsAreChosenAndKept()
    {
        ItemsPane pane(QStringLiteral("Out"), m_theme);
        SideData data = side({item(1, "first")}, {item(9, "newest")});
        data.ports.push_back({QStringLiteral("rejected"), {}, {{item(3, "rejected")}, {}}});
        pane.setData(data);
        const QList<QComboBox *> choices = pane.findChildren<QComboBox *>();
        QComboBox *which = choices[0], *port = choices[1];
        if (which->itemText(0) != QLatin1String("first"))
            std::swap(which, port);
        const auto name = [&] { return std::string(pane.items()[0].item.member("name")->toText()); };
        QCOMPARE(name(), std::string("first"));
        which->setCurrentIndex(1);
        Q_EMIT which->activated(1);
        QCOMPARE(name(), std::string("newest"));
        port->setCurrentIndex(1);
        Q_EMIT port->activated(1);
        QCOMPARE(name(), std::string("rejected"));
        pane.setData(data); // of the next moment
        QCOMPARE(name(), std::string("rejected"));
    }

    void aStepIsShownBesideItsInputFilteredAsJsonAndCopied()
    {
        DataPanel panel(m_theme);
        panel.corner()->setParent(&panel);
        panel.resize(1000, 260);
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        QVERIFY(!tableIn(panel)->isVisible()); // no step is selected
        StepData data{true,
                      QStringLiteral("this run"),
                      {},
                      side({item(1, "a"), item(2, "b\tc")}),
                      side({sampled(1, {{"id", Value(1)}, {"name", Value("a")}, {"km", Value(1.5)}})})};
        panel.setData(data);
        const QList<ItemsPane *> panes{panel.findChild<ItemsPane *>(QStringLiteral("dataIn")),
                                       panel.findChild<ItemsPane *>(QStringLiteral("dataOut"))};
        QVERIFY(panes[0]->isVisible() && panes[1]->isVisible());
        QVERIFY(savePicture(panel, QStringLiteral("data-panel")));

        QComboBox *sides = nullptr, *form = nullptr;
        for (QComboBox *choice : panel.corner()->findChildren<QComboBox *>())
            (choice->count() == 3 ? sides : form) = choice;
        sides->setCurrentIndex(1);
        Q_EMIT sides->activated(1);
        QVERIFY(panes[0]->isVisible() && !panes[1]->isVisible());

        panel.corner()->findChild<QLineEdit *>()->setText(QStringLiteral("C"));
        QCOMPARE(tableIn(*panes[0])->model()->rowCount(), 1);
        panel.corner()->findChild<QToolButton *>()->click();
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("id\tname\n2\tb c\n"));
        form->setCurrentIndex(1);
        Q_EMIT form->activated(1);
        QCOMPARE(panes[0]->findChild<QPlainTextEdit *>()->toPlainText(), QStringLiteral(R"({"id":2,"name":"b\tc"})"));

        data.out.reset(); // a sink
        panel.setData(data);
        QVERIFY(panes[0]->isVisible() && !panes[1]->isVisible() && !sides->isVisible());
        panel.setData({});
        QVERIFY(!panes[0]->isVisible());
    }

private:
    Theme m_theme;
};

} // namespace millrace::tst_datapanel

QTEST_MAIN(millrace::tst_datapanel::TestDataPanel)
#include "tst_datapanel.moc"

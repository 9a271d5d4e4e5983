// SPDX-License-Identifier: MIT
#include "preview/DataPanel.h"
#include "preview/ItemsModel.h"
#include "theme/Theme.h"
#include "ui/support/Pictures.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

namespace millrace {

namespace {

Value item(int64_t id, const char *name)
{
    return Value(Members{{"id", Value(id)}, {"name", Value(name)}});
}

} // namespace

class TestDataPanel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void columnsAreTheFieldsThatAnyItemHas()
    {
        ItemsModel model;
        const QAbstractItemModelTester tester(&model);
        model.setItems({item(1, "a"), Value(Members{{"id", Value(2)}, {"more", Value(List{Value(1)})}}), Value(7)});
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(model.columnCount(), 3);
        QCOMPARE(model.headerData(2, Qt::Horizontal, Qt::DisplayRole).toString(), QStringLiteral("more"));
        QCOMPARE(model.headerData(2, Qt::Vertical, Qt::DisplayRole).toString(), QStringLiteral("3"));
        QCOMPARE(model.index(0, 1).data().toString(), QStringLiteral("a"));
        QCOMPARE(model.index(1, 1).data().toString(), QString());
        QVERIFY(model.index(0, 0).data(Qt::TextAlignmentRole).toInt() & Qt::AlignRight);
    }

    void newItemsOfTheSameShapeKeepTheTable()
    {
        ItemsModel model;
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

    void longCellsAreCut()
    {
        ItemsModel model;
        model.setItems({Value(Members{{"text", Value(std::string(100'000, 'x'))}})});
        QVERIFY(model.index(0, 0).data().toString().size() < 1000);
    }

    void columnsAreAsWideAsTheirCellsWithinLimits()
    {
        DataPanel panel;
        panel.resize(900, 240);
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        const std::string name = "a name of some twenty-five letters";
        panel.setItems({item(1, "a"), item(2, name.c_str())});
        auto *table = panel.findChild<QTableView *>();
        const QFontMetrics metrics = table->fontMetrics();
        const int needed = metrics.horizontalAdvance(QString::fromStdString(name));
        QVERIFY(needed > 120);
        QVERIFY2(table->columnWidth(1) > needed && table->columnWidth(1) < needed + 60,
                 qPrintable(QString::number(table->columnWidth(1))));
        QVERIFY(table->columnWidth(0) < 100);
        QVERIFY(savePicture(panel, QStringLiteral("data-panel-widths")));
        // They grow with what comes, and don't jump back.
        const int before = table->columnWidth(1);
        panel.setItems({item(1, "a"), item(2, "b")});
        QCOMPARE(table->columnWidth(1), before);
        panel.setItems({item(1, "a"), item(2, std::string(3'000, 'x').c_str())});
        QVERIFY(table->columnWidth(1) > before && table->columnWidth(1) < 600);
        // A person's own width stays.
        table->setColumnWidth(1, 70);
        panel.setItems({item(3, "a"), item(4, name.c_str())});
        QCOMPARE(table->columnWidth(1), 70);
        panel.setItems({Value(Members{{"other", Value(1)}, {"text", Value(name)}})});
        QVERIFY(table->columnWidth(1) > needed);
    }

    void theStepIsChosenByKeysAndKept()
    {
        Theme theme;
        theme.setKind(ThemeKind::Light);
        DataPanel panel;
        panel.chooser()->setParent(&panel);
        QSignalSpy chosen(&panel, &DataPanel::stepChosen);
        panel.setSteps({{"a", QStringLiteral("First")}, {"b", QStringLiteral("Second")}});
        QCOMPARE(panel.currentStep(), std::string("a"));
        panel.chooser()->setFocus();
        QTest::keyClick(panel.chooser(), Qt::Key_Down);
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(panel.currentStep(), std::string("b"));
        panel.setSteps({{"b", QStringLiteral("Renamed")}, {"c", QStringLiteral("Third")}});
        QCOMPARE(panel.currentStep(), std::string("b"));
        panel.showStep("c");
        QCOMPARE(panel.currentStep(), std::string("c"));
        panel.showStep("gone");
        QCOMPARE(panel.currentStep(), std::string("c"));

        panel.resize(700, 240);
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        QVERIFY(!panel.findChild<QTableView *>()->isVisible());
        panel.setItems({item(1, "a"), item(2, "b")});
        QVERIFY(panel.findChild<QTableView *>()->isVisible());
        QVERIFY(savePicture(panel, QStringLiteral("data-panel")));
    }
};

} // namespace millrace

QTEST_MAIN(millrace::TestDataPanel)
#include "tst_datapanel.moc"

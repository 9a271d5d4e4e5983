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

// SPDX-License-Identifier: MIT
#include "editing/QuickAdd.h"
#include "model/Drawing.h"
#include "palette/PalettePanel.h"
#include "palette/StepTypeModel.h"
#include "ui/support/Pictures.h"

#include <QAbstractItemModelTester>
#include <QDockWidget>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMainWindow>
#include <QMimeData>
#include <QSignalSpy>
#include <QTest>

namespace millrace::tst_palette {

class TestPalette : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        registerBuiltInSteps(m_registry);
        m_theme.setKind(ThemeKind::Light);
    }

    void everyTypeStandsUnderItsFamilyOnce()
    {
        StepTypeModel model(m_registry);
        const QAbstractItemModelTester tester(&model);
        Family family = Family::Source;
        size_t types = 0;
        QStringList headings;
        for (int row = 0; row < model.rowCount(); ++row) {
            if (const StepType *type = model.typeAt(row)) {
                ++types;
                QCOMPARE(type->family, family);
                QVERIFY(model.flags(model.index(row)) & Qt::ItemIsDragEnabled);
                continue;
            }
            family = Family(model.index(row).data(StepTypeModel::FamilyRole).toInt());
            headings << model.index(row).data().toString();
            QVERIFY(!(model.flags(model.index(row)) & Qt::ItemIsSelectable));
        }
        QCOMPARE(types, m_registry.types().size());
        QCOMPARE(QSet<QString>(headings.begin(), headings.end()).size(), headings.size());
    }

    void everyTypeIsFoundByTitleIdSynonymAndWhatItDoes()
    {
        StepTypeModel model(m_registry);
        const QAbstractItemModelTester tester(&model);
        for (const StepType &type : m_registry.types()) {
            std::vector<std::string> words = type.synonyms;
            words.push_back(type.title);
            words.push_back(type.id);
            words.push_back(type.help.substr(0, type.help.find(' ')));
            for (const std::string &word : words) {
                model.setSearch(QString::fromStdString(word));
                bool isFound = false;
                for (int row = 0; row < model.rowCount(); ++row)
                    isFound = isFound || model.typeAt(row) == &type;
                QVERIFY2(isFound, (type.id + " by \"" + word + '"').c_str());
            }
        }
        model.setSearch(QStringLiteral("no step does such a thing"));
        QCOMPARE(model.rowCount(), 0);
        QCOMPARE(model.firstType(), -1);
    }

    void everyTypeHasADrawing()
    {
        for (const StepType &type : m_registry.types()) {
            const QString icon = iconNameOf(type);
            QVERIFY2(QFile::exists(QStringLiteral(":/icons/%1.svg").arg(icon)), qPrintable(icon));
        }
    }

    void aDraggedTypeCarriesItsId()
    {
        StepTypeModel model(m_registry);
        const std::unique_ptr<QMimeData> data(model.mimeData({model.index(model.firstType())}));
        QCOMPARE(data->data(QLatin1String(StepMimeType)).toStdString(), model.typeAt(model.firstType())->id);
        QCOMPARE(model.mimeData({model.index(0)}), nullptr); // a heading
        QCOMPARE(model.mimeTypes(), QStringList{QLatin1String(StepMimeType)});
    }

    void usualStepsComeFirstButNeverBeforeABetterMatch()
    {
        StepTypeModel model(m_registry);
        const QAbstractItemModelTester tester(&model);
        model.setChoice([](const StepType &type) { return type.hasInput(); },
                        [](const StepType &type) { return type.kind == StepKind::Sink ? 9 : 0; });
        QCOMPARE(model.typeAt(0)->kind, StepKind::Sink);
        for (int row = 0; row < model.rowCount(); ++row)
            QVERIFY(model.typeAt(row) && model.typeAt(row)->hasInput());
        model.setSearch(QStringLiteral("formula"));
        QCOMPARE(model.typeAt(0)->id, std::string("formula"));
    }

    void doubleClickAndEnterAppend()
    {
        PalettePanel panel(m_registry, m_theme);
        panel.resize(210, 560);
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        QVERIFY(savePicture(panel, QStringLiteral("palette")));
        QSignalSpy chosen(&panel, &PalettePanel::chosen);
        auto *list = panel.findChild<QListView *>();
        const QModelIndex first = list->model()->index(1, 0);
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualRect(first).center());
        QCOMPARE(chosen.size(), 0);
        QTest::mouseDClick(list->viewport(), Qt::LeftButton, {}, list->visualRect(first).center());
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen[0][0].toString(), first.data(StepTypeModel::TypeIdRole).toString());
        list->setFocus();
        QTest::keyClick(list, Qt::Key_Return);
        QCOMPARE(chosen.size(), 2);
        // A heading is nothing to add.
        QTest::mouseDClick(list->viewport(), Qt::LeftButton, {}, list->visualRect(list->model()->index(0, 0)).center());
        QCOMPARE(chosen.size(), 2);
    }

    void theSearchIsWorkedByKeysAlone()
    {
        PalettePanel panel(m_registry, m_theme);
        panel.resize(210, 560);
        panel.show();
        panel.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&panel));
        panel.focusSearch();
        auto *search = panel.findChild<QLineEdit *>();
        auto *list = panel.findChild<QListView *>();
        QSignalSpy chosen(&panel, &PalettePanel::chosen);
        QTest::keyClicks(search, QStringLiteral("csv"));
        QVERIFY(savePicture(panel, QStringLiteral("palette-search")));
        QTest::keyClick(search, Qt::Key_Return);
        QCOMPARE(chosen.size(), 1);
        QVERIFY(chosen[0][0].toString().contains(QLatin1String("csv")));
        QTest::keyClick(search, Qt::Key_Down);
        QTRY_VERIFY(list->hasFocus());
        QTest::keyClick(list, Qt::Key_Down);
        QTest::keyClick(list, Qt::Key_Return);
        QCOMPARE(chosen.size(), 2);
        QVERIFY(chosen[1][0] != chosen[0][0]);
        QTest::keyClick(list, Qt::Key_X); // letters go on with the search
        QTRY_VERIFY(search->hasFocus());
        QCOMPARE(search->text(), QStringLiteral("csvx"));
        QTest::keyClick(search, Qt::Key_Escape);
        QCOMPARE(search->text(), QString());
    }

    void quickAddTakesTheBestMatchWithEnter()
    {
        QWidget window;
        window.resize(700, 500);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        QuickAdd quickAdd(m_registry, m_theme, &window);
        QSignalSpy chosen(&quickAdd, &QuickAdd::chosen), left(&quickAdd, &QuickAdd::left);
        quickAdd.open(window.mapToGlobal(QPoint(600, 450)), {}, {});
        QVERIFY(quickAdd.isVisible());
        QVERIFY(QRect(window.mapToGlobal(QPoint()), window.size()).contains(quickAdd.geometry()));
        auto *search = quickAdd.findChild<QLineEdit *>();
        QTest::keyClicks(search, QStringLiteral("formu"));
        QVERIFY(savePicture(quickAdd, QStringLiteral("quick-add")));
        QTest::keyClick(search, Qt::Key_Return);
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen[0][0].toString(), QStringLiteral("formula"));
        QVERIFY(!quickAdd.isVisible());

        quickAdd.open(window.mapToGlobal(QPoint(10, 10)), [](const StepType &type) { return !type.hasInput(); }, {});
        QTest::keyClick(search, Qt::Key_Down);
        QTest::keyClick(search, Qt::Key_PageDown);
        QTest::keyClick(search, Qt::Key_Up);
        QTest::keyClick(search, Qt::Key_Return);
        QCOMPARE(chosen.size(), 2);
        QVERIFY(!m_registry.find(chosen[1][0].toString().toStdString())->hasInput());
        quickAdd.open({}, {}, {});
        QTest::keyClick(search, Qt::Key_Escape);
        QVERIFY(!quickAdd.isVisible());
        QCOMPARE(left.size(), 1);
        QCOMPARE(chosen.size(), 2);
    }

    void quickAddIsNoHigherThanWhatItFoundAndStaysOnTheCanvas()
    {
        QMainWindow window;
        window.setCentralWidget(new QWidget);
        auto *dock = new QDockWidget;
        dock->setWidget(new QWidget);
        dock->widget()->setMinimumSize(200, 140);
        window.addDockWidget(Qt::BottomDockWidgetArea, dock);
        window.resize(700, 620);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        QuickAdd quickAdd(m_registry, m_theme, &window);
        const QWidget *canvas = window.centralWidget();
        const QRect room(canvas->mapToGlobal(QPoint()), canvas->size());
        quickAdd.open(room.bottomRight() - QPoint(5, 5), {}, {});
        QVERIFY2(room.contains(quickAdd.geometry()), "it covers the dock");
        auto *search = quickAdd.findChild<QLineEdit *>();
        auto *list = quickAdd.findChild<QListView *>();
        const int whole = quickAdd.height(), top = quickAdd.y();
        for (const char *typed : {"formula", "csv"}) {
            search->setText(QLatin1String(typed));
            const int rows = list->model()->rowCount();
            QVERIFY(rows > 0);
            int height = 0;
            for (int row = 0; row < rows; ++row)
                height += list->sizeHintForRow(row);
            height += 2 * list->frameWidth();
            QVERIFY(list->height() <= height);
            QVERIFY(list->height() == height || quickAdd.height() == whole);
            QCOMPARE(quickAdd.y(), top);
        }
        QVERIFY(savePicture(quickAdd, QStringLiteral("quick-add-few")));
        search->setText(QStringLiteral("no step does such a thing"));
        QVERIFY(!list->isVisible());
        QVERIFY(quickAdd.findChild<QLabel *>()->isVisible());
        QVERIFY(quickAdd.height() < whole / 2);
        QVERIFY(savePicture(quickAdd, QStringLiteral("quick-add-nothing")));
        search->clear();
        QVERIFY(list->isVisible() && !quickAdd.findChild<QLabel *>()->isVisible());
        QCOMPARE(quickAdd.height(), whole);
    }

private:
    StepRegistry m_registry;
    Theme m_theme;
};

} // namespace millrace::tst_palette

QTEST_MAIN(millrace::tst_palette::TestPalette)
#include "tst_palette.moc"

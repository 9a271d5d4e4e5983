// SPDX-License-Identifier: MIT
// What opens out of the inspector's fields, in both themes and at three sizes of text on a small screen: a picture of each is kept
// to be looked at, and no row of it is cut.
#include "canvas/CanvasScene.h"
#include "canvas/CanvasView.h"
#include "document/Document.h"
#include "theme/Fields.h"
#include "ui/support/WindowTest.h"

#include <QAbstractItemView>
#include <QDockWidget>
#include <QMenu>
#include <QScrollArea>
#include <QTest>
#include <QToolButton>

#include <set>

namespace millrace::tst_popups {

namespace {

constexpr int Patience = 60'000; // milliseconds

constexpr char Pictured[] = R"({"millrace": 1, "steps": [
    {"id": "orders", "type": "read.csv", "params": {"path": "orders.csv"}},
    {"id": "shares", "type": "encode.onehot", "params": {"field": "country"}},
    {"id": "names", "type": "rename", "params": {"names": {"country": "land"}}},
    {"id": "some", "type": "select", "params": {"fields": ["price", "country"]}}],
    "links": [{"from": "orders", "to": "shares"}, {"from": "orders", "to": "names"}, {"from": "orders", "to": "some"}]})";

} // namespace

class TestPopups : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { registerBuiltInSteps(m_registry); }

    void cleanup()
    {
        m_window.reset();
        m_theme.reset();
    }

    void whatOpensOutOfAFieldIsNotCut_data()
    {
        QTest::addColumn<bool>("isDark");
        QTest::addColumn<double>("points");
        for (const bool isDark : {false, true})
            for (const double points : {10.0, 15.0, 20.0})
                QTest::addRow("%s-%g", isDark ? "dark" : "light", points) << isDark << points;
    }

    void whatOpensOutOfAFieldIsNotCut()
    {
        QFETCH(const bool, isDark);
        QFETCH(const double, points);
        open(isDark, points);
        for (const char *step : {"orders", "shares", "names", "some"}) {
            m_window->canvas().canvas().select({step});
            QCoreApplication::sendPostedEvents();
            QCoreApplication::processEvents();
            keep(*m_window, step);
            for (auto *choice : inspector().findChildren<ChoiceField *>())
                if (choice->isVisible() && !choice->accessibleName().isEmpty())
                    lookAt(*choice, step);
            for (auto *button : inspector().findChildren<QToolButton *>())
                if (button->isVisible() && button->menu())
                    lookAt(*button->menu(), step);
        }
        QVERIFY(m_seen.contains(QStringLiteral("country")));
        m_seen.clear();
    }

private:
    void open(bool isDark, double points)
    {
        QSettings().clear();
        QFont font = QApplication::font();
        font.setPointSizeF(points);
        QApplication::setFont(font);
        m_theme = std::make_unique<Theme>();
        m_theme->setKind(isDark ? ThemeKind::Dark : ThemeKind::Light);
        m_folder = std::make_unique<QTemporaryDir>();
        write("orders.csv",
              "country,price,a field whose name is much too long to have room in a list,day\nFR,1.5,x,2020-01-01\n");
        write("popups.millrace", Pictured);
        m_window = std::make_unique<MainWindow>(m_registry, *m_theme);
        m_window->setAttribute(Qt::WA_DeleteOnClose, false);
        m_window->askLeaving = [](const QString &, bool, bool) { return MainWindow::Leaving::Leave; };
        m_window->resize(1024, 700);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        m_window->open(m_folder->filePath(QStringLiteral("popups.millrace")));
        QTRY_COMPARE_WITH_TIMEOUT(m_window->document().pipeline().steps.size(), size_t(4), Patience);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->document().fields().input.contains("some")
                                     && m_window->document().fields().input.at("some"),
                                 Patience);
    }

    void write(const char *name, const QByteArray &content) const
    {
        QFile file(m_folder->filePath(QLatin1String(name)));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
    }

    QWidget &inspector() const { return *m_window->findChild<QWidget *>(QStringLiteral("inspectorCard")); }

    void keep(QWidget &widget, const QString &name) const
    {
        QVERIFY(savePicture(widget, QStringLiteral("popups-%1-%2").arg(QLatin1String(QTest::currentDataTag()), name)));
    }
    void keep(QWidget &widget, const char *name) const { keep(widget, QString::fromLatin1(name)); }

    void lookAt(ChoiceField &choice, const char *step)
    {
        QCoreApplication::sendPostedEvents(); // the form has its widths
        choice.showPopup();
        QAbstractItemView &list = *choice.view();
        QVERIFY(list.window()->isVisible());
        const QString name = QString::fromLatin1(step) + QLatin1Char('-')
                             + QString(choice.accessibleName()).replace(QLatin1Char(' '), QLatin1Char('-'));
        keep(*list.window(), name);
        QVERIFY2(list.window()->width() >= choice.width(),
                 qPrintable(QStringLiteral("%1: %2 of %3").arg(name).arg(list.window()->width()).arg(choice.width())));
        QVERIFY2(m_window->screen()->geometry().contains(list.window()->geometry()), qPrintable(name));
        for (int row = 0; row < choice.count(); ++row) {
            const QModelIndex index = choice.model()->index(row, 0);
            m_seen.insert(choice.itemText(row));
            QVERIFY2(list.visualRect(index).height() >= list.fontMetrics().height(), qPrintable(name));
            // A row that has no room ends in "…" and is said in full by its tool tip.
            const int wanted = list.fontMetrics().horizontalAdvance(choice.itemText(row));
            QVERIFY2(list.viewport()->width() >= wanted
                         || index.data(Qt::ToolTipRole).toString() == choice.itemText(row),
                     qPrintable(name + QStringLiteral(": ") + choice.itemText(row)));
        }
        choice.hidePopup();
    }

    void lookAt(QMenu &menu, const char *step)
    {
        Q_EMIT menu.aboutToShow();
        menu.popup(inspector().mapToGlobal(QPoint(0, 0)));
        keep(menu, QString::fromLatin1(step) + QStringLiteral("-menu"));
        QVERIFY2(m_window->screen()->geometry().contains(menu.geometry()), step);
        for (const QAction *action : menu.actions())
            m_seen.insert(action->text());
        menu.hide();
    }

    const OwnSettings m_settings;
    StepRegistry m_registry;
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<MainWindow> m_window;
    std::set<QString> m_seen; ///< texts of rows
};

} // namespace millrace::tst_popups

QTEST_MAIN(millrace::tst_popups::TestPopups)
#include "tst_popups.moc"

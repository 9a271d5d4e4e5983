// SPDX-License-Identifier: MIT
#include "log/LogModel.h"
#include "log/LogPanel.h"
#include "log/RecordPane.h"
#include "ui/support/Pictures.h"

#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QContextMenuEvent>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMouseEvent>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QToolButton>
#include <QVBoxLayout>

namespace millrace::tst_logpanel {

namespace {

LogRecord failed(uint64_t number)
{
    LogRecord record;
    record.number = number;
    record.time = 1'700'000'000'000 + int64_t(number) * 100;
    record.level = LogLevel::Error;
    record.step = "price";
    record.worker = 1;
    record.batch = 3105;
    record.itemId = Value(int64_t(310'000 + number));
    record.hasItem = true;
    record.origin = "orders_2019.csv line 310,443";
    record.item = Value(Members{{"sku", Value("A-7731")}, {"cents", Value("12,50")}, {"country", Value("FR")}});
    record.message = "cents: \"12,50\" is not a number";
    record.trace = "at price (expression:1)  round(cents / 100, 2)";
    record.attempts = 3;
    return record;
}

LogRecord info(uint64_t number, const char *step)
{
    LogRecord record;
    record.number = number;
    record.step = step;
    record.message = "Something was read.";
    return record;
}

} // namespace

class TestLogPanel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_theme.setKind(ThemeKind::Light);
        m_window = std::make_unique<QWidget>();
        auto *layout = new QVBoxLayout(m_window.get());
        m_panel = new LogPanel(m_theme);
        layout->addWidget(m_panel->filterBar());
        layout->addWidget(m_panel);
        m_panel->model().setGrouped(false);
        m_panel->setNames([](const std::string &step) { return QString::fromStdString(step).toUpper(); });
        m_panel->append({info(1, ""), info(2, "orders"), failed(3), failed(4)});
        m_window->resize(1100, 320);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    }

    void cleanup()
    {
        m_window.reset();
        QSettings().clear();
    }

    void largeNumbersAreShownWhole()
    {
        LogRecord far = failed(5);
        far.itemId = Value(int64_t(2'999'999'999));
        far.count = 1'234'567'890;
        m_panel->model().setGrouped(true);
        m_panel->append({far});
        QTRY_COMPARE(m_panel->model().record(0)->number, uint64_t(5));
        auto *table = m_panel->findChild<QTableView *>();
        for (const int column : {LogModel::Item, LogModel::Times}) {
            QVERIFY(!table->isColumnHidden(column));
            const QString text = table->model()->index(0, column).data().toString();
            QVERIFY2(table->columnWidth(column) >= table->fontMetrics().horizontalAdvance(text) + 12, qPrintable(text));
        }
        savePicture(*m_window, QStringLiteral("log-large-numbers"));
        // What a person made narrower stays so while nothing wider comes.
        table->setColumnWidth(LogModel::Item, 60);
        m_panel->append({failed(6)});
        QCOMPARE(table->columnWidth(LogModel::Item), 60);
        // A long id doesn't take the room of the messages.
        LogRecord named = failed(7);
        named.itemId = Value(std::string(500, 'x'));
        m_panel->append({named});
        QVERIFY(table->columnWidth(LogModel::Item) > 60 && table->columnWidth(LogModel::Item) < 400);
    }

    void theSelectedRecordIsShownInFull()
    {
        QTest::mouseClick(table().viewport(), Qt::LeftButton, {}, rowPoint(1));
        const QString all = shownTexts();
        for (const char *part : {"is not a number", "Step PRICE", "worker 2", "batch 3,105", "#310,003",
                                 "orders_2019.csv line 310,443", "tried 3 times", "A-7731", "at price (expression:1)"})
            QVERIFY2(all.contains(QLatin1String(part)), part);
        QVERIFY(savePicture(*m_window, QStringLiteral("log-panel")));
        QTest::mouseClick(button("Copy"), Qt::LeftButton);
        QVERIFY(QGuiApplication::clipboard()->text().contains(QLatin1String("A-7731")));
    }

    void arrowsMoveTheSelectionAndTheRecord()
    {
        table().setFocus();
        QTest::keyClick(&table(), Qt::Key_Down);
        QTest::keyClick(&table(), Qt::Key_Down);
        QTest::keyClick(&table(), Qt::Key_Down);
        QTest::keyClick(&table(), Qt::Key_Down);
        QVERIFY(!shownTexts().contains(QLatin1String("A-7731")));
        QTest::keyClick(&table(), Qt::Key_Home, Qt::ControlModifier);
        QVERIFY(shownTexts().contains(QLatin1String("A-7731")));
    }

    void doubleClickAndEnterTravelToTheStep()
    {
        QSignalSpy wanted(m_panel, &LogPanel::stepWanted);
        QTest::mouseClick(table().viewport(), Qt::LeftButton, {}, rowPoint(0));
        QCOMPARE(wanted.size(), 0);
        QTest::mouseDClick(table().viewport(), Qt::LeftButton, {}, rowPoint(0));
        QCOMPARE(wanted.size(), 1);
        QTest::keyClick(&table(), Qt::Key_Return);
        QCOMPARE(wanted.size(), 2);
        QTest::mouseClick(button("Show step"), Qt::LeftButton);
        QCOMPARE(wanted.size(), 3);
        QCOMPARE(wanted.back().front().value<std::string>(), std::string("price"));
        // A record of the run itself has nowhere to travel to.
        QTest::mouseDClick(table().viewport(), Qt::LeftButton, {}, rowPoint(3));
        QCOMPARE(wanted.size(), 3);
    }

    void filtersAreSetByKeys()
    {
        auto *step = field<QComboBox>("Show records of this step");
        QCOMPARE(step->count(), 3);
        step->setFocus();
        QTest::keyClick(step, Qt::Key_Down);
        QCOMPARE(m_panel->model().rowCount(), 1);
        QTest::keyClick(step, Qt::Key_Up);
        QCOMPARE(m_panel->model().rowCount(), 4);
        auto *level = field<QComboBox>("Show records from this level on");
        level->setFocus();
        QTest::keyClick(level, Qt::Key_End);
        QCOMPARE(m_panel->model().rowCount(), 2);
        QTest::keyClick(level, Qt::Key_Home);
        auto *text = field<QLineEdit>("Show records with this text");
        text->setFocus();
        QTest::keyClicks(text, QStringLiteral("line 310,443"));
        QCOMPARE(m_panel->model().rowCount(), 2);
        QTest::keyClick(text, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClick(text, Qt::Key_Delete);
        QCOMPARE(m_panel->model().rowCount(), 4);
        m_panel->showOnly("price");
        QCOMPARE(m_panel->model().rowCount(), 2);
        m_panel->clear();
        QCOMPARE(m_panel->model().rowCount(), 0);
    }

    void pauseIsAButtonThatKeysReach()
    {
        auto *pause = field<QToolButton>("Hold the log still");
        QVERIFY(!m_panel->isPaused());
        pause->setFocus();
        QTest::keyClick(pause, Qt::Key_Space);
        QVERIFY(m_panel->isPaused());
        QTest::mouseClick(pause, Qt::LeftButton);
        QVERIFY(!m_panel->isPaused());
    }

    void whatIsReadStaysInPlaceWhenRecordsComeIn()
    {
        std::vector<LogRecord> many;
        for (uint64_t number = 5; number < 205; ++number)
            many.push_back(failed(number));
        m_panel->append(many);
        QCoreApplication::sendPostedEvents();
        table().setCurrentIndex(m_panel->model().index(100, 0));
        table().scrollTo(m_panel->model().index(100, 0), QAbstractItemView::PositionAtTop);
        const uint64_t number = m_panel->model().record(100)->number;
        const int top = table().visualRect(table().currentIndex()).top();
        m_panel->append({failed(300), failed(301)});
        QCoreApplication::sendPostedEvents();
        QCOMPARE(table().currentIndex().row(), 102);
        QCOMPARE(m_panel->model().record(102)->number, number);
        QCOMPARE(table().visualRect(table().currentIndex()).top(), top);
    }

    void errorsThatAreAlikeAreOneRowUntilAllAreWanted()
    {
        auto *grouped = field<QToolButton>("One row for errors and warnings that are alike");
        QVERIFY(table().isColumnHidden(LogModel::Times));
        grouped->setChecked(false); // as the model is now
        QTest::mouseClick(grouped, Qt::LeftButton);
        QCOMPARE(m_panel->model().rowCount(), 3);
        QVERIFY(!table().isColumnHidden(LogModel::Times));
        LogRecord many = failed(5);
        many.count = 1200;
        m_panel->append({many});
        QTRY_COMPARE(m_panel->model().index(0, LogModel::Times).data().toString(), QStringLiteral("1,200"));
        QTest::mouseClick(table().viewport(), Qt::LeftButton, {}, rowPoint(0));
        QVERIFY2(shownTexts().contains(QLatin1String("the last of 1,200 like it")), qPrintable(shownTexts()));
        for (const auto &[kind, name] : {std::pair(ThemeKind::Light, "light"), {ThemeKind::Dark, "dark"}}) {
            m_theme.setKind(kind);
            QVERIFY(savePicture(*m_window, QStringLiteral("log-repeats-%1").arg(QLatin1String(name))));
        }
        QTest::mouseClick(button("All like it"), Qt::LeftButton);
        QCOMPARE(m_panel->model().rowCount(), 3);
        for (int row = 0; row < 3; ++row)
            QCOMPARE(m_panel->model().record(row)->level, LogLevel::Error);
        QVERIFY(!grouped->isChecked());
        QTest::mouseClick(grouped, Qt::LeftButton);
        QCOMPARE(m_panel->model().rowCount(), 3); // two records of information, and the errors
        m_panel->clear();
        QVERIFY(table().isColumnHidden(LogModel::Times));
    }

    void whatIsSelectedStaysSelectedWhileRowsAreMadeAnew()
    {
        m_panel->model().setGrouped(true);
        QTest::mouseClick(table().viewport(), Qt::LeftButton, {}, rowPoint(0));
        for (uint64_t number = 5; number < 60; ++number)
            m_panel->append({failed(number), info(number, "orders")});
        QTRY_COMPARE(m_panel->model().times(table().currentIndex().row()), uint64_t(57));
        QVERIFY(shownTexts().contains(QLatin1String("A-7731")));
    }

    void rowsAreCopiedAsText()
    {
        table().setFocus();
        QTest::mouseClick(table().viewport(), Qt::LeftButton, {}, rowPoint(0));
        QTest::mouseClick(table().viewport(), Qt::LeftButton, Qt::ShiftModifier, rowPoint(2));
        QTest::keyClick(&table(), Qt::Key_C, Qt::ControlModifier);
        const QStringList lines = QGuiApplication::clipboard()->text().split(QLatin1Char('\n'));
        QCOMPARE(lines.size(), 3);
        const QStringList cells = lines[0].split(QLatin1Char('\t'));
        QCOMPARE(cells.size(), 5); // the column of repeats isn't shown
        QCOMPARE(cells[1], QStringLiteral("Error"));
        QCOMPARE(cells[2], QStringLiteral("PRICE"));
        QCOMPARE(cells[4], QStringLiteral("cents: \"12,50\" is not a number"));
        QVERIFY(lines[2].endsWith(QLatin1String("Something was read.")));
    }

    void aMenuOffersWhatCanBeDoneWithARow()
    {
        m_panel->model().setGrouped(true);
        QTest::mouseClick(table().viewport(), Qt::LeftButton, {}, rowPoint(0));
        const auto choose = [this](const QString &text) {
            QContextMenuEvent event(QContextMenuEvent::Keyboard, rowPoint(0),
                                    table().viewport()->mapToGlobal(rowPoint(0)));
            QCoreApplication::sendEvent(table().viewport(), &event);
            auto *menu = qobject_cast<QMenu *>(QApplication::activePopupWidget());
            if (!menu)
                return false;
            savePicture(*menu, QStringLiteral("log-menu"));
            for (QAction *action : menu->actions())
                if (action->text().remove(QLatin1Char('&')).startsWith(text)) {
                    action->trigger();
                    menu->close();
                    return true;
                }
            return false;
        };
        QVERIFY(choose(QStringLiteral("Copy with all data")));
        QVERIFY(QGuiApplication::clipboard()->text().contains(QLatin1String("\"sku\":\"A-7731\"")));
        QSignalSpy wanted(m_panel, &LogPanel::recordWanted);
        QVERIFY(choose(QStringLiteral("Show the step")));
        QCOMPARE(wanted.size(), 1);
        QVERIFY(choose(QStringLiteral("Only this step")));
        QCOMPARE(m_panel->model().filter().step, std::string("price"));
        QVERIFY(choose(QStringLiteral("All 2 like this one")));
        QCOMPARE(m_panel->model().rowCount(), 2);
        QVERIFY(!m_panel->model().isGrouped());
    }

    void aClickOnATitleSorts()
    {
        QHeaderView &header = *table().horizontalHeader();
        const auto click = [&header](int column) {
            const QPoint at(header.sectionViewportPosition(column) + 20, header.height() / 2);
            QTest::mouseClick(header.viewport(), Qt::LeftButton, {}, at);
        };
        click(LogModel::Time);
        QCOMPARE(m_panel->model().record(0)->number, uint64_t(1));
        click(LogModel::Time);
        QCOMPARE(m_panel->model().record(0)->number, uint64_t(4));
    }

    void noLevelIsCut()
    {
        QFont strong = m_theme.font(FontRole::Strong);
        const int width = QFontMetrics(strong).horizontalAdvance(QStringLiteral("Warning"));
        QVERIFY2(table().columnWidth(LogModel::Level) >= width + 18, qPrintable(QString::number(width)));
    }

    void theColumnOfStepsIsAsWideAsTheirNamesWithinBounds()
    {
        const int narrow = table().columnWidth(LogModel::Step);
        m_panel->append({info(5, "a step with a rather long name")});
        const int wide = table().columnWidth(LogModel::Step);
        QVERIFY(wide > narrow);
        QVERIFY(wide >= table().fontMetrics().horizontalAdvance(QStringLiteral("A STEP WITH A RATHER LONG NAME")));
        m_panel->append({info(6, std::string(200, 'x').c_str())});
        QVERIFY(table().columnWidth(LogModel::Step) < 300 * m_theme.fontScale());
    }

    void theColumnOfStepsStaysAsAPersonMadeIt()
    {
        QHeaderView &header = *table().horizontalHeader();
        const QPoint edge(header.sectionViewportPosition(LogModel::Step) + header.sectionSize(LogModel::Step) - 1,
                          header.height() / 2);
        QTest::mousePress(header.viewport(), Qt::LeftButton, {}, edge);
        QMouseEvent drag(QEvent::MouseMove, edge + QPoint(63, 0), header.viewport()->mapToGlobal(edge + QPoint(63, 0)),
                         Qt::LeftButton, Qt::LeftButton, {});
        QApplication::sendEvent(header.viewport(), &drag);
        QTest::mouseRelease(header.viewport(), Qt::LeftButton, {}, edge + QPoint(63, 0));
        const int chosen = table().columnWidth(LogModel::Step);
        m_panel->append({info(5, "a step with a rather long name")});
        QCOMPARE(table().columnWidth(LogModel::Step), chosen);
        LogPanel another(m_theme);
        QCOMPARE(another.findChild<QTableView *>()->columnWidth(LogModel::Step), chosen);
    }

    void dataIsLaidOutToBeRead()
    {
        const Value item(Members{{"a", Value(1)}, {"list", Value(List{Value("x"), Value()})}});
        QCOMPARE(laidOutJson(item, 80),
                 QStringLiteral("{ \"a\": 1, \"list\": [\"x\", null] }")
                     .replace(QStringLiteral("[\"x\", null]"), QString::fromStdString(toJson(*item.member("list")))));
        QVERIFY(laidOutJson(item, 12).contains(QLatin1Char('\n')));
        QCOMPARE(laidOutJson(Value(2.5), 80), QStringLiteral("2.5"));
    }

private:
    QTableView &table() const { return *m_panel->findChild<QTableView *>(); }
    QPoint rowPoint(int row) const
    {
        return table().visualRect(m_panel->model().index(row, LogModel::Message)).center();
    }

    QPushButton *button(const char *text) const
    {
        for (QPushButton *found : m_panel->findChildren<QPushButton *>())
            if (found->text() == QLatin1String(text))
                return found;
        return nullptr;
    }

    template <class Field>
    Field *field(const char *name) const
    {
        for (Field *found : m_window->findChildren<Field *>())
            if (found->accessibleName() == QLatin1String(name))
                return found;
        return nullptr;
    }

    QString shownTexts() const
    {
        QString all;
        for (const QLabel *label : m_panel->findChildren<QLabel *>())
            if (label->isVisible())
                all += label->text() + QLatin1Char('\n');
        return all;
    }

    const OwnSettings m_settings;
    Theme m_theme;
    std::unique_ptr<QWidget> m_window;
    LogPanel *m_panel = nullptr;
};

} // namespace millrace::tst_logpanel

QTEST_MAIN(millrace::tst_logpanel::TestLogPanel)
#include "tst_logpanel.moc"

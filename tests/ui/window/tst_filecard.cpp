// SPDX-License-Identifier: MIT
// The card that shows how a dropped file would be read.
#include "canvas/CanvasView.h"
#include "document/Document.h"
#include "inspector/InspectorPanel.h"
#include "ui/support/WindowTest.h"
#include "window/commands/FileCard.h"

#include <QDropEvent>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QTableWidget>
#include <QTest>
#include <QUrl>

#include <algorithm>

namespace millrace::tst_filecard {

namespace {
constexpr int Patience = 30'000; // milliseconds
constexpr char Parcels[] = "Parcels of May\n\nid;place;fee\n1;Ulm, Kern;4,50\n2;Bonn;3,25\n3;Köln;12,75\n";
} // namespace

class TestFileCard : public WindowTest
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_window = makeWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    }

    void cleanup() { m_window.reset(); }

    void aDroppedFileIsShownAsItIsRead()
    {
        drop(Parcels);
        const auto *table = card()->findChild<QTableWidget *>();
        QCOMPARE(table->columnCount(), 3);
        QCOMPARE(table->rowCount(), 3);
        QCOMPARE(table->item(0, 1)->text(), QStringLiteral("Ulm, Kern"));
        QCOMPARE(table->item(0, 2)->text(), QStringLiteral("4.5"));
        QCOMPARE(table->horizontalHeaderItem(2)->text(), QStringLiteral("fee\nreal"));
        QCOMPARE(field("Delimiter")->text(), QStringLiteral(";"));
        QCOMPARE(field("Lines above")->text(), QStringLiteral("2"));
        for (const QSize size : {QSize(1440, 900), QSize(1024, 700)})
            for (const ThemeKind kind : {ThemeKind::Light, ThemeKind::Dark}) {
                m_theme.setKind(kind);
                m_window->resize(size);
                QCoreApplication::processEvents();
                QVERIFY(m_window->canvas().rect().contains(card()->geometry()));
                QVERIFY(savePicture(*m_window, QStringLiteral("file-card-%1-%2").arg(size.width()).arg(int(kind))));
            }
    }

    void readItSoWritesItAsOneEdit()
    {
        drop(Parcels);
        const QStringList captions = m_window->document().captions();
        for (auto *button : card()->findChildren<QPushButton *>())
            if (button->text() == QStringLiteral("Read it so"))
                QTest::mouseClick(button, Qt::LeftButton);
        QVERIFY(!card()->isVisible());
        QCOMPARE(m_window->document().captions().size(), captions.size() + 1);
        QVERIFY(param("delimiter") == Value(";") && param("skipLines") == Value("2") && param("decimal") == Value(","));
        m_window->document().undo();
        QVERIFY(param("delimiter").isNull());
    }

    void aChangedGuessIsTriedAtOnce()
    {
        drop(Parcels);
        QLineEdit *delimiter = field("Delimiter");
        delimiter->setFocus();
        delimiter->selectAll();
        QTest::keyClicks(delimiter, QStringLiteral("|"));
        const auto *table = card()->findChild<QTableWidget *>();
        QTRY_COMPARE_WITH_TIMEOUT(table->columnCount(), 1, Patience);
        QTest::keyClick(delimiter, Qt::Key_Backspace);
        QTest::keyClicks(delimiter, QStringLiteral(";"));
        QTRY_COMPARE_WITH_TIMEOUT(table->columnCount(), 3, Patience);
        QTest::keyClick(delimiter, Qt::Key_Return);
        QVERIFY(param("delimiter") == Value(";"));
    }

    void aFileThatIsChosenInTheInspectorIsShownWithTheKeyboardOnTheCard()
    {
        drop(Parcels);
        QTest::keyClick(card(), Qt::Key_Escape);
        QVERIFY(!card()->isVisible());
        auto *inspector = m_window->findChild<InspectorPanel *>();
        Q_EMIT inspector->fileChosen(m_window->document().pipeline().steps.front().id);
        QTRY_VERIFY_WITH_TIMEOUT(card()->isVisible(), Patience);
        QVERIFY(card()->isAncestorOf(QApplication::focusWidget()));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
        QVERIFY(param("delimiter") == Value(";"));
        QVERIFY(m_window->canvas().hasFocus());
    }

    void escapeLeavesItOpen()
    {
        drop(Parcels);
        field("Delimiter")->setFocus();
        QTest::keyClick(field("Delimiter"), Qt::Key_Escape);
        QVERIFY(!card()->isVisible());
        QVERIFY(param("delimiter").isNull());
    }

    void whatIsWrongIsSaid()
    {
        drop("a,b;c\nu,v;w\nx,y;z\n");
        const auto labels = card()->findChildren<QLabel *>();
        QVERIFY(std::ranges::any_of(labels, [](const QLabel *label) {
            return label->text().contains(QStringLiteral("may be \",\" or \";\"")) && label->isVisible();
        }));
    }

private:
    void drop(const char *text)
    {
        write("parcels.csv", text);
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(path("parcels.csv"))});
        QWidget *canvas = m_window->canvas().viewport();
        QDragEnterEvent enter({200, 150}, Qt::CopyAction, &data, Qt::LeftButton, {});
        QApplication::sendEvent(canvas, &enter);
        QDropEvent drop({200, 150}, Qt::CopyAction, &data, Qt::LeftButton, {});
        QApplication::sendEvent(canvas, &drop);
        QTRY_VERIFY_WITH_TIMEOUT(card()->isVisible(), Patience);
        QVERIFY(m_window->canvas().hasFocus()); // so that the drawing goes on as before
    }

    FileCard *card() const { return m_window->findChild<FileCard *>(); }

    QLineEdit *field(const char *name) const
    {
        for (auto *found : card()->findChildren<QLineEdit *>())
            if (found->accessibleName() == QLatin1String(name))
                return found;
        return nullptr;
    }

    Value param(const char *name) const
    {
        const Value *value = m_window->document().pipeline().steps.front().param(name);
        return value ? *value : Value();
    }
};

} // namespace millrace::tst_filecard

QTEST_MAIN(millrace::tst_filecard::TestFileCard)
#include "tst_filecard.moc"

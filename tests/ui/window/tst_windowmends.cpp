// SPDX-License-Identifier: MIT
// The log offers settings that mend failed items; a click makes one, and the next run is complete.
#include "document/Document.h"
#include "log/LogModel.h"
#include "log/LogPanel.h"
#include "run/RunBridge.h"
#include "ui/support/WindowTest.h"
#include "window/BottomPanel.h"
#include "window/MessageBar.h"

#include <QPushButton>
#include <QTableView>
#include <QTemporaryDir>

namespace millrace::tst_windowmends {

namespace {

constexpr int Patience = 60'000; // milliseconds

} // namespace

class TestWindowMends : public WindowTest
{
    Q_OBJECT

private Q_SLOTS:
    void aClickMendsAllOfAKind()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_window = makeWindow();
        QByteArray rows = "id,amount,note\n";
        for (int i = 0; i < 1304; ++i)
            rows += QByteArray::number(i) + (i < 1100 ? ",7" : ",unknown") + ",text\n";
        write("in.csv", rows);
        write("p.millrace", R"({"millrace": 1, "defaults": {"onError": "skip"}, "steps": [
            {"id": "in", "type": "read.csv", "name": "Orders", "params": {"path": "in.csv"}},
            {"id": "out", "type": "write.csv", "params": {"path": "out.csv"}}],
            "links": [{"from": "in", "to": "out"}]})");
        m_window->open(path("p.millrace"));
        QTRY_COMPARE_WITH_TIMEOUT(m_window->document().pipeline().steps.size(), size_t(2), Patience);
        m_window->run();
        QTRY_VERIFY_WITH_TIMEOUT(hasEnded(), Patience);
        QCOMPARE(m_window->bridge().errorCount(), uint64_t(204));
        m_window->bottom().setFolded(false);
        selectError();
        QTRY_VERIFY_WITH_TIMEOUT(button("Take \"unknown\" for null"), Patience);
        QVERIFY(button("Read amount as text"));
        savePicture(*m_window, QStringLiteral("mends"));
        QTest::mouseClick(button("Take \"unknown\" for null"), Qt::LeftButton);
        QCOMPARE(toJson(*m_window->document().pipeline().step("in")->param("nulls")), std::string(R"(["","unknown"])"));
        QVERIFY2(m_window->messages().sentence().startsWith(QStringLiteral("Orders was changed: take ")),
                 qPrintable(m_window->messages().sentence()));
        QVERIFY(!button("Take \"unknown\" for null"));
        QTest::mouseClick(m_window->messages().findChild<QPushButton *>(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(hasEnded() && m_window->bridge().errorCount() == 0, Patience);
        QFile file(path("out.csv"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray(rows).replace("unknown", ""));
        // One undo.
        m_window->document().undo();
        QVERIFY(!m_window->document().pipeline().step("in")->param("nulls"));
        m_window.reset();
    }

private:
    bool hasEnded() { return m_window->bridge().hasSamples() && !m_window->bridge().isUnderWay(); }

    QPushButton *button(const char *text)
    {
        for (QPushButton *found : m_window->bottom().log().findChildren<QPushButton *>())
            if (found->accessibleName() == QString::fromUtf8(text) && found->isVisible())
                return found;
        return nullptr;
    }

    void selectError()
    {
        LogPanel &log = m_window->bottom().log();
        auto *table = log.findChild<QTableView *>();
        QTRY_COMPARE_WITH_TIMEOUT(log.model().errorCount(), uint64_t(204), Patience);
        for (int row = 0; row < log.model().rowCount(); ++row)
            if (log.model().record(row)->hasItem)
                table->setCurrentIndex(log.model().index(row, 0));
    }
};

} // namespace millrace::tst_windowmends

QTEST_MAIN(millrace::tst_windowmends::TestWindowMends)
#include "tst_windowmends.moc"

// SPDX-License-Identifier: MIT
// Failed items are tried again from the log of a window: one, one that was changed before, all of a kind, all.
#include "document/Document.h"
#include "failures/FailedItemsFolder.h"
#include "log/ItemEditor.h"
#include "log/LogModel.h"
#include "log/LogPanel.h"
#include "run/RunBridge.h"
#include "ui/support/WindowTest.h"
#include "window/BottomPanel.h"
#include "window/MessageBar.h"

#include <QFileInfo>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>

namespace millrace::tst_windowretry {

namespace {

constexpr int Patience = 60'000; // milliseconds

} // namespace

class TestWindowRetry : public WindowTest
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_window = makeWindow();
        QByteArray rows = "n,t\n";
        for (int i = 0; i < 40; ++i)
            rows += QByteArray::number(i) + (i % 10 == 3 ? ",x" : ",") + QByteArray::number(i) + '\n';
        write("in.csv", rows);
        write("p.millrace", R"({"millrace": 1, "defaults": {"onError": "skip"}, "steps": [
            {"id": "in", "type": "read.csv", "params": {"path": "in.csv", "types": {"t": "text"}}},
            {"id": "convert", "type": "convert", "params": {"types": {"t": "integer"}}},
            {"id": "out", "type": "write.csv", "params": {"path": "out.csv"}}],
            "links": [{"from": "in", "to": "convert"}, {"from": "convert", "to": "out"}]})");
        m_window->open(path("p.millrace"));
        QTRY_COMPARE_WITH_TIMEOUT(m_window->document().pipeline().steps.size(), size_t(3), Patience);
        m_window->run();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->bridge().hasSamples() && !m_window->bridge().isUnderWay(), Patience);
        QCOMPARE(resultLines(), 37); // with the head
        QTRY_COMPARE_WITH_TIMEOUT(log().model().errorCount(), uint64_t(4), Patience);
    }

    void cleanup() { m_window.reset(); }

    void theButtonTriesOneItemAgain()
    {
        selectError();
        QTest::mouseClick(button("Try again"), Qt::LeftButton);
        // It fails as before, and is kept as before, with one more attempt.
        QVERIFY2(told().contains(QStringLiteral("failed again")), qPrintable(m_window->messages().sentence()));
        const auto kept = readFailedItems(failedItemsPlace(path("p.millrace").toStdString()));
        QVERIFY(kept);
        QCOMPARE(kept->size(), size_t(4));
        // The log says where it came from at first, so that it can be tried once more.
        QTRY_VERIFY_WITH_TIMEOUT(log().model().errorCount() == 1, Patience);
        selectError();
        QVERIFY(log().model().record(table()->currentIndex().row())->origin.starts_with("in.csv"));
        QTest::mouseClick(button("Try again"), Qt::LeftButton);
        QVERIFY2(told().contains(QStringLiteral("failed again")), qPrintable(m_window->messages().sentence()));
        QCOMPARE(resultLines(), 37);
    }

    void anItemIsChangedAndTried()
    {
        selectError();
        const LogRecord failed = *log().model().record(table()->currentIndex().row());
        QTest::mouseClick(button("Change and try…"), Qt::LeftButton);
        auto *editor = m_window->findChild<ItemEditor *>();
        QVERIFY(editor);
        QTRY_VERIFY(editor->isVisible());
        savePicture(*editor, QStringLiteral("change-item"));
        auto *text = editor->findChild<QPlainTextEdit *>();
        auto *tryIt = editor->findChild<QPushButton *>(QStringLiteral("try"));
        QVERIFY(text && tryIt);
        const QString before = text->toPlainText();
        text->setPlainText(QStringLiteral("{"));
        QVERIFY(!tryIt->isEnabled());
        text->setPlainText(QString(before).replace(QLatin1Char('x'), QString()));
        QVERIFY(tryIt->isEnabled());
        QTest::mouseClick(tryIt, Qt::LeftButton);
        QCOMPARE(told(), QStringLiteral("The item went through and was added to the results. Left: 3 failed items."));
        QCOMPARE(resultLines(), 38);
        // Adding to the result is no change of the step that needed another run.
        QCOMPARE(*m_window->bridge().pipeline().step("out"), *m_window->document().pipeline().step("out"));
        const std::string n = toJson(failed.item.toObject().front().second);
        QVERIFY(result().contains(QByteArray::fromStdString('\n' + n + ',' + n + '\n')));
        const auto kept = readFailedItems(failedItemsPlace(path("p.millrace").toStdString()));
        QVERIFY(kept);
        QCOMPARE(kept->size(), size_t(3));
    }

    void allAreTriedOnceTheStepIsMended()
    {
        m_window->document().edit(QStringLiteral("Mend"), {}, [](Pipeline &pipeline) {
            PipelineStep &step = *pipeline.step("convert");
            step.type = "formula";
            step.params.clear();
            step.setParam("field", Value("t"));
            step.setParam("expression", Value("number(replace(t, 'x', ''))"));
        });
        Q_EMIT log().retryWanted({});
        QVERIFY2(told().contains(QStringLiteral("all went through")), qPrintable(m_window->messages().sentence()));
        QCOMPARE(resultLines(), 41);
        QVERIFY(!QFileInfo::exists(path("p.millrace.failed")));
        // There is nothing left to try.
        Q_EMIT log().retryWanted({});
        QTRY_VERIFY_WITH_TIMEOUT(m_window->messages().sentence().contains(QStringLiteral("none like this")), Patience);
        savePicture(*m_window, QStringLiteral("nothing-left-to-try"));
    }

private:
    LogPanel &log() { return m_window->bottom().log(); }
    QTableView *table() { return log().findChild<QTableView *>(); }
    QByteArray result() const
    {
        QFile file(path("out.csv"));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    int resultLines() const { return int(result().count('\n')); }

    QPushButton *button(const char *text)
    {
        for (QPushButton *found : log().findChildren<QPushButton *>())
            if (found->text() == QString::fromUtf8(text))
                return found;
        return nullptr;
    }

    void selectError()
    {
        for (int row = 0; row < log().model().rowCount(); ++row)
            if (log().model().record(row)->hasItem)
                table()->setCurrentIndex(log().model().index(row, 0));
        QVERIFY(log().model().record(table()->currentIndex().row())->hasItem);
    }

    /// What the window says once the failed items were tried.
    QString told()
    {
        QSignalSpy retried(&m_window->bridge(), &RunBridge::retried);
        if (!retried.wait(Patience))
            return {};
        return retried.front().front().toString();
    }
};

} // namespace millrace::tst_windowretry

QTEST_MAIN(millrace::tst_windowretry::TestWindowRetry)
#include "tst_windowretry.moc"

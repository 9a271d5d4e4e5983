// SPDX-License-Identifier: MIT
// A run that was broken off goes on from a window: after a stop, after the window is gone; and it says why where it can't.
#include "document/Document.h"
#include "engine/journal/JournalFile.h"
#include "report/RunsOnRecord.h"
#include "run/BrokenOffLook.h"
#include "run/RunBridge.h"
#include "ui/support/WindowTest.h"
#include "window/MessageBar.h"

#include <QAction>
#include <QFileInfo>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>

namespace millrace::tst_windowgoeson {

namespace {

constexpr int Patience = 60'000; // milliseconds
constexpr int Rows = 3000;       // of a millisecond each

} // namespace

class TestWindowGoesOn : public WindowTest
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QByteArray rows = "n,t\n";
        for (int i = 0; i < Rows; ++i)
            rows += QByteArray::number(i) + ",text " + QByteArray::number(i) + '\n';
        m_rows = rows;
        write("in.csv", rows);
        write("p.millrace", R"({"millrace": 1, "batching": {"size": 10}, "steps": [
            {"id": "in", "type": "read.csv", "params": {"path": "in.csv"}},
            {"id": "wait", "type": "delay", "params": {"milliseconds": 1}},
            {"id": "out", "type": "write.csv", "params": {"path": "out.csv"}}],
            "links": [{"from": "in", "to": "wait"}, {"from": "wait", "to": "out"}]})");
        open();
        QVERIFY(!action().isEnabled());
        m_window->run();
        QTRY_VERIFY_WITH_TIMEOUT(readJournal(journalPathOf(path("out.csv").toStdString())), Patience);
    }

    void cleanup() { m_window.reset(); }

    void aStoppedRunGoesOn()
    {
        m_window->bridge().stop();
        QTRY_VERIFY_WITH_TIMEOUT(said().startsWith(QStringLiteral("Stopped. The run can go on after")), Patience);
        QVERIFY(action().isEnabled());
        QVERIFY(!QFileInfo::exists(path("out.csv")));
        savePicture(*m_window, QStringLiteral("stopped-can-go-on"));
        QTest::mouseClick(answer("Go on"), Qt::LeftButton);
        goesOnToTheEnd();
        // Both are on the record that `millrace runs` reads.
        QTRY_COMPARE_WITH_TIMEOUT(recordedEnds(), (QStringList{QStringLiteral("finished"), QStringLiteral("stopped")}),
                                  Patience);
        const auto report = RunsOnRecord().lastReportOf(path("p.millrace").toStdString());
        QVERIFY(report && report->member("resumedFrom") && report->member("resumedFrom")->toInteger() > 0);
    }

    void aRunWhoseWindowIsGoneGoesOn()
    {
        m_window.reset();
        open();
        QTRY_VERIFY_WITH_TIMEOUT(said().contains(QStringLiteral("was broken off after")), Patience);
        savePicture(*m_window, QStringLiteral("broken-off"));
        QVERIFY(answer("Run from the beginning"));
        action().trigger();
        goesOnToTheEnd();
        // Nothing is left that could be gone on with.
        m_window = makeWindow();
        QSignalSpy looked(m_window->findChild<BrokenOffLook *>(), &BrokenOffLook::looked);
        m_window->open(path("p.millrace"));
        QTRY_COMPARE_WITH_TIMEOUT(looked.count(), 1, Patience);
        QVERIFY(!action().isEnabled());
        QVERIFY(said().isEmpty());
    }

    void itSaysWhyItCannotGoOn()
    {
        m_window->bridge().stop();
        QTRY_VERIFY_WITH_TIMEOUT(action().isEnabled(), Patience);
        m_window->document().edit(QStringLiteral("Change"), {},
                                  [](Pipeline &pipeline) { pipeline.step("out")->setParam("delimiter", Value(";")); });
        action().trigger();
        QTRY_VERIFY_WITH_TIMEOUT(said().startsWith(QStringLiteral("The pipeline was changed since")), Patience);
        QTest::mouseClick(answer("Run from the beginning"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->bridge().hasSamples() && !m_window->bridge().isUnderWay(), Patience);
        QCOMPARE(result(), QByteArray(m_rows).replace(',', ';'));
    }

private:
    void open()
    {
        m_window = makeWindow();
        m_window->open(path("p.millrace"));
        QTRY_COMPARE_WITH_TIMEOUT(m_window->document().pipeline().steps.size(), size_t(3), Patience);
    }

    void goesOnToTheEnd()
    {
        QTRY_VERIFY_WITH_TIMEOUT(m_window->bridge().hasSamples() && !m_window->bridge().isUnderWay()
                                     && m_window->bridge().outcome().state == RunState::Finished,
                                 Patience);
        QVERIFY(m_window->bridge().reader().last().itemsWritten < Rows); // what was finished is not run again
        QVERIFY(m_window->bridge().reader().last().itemsWritten > 0);
        QCOMPARE(result(), m_rows);
        QVERIFY(!action().isEnabled());
    }

    QAction &action() { return *m_window->action("run.goOn"); }
    QString said() { return m_window->messages().isVisible() ? m_window->messages().sentence() : QString(); }
    QPushButton *answer(const char *text)
    {
        for (QPushButton *found : m_window->messages().findChildren<QPushButton *>())
            if (found->text() == QString::fromUtf8(text))
                return found;
        return nullptr;
    }
    /// How the runs on record ended, newest first.
    QStringList recordedEnds() const
    {
        QStringList ends;
        const auto runs = RunsOnRecord().runsOf(path("p.millrace").toStdString());
        if (runs)
            for (const Value &run : *runs)
                ends += QString::fromStdString(std::string(run.member("status")->toText()));
        return ends;
    }
    QByteArray result() const
    {
        QFile file(path("out.csv"));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    QByteArray m_rows;
};

} // namespace millrace::tst_windowgoeson

QTEST_MAIN(millrace::tst_windowgoeson::TestWindowGoesOn)
#include "tst_windowgoeson.moc"

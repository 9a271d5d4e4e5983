// SPDX-License-Identifier: MIT
// A window runs a pipeline with workers elsewhere, and another one looks on.
#include "document/Document.h"
#include "model/ClusterGauges.h"
#include "process/LoopbackPort.h"
#include "run/RunBridge.h"
#include "ui/support/WindowTest.h"
#include "window/MessageBar.h"
#include "window/runs/ClusterDialog.h"

#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QFileInfo>
#include <QLineEdit>
#include <QProcess>
#include <QPushButton>
#include <QTemporaryDir>

#include <csignal>
#include <sys/prctl.h>

namespace millrace::tst_windowcluster {

namespace {

constexpr int Patience = 60'000; // milliseconds

/// Killed with the test, however that ends.
std::unique_ptr<QProcess> started(const QString &program, const QStringList &arguments, const QString &folder)
{
    auto process = std::make_unique<QProcess>();
    process->setWorkingDirectory(folder);
    process->setStandardOutputFile(QProcess::nullDevice());
    process->setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
    process->start(program, arguments);
    return process->waitForStarted() ? std::move(process) : nullptr;
}

} // namespace

class TestWindowCluster : public WindowTest
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        qputenv("XDG_CONFIG_HOME", path("config").toUtf8());
        qputenv("MILLRACE_WORKER", MILLRACE_PROGRAM);
        const int port = freeLoopbackPort();
        m_redis = started(QStringLiteral("redis-server"),
                          {QStringLiteral("--port"), QString::number(port), QStringLiteral("--bind"),
                           QStringLiteral("127.0.0.1"), QStringLiteral("--save"), QString()},
                          m_folder->path());
        if (!m_redis)
            QSKIP("There is no redis-server here.");
        m_url = QStringLiteral("redis://127.0.0.1:%1").arg(port);
        write("p.millrace", R"({"millrace": 1, "batching": {"size": 10}, "steps": [
            {"id": "in", "type": "generate", "params": {"count": 20000}, "position": [40, 80]},
            {"id": "slow", "type": "delay", "params": {"milliseconds": 1}, "position": [280, 80]},
            {"id": "out", "type": "write.csv", "params": {"path": "out.csv"}, "position": [520, 80]}],
            "links": [{"from": "in", "to": "slow"}, {"from": "slow", "to": "out"}]})");
        m_window = makeWindow();
        m_window->open(path("p.millrace"));
        QTRY_COMPARE_WITH_TIMEOUT(m_window->document().pipeline().steps.size(), size_t(3), Patience);
    }

    void cleanup()
    {
        m_other.reset();
        m_window.reset();
        for (auto *process : {&m_worker, &m_redis})
            if (*process) {
                (*process)->kill();
                (*process)->waitForFinished();
                process->reset();
            }
    }

    void aRunHasItsWorkersElsewhereAndAnotherWindowLooksOn()
    {
        startWorker();
        ClusterDialog *dialog = dialogOf("run.on");
        addCluster(*dialog);
        savePicture(*dialog, QStringLiteral("run-on"));
        QTest::mouseClick(dialog->findChild<QPushButton *>(QStringLiteral("go")), Qt::LeftButton);
        RunBridge &bridge = m_window->bridge();
        QTRY_VERIFY_WITH_TIMEOUT(bridge.cluster().isObject()
                                     && elsewhereText(bridge.cluster()) == QStringLiteral("3 workers on 1 host"),
                                 Patience);
        savePicture(*m_window, QStringLiteral("run-on-cluster"));

        m_other = makeWindow();
        m_other->messages().hide();
        RunBridge &look = m_other->bridge();
        look.attach(QStringLiteral("farm/p"));
        QTRY_VERIFY_WITH_TIMEOUT(look.hasSamples(), Patience);
        QVERIFY(look.isAttached() && look.isUnderWay());
        QCOMPARE(m_other->document().pipeline().steps.size(), size_t(3));
        QVERIFY(m_other->messages().sentence().startsWith(QStringLiteral("You look on at the run “p”")));
        QVERIFY(!m_other->action("run.pause")->isEnabled());
        QCOMPARE(m_other->action("run.stop")->text(), QStringLiteral("&Leave"));
        QTRY_VERIFY_WITH_TIMEOUT(look.reader().last().itemsRead > 0, Patience);
        savePicture(*m_other, QStringLiteral("attached"));
        m_other->resize(1024, 700);
        m_theme.setKind(ThemeKind::Dark);
        QCoreApplication::processEvents();
        savePicture(*m_other, QStringLiteral("attached-dark"));

        m_other->action("run.stop")->trigger(); // which ends nothing
        QVERIFY(!look.isUnderWay() && bridge.isUnderWay());
        QTRY_VERIFY_WITH_TIMEOUT(!bridge.isUnderWay(), Patience);
        QCOMPARE(bridge.outcome().state, RunState::Finished);
        QFile result(path("out.csv"));
        QVERIFY(result.open(QIODevice::ReadOnly));
        QCOMPARE(result.readAll().count('\n'), 20001);
    }

    void aRunThatIsNotThereIsExplained()
    {
        m_window->bridge().attach(m_url + QStringLiteral("/nothing"));
        QTRY_VERIFY_WITH_TIMEOUT(m_window->messages().isVisible(), Patience);
        QVERIFY2(m_window->messages().sentence().contains(QStringLiteral("“nothing”"))
                     || m_window->messages().sentence().contains(QStringLiteral("\"nothing\"")),
                 qPrintable(m_window->messages().sentence()));
        QVERIFY(!m_window->bridge().isUnderWay());
        QCOMPARE(m_window->document().pipeline().steps.size(), size_t(3)); // what was drawn stays
    }

    void anAddressThatIsNoneCannotBeChosen()
    {
        ClusterDialog *dialog = dialogOf("run.attach");
        auto *box = dialog->findChild<QComboBox *>();
        const auto *go = dialog->findChild<QPushButton *>(QStringLiteral("go"));
        QVERIFY(!go->isEnabled());
        box->setEditText(QStringLiteral("nowhere"));
        QVERIFY(!go->isEnabled());
        box->setEditText(m_url);
        QVERIFY(go->isEnabled());
        QTest::keyClick(dialog, Qt::Key_Escape);
    }

private:
    void startWorker()
    {
        m_worker = started(
            QStringLiteral(MILLRACE_PROGRAM),
            {QStringLiteral("worker"), QStringLiteral("--on"), m_url, QStringLiteral("--workers"), QStringLiteral("3")},
            m_folder->path());
        QVERIFY(m_worker);
    }

    ClusterDialog *dialogOf(const char *action)
    {
        m_window->action(action)->trigger();
        return m_window->findChild<ClusterDialog *>();
    }

    /// As a hand does.
    void addCluster(ClusterDialog &dialog)
    {
        for (QPushButton *button : dialog.findChildren<QPushButton *>())
            if (button->text() == QStringLiteral("Add…"))
                QTest::mouseClick(button, Qt::LeftButton);
        for (QLineEdit *field : dialog.findChildren<QLineEdit *>()) {
            if (field->accessibleName() == QStringLiteral("Name"))
                QTest::keyClicks(field, QStringLiteral("farm"));
            if (field->accessibleName() == QStringLiteral("Address"))
                QTest::keyClicks(field, m_url);
        }
        savePicture(dialog, QStringLiteral("run-on-add"));
        QTest::mouseClick(dialog.findChild<QPushButton *>(QStringLiteral("keep")), Qt::LeftButton);
        QCOMPARE(dialog.cluster(), QStringLiteral("farm"));
        QVERIFY(QFileInfo::exists(path("config/millrace/clusters.json")));
    }

    std::unique_ptr<QProcess> m_redis, m_worker;
    QString m_url;
    std::unique_ptr<MainWindow> m_other;
};

} // namespace millrace::tst_windowcluster

QTEST_MAIN(millrace::tst_windowcluster::TestWindowCluster)
#include "tst_windowcluster.moc"

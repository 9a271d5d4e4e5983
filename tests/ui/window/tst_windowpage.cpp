// SPDX-License-Identifier: MIT
// The page of a run that is over, saved from the window: by its key, its menu and its button beside the end of the run.
#include "commands/Actions.h"
#include "document/Document.h"
#include "run/RunBridge.h"
#include "ui/support/WindowTest.h"
#include "window/MessageBar.h"
#include "window/runs/RunPageSaver.h"

#include <QDialogButtonBox>
#include <QFileDialog>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QTest>
#include <QTimer>
#include <QUrl>

#include <memory>

namespace millrace::tst_windowpage {

namespace {

constexpr int Patience = 60'000; // milliseconds

/// Types a name into the dialog that is about to open, and accepts it.
void answerWith(const QString &path)
{
    auto *timer = new QTimer(qApp);
    QObject::connect(timer, &QTimer::timeout, timer, [timer, path] {
        auto *dialog = qobject_cast<QFileDialog *>(QApplication::activeModalWidget());
        if (!dialog || !dialog->isVisible())
            return;
        timer->deleteLater();
        timer->stop();
        dialog->findChild<QLineEdit *>(QStringLiteral("fileNameEdit"))->setText(path);
        const auto *box = dialog->findChild<QDialogButtonBox *>();
        for (QAbstractButton *button : box->buttons())
            if (box->buttonRole(button) == QDialogButtonBox::AcceptRole)
                QTest::mouseClick(button, Qt::LeftButton);
    });
    timer->start(1);
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TestWindowPage : public WindowTest
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs); }

    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_window = makeWindow();
        m_window->showWelcome(false);
        Pipeline pipeline = chainOf({{"numbers", "generate"}, {"odd", "fail"}, {"nowhere", "discard"}});
        pipeline.name = "Numbers & <more>";
        pipeline.steps[0].params = {{"count", Value(int64_t(3000))}};
        pipeline.steps[1].params = {{"expression", Value("value == 7")}, {"message", Value("seven is <bad>")}};
        pipeline.steps[1].onError = ErrorPolicy::Skip;
        m_window->document().reset(pipeline);
    }

    void cleanup() { m_window.reset(); }

    void onlyARunThatIsOverHasAPage()
    {
        QAction *save = m_window->action("run.savePage");
        QVERIFY(!save->isEnabled() && !button()->isVisible());
        runToItsEnd();
        QVERIFY(save->isEnabled());
        QTRY_VERIFY_WITH_TIMEOUT(button()->isVisible(), Patience);
        savePicture(*m_window, QStringLiteral("window-page"));
        m_theme.setKind(ThemeKind::Dark);
        m_window->resize(1024, 700);
        savePicture(*m_window, QStringLiteral("window-page-small-dark"));
        QVERIFY(button()->text().isEmpty() && !button()->toolTip().isEmpty());
        m_window->document().reset(chainOf({{"numbers", "generate"}, {"nowhere", "discard"}}));
        m_window->bridge().forget();
        QVERIFY(!save->isEnabled() && !button()->isVisible());
    }

    void theButtonBesideTheEndSavesItAndThePageOpens()
    {
        runToItsEnd();
        QUrl opened;
        m_window->pages().openUrl = [&opened](const QUrl &url) { opened = url; };
        answerWith(path("page")); // the kind is added
        QTest::mouseClick(button(), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->messages().sentence().contains(path("page.html")), Patience);
        const QByteArray html = contentOf(path("page.html"));
        for (const char *part : {"<title>Numbers &amp; &lt;more&gt;</title>", "Finished with failed items",
                                 "seven is &lt;bad&gt;", "<svg class=\"run\"", "3,000 → 2,999", "1 failed"})
            QVERIFY2(html.contains(part), part);
        QVERIFY(!html.contains("<bad>") && !html.contains("<script"));
        QPushButton *open = nullptr;
        for (QPushButton *found : m_window->messages().findChildren<QPushButton *>())
            open = found->isVisible() ? found : open;
        QVERIFY(open);
        QTest::mouseClick(open, Qt::LeftButton);
        QCOMPARE(opened, QUrl::fromLocalFile(path("page.html")));
    }

    void itsKeySavesItAndWhatCannotBeWrittenIsSaid()
    {
        runToItsEnd();
        answerWith(QStringLiteral("/proc/page.html"));
        QTest::keyClick(m_window.get(), Qt::Key_H, Qt::AltModifier | Qt::ShiftModifier);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->messages().sentence().contains(QLatin1String("can't be written")), Patience);
        QVERIFY(m_window->action("run.savePage")->isEnabled()); // it may be tried again
    }

private:
    void runToItsEnd()
    {
        m_window->run();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->bridge().hasSamples() && !m_window->bridge().isUnderWay(), Patience);
    }

    QPushButton *button() const
    {
        for (QPushButton *found : m_window->findChildren<QPushButton *>())
            if (found->accessibleName() == QLatin1String("Save as HTML"))
                return found;
        return nullptr;
    }
};

} // namespace millrace::tst_windowpage

QTEST_MAIN(millrace::tst_windowpage::TestWindowPage)
#include "tst_windowpage.moc"

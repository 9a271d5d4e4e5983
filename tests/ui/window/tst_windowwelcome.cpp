// SPDX-License-Identifier: MIT
// The page that the window begins with, and the examples that come with the program.
#include "canvas/CanvasView.h"
#include "commands/Actions.h"
#include "document/Document.h"
#include "editing/QuickAdd.h"
#include "pipeline/check/Checker.h"
#include "run/RunBridge.h"
#include "ui/support/WindowTest.h"
#include "welcome/ExampleCard.h"
#include "welcome/Examples.h"

#include <QTest>

namespace millrace::tst_windowwelcome {

class TestWindowWelcome : public WindowTest
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        QSettings().clear();
        m_window = makeWindow();
        m_window->resize(1440, 900);
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    }

    void cleanup() { m_window.reset(); }

    void theWelcomePageGivesWayToWhatIsOpened()
    {
        m_window->showWelcome(true);
        QVERIFY(m_window->isWelcomeShown());
        QVERIFY(!m_window->canvas().isVisible());
        QVERIFY(savePicture(*m_window, QStringLiteral("welcome-light")));
        m_theme.setKind(ThemeKind::Dark);
        QVERIFY(savePicture(*m_window, QStringLiteral("welcome-dark")));
        m_window->action("help.welcome")->trigger();
        QVERIFY(!m_window->isWelcomeShown());
        m_window->showWelcome(true);
        m_window->document().edit({}, {}, [](Pipeline &pipeline) { pipeline.notes.emplace_back(); });
        QVERIFY(!m_window->isWelcomeShown());
        QVERIFY(m_window->canvas().isVisible());
    }

    void theCanvasThatGivesWayWithTheKeyboardAsksForNothing()
    {
        m_window->document().edit({}, {}, [](Pipeline &pipeline) { pipeline.notes.emplace_back(); });
        m_window->canvas().setFocus();
        QVERIFY(m_window->canvas().hasFocus());
        m_window->action("help.welcome")->trigger();
        QVERIFY(m_window->isWelcomeShown());
        QVERIFY(!m_window->findChild<QuickAdd *>()->isVisible());
        QVERIFY(qobject_cast<ExampleCard *>(QApplication::focusWidget()));
        m_window->action("help.welcome")->trigger();
        QTest::keyClick(&m_window->canvas(), Qt::Key_Tab);
        QVERIFY(m_window->findChild<QuickAdd *>()->isVisible());
    }

    void everyExampleIsUnpackedAndNothingIsWrongWithIt()
    {
        QTemporaryDir folder;
        const auto examples = builtInExamples();
        QVERIFY(examples.size() >= 6);
        qputenv("MILLRACE_PYTHON", MILLRACE_SOURCE_DIR "/resources/python");
        for (const Example &example : examples) {
            const auto path = unpackExample(example.id, folder.path());
            QVERIFY2(path, qPrintable(example.id));
            QVERIFY(QFileInfo(*path).isWritable());
            const Problems problems =
                checkPipeline(example.pipeline, m_registry, QFileInfo(*path).path().toStdString());
            QVERIFY2(!hasErrors(problems) || !missingOf(programsOf(example.pipeline)).isEmpty(),
                     problems.empty() ? "" : problems.front().text.c_str());
            QVERIFY(isAsShipped(example.id, folder.path()));
            QFile edited(*path);
            QVERIFY(edited.open(QIODevice::Append) && edited.write("\n") == 1);
            edited.close();
            QVERIFY(!isAsShipped(example.id, folder.path()));
            const QPixmap picture = drawingPicture(example.pipeline, m_registry, m_theme, {260, 128}, 2);
            QCOMPARE(picture.size(), QSize(520, 256));
            QVERIFY(picture.toImage().pixel(2, 2) == m_theme.colors().canvas.rgb());
        }
        // One's own changes stay.
        QFile changed(folder.filePath(QStringLiteral("workers.millrace")));
        QVERIFY(changed.open(QIODevice::WriteOnly | QIODevice::Truncate));
        changed.close();
        QVERIFY(unpackExample(QStringLiteral("workers"), folder.path()));
        QCOMPARE(changed.size(), 0);
        QVERIFY(!unpackExample(QStringLiteral("no such"), folder.path()));
        QVERIFY(!unpackExample(QStringLiteral("workers"), QStringLiteral("/dev/null/x")));
    }

    void oneClickOpensAndRunsAnExample_data()
    {
        QTest::addColumn<QString>("output");
        QTest::newRow("Four years of weather") << "out-weather.csv";
        QTest::newRow("Weather made ready") << "fitting/out-features.csv";      // what learns is fitted first
        QTest::newRow("Airports through Python") << "programs/out-kinds.jsonl"; // what came along isn't asked for
    }

    void oneClickOpensAndRunsAnExample()
    {
        QFETCH(QString, output);
        qputenv("MILLRACE_PYTHON", MILLRACE_SOURCE_DIR "/resources/python");
        QDir(examplesFolder()).removeRecursively();
        m_window->showWelcome(true);
        ExampleCard *wanted = nullptr;
        for (ExampleCard *card : m_window->findChildren<ExampleCard *>())
            if (card->text().startsWith(QLatin1String(QTest::currentDataTag())))
                wanted = card;
        QVERIFY(wanted);
        if (wanted->toolTip().contains(QLatin1String("not installed here")))
            QSKIP("a program that this example calls isn't installed");
        wanted->click(); // it may be further down than a mouse reaches
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(QDir(examplesFolder()).filePath(output)), 60'000);
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->bridge().isUnderWay(), 60'000);
        QCOMPARE(m_window->bridge().outcome().state, RunState::Finished);
        QVERIFY(QFileInfo(QDir(examplesFolder()).filePath(output)).size() > 1000);
        QVERIFY(!m_window->isWelcomeShown());
        QDir(examplesFolder()).removeRecursively();
    }

    void programsThatAreMissingAreSaidOnTheExamplesCard()
    {
        const QByteArray path = qgetenv("PATH");
        qputenv("PATH", "/nowhere");
        m_window->showWelcome(true);
        qputenv("PATH", path);
        int said = 0;
        for (const ExampleCard *card : m_window->findChildren<ExampleCard *>())
            said += card->toolTip().contains(QLatin1String("Needs python3, jq and gawk, not installed here"));
        QCOMPARE(said, 1);
        QVERIFY(savePicture(*m_window, QStringLiteral("welcome-missing")));
    }
};

} // namespace millrace::tst_windowwelcome

QTEST_MAIN(millrace::tst_windowwelcome::TestWindowWelcome)
#include "tst_windowwelcome.moc"

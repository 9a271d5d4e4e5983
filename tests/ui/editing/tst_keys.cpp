// SPDX-License-Identifier: MIT
// README.md, "A first pipeline", by keys alone: from an empty drawing to the file that it writes.
#include "inspector/InspectorPanel.h"
#include "run/RunBridge.h"
#include "ui/editing/EditingBench.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>

namespace millrace::tst_keys {

class TestKeys : public EditingTest
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_bench = std::make_unique<EditingBench>(m_registry);
        QVERIFY(m_bench->isActive());
        bench().begin();
    }

    void cleanup() { m_bench.reset(); }

    void theReadmesFirstPipelineIsMadeByKeysAlone()
    {
        QFile data(path("airports.csv"));
        QVERIFY(data.open(QIODevice::WriteOnly));
        data.write("name,state\nA,AK\nB,NY\nC,AK\n");
        data.close();

        add(QStringLiteral("csv"));
        press(Qt::Key_Return);
        write(path("airports.csv"));
        press(Qt::Key_Return);
        QVERIFY(view().hasFocus());

        add(QStringLiteral("filter"));
        press(Qt::Key_Return);
        QCOMPARE(focused(), QStringLiteral("Expression"));
        write(QStringLiteral("state == \"AK\""));
        press(Qt::Key_Return);
        QVERIFY(view().hasFocus());

        add(QStringLiteral("write csv"));
        press(Qt::Key_Return);
        write(path("alaska.csv"));
        QCOMPARE(bench().pipeline().links.size(), size_t(2));

        QSignalSpy finished(&bench().window->bridge(), &RunBridge::finished);
        QTest::keyClick(bench().window->windowHandle(), Qt::Key_F5); // also from within a field
        QTRY_COMPARE_WITH_TIMEOUT(finished.size(), 1, 60'000);
        QFile result(path("alaska.csv"));
        QVERIFY(result.open(QIODevice::ReadOnly));
        QCOMPARE(result.readAll(), QByteArray("name,state\nA,AK\nC,AK\n"));
        QVERIFY(savePicture(*bench().window, QStringLiteral("keys-first-pipeline")));
    }

    void enterLeadsToTheFirstNeededFieldThatIsEmpty()
    {
        bench().put("empty", "filter", 0, 80);
        bench().put("filled", "filter", 300, 80);
        bench().drawn.steps.back().params = {{"expression", Value("value > 1")}};
        bench().put("table", "read.csv", 0, 260);
        bench().begin();
        for (const auto &[step, field] :
             {std::pair("empty", "Expression"), {"filled", "Expression"}, {"table", "File"}}) {
            bench().scene().select({step});
            view().setFocus();
            bench().key(Qt::Key_Return);
            QCOMPARE(focused(), QLatin1String(field));
        }
    }

    void whatIsAddedFollowsTheStepThatEscapeHasLeft()
    {
        bench().put("source", "generate", 0, 80);
        bench().begin();
        bench().scene().select({"source"});
        view().setFocus();
        bench().key(Qt::Key_Return);
        press(Qt::Key_Escape);
        QVERIFY(view().hasFocus());
        bench().key(Qt::Key_Escape);
        QVERIFY(bench().selection().empty());
        QVERIFY2(bench().told().contains(QStringLiteral("“source”")), qPrintable(bench().told()));
        add(QStringLiteral("filter"));
        QVERIFY(bench().isLinked("source", "filter"));
        // Twice on the canvas lets go of it.
        bench().key(Qt::Key_Escape);
        bench().key(Qt::Key_Escape);
        add(QStringLiteral("identity"));
        QVERIFY(!bench().isLinked("filter", "identity"));
        QCOMPARE(bench().pipeline().links.size(), size_t(1));
    }

    void aClickOnTheCanvasLetsGoOfTheStep()
    {
        bench().put("source", "generate", 0, 80);
        bench().begin();
        bench().click(bench().grip("source"));
        bench().click({400, 400});
        add(QStringLiteral("identity"));
        QVERIFY(bench().pipeline().links.empty());
    }

    void lettersInAFieldForNumbersDontVanishWithoutAWord()
    {
        bench().put("source", "filter", 0, 80);
        bench().begin();
        bench().scene().select({"source"});
        bench().key(Qt::Key_Return);
        press(Qt::Key_Tab);
        QCOMPARE(focused(), QStringLiteral("Workers"));
        QTest::keyClick(QApplication::focusWidget(), 'w');
        QVERIFY2(bench().told().contains(QStringLiteral("“Workers” takes a whole number")), qPrintable(bench().told()));
        press(Qt::Key_Return);
        QVERIFY(view().hasFocus());
    }

    void aStepJustAddedIsNoMistakeUntilItIsTouchedOrARunIsTried()
    {
        bench().put("source", "generate", 0, 80);
        bench().begin();
        bench().scene().select({"source"});
        add(QStringLiteral("filter"));
        QTRY_VERIFY(!bench().item("filter").view().problem.isEmpty());
        QVERIFY(!bench().item("filter").view().hasError);
        QVERIFY(savePicture(*bench().window, QStringLiteral("keys-just-added")));
        bench().window->action("run.start")->trigger();
        QTRY_VERIFY(bench().item("filter").view().hasError);
        add(QStringLiteral("filter"));
        QTRY_VERIFY(!bench().item("filter2").view().problem.isEmpty());
        QVERIFY(!bench().item("filter2").view().hasError);
        press(Qt::Key_Return);
        write(QStringLiteral("value >"));
        QTRY_VERIFY(bench().item("filter2").view().hasError);
    }

private:
    QString path(const char *name) const { return m_folder.filePath(QLatin1String(name)); }
    static void press(Qt::Key key) { QTest::keyClick(QApplication::focusWidget(), key); }
    static void write(const QString &text) { QTest::keyClicks(QApplication::focusWidget(), text); }
    static QString focused()
    {
        return QApplication::focusWidget() ? QApplication::focusWidget()->accessibleName() : QString();
    }

    /// Tab on the canvas, the words, Enter.
    void add(const QString &words)
    {
        bench().key(Qt::Key_Tab);
        QVERIFY(bench().quickAdd().isVisible());
        QTest::keyClicks(&bench().search(), words);
        QTest::keyClick(&bench().search(), Qt::Key_Return);
        // The offscreen platform gives back the focus that a popup had only once.
        bench().window->activateWindow();
        QVERIFY(bench().isActive());
        view().setFocus();
    }

    const QTemporaryDir m_folder;
};

} // namespace millrace::tst_keys

QTEST_MAIN(millrace::tst_keys::TestKeys)
#include "tst_keys.moc"

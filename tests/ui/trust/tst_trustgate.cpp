// SPDX-License-Identifier: MIT
// What somebody else's file brings along isn't executed before it was seen.
#include "document/Document.h"
#include "run/RunBridge.h"
#include "trust/TrustGate.h"
#include "trust/TrustRecord.h"
#include "trust/TrustSheet.h"
#include "ui/support/WindowTest.h"
#include "welcome/Examples.h"
#include "welcome/WelcomePage.h"

#include <QAction>
#include <QClipboard>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QThreadPool>

#include <memory>

namespace millrace::tst_trustgate {

namespace {

constexpr char Foreign[] = R"({"millrace": 1,
  "steps": [{"id": "numbers", "type": "generate", "params": {"count": 3}},
            {"id": "mark", "name": "Leave a mark", "type": "program",
             "params": {"protocol": "lines", "command": "sh -c 'touch started; exec cat'"}},
            {"id": "script", "type": "javascript", "params": {"code": "function transform(item) {\n  return item;\n}"}},
            {"id": "result", "type": "write.jsonl", "params": {"path": "out.jsonl"}}],
  "links": [{"from": "numbers", "to": "mark"}, {"from": "mark", "to": "script"}, {"from": "script", "to": "result"}]})";

} // namespace

class TestTrustGate : public WindowTest
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        QFile::remove(QString::fromStdString(TrustRecord::usualPath()));
        m_folder = std::make_unique<QTemporaryDir>();
        m_window = makeWindow();
        m_window->resize(1200, 800);
        write("theirs.millrace", Foreign);
    }

    void cleanup() { m_window.reset(); }

    void aForeignFileIsShownAndCancelledWithNothingRun()
    {
        openAndRun();
        QTRY_VERIFY(sheet());
        const auto codes = sheet()->findChildren<QPlainTextEdit *>();
        QCOMPARE(codes.size(), 2);
        QCOMPARE(codes[0]->toPlainText(), QStringLiteral("sh -c 'touch started; exec cat'"));
        QCOMPARE(codes[1]->toPlainText(), QStringLiteral("function transform(item) {\n  return item;\n}"));
        QVERIFY(savePicture(*sheet(), QStringLiteral("trust-sheet")));
        click("Cancel");
        QTRY_VERIFY(!sheet());
        QVERIFY(!m_window->bridge().isUnderWay());
        QVERIFY(!QFile::exists(path("started")) && !QFile::exists(path("out.jsonl")));
        // It is asked for again, for nothing was agreed to; Enter and Escape cancel as well.
        for (const Qt::Key key : {Qt::Key_Return, Qt::Key_Escape}) {
            m_window->run();
            QTRY_VERIFY(sheet());
            QTest::keyClick(sheet(), key);
            QTRY_VERIFY(!sheet());
        }
        QVERIFY(!QFile::exists(path("started")));
    }

    /// Also where it is saved again, which says nothing of the other file.
    void whatAPipelineWithinBringsAlongIsAskedFor()
    {
        write("inner.millrace", R"({"millrace": 1,
          "steps": [{"id": "in", "type": "input"}, {"id": "out", "type": "output"},
                    {"id": "mark", "type": "program",
                     "params": {"protocol": "lines", "command": "sh -c 'touch started; exec cat'"}}],
          "links": [{"from": "in", "to": "mark"}, {"from": "mark", "to": "out"}]})");
        write("theirs.millrace", R"({"millrace": 1,
          "steps": [{"id": "numbers", "type": "generate", "params": {"count": 3}},
                    {"id": "part", "type": "pipeline", "params": {"file": "inner.millrace"}},
                    {"id": "result", "type": "write.jsonl", "params": {"path": "out.jsonl"}}],
          "links": [{"from": "numbers", "to": "part"}, {"from": "part", "to": "result"}]})");
        openAndRun();
        QTRY_VERIFY(sheet());
        click("Cancel");
        QTRY_VERIFY(!sheet());
        m_window->document().edit(QStringLiteral("Change"), {}, [](Pipeline &pipeline) { pipeline.name = "Mine"; });
        QVERIFY(m_window->document().saveNow(path("theirs.millrace")));
        QThreadPool::globalInstance()->waitForDone();
        m_window->run();
        QTRY_VERIFY(sheet());
        QVERIFY(!QFile::exists(path("started")));
        const QSignalSpy finished(&m_window->bridge(), &RunBridge::finished);
        click("&Run and trust");
        QTRY_COMPARE(finished.size(), 1);
        QVERIFY(QFile::exists(path("out.jsonl")) && QFile::remove(path("started"))); // the program's own trace
        m_window->run();
        QTRY_COMPARE(finished.size(), 2);
        QVERIFY(!sheet());
    }

    void whatIsAgreedToRunsAndIsNotAskedForAgain()
    {
        QSignalSpy finished(&m_window->bridge(), &RunBridge::finished);
        openAndRun();
        QTRY_VERIFY(sheet());
        click("&Run and trust");
        QTRY_COMPARE(finished.size(), 1);
        QVERIFY(!sheet());
        QVERIFY(QFile::remove(path("started")) && QFile::exists(path("out.jsonl"))); // the program's own trace
        m_window = std::make_unique<MainWindow>(m_registry, m_theme);
        QSignalSpy again(&m_window->bridge(), &RunBridge::finished);
        openAndRun();
        QTRY_COMPARE(again.size(), 1);
        QVERIFY(!sheet());
    }

    void whatIsWrittenInTheWindowIsOnesOwn()
    {
        m_window->open(path("theirs.millrace"));
        QTRY_COMPARE(document().pipeline().steps.size(), 4u);
        const auto setCommand = [this](const char *command) {
            document().edit(QStringLiteral("Edit"), {}, [command](Pipeline &pipeline) {
                pipeline.step("mark")->setParam("command", Value(command));
            });
        };
        setCommand("cat");
        m_window->run();
        QTRY_VERIFY(sheet());
        QCOMPARE(sheet()->findChildren<QPlainTextEdit *>().size(), 1); // only the script is somebody else's
        click("Cancel");
        // Saving records one's own, and only that.
        QSignalSpy saved(&document(), &Document::saved);
        document().save(path("mine.millrace"));
        QTRY_COMPARE(saved.size(), 1);
        const auto all = [this] { return needed(document()); };
        QCOMPARE(all().size(), 2u);
        QTRY_COMPARE(TrustRecord().unknownOf(all()), Permissions{all()[1]});
    }

    void whatComesByReloadingIsSomebodyElses()
    {
        m_window->open(path("theirs.millrace"));
        QTRY_COMPARE(document().pipeline().steps.size(), 4u);
        QVERIFY(TrustRecord().add(needed(document()), "p"));
        QFile file(path("theirs.millrace"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QVERIFY(file.write(QByteArray(Foreign).replace("touch started", "touch started elsewhere")) > 0);
        file.close();
        QSignalSpy reloaded(&document(), &Document::reloaded);
        document().reload();
        QTRY_COMPARE(reloaded.size(), 1);
        m_window->run();
        QTRY_VERIFY(sheet());
        QCOMPARE(sheet()->findChildren<QPlainTextEdit *>().size(), 1);
        click("Cancel");
    }

    void bundledExamplesRunUnasked()
    {
        for (const Example &example : builtInExamples())
            if (programsOf(example.pipeline).isEmpty())
                QVERIFY(permissionsOf(example.pipeline, m_registry, {}, TrustRecord()).needed.empty());
        const auto unpacked = unpackExample(QStringLiteral("workers"), m_folder->path());
        QVERIFY(unpacked);
        m_window->openAndRun(*unpacked, true);
        QTRY_VERIFY(m_window->bridge().isUnderWay());
        QVERIFY(!sheet());
        m_window->bridge().stop();
        m_window->bridge().stop();
    }

    void aBundledExampleWhoseScriptWasChangedIsAskedFor()
    {
        const QString id = QStringLiteral("programs/airports");
        for (const Example &example : builtInExamples())
            if (example.id == id && !missingOf(programsOf(example.pipeline)).isEmpty())
                QSKIP("a program that the example calls isn't installed");
        QDir(examplesFolder()).removeRecursively();
        QVERIFY(unpackExample(id, examplesFolder()));
        QFile script(QDir(examplesFolder()).filePath(QStringLiteral("programs/kind.py")));
        QVERIFY(script.open(QIODevice::Append) && script.write("# by somebody else\n") > 0);
        script.close();
        m_window->showWelcome(true);
        Q_EMIT m_window->findChild<WelcomePage *>()->exampleChosen(id);
        QTRY_VERIFY_WITH_TIMEOUT(sheet(), 60'000);
        click("Cancel");
        QVERIFY(!m_window->bridge().isUnderWay());
        QDir(examplesFolder()).removeRecursively();
    }

    /// It must be as clear at night, and with all that may stand there.
    void theSheetShowsAllThatIsAsked()
    {
        write("helper.py", "1");
        QVERIFY(QDir(m_folder->path()).mkdir(QStringLiteral("inner")));
        write("thesis.csv", "mine");
        write("theirs.millrace", QByteArray(Foreign)
                                     .replace("out.jsonl", "../.bashrc")
                                     .replace("touch started", "true\\n\\n\\n\\nrm -r \\u202e x\\u001b[2J")
                                     .replace(R"("links")", R"("notes": [], "links")"));
        for (const ThemeKind kind : {ThemeKind::Light, ThemeKind::Dark}) {
            m_theme.setKind(kind);
            openAndRun();
            QTRY_VERIFY(sheet());
            const auto codes = sheet()->findChildren<QPlainTextEdit *>();
            QCOMPARE(codes.size(), 3);
            QCOMPARE(codes[0]->toPlainText(),
                     QStringLiteral("sh -c 'true\\n\\n\\n\\nrm -r \\u202e x\\u001b[2J; exec cat'"));
            QVERIFY(codes[2]->toPlainText().endsWith(QLatin1String("/.bashrc")));
            QStringList texts;
            for (const QLabel *label : sheet()->findChildren<QLabel *>())
                texts << label->text();
            const QString all = texts.join(QLatin1Char('\n'));
            QVERIFY2(all.contains(QLatin1String("outside its folder")) && all.contains(QLatin1String("helper.py"))
                         && all.contains(QLatin1String("Digest: ")),
                     qPrintable(all));
            QVERIFY(savePicture(*sheet(), kind == ThemeKind::Light ? QStringLiteral("trust-all-light")
                                                                   : QStringLiteral("trust-all-dark")));
            click("Cancel");
            QTRY_VERIFY(!sheet());
        }
    }

    void whatIsChangedAfterTheYesIsAskedForAndSaid()
    {
        write("helper.py", "1");
        QSignalSpy finished(&m_window->bridge(), &RunBridge::finished);
        openAndRun();
        QTRY_VERIFY(sheet());
        click("&Run and trust");
        QTRY_COMPARE(finished.size(), 1);
        QVERIFY(QFile::remove(path("started")));
        write("helper.py", "2"); // also in the window that was told yes
        m_window->run();
        QTRY_VERIFY(sheet());
        QStringList texts;
        for (const QLabel *label : sheet()->findChildren<QLabel *>())
            texts << label->text();
        QVERIFY2(texts.contains(QStringLiteral("Since you agreed to it: helper.py has changed.")),
                 qPrintable(texts.join(QLatin1Char('\n'))));
        click("Cancel");
        QVERIFY(!QFile::exists(path("started")));
    }

    void whatIsReplacedWhileTheSheetStandsIsNotRun()
    {
        write("helper.py", "1");
        openAndRun();
        QTRY_VERIFY(sheet());
        write("helper.py", "2");
        auto *gate = m_window->findChild<TrustGate *>();
        QSignalSpy failed(gate, &TrustGate::failed);
        click("&Run and trust");
        QTRY_COMPARE(failed.size(), 1);
        QVERIFY(failed[0][0].toString().contains(QLatin1String("while the question stood")));
        QVERIFY(!m_window->bridge().isUnderWay() && !QFile::exists(path("started")));
    }

    void filesElsewhereAreAskedForUnlessOneHasWrittenThat()
    {
        write("theirs.millrace", R"({"millrace": 1, "links": [{"from": "numbers", "to": "result"}],
          "steps": [{"id": "numbers", "type": "generate", "params": {"count": 3}},
                    {"id": "result", "type": "write.jsonl", "params": {"path": "thesis.jsonl"}}]})");
        write("thesis.jsonl", "mine");
        openAndRun();
        QTRY_VERIFY(sheet());
        click("Cancel");
        // An edit of something else makes it no one's own.
        const auto set = [this](const char *step, const char *param, const Value &value) {
            document().edit(QStringLiteral("Edit"), {},
                            [&](Pipeline &pipeline) { pipeline.step(step)->setParam(param, value); });
        };
        set("numbers", "count", Value(4));
        m_window->run();
        QTRY_VERIFY(sheet());
        click("Cancel");
        QTRY_VERIFY(!sheet());
        write("own.jsonl", "old");
        set("result", "path", Value("own.jsonl"));
        QSignalSpy finished(&m_window->bridge(), &RunBridge::finished);
        m_window->run();
        QTRY_COMPARE(finished.size(), 1);
        QVERIFY(!sheet());
        QFile file(path("thesis.jsonl"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), QByteArray("mine"));
    }

    void whatIsPastedFromElsewhereIsAskedFor()
    {
        QGuiApplication::clipboard()->setText(QString::fromUtf8(Foreign));
        m_window->action("edit.paste")->trigger();
        QTRY_COMPARE(document().pipeline().steps.size(), 4u);
        m_window->run();
        QTRY_VERIFY(sheet());
        click("Cancel");
        QVERIFY(!m_window->bridge().isUnderWay());
    }

    void theRecordIsNeverATarget()
    {
        write("theirs.millrace", QByteArray(R"({"millrace": 1, "links": [{"from": "numbers", "to": "result"}],
          "steps": [{"id": "numbers", "type": "generate", "params": {"count": 3}},
                    {"id": "result", "type": "write.jsonl", "params": {"path": "@"}}]})")
                                     .replace("@", TrustRecord::usualPath().c_str()));
        QVERIFY(QDir().mkpath(QFileInfo(QString::fromStdString(TrustRecord::usualPath())).path()));
        QSignalSpy failed(m_window->findChild<TrustGate *>(), &TrustGate::failed);
        openAndRun();
        QTRY_COMPARE(failed.size(), 1);
        QVERIFY(failed[0][0].toString().contains(QLatin1String("what you trust")));
        QVERIFY(!sheet() && !m_window->bridge().isUnderWay());
    }

private:
    Document &document() const { return m_window->document(); }
    TrustSheet *sheet() const
    {
        auto *sheet = m_window->findChild<TrustSheet *>();
        return sheet && sheet->isVisible() ? sheet : nullptr;
    }
    Permissions needed(const Document &of) const
    {
        Permissions all = permissionsOf(of.pipeline(), m_registry,
                                        {m_folder->path().toStdString(), of.path().toStdString()}, TrustRecord())
                              .needed;
        std::erase_if(all, [](const Permission &one) { return one.kind != Permission::Kind::Execute; });
        return all;
    }
    void openAndRun() const { m_window->openAndRun(path("theirs.millrace"), true); }
    void click(const char *text) const
    {
        for (QPushButton *button : sheet()->findChildren<QPushButton *>()) {
            if (button->text() == QLatin1String(text)) {
                QTest::mouseClick(button, Qt::LeftButton);
                return;
            }
        }
        QFAIL("there is no such button");
    }
};

} // namespace millrace::tst_trustgate

QTEST_MAIN(millrace::tst_trustgate::TestTrustGate)
#include "tst_trustgate.moc"

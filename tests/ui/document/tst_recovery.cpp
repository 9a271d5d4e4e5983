// SPDX-License-Identifier: MIT
// Unsaved work is kept beside the person's files and offered after a crash. What `kill -9` leaves of it: tst_kill.
#include "document/Document.h"
#include "document/Recovery.h"
#include "document/RecoveryBar.h"
#include "ui/support/Pictures.h"
#include "window/MainWindow.h"
#include "window/MessageBar.h"

#include <QDir>
#include <QFile>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

namespace millrace::tst_recovery {

namespace {

void rename(Document &document, const std::string &name)
{
    document.edit(QStringLiteral("Name"), {}, [&](Pipeline &pipeline) { pipeline.name = name; });
}

} // namespace

class TestRecovery : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { registerBuiltInSteps(m_registry); }

    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_kept = m_folder->filePath(QStringLiteral("kept"));
    }

    void anEditIsKeptWithoutAnyoneSaving()
    {
        Document document(m_registry);
        auto recovery = std::make_unique<Recovery>(document, m_kept, nullptr);
        QVERIFY(!QDir(m_kept).exists());
        rename(document, "one");
        rename(document, "two");
        waitFor(*recovery);
        // Its owner lives: nobody else is offered it.
        QVERIFY(findUnsavedWork(m_kept).empty());
        QCOMPARE(filesKept(), 1);
        // Closed by a person: nothing stays.
        recovery.reset();
        QVERIFY(QDir(m_kept).isEmpty());
    }

    void whatIsSavedOrUndoneIsNotKept()
    {
        Document document(m_registry);
        Recovery recovery(document, m_kept, nullptr);
        rename(document, "one");
        waitFor(recovery);
        QCOMPARE(filesKept(), 1);
        QVERIFY(document.saveNow(m_folder->filePath(QStringLiteral("mine.millrace"))));
        QTRY_COMPARE_WITH_TIMEOUT(filesKept(), 0, 30'000);
        rename(document, "two");
        waitFor(recovery);
        QCOMPARE(filesKept(), 1);
        document.undo();
        QTRY_COMPARE_WITH_TIMEOUT(filesKept(), 0, 30'000);
    }

    void aDeadSessionsWorkIsOfferedToOneOnly()
    {
        leave(m_kept, {{}, QDateTime::currentDateTime(), 3, named("lost")});
        const auto found = findUnsavedWork(m_kept);
        QCOMPARE(found.size(), size_t(1));
        QCOMPARE(found[0].work.pipeline.name, std::string("lost"));
        QCOMPARE(found[0].work.edits, 3);
        QCOMPARE(found[0].what, QStringLiteral("3 edits not saved · 0 steps · never saved as a file"));
        QVERIFY(findUnsavedWork(m_kept).empty());
    }

    void nobodyIsNaggedWhenNothingWasLost()
    {
        const QString path = m_folder->filePath(QStringLiteral("mine.millrace"));
        QVERIFY(savePipeline(named("as saved"), path.toStdString()));
        leave(m_kept, {path, QDateTime::currentDateTime(), 3, named("as saved")});
        leave(m_kept, {{}, QDateTime::currentDateTime(), 2, Pipeline()});
        QVERIFY(findUnsavedWork(m_kept).empty());
        QCOMPARE(filesKept(), 0);
    }

    void whatIsFoundSaysHowItDiffersFromTheFile()
    {
        const QString path = m_folder->filePath(QStringLiteral("mine.millrace"));
        Pipeline saved;
        for (const char *id : {"a", "b", "c"}) {
            saved.steps.emplace_back();
            saved.steps.back().id = id;
            saved.steps.back().type = "identity";
        }
        QVERIFY(savePipeline(saved, path.toStdString()));
        Pipeline now = saved;
        now.steps[0].workers = 2;
        now.steps.pop_back();
        now.steps.push_back(now.steps[0]);
        now.steps.back().id = "new";
        now.notes.emplace_back();
        leave(m_kept, {path, QDateTime::currentDateTime(), 5, now});
        const auto found = findUnsavedWork(m_kept);
        QCOMPARE(found.size(), size_t(1));
        QCOMPARE(found[0].what, QStringLiteral("5 edits not saved · 3 steps · by the saved file: 1 step added, 1 step "
                                               "removed, 1 step changed, other notes"));
        QCOMPARE(differenceText(saved, saved), QString());
    }

    void aDamagedFileIsLeftAlone()
    {
        leave(m_kept, {{}, QDateTime::currentDateTime(), 3, named("lost")});
        for (const QFileInfo &entry : QDir(m_kept).entryInfoList({QStringLiteral("*-unsaved")}, QDir::Files)) {
            QFile file(entry.filePath());
            QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
            file.write("{\"millraceUns");
        }
        QVERIFY(findUnsavedWork(m_kept).empty());
        QCOMPARE(filesKept(), 1);
    }

    void aFolderThatCantBeWrittenIsToldOnce()
    {
        Document document(m_registry);
        Recovery recovery(document, QStringLiteral("/dev/null/kept"), nullptr);
        QSignalSpy failed(&recovery, &Recovery::failed);
        rename(document, "one");
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, 30'000);
        rename(document, "two");
        waitFor(recovery);
        QCOMPARE(failed.size(), 1);
    }

    void recoveredWorkIsUnsavedAndCanBeUndoneToTheFile()
    {
        const QString path = m_folder->filePath(QStringLiteral("mine.millrace"));
        QVERIFY(savePipeline(named("as saved"), path.toStdString()));
        leave(recoveryFolder(), {path, QDateTime::currentDateTime(), 3, named("lost")});
        leave(recoveryFolder(), {{}, QDateTime::currentDateTime().addDays(-1), 1, named("never saved")});
        auto window = makeWindow();
        auto *bar = window->findChild<RecoveryBar *>();
        QVERIFY(!bar->isVisible());
        window->offerUnsavedWork();
        QTRY_VERIFY_WITH_TIMEOUT(bar->isVisible(), 30'000);
        QVERIFY(savePicture(*window, QStringLiteral("recovery-light")));
        m_theme.setKind(ThemeKind::Dark);
        window->resize(1024, 700);
        QVERIFY(savePicture(*window, QStringLiteral("recovery-dark-1024")));
        m_theme.setKind(ThemeKind::Light);
        QTest::mouseClick(button(*bar, "Open the unsaved work of “mine.millrace”"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(window->document().pipeline().name, std::string("lost"), 30'000);
        QCOMPARE(window->document().path(), path);
        QVERIFY(window->document().isDirty());
        window->document().undo();
        QCOMPARE(window->document().pipeline().name, std::string("as saved"));
        QVERIFY(!window->document().isDirty());
        // A person is asked before something is thrown away.
        int asked = 0;
        bool agrees = false;
        window->confirm = [&](const QString &, const QString &) {
            ++asked;
            return agrees;
        };
        QPushButton *discard = button(*bar, "Throw away the unsaved work of “Untitled”");
        QTest::mouseClick(discard, Qt::LeftButton);
        QVERIFY(bar->isVisible());
        agrees = true;
        QTest::mouseClick(discard, Qt::LeftButton);
        QVERIFY(!bar->isVisible());
        QCOMPARE(asked, 2);
        window.reset();
        QVERIFY(findUnsavedWork(recoveryFolder()).empty());
    }

    void secondWorkIsOpenedInAWindowOfItsOwn()
    {
        leave(recoveryFolder(), {{}, QDateTime::currentDateTime(), 3, named("first")});
        leave(recoveryFolder(), {{}, QDateTime::currentDateTime(), 3, named("second")});
        auto window = makeWindow();
        window->offerUnsavedWork();
        auto *bar = window->findChild<RecoveryBar *>();
        QTRY_VERIFY_WITH_TIMEOUT(bar->isVisible(), 30'000);
        QTest::mouseClick(button(*bar, "Open the unsaved work of “Untitled”"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(window->document().isDirty(), 30'000);
        QTest::mouseClick(button(*bar, "Open the unsaved work of “Untitled”"), Qt::LeftButton);
        MainWindow *second = nullptr;
        for (QWidget *widget : QApplication::topLevelWidgets())
            if (auto *other = qobject_cast<MainWindow *>(widget); other && other != window.get())
                second = other;
        QVERIFY(second);
        QTRY_VERIFY_WITH_TIMEOUT(second->document().isDirty(), 30'000);
        QVERIFY(window->document().pipeline().name != second->document().pipeline().name);
        delete second;
    }

private:
    static Pipeline named(const std::string &name)
    {
        Pipeline pipeline;
        pipeline.name = name;
        return pipeline;
    }

    /// As a session that died would.
    static void leave(const QString &folder, const UnsavedWork &work)
    {
        auto file = RecoveryFile::create(folder);
        QVERIFY(file);
        QVERIFY((*file)->write(work));
    }

    static void waitFor(const Recovery &recovery) { QTRY_VERIFY_WITH_TIMEOUT(!recovery.isBehind(), 30'000); }

    qsizetype filesKept() const { return QDir(m_kept).entryList({QStringLiteral("*.millrace-unsaved")}).size(); }

    std::unique_ptr<MainWindow> makeWindow()
    {
        m_theme.setKind(ThemeKind::Light);
        auto window = std::make_unique<MainWindow>(m_registry, m_theme);
        window->setAttribute(Qt::WA_DeleteOnClose, false);
        window->resize(1440, 900);
        window->show();
        return window;
    }

    static QPushButton *button(const QWidget &widget, const char *name)
    {
        for (QPushButton *found : widget.findChildren<QPushButton *>())
            if (found->isVisible() && found->accessibleName() == QString::fromUtf8(name))
                return found;
        return nullptr;
    }

    OwnSettings m_settings;
    StepRegistry m_registry;
    Theme m_theme;
    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_kept;
};

} // namespace millrace::tst_recovery

QTEST_MAIN(millrace::tst_recovery::TestRecovery)
#include "tst_recovery.moc"

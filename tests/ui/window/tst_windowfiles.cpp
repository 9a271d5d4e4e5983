// SPDX-License-Identifier: MIT
// A window and its file, with a person's keys and clicks: export of the drawing, revert, a file that others change, several
// windows and what goes from one to the other.
#include "canvas/CanvasScene.h"
#include "canvas/CanvasView.h"
#include "commands/Actions.h"
#include "document/Document.h"
#include "pipeline/PipelineFile.h"
#include "ui/support/WindowTest.h"
#include "window/MessageBar.h"

#include <QAction>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QDropEvent>
#include <QFile>
#include <QFileDialog>
#include <QImage>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>
#include <QPainter>
#include <QPushButton>
#include <QSvgRenderer>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <QUrl>

#include <functional>
#include <memory>
#include <set>

namespace millrace::tst_windowfiles {

namespace {

constexpr int Patience = 60'000; // milliseconds

constexpr char Small[] = R"({"millrace": 1, "name": "Small & <fine>", "steps": [
    {"id": "numbers", "type": "generate", "name": "All numbers", "params": {"count": 50}, "position": [40, 100]},
    {"id": "double", "type": "multiply", "name": "Twice", "params": {"by": 2}, "position": [280, 100]},
    {"id": "nowhere", "type": "discard", "name": "Away", "position": [520, 100]}],
    "links": [{"from": "numbers", "to": "double"}, {"from": "double", "to": "nowhere"}],
    "notes": [{"text": "Doubled **here**", "rect": [280, 220, 200, 60]}]})";

/// Does something to the dialog that a call is about to open and wait for.
template <typename Dialog>
void whenOpened(std::function<void(Dialog &)> act)
{
    auto *timer = new QTimer(qApp);
    QObject::connect(timer, &QTimer::timeout, timer, [timer, act = std::move(act)] {
        auto *dialog = qobject_cast<Dialog *>(QApplication::activeModalWidget());
        if (!dialog || !dialog->isVisible())
            return;
        timer->deleteLater();
        timer->stop();
        act(*dialog);
    });
    timer->start(1);
}

void answerBox(const QString &text, QString *question = nullptr)
{
    whenOpened<QMessageBox>([text, question](QMessageBox &box) {
        if (question)
            *question = box.text();
        savePicture(box, QStringLiteral("question-") + QString(text).remove(QLatin1Char('\'')).toLower());
        for (QAbstractButton *button : box.buttons())
            if (button->text().remove(QLatin1Char('&')) == text) {
                QTest::mouseClick(button, Qt::LeftButton);
                return;
            }
        box.reject();
        QFAIL(qPrintable(text + QStringLiteral(" is no answer")));
    });
}

void answerFileDialog(const QString &path)
{
    whenOpened<QFileDialog>([path](QFileDialog &dialog) {
        auto *name = dialog.findChild<QLineEdit *>(QStringLiteral("fileNameEdit"));
        savePicture(dialog, QStringLiteral("dialog-file"));
        name->setText(path); // typed, a list of completions would take the next key
        for (QAbstractButton *button : dialog.findChild<QDialogButtonBox *>()->buttons())
            if (dialog.findChild<QDialogButtonBox *>()->buttonRole(button) == QDialogButtonBox::AcceptRole)
                QTest::mouseClick(button, Qt::LeftButton);
    });
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// How many of a picture's pixels have that colour.
int countOf(const QImage &image, const QColor &color)
{
    int count = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            count += image.pixelColor(x, y).rgb() == color.rgb();
    return count;
}

} // namespace

class TestWindowFiles : public WindowTest
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs); }

    void init()
    {
        QSettings().clear();
        m_folder = std::make_unique<QTemporaryDir>();
        m_window = makeWindow();
        write("small.millrace", Small);
        m_window->open(path("small.millrace"));
        QTRY_COMPARE_WITH_TIMEOUT(m_window->document().pipeline().steps.size(), size_t(3), Patience);
    }

    void cleanup()
    {
        m_window.reset();
        QList<MainWindow *> others; // first, for each takes windows of its own along
        for (QWidget *widget : QApplication::topLevelWidgets())
            if (auto *window = qobject_cast<MainWindow *>(widget))
                others << window;
        qDeleteAll(others);
        m_folder.reset();
    }

    void theDrawingIsExportedAsSvgWithAllItsTexts()
    {
        m_theme.setKind(ThemeKind::Dark); // paper is light all the same
        const QString target = path("drawing.svg");
        answerFileDialog(target);
        press(*m_window, Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(target), Patience);
        const QByteArray svg = contentOf(target);
        QSvgRenderer drawing(svg);
        QVERIFY(drawing.isValid());
        for (const char *text : {"All numbers", "Twice", "Away", "here", "Small &amp; &lt;fine&gt;"})
            QVERIFY2(svg.contains(text), (text + ("; has: " + svg.mid(svg.indexOf("Small") - 40, 200))).constData());
        const QImage picture = rendered(drawing);
        QVERIFY(countOf(picture, lightColors().window) > picture.width() * picture.height() / 3);
        QVERIFY(hasFamilies(picture));
        QVERIFY(picture.save(qEnvironmentVariable("MILLRACE_PICTURES", path(".")) + QStringLiteral("/export-svg.png")));
    }

    void theDrawingIsExportedAsPngTwiceAsLargeAsOnTheScreen()
    {
        const QString target = path("drawing.png");
        answerFileDialog(target);
        press(*m_window, Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(target), Patience);
        const QImage picture(target);
        QVERIFY(!picture.isNull());
        const QSizeF drawn = m_window->canvas().canvas().contentRect().size();
        QVERIFY(picture.width() > 2 * drawn.width() && picture.height() > 2 * drawn.height());
        QVERIFY(picture.width() < 2 * drawn.width() + 200 && picture.height() < 2 * drawn.height() + 200);
        QVERIFY(hasFamilies(picture));
        QVERIFY(picture.save(qEnvironmentVariable("MILLRACE_PICTURES", path(".")) + QStringLiteral("/export-png.png")));
    }

    void aNameWithoutAnEndingIsExportedAsSvg()
    {
        answerFileDialog(path("drawing"));
        press(*m_window, Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path("drawing.svg")), Patience);
        QVERIFY(QSvgRenderer(contentOf(path("drawing.svg"))).isValid());
    }

    void whereNothingCanBeWrittenTheExportSaysSo()
    {
        answerFileDialog(QStringLiteral("/proc/drawing.svg"));
        press(*m_window, Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->messages().isVisible(), Patience);
        QVERIFY2(m_window->messages().sentence().startsWith(QStringLiteral("“/proc/drawing.svg” can't be written")),
                 qPrintable(m_window->messages().sentence()));
    }

    void revertGoesBackToTheFileAndUndoBringsTheChangesBack()
    {
        QVERIFY(!m_window->action("file.revert")->isEnabled());
        removeAll();
        QVERIFY(isMarked());
        QVERIFY(m_window->action("file.revert")->isEnabled());
        QString question;
        answerBox(QStringLiteral("Cancel"));
        press(*m_window, Qt::Key_R, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(m_window->document().pipeline().steps.size(), size_t(0));
        answerBox(QStringLiteral("Revert"), &question);
        press(*m_window, Qt::Key_R, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY2(question.contains(QLatin1String("small.millrace")), qPrintable(question));
        QTRY_COMPARE_WITH_TIMEOUT(m_window->document().pipeline().steps.size(), size_t(3), Patience);
        QVERIFY(!m_window->document().isDirty() && !isMarked());
        press(*m_window, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(m_window->document().pipeline().steps.size(), size_t(0));
        QVERIFY(m_window->document().isDirty() && isMarked());
    }

    void aFileChangedOnDiskIsOfferedAndTakenOver()
    {
        removeAll();
        QFile file(path("small.millrace"));
        QVERIFY(file.open(QIODevice::WriteOnly)
                && file.write(QByteArray(Small).replace("All numbers", "Other numbers")) > 0);
        file.close();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->messages().isVisible(), Patience);
        QVERIFY2(
            m_window->messages().sentence().startsWith(QStringLiteral("Another program has changed “small.millrace”")),
            qPrintable(m_window->messages().sentence()));
        QVERIFY(savePicture(*m_window, QStringLiteral("window-changed-on-disk")));
        answerBar("Reload it");
        QTRY_COMPARE_WITH_TIMEOUT(m_window->document().pipeline().steps.size(), size_t(3), Patience);
        QCOMPARE(m_window->document().pipeline().steps[0].name, std::string("Other numbers"));
        QVERIFY(!isMarked());
        press(*m_window, Qt::Key_Z, Qt::ControlModifier); // what was here isn't lost
        QCOMPARE(m_window->document().pipeline().steps.size(), size_t(0));
    }

    void aFileChangedOnDiskIsNotOverwrittenUnasked()
    {
        removeAll();
        const QByteArray theirs = QByteArray(Small).replace("All numbers", "Other numbers");
        QFile file(path("small.millrace"));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(theirs) > 0);
        file.close();
        press(*m_window, Qt::Key_S, Qt::ControlModifier);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->messages().isVisible()
                                     && m_window->messages().sentence().startsWith(QLatin1String("Not saved: ")),
                                 Patience);
        QCOMPARE(contentOf(path("small.millrace")), theirs);
        answerBar("Overwrite it");
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->document().isDirty(), Patience);
        QVERIFY(!contentOf(path("small.millrace")).contains("numbers"));
    }

    void aFileThatIsGoneIsSaidAndSavedAgain()
    {
        QVERIFY(QFile::remove(path("small.millrace")));
        QTRY_VERIFY_WITH_TIMEOUT(m_window->messages().isVisible(), Patience);
        QVERIFY(savePicture(*m_window, QStringLiteral("window-vanished-from-disk")));
        answerBar("Save it again");
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path("small.millrace")), Patience);
        QTRY_VERIFY_WITH_TIMEOUT(!isMarked(), Patience);
    }

    void severalWindowsHaveDrawingsAndHistoriesOfTheirOwn()
    {
        MainWindow &other = openSecond();
        QVERIFY(other.pos() != m_window->pos()); // beside, not over it
        QVERIFY(other.document().pipeline().steps.empty());
        press(other, Qt::Key_M, Qt::ControlModifier | Qt::ShiftModifier); // a note
        QCOMPARE(other.document().pipeline().notes.size(), size_t(1));
        QCOMPARE(m_window->document().pipeline().notes.size(), size_t(1));
        QCOMPARE(m_window->document().pipeline().steps.size(), size_t(3));
        QVERIFY(!m_window->document().isDirty() && !m_window->document().canUndo());
        press(other, Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(other.document().pipeline().notes.empty());
        QCOMPARE(m_window->document().pipeline().notes.size(), size_t(1));
        // Closing one leaves the other.
        QVERIFY(other.close());
        QVERIFY(m_window->isVisible());
        QCOMPARE(m_window->document().pipeline().steps.size(), size_t(3));
    }

    void aFileIsOpenInOneWindowOnly()
    {
        MainWindow &other = openSecond();
        answerFileDialog(path("small.millrace"));
        press(other, Qt::Key_O, Qt::ControlModifier);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->isActiveWindow(), Patience);
        QVERIFY(other.document().path().isEmpty());
    }

    void whatIsCopiedInOneWindowIsPastedInAnother()
    {
        m_window->canvas().setFocus();
        press(m_window->canvas(), Qt::Key_A, Qt::ControlModifier);
        press(m_window->canvas(), Qt::Key_C, Qt::ControlModifier);
        const QString text = QGuiApplication::clipboard()->text();
        const auto readable = parsePipeline(text.toStdString());
        QVERIFY(readable);
        QCOMPARE(readable->pipeline.steps.size(), size_t(3));

        MainWindow &other = openSecond();
        for (size_t times = 1; times <= 2; ++times) {
            press(other.canvas(), Qt::Key_V, Qt::ControlModifier);
            const Pipeline &pasted = other.document().pipeline();
            QCOMPARE(pasted.steps.size(), 3 * times);
            QCOMPARE(pasted.links.size(), 2 * times);
            std::set<std::string> ids;
            for (const PipelineStep &step : pasted.steps)
                ids.insert(step.id);
            QCOMPARE(ids.size(), pasted.steps.size());
            for (const Link &link : pasted.links)
                QVERIFY(ids.contains(link.fromStep) && ids.contains(link.toStep));
        }
        QCOMPARE(other.document().pipeline().steps[0].name, std::string("All numbers"));
        QCOMPARE(m_window->document().pipeline().steps.size(), size_t(3));
        press(other, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(other.document().pipeline().steps.size(), size_t(3)); // a paste is one undo step
        QVERIFY(savePicture(other, QStringLiteral("window-pasted")));
    }

    void savedInAnotherFolderItReadsTheSameFiles()
    {
        QVERIFY(QDir(path(".")).mkpath(QStringLiteral("elsewhere")));
        write("numbers.csv", "n\n1\n");
        auto &document = m_window->document();
        document.edit(QStringLiteral("Read"), {}, [&](Pipeline &pipeline) {
            PipelineStep step;
            step.id = "read";
            step.type = "read.csv";
            step.setParam("path", Value("numbers.csv"));
            pipeline.steps.push_back(std::move(step));
        });
        answerFileDialog(path("elsewhere/moved.millrace"));
        m_window->action("file.saveAs")->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(document.path(), path("elsewhere/moved.millrace"), Patience);
        QVERIFY(contentOf(document.path()).contains("../numbers.csv"));
        document.undo();
        QCOMPARE(std::string(document.pipeline().step("read")->param("path")->toText()), std::string("numbers.csv"));
    }

    void recentFilesAreOfferedInEveryWindow()
    {
        MainWindow &other = openSecond();
        QAction *entry = nullptr;
        for (QMenu *menu : other.findChildren<QMenu *>())
            for (QAction *action : menu->actions())
                if (action->text().contains(QLatin1String("small.millrace")))
                    entry = action;
        QVERIFY(entry);
        QVERIFY(entry->isEnabled());
    }

    void aHugeFileThatIsDroppedIsReadOnlyAtItsBeginning()
    {
        QByteArray rows("id,cents\n");
        for (int i = 0; i < 50'000; ++i)
            rows += QByteArray::number(i) + ",200\n";
        write("huge.csv", rows);
        QFile huge(path("huge.csv"));
        QVERIFY(huge.open(QIODevice::ReadWrite)
                && huge.resize(qint64(2) << 30)); // nothing, which takes no room on a disk
        huge.close();
        const qint64 before = bytesRead();
        if (before < 0)
            QSKIP("this system doesn't say how much a program has read");
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(path("huge.csv"))});
        QWidget *canvas = m_window->canvas().viewport();
        QDragEnterEvent enter({200, 150}, Qt::CopyAction, &data, Qt::LeftButton, {});
        QApplication::sendEvent(canvas, &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop({200, 150}, Qt::CopyAction, &data, Qt::LeftButton, {});
        QApplication::sendEvent(canvas, &drop);
        QCOMPARE(m_window->document().pipeline().steps.size(), size_t(4));
        const std::string id = m_window->document().pipeline().steps.back().id;
        QTRY_VERIFY_WITH_TIMEOUT(m_window->document().fields().output.contains(id), Patience);
        QCOMPARE(m_window->document().fields().output.at(id)->fields().size(), size_t(2));
        constexpr qint64 Most = 64 << 20; // of two thousand
        QVERIFY2(bytesRead() - before < Most, qPrintable(QString::number(bytesRead() - before)));
    }

private:
    /// All that this process has read from files so far; -1 where the system doesn't say.
    static qint64 bytesRead()
    {
        QFile file(QStringLiteral("/proc/self/io"));
        const QByteArray text = file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        const qsizetype at = text.indexOf("rchar: ");
        return at < 0 ? -1 : text.mid(at + 7, text.indexOf('\n', at) - at - 7).toLongLong();
    }

    /// Made by the key, as a person does it.
    MainWindow &openSecond()
    {
        press(*m_window, Qt::Key_N, Qt::ControlModifier | Qt::ShiftModifier);
        for (QWidget *widget : QApplication::topLevelWidgets())
            if (auto *window = qobject_cast<MainWindow *>(widget); window && window != m_window.get()) {
                window->askLeaving = [](const QString &, bool, bool) { return MainWindow::Leaving::Leave; };
                window->setAttribute(Qt::WA_DeleteOnClose, false);
                if (window->isWelcomeShown())
                    window->showWelcome(false);
                window->canvas().setFocus();
                return *window;
            }
        qFatal("No second window.");
    }

    static void press(QWidget &widget, Qt::Key key, Qt::KeyboardModifiers modifiers)
    {
        widget.window()->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(widget.window(), Patience));
        QTest::keyClick(&widget, key, modifiers);
    }

    bool isMarked() const { return m_window->windowTitle().contains(QStringLiteral("•")); }

    void removeAll()
    {
        m_window->canvas().setFocus();
        press(m_window->canvas(), Qt::Key_A, Qt::ControlModifier);
        press(m_window->canvas(), Qt::Key_Delete, {});
        QCOMPARE(m_window->document().pipeline().steps.size(), size_t(0));
    }

    void answerBar(const char *text) const
    {
        QCoreApplication::sendPostedEvents();
        for (auto *button : m_window->messages().findChildren<QPushButton *>())
            if (button->text() == QLatin1String(text) && button->isVisible()) {
                QTest::mouseClick(button, Qt::LeftButton);
                return;
            }
        QFAIL(text);
    }

    static QImage rendered(QSvgRenderer &drawing)
    {
        QImage image(drawing.defaultSize(), QImage::Format_RGB32);
        image.fill(Qt::black);
        QPainter painter(&image);
        drawing.render(&painter);
        return image;
    }

    /// Whether the tiles of the three steps' families are in the picture.
    static bool hasFamilies(const QImage &picture)
    {
        for (const Family family : {Family::Source, Family::Transform, Family::Sink})
            if (countOf(picture, Theme::familyColor(family)) < 50)
                return false;
        return true;
    }
};

} // namespace millrace::tst_windowfiles

QTEST_MAIN(millrace::tst_windowfiles::TestWindowFiles)
#include "tst_windowfiles.moc"

// SPDX-License-Identifier: MIT
// Code of a step in a window of its own: opened by a button, by a double click on the card, and from an error's line.
#include "canvas/CanvasScene.h"
#include "canvas/CanvasView.h"
#include "document/Document.h"
#include "inspector/editors/CodeWindow.h"
#include "inspector/editors/LargeCodeField.h"
#include "log/LogModel.h"
#include "log/LogPanel.h"
#include "ui/support/WindowTest.h"
#include "window/BottomPanel.h"

#include <QAction>
#include <QTableView>
#include <QTest>
#include <QToolButton>

namespace millrace::tst_windowcode {

class TestWindowCode : public WindowTest
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_window = makeWindow();
        Pipeline pipeline;
        for (const auto &[id, type] : {std::pair("rows", "generate"), {"script", "javascript"}, {"end", "discard"}}) {
            PipelineStep step;
            step.id = id;
            step.type = type;
            step.position = Position{pipeline.steps.size() * 240.0, 100};
            pipeline.steps.push_back(step);
            if (pipeline.steps.size() > 1) {
                Link link;
                link.fromStep = pipeline.steps[pipeline.steps.size() - 2].id;
                link.toStep = id;
                pipeline.links.push_back(link);
            }
        }
        pipeline.steps[0].params = {{"count", Value(int64_t(10))}};
        pipeline.steps[1].params = {{"code", Value("const twice = item.value * 2;\nif (item.value == 7)\n    "
                                                   "throw new Error(\"seven\");\nreturn twice;")}};
        m_window->document().reset(pipeline);
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    }

    void cleanup() { m_window.reset(); }

    void aDoubleClickOnTheCardOpensIt()
    {
        const StepItem &step = *canvas().canvas().step("script");
        const QPoint at = canvas().mapFromScene(step.card().bottomLeft() + QPointF(60, -12));
        QTest::mouseDClick(canvas().viewport(), Qt::LeftButton, {}, at);
        QVERIFY(code() && code()->isVisible());
        QVERIFY(code()->code().startsWith(QLatin1String("const twice")));
        QVERIFY2(code()->windowTitle().contains(QLatin1String("JavaScript")), qPrintable(code()->windowTitle()));
        QVERIFY(savePicture(*code(), QStringLiteral("code-window")));
    }

    void aButtonOpensItAndWhatIsWrittenIsTheDocuments()
    {
        open();
        LargeCodeField &field = *code()->findChild<LargeCodeField *>();
        field.moveCursor(QTextCursor::End);
        QTest::keyClick(&field, Qt::Key_Return);
        QTest::keyClicks(&field, QStringLiteral("// more"));
        QVERIFY(param().ends_with("return twice;\n// more"));
        // The selection is elsewhere, and the code stays where it belongs.
        canvas().canvas().select({"rows"});
        QTest::keyClicks(&field, QStringLiteral("!"));
        QVERIFY(param().ends_with("// more!"));
        QVERIFY2(m_window->document().captions().last().contains(QLatin1String("JavaScript")),
                 qPrintable(m_window->document().captions().last()));
        m_window->document().undo();
        QVERIFY(code()->code().endsWith(QLatin1String("return twice;"))
                || code()->code().endsWith(QLatin1String("// more")));
        QCOMPARE(code()->code().toStdString(), param());
        QTest::keyClick(&field, Qt::Key_Escape);
        QVERIFY(!code()->isVisible());
    }

    void enterKeepsTheIndentAndTabMakesOne()
    {
        open();
        LargeCodeField &field = *code()->findChild<LargeCodeField *>();
        field.goTo(3, 100);
        QTest::keyClick(&field, Qt::Key_Return);
        QTest::keyClick(&field, Qt::Key_Tab);
        QTest::keyClicks(&field, QStringLiteral("1;"));
        QCOMPARE(code()->code().split(QLatin1Char('\n')).at(3), QStringLiteral("        1;"));
    }

    void anErrorsLineIsOpened()
    {
        LogRecord record;
        record.number = 1;
        record.level = LogLevel::Error;
        record.step = "script";
        record.message = "line 3, column 11: seven";
        LogPanel &log = m_window->bottom().log();
        log.append({record});
        auto *table = log.findChild<QTableView *>();
        table->setFocus();
        table->setCurrentIndex(log.model().index(0, 0));
        QTest::keyClick(table, Qt::Key_Return);
        QVERIFY(code() && code()->isVisible());
        const QTextCursor cursor = code()->findChild<LargeCodeField *>()->textCursor();
        QCOMPARE(cursor.blockNumber(), 2);
        QCOMPARE(cursor.positionInBlock(), 10);
    }

    void itClosesWithItsStep()
    {
        open();
        canvas().canvas().select({"script"});
        m_window->action("edit.delete")->trigger();
        QVERIFY(!code()->isVisible());
    }

private:
    void open()
    {
        canvas().canvas().select({"script"});
        QCoreApplication::sendPostedEvents();
        for (QToolButton *button : m_window->findChildren<QToolButton *>())
            if (button->text() == QStringLiteral("Write in a window…") && button->isVisible())
                QTest::mouseClick(button, Qt::LeftButton);
        QVERIFY(code() && code()->isVisible());
    }

    CanvasView &canvas() const { return m_window->canvas(); }
    CodeWindow *code() const { return m_window->findChild<CodeWindow *>(); }
    std::string param() const { return toPlain(*m_window->document().pipeline().step("script")->param("code")); }
};

} // namespace millrace::tst_windowcode

QTEST_MAIN(millrace::tst_windowcode::TestWindowCode)
#include "tst_windowcode.moc"

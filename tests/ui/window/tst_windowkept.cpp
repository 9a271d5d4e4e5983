// SPDX-License-Identifier: MIT
// A link that keeps what goes over it: marked by its menu, seen on the canvas, and the next run starts there.
#include "canvas/CanvasScene.h"
#include "canvas/CanvasView.h"
#include "canvas/links/LinkItem.h"
#include "document/Document.h"
#include "run/RunBridge.h"
#include "ui/support/WindowTest.h"

#include <QAction>
#include <QFileInfo>
#include <QSignalSpy>
#include <QTemporaryDir>

#include <memory>

namespace millrace::tst_windowkept {

namespace {

constexpr int Patience = 60'000; // milliseconds
constexpr int Rows = 500;

} // namespace

class TestWindowKept : public WindowTest
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QByteArray rows = "n\n";
        for (int i = 0; i < Rows; ++i)
            rows += QByteArray::number(i) + '\n';
        write("in.csv", rows);
        write("p.millrace", R"({"millrace": 1, "batching": {"size": 10}, "steps": [
            {"id": "in", "type": "read.csv", "params": {"path": "in.csv"}, "position": [0, 0]},
            {"id": "twice", "type": "multiply", "params": {"by": 2}, "position": [260, 0]},
            {"id": "out", "type": "write.csv", "params": {"path": "out.csv"}, "position": [520, 0]}],
            "links": [{"from": "in", "to": "twice"}, {"from": "twice", "to": "out"}]})");
        m_window = makeWindow();
        m_window->open(path("p.millrace"));
        QTRY_COMPARE_WITH_TIMEOUT(m_window->document().pipeline().steps.size(), size_t(3), Patience);
    }

    void cleanup() { m_window.reset(); }

    void aLinkIsMarkedAndTheNextRunStartsThere()
    {
        QVERIFY(!action("run.fresh").isEnabled());
        markLink();
        QVERIFY(m_window->document().pipeline().links[1].isKept && !m_window->document().pipeline().links[0].isKept);
        QVERIFY(action("run.fresh").isEnabled());
        QVERIFY(help().contains(QStringLiteral("is kept when a run finishes")));
        savePicture(*m_window, QStringLiteral("kept-link"));
        runToEnd(m_window->action("run.start"));
        QVERIFY(!log().contains(QStringLiteral("Starts behind")));
        const QByteArray out = content("out.csv");
        QCOMPARE(out.count('\n'), Rows + 1);
        QTRY_VERIFY_WITH_TIMEOUT(help().contains(QStringLiteral("500 items")), Patience);
        runToEnd(m_window->action("run.start"));
        QVERIFY2(log().contains(QStringLiteral("Starts behind \"twice\" with 500 items")), qUtf8Printable(log()));
        QCOMPARE(content("out.csv"), out);
        runToEnd(m_window->action("run.fresh"));
        QVERIFY(!log().contains(QStringLiteral("Starts behind")));
    }

    void undoTakesItBackAndTheFileSaysIt()
    {
        markLink();
        m_window->document().save(path("p.millrace"));
        QTRY_VERIFY_WITH_TIMEOUT(content("p.millrace").contains("\"keep\": true"), Patience);
        m_window->document().undo();
        QVERIFY(!m_window->document().pipeline().links[1].isKept);
        m_window->document().redo();
        markLink(); // again: not any more
        QVERIFY(!m_window->document().pipeline().links[1].isKept);
    }

private:
    QAction &action(const char *id) const { return *m_window->action(id); }
    CanvasScene &scene() const { return *qobject_cast<CanvasScene *>(m_window->canvas().scene()); }
    LinkView link() const { return {"twice", "out", "out", "in", true}; }
    QString help() const { return scene().linkHelp(link()); }
    void markLink() const
    {
        scene().clearSelection();
        for (QGraphicsItem *item : scene().items())
            if (auto *const candidate = qgraphicsitem_cast<LinkItem *>(item);
                candidate && candidate->view().isSame(link()))
                candidate->setSelected(true);
        QCOMPARE(scene().selectedLinks().size(), size_t(1));
        action("edit.keep").trigger();
    }
    void runToEnd(QAction *how) const
    {
        QSignalSpy kept(&m_window->bridge(), &RunBridge::keptChanged);
        how->trigger();
        QTRY_COMPARE_WITH_TIMEOUT(kept.count(), 1, Patience);
        QCOMPARE(m_window->bridge().outcome().state, RunState::Finished);
    }
    QString log() const
    {
        QString text;
        for (const LogRecord &record : m_window->bridge().logAfter(0))
            text += QString::fromStdString(record.message) + QLatin1Char('\n');
        return text;
    }
    QByteArray content(const char *name) const
    {
        QFile file(path(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
};

} // namespace millrace::tst_windowkept

QTEST_MAIN(millrace::tst_windowkept::TestWindowKept)
#include "tst_windowkept.moc"

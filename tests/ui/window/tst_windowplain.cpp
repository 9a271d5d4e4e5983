// SPDX-License-Identifier: MIT
// What a file, an item or a program says is shown as it is: nothing of it is taken for rich text, which could load files and addresses.
#include "canvas/CanvasScene.h"
#include "canvas/CanvasView.h"
#include "document/Document.h"
#include "log/LogModel.h"
#include "run/RunBridge.h"
#include "theme/PlainText.h"
#include "ui/support/WindowTest.h"
#include "window/BottomPanel.h"
#include "window/MessageBar.h"

#include <QAbstractItemView>
#include <QAction>
#include <QHelpEvent>
#include <QLabel>
#include <QMessageBox>
#include <QPointer>
#include <QTest>
#include <QTextDocument>
#include <QTextEdit>
#include <QTimer>
#include <QToolTip>

namespace millrace::tst_windowplain {

namespace {

constexpr int Patience = 60'000; // milliseconds

/// Names, ids, types, values, notes: each has the text IMG. What isn't linked is wrong, and left out of a run.
constexpr char Everywhere[] = R"({"millrace": 1, "name": "IMG",
    "frames": [{"text": "IMG", "rect": [-60, -60, 1400, 900]}],
    "notes": [{"text": "IMG", "rect": [0, 600, 200, 100]}],
    "steps": [
    {"id": "read", "name": "IMG", "type": "read.jsonl", "params": {"path": "data.jsonl"}, "position": [0, 0]},
    {"id": "number", "name": "IMG number", "type": "convert", "params": {"types": {"IMG": "integer"}},
     "onError": "skip", "position": [300, 0]},
    {"id": "fail", "name": "IMG fail", "type": "fail", "params": {"expression": "n > 1", "message": "IMG"},
     "onError": "skip", "position": [600, 0]},
    {"id": "view", "name": "IMG view", "type": "view", "position": [900, 0]},
    {"id": "IMG", "name": "IMG unknown", "type": "IMG", "params": {"IMG": "IMG"}, "position": [0, 200]},
    {"id": "formula", "name": "IMG formula", "type": "formula", "params": {"expression": "IMG", "field": "IMG"},
     "position": [300, 200]},
    {"id": "select", "name": "IMG select", "type": "select", "params": {"fields": ["IMG"]}, "position": [600, 200]},
    {"id": "file", "name": "IMG file", "type": "write.csv", "params": {"path": "IMG"}, "position": [900, 200]}],
    "links": [{"from": "read", "to": "number"}, {"from": "number", "to": "fail"}, {"from": "fail", "to": "view"}]})";

/// Keeps what a text, were it rich, would load.
class Loads : public QTextDocument
{
public:
    /// Of a text that is taken for rich where it looks so.
    static QStringList of(const QString &text)
    {
        Loads document;
        if (!Qt::mightBeRichText(text))
            return {};
        document.setHtml(text);
        document.adjustSize(); // pictures are asked for as they are laid out
        return document.m_asked;
    }

protected:
    QVariant loadResource(int, const QUrl &name) override
    {
        m_asked << name.toString();
        return {};
    }

private:
    QStringList m_asked;
};

void addLoads(QStringList &found, const QString &text, const QString &where)
{
    if (!Loads::of(text).isEmpty())
        found << where + QStringLiteral(": ") + text;
}

QString pathOf(const QObject *object)
{
    QStringList names;
    for (; object; object = object->parent())
        names.prepend(object->objectName().isEmpty() ? QLatin1String(object->metaObject()->className())
                                                     : object->objectName());
    return names.join(QLatin1Char('/'));
}

/// Every cell's and head's tool tip.
QStringList loadsOfModel(const QAbstractItemModel &model, const QString &where)
{
    QStringList found;
    for (int column = 0; column < model.columnCount(); ++column) {
        addLoads(found, model.headerData(column, Qt::Horizontal, Qt::ToolTipRole).toString(), where);
        for (int row = 0; row < std::min(model.rowCount(), 200); ++row) {
            const QModelIndex index = model.index(row, column);
            addLoads(found, index.data(Qt::ToolTipRole).toString(), where);
            addLoads(found, index.data(Qt::WhatsThisRole).toString(), where);
        }
    }
    return found;
}

/// What is shown while the pointer rests there.
void addShownTip(QStringList &found, QWidget &widget, QPoint place)
{
    QToolTip::hideText();
    QHelpEvent event(QEvent::ToolTip, place, widget.mapToGlobal(place));
    QCoreApplication::sendEvent(&widget, &event);
    if (QToolTip::isVisible())
        addLoads(found, QToolTip::text(), pathOf(&widget) + QStringLiteral(", resting"));
}

/// All that a window's texts would load, with where they stand.
QStringList loadsOf(MainWindow &window)
{
    QStringList found;
    QList<QPointer<QWidget>> widgets; // a tip that is shown ends another one
    for (QWidget *widget : QApplication::allWidgets())
        widgets << widget;
    for (const QPointer<QWidget> &widget : std::as_const(widgets)) {
        if (!widget || widget->inherits("QTipLabel"))
            continue;
        const QString where = pathOf(widget);
        addLoads(found, widget->toolTip(), where + QStringLiteral(", tool tip"));
        addLoads(found, widget->whatsThis(), where + QStringLiteral(", what's this"));
        if (const auto *label = qobject_cast<QLabel *>(widget.data()); label && label->textFormat() != Qt::PlainText)
            addLoads(found, label->text(), where);
        if (const auto *box = qobject_cast<QMessageBox *>(widget.data()); box && box->textFormat() != Qt::PlainText)
            addLoads(found, box->text() + box->informativeText(), where);
        if (const auto *view = qobject_cast<QAbstractItemView *>(widget.data()); view && view->model())
            found << loadsOfModel(*view->model(), where);
        if (const auto *edit = qobject_cast<QTextEdit *>(widget.data()))
            addLoads(found, edit->document()->toHtml(), where);
        if (widget->isVisible())
            addShownTip(found, *widget, widget->rect().center());
    }
    for (const QAction *action : window.findChildren<QAction *>()) {
        addLoads(found, action->toolTip(), QStringLiteral("Action ") + action->text());
        addLoads(found, action->whatsThis(), QStringLiteral("Action ") + action->text());
    }
    CanvasView &view = window.canvas();
    for (QGraphicsItem *item : view.scene()->items()) {
        addLoads(found, item->toolTip(), QStringLiteral("an item of the drawing"));
        addShownTip(found, *view.viewport(), view.mapFromScene(item->sceneBoundingRect().center()));
    }
    QToolTip::hideText();
    return found;
}

} // namespace

class TestWindowPlain : public WindowTest
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        QSettings().clear();
        m_folder = std::make_unique<QTemporaryDir>();
        m_picture = QStringLiteral("<img src='%1'>").arg(path("picture.png"));
        // In a folder whose name is such a text, too.
        const QString folder = path("<img src='near.png'>");
        QVERIFY(QDir().mkdir(folder));
        write(folder, "everywhere.millrace", Everywhere);
        write(folder, "data.jsonl", R"({"IMG": "IMG", "n": 1}
{"IMG": "1", "n": 2}
)");
        m_window = makeWindow();
        m_window->open(folder + QStringLiteral("/everywhere.millrace"));
        QTRY_COMPARE_WITH_TIMEOUT(m_window->document().pipeline().steps.size(), size_t(8), Patience);
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->document().isBusy(), Patience);
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->document().problems().empty(), Patience);
    }

    void cleanup()
    {
        m_window.reset();
        m_folder.reset();
    }

    /// That this test sees such a text, wherever it stands.
    void aTextThatLoadsIsFound()
    {
        QVERIFY(Loads::of(m_picture).contains(path("picture.png")));
        QLabel label(m_picture, m_window.get());
        QCOMPARE(loadsOf(*m_window).size(), 1);
        label.setTextFormat(Qt::PlainText);
        label.setToolTip(m_picture);
        label.show();
        QVERIFY(loadsOf(*m_window).size() > 1); // as it is, and as it is shown
    }

    void whatAPipelineFileSaysIsPlain()
    {
        QCOMPARE(loadsOf(*m_window).value(0), QString());
        for (const PipelineStep &step : m_window->document().pipeline().steps) {
            scene().select({step.id});
            QCoreApplication::sendPostedEvents();
            QCOMPARE(loadsOf(*m_window).value(0), QString());
        }
        m_window->bottom().showTab(BottomPanel::Tab::Problems);
        QCOMPARE(loadsOf(*m_window).value(0), QString());
        savePicture(*m_window, QStringLiteral("plain"));
    }

    void whatEditsAreCalledIsPlain()
    {
        m_window->action("view.history")->trigger();
        const QString caption = QStringLiteral("Rename to “%1”").arg(m_picture);
        QVERIFY(m_window->document().edit(caption, {}, [](Pipeline &pipeline) { pipeline.name += " else"; }));
        QCoreApplication::sendPostedEvents();
        QCOMPARE(loadsOf(*m_window).value(0), QString());
        m_window->action("edit.undo")->trigger();
        QCOMPARE(loadsOf(*m_window).value(0), QString());
    }

    void whatARunSaysIsPlain()
    {
        // No run begins while there is an id that can't be one.
        m_window->document().edit(QStringLiteral("Delete"), {}, [this](Pipeline &pipeline) {
            std::erase_if(pipeline.steps,
                          [this](const PipelineStep &step) { return step.id == m_picture.toStdString(); });
        });
        m_window->run();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->bridge().hasSamples() && !m_window->bridge().isUnderWay(), Patience);
        const auto *log = m_window->findChild<LogModel *>();
        QVERIFY(log);
        QTRY_VERIFY_WITH_TIMEOUT(log->rowCount() >= 2, Patience); // the items that failed
        for (const BottomPanel::Tab tab : {BottomPanel::Tab::Log, BottomPanel::Tab::Data}) {
            m_window->bottom().showTab(tab);
            QCoreApplication::sendPostedEvents();
            QCOMPARE(loadsOf(*m_window).value(0), QString());
        }
    }

    void questionsAndMessagesArePlain()
    {
        QStringList found;
        QTimer::singleShot(0, this, [this, &found] {
            found = loadsOf(*m_window);
            QVERIFY(QApplication::activeModalWidget());
            QApplication::activeModalWidget()->close();
        });
        m_window->confirm(tr("Throw “%1” away?").arg(m_picture), m_picture);
        QCOMPARE(found.value(0), QString());
        m_window->messages().show(MessageBar::Kind::Error, m_picture, m_picture);
        m_window->canvas().explain(m_picture, {50, 50});
        QCOMPARE(loadsOf(*m_window).value(0), QString());
    }

    void aToolTipKeepsItsWordsAndLines()
    {
        QCOMPARE(plainToolTip(QStringLiteral("a < b & c\nd")), QStringLiteral("a < b & c\nd"));
        QTextDocument shown;
        shown.setHtml(plainToolTip(QStringLiteral("<b>100 %1</b>\n a & b &lt; c")));
        QCOMPARE(shown.toPlainText(), QStringLiteral("<b>100 %1</b>\n a & b &lt; c"));
    }

private:
    CanvasScene &scene() { return *static_cast<CanvasScene *>(m_window->canvas().scene()); }
    void write(const QString &folder, const char *name, QByteArray content) const
    {
        QFile file(folder + QLatin1Char('/') + QLatin1String(name));
        content.replace("IMG", m_picture.toUtf8());
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
    }

    QString m_picture; ///< a text that, were it rich, would load a file
};

} // namespace millrace::tst_windowplain

QTEST_MAIN(millrace::tst_windowplain::TestWindowPlain)
#include "tst_windowplain.moc"

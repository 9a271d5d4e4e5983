// SPDX-License-Identifier: MIT
#pragma once

#include "canvas/CanvasScene.h"
#include "canvas/CanvasView.h"
#include "commands/Actions.h"
#include "document/Document.h"
#include "editing/CanvasEditor.h"
#include "editing/QuickAdd.h"
#include "editing/StepAdder.h"
#include "model/Edits.h"
#include "palette/StepTypeModel.h"
#include "pipeline/layout/Layout.h"
#include "pipeline/NoteIds.h"
#include "theme/Text.h"
#include "ui/support/Pictures.h"
#include "window/BottomPanel.h"
#include "window/MainWindow.h"

#include <QContextMenuEvent>
#include <QDropEvent>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QMimeData>
#include <QMouseEvent>
#include <QScrollBar>
#include <QStatusBar>
#include <QTest>
#include <QWheelEvent>
#include <QWindow>

#include <memory>
#include <set>
#include <string>

namespace millrace {

/// A whole window with a drawing in it, and the hands that work on it: every event goes the way of a real one, through the
/// window's system window or the widget that has the focus. Places are points of the scene; at 100 %, its middle is in view.
class EditingBench
{
public:
    explicit EditingBench(const StepRegistry &registry)
    {
        QSettings().clear();
        m_theme.setKind(ThemeKind::Light);
        window = std::make_unique<MainWindow>(registry, m_theme);
        window->setAttribute(Qt::WA_DeleteOnClose, false);
        window->resize(1440, 900);
        window->show();
        window->activateWindow();
        if (window->isWelcomeShown())
            window->showWelcome(false);
    }
    ~EditingBench() { window.reset(); } // before its theme

    /// As a fresh window, whatever a test has left.
    void renew()
    {
        if (m_isHeld)
            release(m_last);
        scene().glide().settle();
        scene().glide().setDuration(Glide::Duration);
        quickAdd().hide();
        window->activateWindow();
        window->action("theme.light")->trigger();
        if (window->action("view.wheelPans")->isChecked())
            window->action("view.wheelPans")->trigger();
        if (!window->action("view.minimap")->isChecked())
            window->action("view.minimap")->trigger();
        window->resize(1440, 900);
        drawn = {};
    }

    /// What glides is on its way until settle(), however long the machine takes.
    void glideSlowly() const { scene().glide().setDuration(24 * 60 * 60 * 1000); }

    bool isActive() { return QTest::qWaitForWindowActive(window.get()); }

    /// A step at that place of the drawing that begin() shows.
    void put(const std::string &id, const std::string &type, double x, double y)
    {
        PipelineStep step;
        step.id = id;
        step.name = id;
        step.type = type;
        step.position = Position{x, y};
        drawn.steps.push_back(std::move(step));
    }

    void link(const std::string &from, const std::string &to, const std::string &port = "out")
    {
        Link added;
        added.fromStep = from;
        added.fromPort = port;
        added.toStep = to;
        drawn.links.push_back(std::move(added));
    }

    void begin(double zoom = 1)
    {
        completeNoteIds(drawn);
        window->document().reset(drawn);
        view().setZoom(zoom);
        view().centerOn(360, 200);
        view().setFocus();
        QCoreApplication::processEvents();
    }

    CanvasView &view() const { return window->canvas(); }
    CanvasScene &scene() const { return view().canvas(); }
    Document &document() const { return window->document(); }
    const Pipeline &pipeline() const { return document().pipeline(); }
    StepItem &item(const std::string &id) const { return *scene().step(id); }
    std::set<std::string> selection() const { return scene().selectedSteps(); }
    QPointF place(const std::string &id) const
    {
        const PipelineStep *step = pipeline().step(id);
        return step && step->position ? QPointF(step->position->x, step->position->y) : QPointF(1e9, 1e9);
    }
    bool isLinked(const std::string &from, const std::string &to) const
    {
        for (const Link &link : pipeline().links)
            if (link.fromStep == from && link.toStep == to)
                return true;
        return false;
    }
    size_t undoSteps() const { return document().historyIndex(); }
    QString told() const { return window->bottom().statusBar().currentMessage(); }
    static QColor accent() { return lightColors().accent; }

    /// Where a hand takes hold of a card: away from its ports and its name.
    QPointF grip(const std::string &id) const { return item(id).pos() + QPointF(84, 60); }
    QPointF input(const std::string &id) const { return item(id).portPosition({Port::Kind::Input, 0}); }
    QPointF output(const std::string &id, int index = 0) const
    {
        return item(id).portPosition({Port::Kind::Output, index});
    }

    // The mouse.
    QPoint inWindow(QPointF scenePoint) const
    {
        return view().viewport()->mapTo(window.get(), view().mapFromScene(scenePoint));
    }
    void press(QPointF at, Qt::KeyboardModifiers modifiers = {}, Qt::MouseButton button = Qt::LeftButton)
    {
        QTest::mousePress(window->windowHandle(), button, modifiers, inWindow(at));
        m_isHeld = true;
        m_button = button;
        m_last = at;
    }
    void moveTo(QPointF at, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::mouseEvent(QTest::MouseMove, window->windowHandle(), Qt::NoButton, modifiers, inWindow(at));
        m_last = at;
    }
    void release(QPointF at, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::mouseRelease(window->windowHandle(), m_button, modifiers, inWindow(at));
        m_isHeld = false;
    }
    void click(QPointF at, Qt::KeyboardModifiers modifiers = {}, Qt::MouseButton button = Qt::LeftButton)
    {
        press(at, modifiers, button);
        release(at, modifiers);
    }
    void clickTwice(QPointF at) { QTest::mouseDClick(window->windowHandle(), Qt::LeftButton, {}, inWindow(at)); }
    void drag(QPointF from, QPointF to, Qt::KeyboardModifiers modifiers = {}, Qt::MouseButton button = Qt::LeftButton)
    {
        // The paper may move under the hand: the way is in pixels.
        const QPoint start = inWindow(from), end = inWindow(to);
        QTest::mousePress(window->windowHandle(), button, modifiers, start);
        for (const double part : {0.3, 0.7, 1.0})
            QTest::mouseEvent(QTest::MouseMove, window->windowHandle(), Qt::NoButton, modifiers,
                              start + ((end - start) * part));
        QTest::mouseRelease(window->windowHandle(), button, modifiers, end);
    }
    /// Rests the pointer there, for what happens at the pointer.
    void point(QPointF at)
    {
        QCursor::setPos(window->mapToGlobal(inWindow(at)));
        moveTo(at);
    }
    void wheel(QPointF at, QPoint angle, Qt::KeyboardModifiers modifiers = {}, QPoint pixels = {})
    {
        const QPointF local = view().mapFromScene(at);
        QWheelEvent event(local, view().viewport()->mapToGlobal(local), pixels, angle, Qt::NoButton, modifiers,
                          Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(view().viewport(), &event);
    }

    /// Something from elsewhere is dragged over the canvas and let go; false where the canvas doesn't want it.
    bool drop(const QMimeData &data, QPointF at)
    {
        const QPoint local = view().mapFromScene(at);
        QDragEnterEvent enter(local, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(view().viewport(), &enter);
        if (!enter.isAccepted())
            return false;
        QDragMoveEvent move(local, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(view().viewport(), &move);
        QDropEvent event(local, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(view().viewport(), &event);
        return true;
    }

    /// A click with the right button, and the menu that it opens; null where none does.
    QMenu *openMenu(QPointF at)
    {
        click(at, {}, Qt::RightButton);
        const QPoint local = view().mapFromScene(at);
        QContextMenuEvent event(QContextMenuEvent::Mouse, local, view().viewport()->mapToGlobal(local));
        QCoreApplication::sendEvent(view().viewport(), &event);
        return qobject_cast<QMenu *>(QApplication::activePopupWidget());
    }

    // The keyboard.
    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) { QTest::keyClick(&view(), key, modifiers); }

    QuickAdd &quickAdd() const { return *window->findChild<QuickAdd *>(); }
    QLineEdit &search() const { return *quickAdd().findChild<QLineEdit *>(); }
    /// Ids of the types that quick-add offers, from the top.
    QStringList offered() const
    {
        QStringList ids;
        const auto *list = quickAdd().findChild<QListView *>();
        for (int row = 0; row < list->model()->rowCount(); ++row)
            if (const QString id = list->model()->index(row, 0).data(StepTypeModel::TypeIdRole).toString();
                !id.isEmpty())
                ids << id;
        return ids;
    }

    std::unique_ptr<MainWindow> window;
    Pipeline drawn; ///< what begin() shows

private:
    Theme m_theme;
    bool m_isHeld = false;
    Qt::MouseButton m_button = Qt::LeftButton;
    QPointF m_last;
};

/// What tests of editing share. One window for all tests of a program, since making it takes longer than what is tested.
class EditingTest : public QObject
{
protected:
    EditingTest() { registerBuiltInSteps(m_registry); }

    /// Before each test.
    void renew()
    {
        if (!m_bench)
            m_bench = std::make_unique<EditingBench>(m_registry);
        m_bench->renew();
        QVERIFY(m_bench->isActive());
    }
    /// The same, with "first", "second" and "third" linked in a row, as yet in bench().drawn only.
    void renewWithRow()
    {
        renew();
        m_bench->put("first", "generate", 0, 160);
        m_bench->put("second", "identity", 240, 160);
        m_bench->put("third", "discard", 480, 160);
        m_bench->link("first", "second");
        m_bench->link("second", "third");
    }
    /// The same, with a "middle" of that type between "source" and "sink", and a "loose" step below.
    void renewWithLoose(const char *middle)
    {
        renew();
        m_bench->put("source", "generate", 0, 80);
        m_bench->put("middle", middle, 260, 80);
        m_bench->put("sink", "discard", 520, 80);
        m_bench->put("loose", "identity", 260, 280);
        m_bench->link("source", "middle");
        m_bench->link("middle", "sink");
    }
    EditingBench &bench() const { return *m_bench; }
    CanvasView &view() const { return m_bench->view(); }

    const OwnSettings m_settings;
    StepRegistry m_registry;
    std::unique_ptr<EditingBench> m_bench;
};

} // namespace millrace

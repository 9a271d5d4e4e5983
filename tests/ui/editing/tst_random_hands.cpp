// SPDX-License-Identifier: MIT
// Hands that do anything in any order, with pipelines running underneath: the window lives on, what is drawn is what the document
// holds, its text can be read back, and undo goes back to the beginning and forth to the end, letter by letter.
// MILLRACE_HANDS=SEEDS and MILLRACE_HANDS_SEED=FIRST look further than the test of every day.
#include "ui/editing/EditingBench.h"

#include <QClipboard>
#include <QDrag>
#include <QElapsedTimer>
#include <QTimer>

#include <functional>
#include <random>
#include <vector>

namespace millrace::tst_random_hands {

class TestRandomHands : public EditingTest
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        renew();
        // Whatever asks is answered with no; a question that nobody answered would hold the hands for ever.
        bench().window->confirm = [](const QString &, const QString &) { return false; };
        connect(&m_no, &QTimer::timeout, &m_no, [this] {
            if (QWidget *asks = QApplication::activeModalWidget())
                asks->close();
            // A drag that Qt begins by its own clock, or the menu of a field, waits for a hand that isn't there.
            if (m_sinceAct.isValid() && m_sinceAct.hasExpired(5'000)) {
                QDrag::cancel();
                closePopups();
            }
        });
        m_no.start(50);
    }

    void anythingInAnyOrderLeavesAWholeDocument_data()
    {
        QTest::addColumn<unsigned>("seed");
        const int asked = qEnvironmentVariableIntValue("MILLRACE_HANDS"), seeds = asked > 0 ? asked : 4;
        const unsigned first = unsigned(std::max(1, qEnvironmentVariableIntValue("MILLRACE_HANDS_SEED")));
        for (unsigned seed = first; seed < first + unsigned(seeds); ++seed)
            QTest::addRow("seed %u", seed) << seed;
    }

    void anythingInAnyOrderLeavesAWholeDocument()
    {
        QFETCH(const unsigned, seed);
        m_random.seed(seed);
        drawARun();
        const std::string before = writePipeline(bench().pipeline());
        for (int i = 0; i < 150; ++i) {
            m_sinceAct.start();
            const char *did = act();
            QCoreApplication::processEvents();
            // Qt drops a release where the pressed widget has gone, as the field of a note has that a drag began on, or where a
            // popup has come between. The canvas lets go at the next move above it.
            if (view().isHolding())
                QTest::keyClick(&view(), Qt::Key_Escape);
            const QString fault = faultOfNow();
            QVERIFY2(fault.isEmpty(), qPrintable(QStringLiteral("%1 (%2): %3").arg(i).arg(QLatin1String(did), fault)));
        }
        m_sinceAct.invalidate();
        closePopups();
        bench().window->action("run.stop")->trigger();
        leaveFields();
        const std::string after = writePipeline(bench().pipeline());
        const size_t edits = bench().undoSteps();
        QVERIFY2(edits > 0, "the hands did nothing");
        bench().document().goTo(0);
        QCOMPARE(writePipeline(bench().pipeline()), before);
        QCOMPARE(faultOfNow(), QString());
        bench().document().goTo(edits);
        QCOMPARE(writePipeline(bench().pipeline()), after);
        QCOMPARE(faultOfNow(), QString());
        QTRY_VERIFY_WITH_TIMEOUT(bench().window->action("run.start")->isEnabled(), 60'000);
    }

private:
    /// Something that takes its time, drops, splits and joins.
    void drawARun()
    {
        bench().put("numbers", "generate", 0, 160);
        bench().drawn.steps.back().params.emplace_back("count", Value(2000));
        bench().put("times", "multiply", 240, 160);
        bench().put("slow", "delay", 480, 60);
        bench().put("few", "identity", 480, 260);
        bench().put("all", "merge", 720, 160);
        bench().put("gone", "discard", 960, 160);
        bench().link("numbers", "times");
        bench().link("times", "slow");
        bench().link("times", "few");
        bench().link("slow", "all");
        bench().link("few", "all");
        bench().link("all", "gone");
        bench().begin(0.8);
    }

    int below(int count) { return int(m_random() % unsigned(count)); }
    template <class List>
    auto oneOf(const List &list)
    {
        auto found = std::begin(list);
        std::advance(found, below(int(std::size(list))));
        return *found;
    }

    /// A point of the canvas that is in sight: of a card, of one of its ports, or any.
    QPointF somewhere()
    {
        const QRect sight = view().viewport()->rect().adjusted(4, 4, -4, -4);
        const auto &steps = bench().pipeline().steps;
        if (!steps.empty() && below(5) != 0) {
            const std::string &id = steps[size_t(below(int(steps.size())))].id;
            const StepItem &item = bench().item(id);
            const std::vector<QPointF> points{bench().grip(id), bench().input(id), bench().output(id),
                                              item.pos() + QPointF(80, 20)};
            const QPointF point = oneOf(points);
            if (sight.contains(view().mapFromScene(point)))
                return point;
        }
        return view().mapToScene(sight.left() + below(sight.width()), sight.top() + below(sight.height()));
    }

    Qt::KeyboardModifiers someModifiers()
    {
        static constexpr std::array modifiers{Qt::NoModifier,      Qt::NoModifier,    Qt::NoModifier,
                                              Qt::ControlModifier, Qt::ShiftModifier, Qt::AltModifier};
        return oneOf(modifiers);
    }

    const char *act()
    {
        switch (below(15)) {
        case 0: bench().click(somewhere(), someModifiers()); return "click";
        case 1:
        case 2: bench().drag(somewhere(), somewhere(), someModifiers()); return "drag";
        case 3:
            bench().clickTwice(somewhere());
            typeIntoSearch();
            return "double click";
        case 4:
            bench().key(oneOf(std::array{Qt::Key_Tab, Qt::Key_Space, Qt::Key_L}));
            typeIntoSearch();
            return "quick-add";
        case 5: chooseFromMenu(); return "menu";
        case 6: bench().wheel(somewhere(), {0, below(2) ? 120 : -120}); return "wheel";
        case 7:
            bench().key(oneOf(std::array{Qt::Key_Left, Qt::Key_Right, Qt::Key_Up, Qt::Key_Down, Qt::Key_Return,
                                         Qt::Key_Escape, Qt::Key_Plus, Qt::Key_Minus, Qt::Key_E, Qt::Key_F2}),
                        oneOf(std::array{Qt::NoModifier, Qt::NoModifier, Qt::ControlModifier}));
            typeIntoField();
            return "key";
        case 8: return changeSetting();
        case 9:
        case 10:
        case 11: return dragAndDoMore();
        default: return trigger();
        }
    }

    /// A drag that takes its time, of a card, a link, a rubber band or the paper, and what else is done during it.
    const char *dragAndDoMore()
    {
        m_did = "drag with";
        const Qt::KeyboardModifiers modifiers = someModifiers();
        bench().press(somewhere(), modifiers, below(8) ? Qt::LeftButton : Qt::MiddleButton);
        for (int i = 1 + below(4); i > 0; --i) {
            bench().moveTo(somewhere(), below(3) ? modifiers : someModifiers());
            if (below(4))
                m_during += QByteArray(" ") + doDuringADrag();
            QCoreApplication::processEvents();
        }
        closePopups();
        bench().release(somewhere(), modifiers);
        typeIntoSearch();
        leaveFields();
        m_did += m_during;
        m_during.clear();
        return m_did.constData();
    }

    QByteArray doDuringADrag()
    {
        switch (below(9)) {
        case 0: bench().key(Qt::Key_Escape); return "Esc";
        case 1: bench().key(Qt::Key_Z, Qt::ControlModifier); return "Ctrl+Z";
        case 2: bench().key(Qt::Key_Delete, below(2) ? Qt::ControlModifier : Qt::NoModifier); return "Del";
        case 3: bench().window->action(below(2) ? "run.start" : "run.stop")->trigger(); return "run";
        case 4: bench().wheel(somewhere(), {0, below(2) ? 240 : -240}, someModifiers()); return "wheel";
        case 5: view().clearFocus(); return "focus";
        case 6: bench().key(Qt::Key_V, Qt::ControlModifier); return "Ctrl+V";
        case 7:
            bench().key(oneOf(std::array{Qt::Key_Tab, Qt::Key_Space, Qt::Key_L, Qt::Key_Left, Qt::Key_Return, Qt::Key_E,
                                         Qt::Key_F2, Qt::Key_F5}),
                        someModifiers());
            typeIntoSearch();
            return "key";
        default: {
            const QByteArray did = m_did;
            const QByteArray action = trigger();
            m_did = did;
            return action;
        }
        }
    }

    /// Any action but those that leave the window, ask for a file or open a window of their own.
    const char *trigger()
    {
        static const std::vector<const char *> left{"file.",  "help.",    "tools.", "view.gaugeLimits",
                                                    "theme.", "edit.find"};
        std::vector<QAction *> actions;
        for (QAction *action : bench().window->findChildren<QAction *>())
            if (action->isEnabled() && action->objectName().contains(QLatin1Char('.'))
                && std::ranges::none_of(
                    left, [&](const char *start) { return action->objectName().startsWith(QLatin1String(start)); }))
                actions.push_back(action);
        QAction *action = oneOf(actions);
        // Runs are begun and undone more often than the one in eighty.
        if (below(4) == 0)
            action = bench().window->action(oneOf(std::array{"run.start", "edit.undo", "edit.undo", "edit.redo"}));
        m_did = action->objectName().toLatin1();
        if (action->isEnabled())
            action->trigger();
        typeIntoSearch();
        typeIntoField();
        return m_did.constData();
    }

    void typeIntoSearch()
    {
        if (!bench().quickAdd().isVisible())
            return;
        QTest::keyClicks(&bench().search(),
                         QString::fromLatin1(oneOf(std::array{"ident", "mult", "union", "disc", "gen", "zz"})));
        QTest::keyClick(&bench().search(), below(4) ? Qt::Key_Return : Qt::Key_Escape);
        bench().quickAdd().hide();
    }

    /// A name or a note that is being written.
    void typeIntoField()
    {
        QWidget *field = QApplication::focusWidget();
        if (!field || field == &view() || !view().isAncestorOf(field) || field == view().viewport())
            return;
        QTest::keyClicks(field, QStringLiteral("ab"));
        QTest::keyClick(field, below(3) ? Qt::Key_Return : Qt::Key_Escape);
        leaveFields();
    }

    void leaveFields() { view().setFocus(); }

    void chooseFromMenu()
    {
        if (QMenu *menu = bench().openMenu(somewhere())) {
            for (int i = below(8); i > 0; --i)
                QTest::keyClick(menu, Qt::Key_Down);
            QTest::keyClick(menu, below(3) ? Qt::Key_Return : Qt::Key_Escape);
        }
        closePopups();
        typeIntoSearch();
        typeIntoField();
    }

    static void closePopups()
    {
        while (QWidget *popup = QApplication::activePopupWidget())
            popup->close();
    }

    /// One of the inspector's fields: a number up or down, a text more, another choice.
    const char *changeSetting()
    {
        std::vector<QWidget *> fields;
        for (QWidget *field : bench().window->findChildren<QWidget *>())
            if (field->isVisible() && field->isEnabled() && field->inherits("QAbstractSpinBox"))
                fields.push_back(field);
        if (fields.empty())
            return "no setting";
        QTest::keyClick(oneOf(fields), below(2) ? Qt::Key_Up : Qt::Key_Down);
        return "setting";
    }

    /// What is wrong with document and drawing as they are; empty where all is well.
    QString faultOfNow() const
    {
        const Pipeline &pipeline = bench().pipeline();
        std::set<std::string> ids;
        for (const PipelineStep &step : pipeline.steps) {
            if (!ids.insert(step.id).second)
                return QStringLiteral("two steps are called %1").arg(toQString(step.id));
            if (!bench().scene().step(step.id))
                return QStringLiteral("%1 is not drawn").arg(toQString(step.id));
        }
        if (bench().scene().drawing().steps.size() != pipeline.steps.size())
            return QStringLiteral("a step is drawn that is not there");
        for (const Link &link : pipeline.links)
            if (!ids.contains(link.fromStep) || !ids.contains(link.toStep))
                return QStringLiteral("a link dangles");
        for (const Link &link : pipeline.links)
            if (downstreamOf(pipeline, {link.toStep}).contains(link.fromStep))
                return QStringLiteral("%1 is in a cycle").arg(toQString(link.toStep));
        if (view().isHolding())
            return QStringLiteral("a hand that is empty holds something");
        if (const QString item = misplaced(); !item.isEmpty())
            return QStringLiteral("%1 is not where the drawing has it").arg(item);
        for (const std::string &id : bench().selection())
            if (!ids.contains(id))
                return QStringLiteral("%1 is selected but gone").arg(toQString(id));
        const std::string written = writePipeline(pipeline);
        const auto read = parsePipeline(written);
        if (!read)
            return QStringLiteral("it can't be read back: %1").arg(toQString(read.error().message));
        if (writePipeline(read->pipeline) != written)
            return QStringLiteral("read and written, it is another text");
        return {};
    }

    /// What is seen elsewhere than the document says, though nothing holds it; empty where there is none.
    QString misplaced() const
    {
        CanvasScene &scene = bench().scene();
        scene.glide().settle();
        for (const PipelineStep &step : bench().pipeline().steps)
            if (step.position && bench().item(step.id).pos() != QPointF(step.position->x, step.position->y))
                return toQString(step.id);
        const auto isAt = [](const QRectF &seen, const Rectangle &rect) {
            return seen == QRectF(rect.x, rect.y, rect.width, rect.height);
        };
        const Pipeline &pipeline = bench().pipeline();
        for (size_t i = 0; i < pipeline.notes.size(); ++i) {
            const NoteItem &note = *scene.notes().at(i);
            if (!isAt({note.pos(), note.view().rect.size()}, pipeline.notes[i].rect))
                return QStringLiteral("note %1").arg(i);
        }
        for (size_t i = 0; i < pipeline.frames.size(); ++i)
            if (!isAt(scene.frames().at(i)->shownRect(), pipeline.frames[i].rect))
                return QStringLiteral("frame %1").arg(i);
        return {};
    }

    std::mt19937 m_random;
    QTimer m_no;
    QElapsedTimer m_sinceAct;
    QByteArray m_did, m_during;
};

} // namespace millrace::tst_random_hands

QTEST_MAIN(millrace::tst_random_hands::TestRandomHands)
#include "tst_random_hands.moc"

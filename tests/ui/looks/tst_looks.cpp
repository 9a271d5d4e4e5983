// SPDX-License-Identifier: MIT
// Every dialog, dock and menu is opened, in both themes and on a large and a small screen: a picture of each is kept to be looked
// at, each control has a name, is reached by Tab, and shows that it has the keyboard.
#include "canvas/CanvasScene.h"
#include "canvas/CanvasView.h"
#include "commands/Actions.h"
#include "commands/CommandPalette.h"
#include "commands/ShortcutEditor.h"
#include "document/Document.h"
#include "editing/CanvasMenu.h"
#include "editing/FindBar.h"
#include "monitor/GaugeLimitsWindow.h"
#include "monitor/tuning/TuneWindow.h"
#include "run/RunBridge.h"
#include "theme/Fields.h"
#include "theme/Text.h"
#include "trust/TrustSheet.h"
#include "ui/support/WindowTest.h"
#include "welcome/Examples.h"
#include "window/BottomPanel.h"
#include "window/HelpWindow.h"
#include "window/MessageBar.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QAction>
#include <QComboBox>
#include <QDockWidget>
#include <QFileDialog>
#include <QHelpEvent>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QTabBar>
#include <QTableView>
#include <QTest>
#include <QTextBrowser>
#include <QTimer>
#include <QToolButton>
#include <QToolTip>

#include <algorithm>
#include <cstdlib>
#include <functional>

namespace millrace::tst_looks {

namespace {

/// Parts of a control that Qt makes itself, and that need no name of their own.
bool isInner(const QWidget &widget)
{
    for (const QWidget *parent = widget.parentWidget(); parent; parent = parent->parentWidget())
        if (qobject_cast<const QComboBox *>(parent) || qobject_cast<const QAbstractSpinBox *>(parent)
            || qobject_cast<const QLineEdit *>(parent) || qobject_cast<const QKeySequenceEdit *>(parent)
            || qobject_cast<const QAbstractItemView *>(parent) || qobject_cast<const QTabBar *>(parent)
            || qobject_cast<const QMenuBar *>(parent) || parent->inherits("QComboBoxPrivateContainer"))
            return true;
    const QWidget *parent = widget.parentWidget();
    return widget.objectName().startsWith(QLatin1String("qt_")) || (parent && parent->inherits("QToolBar"));
}

bool isControl(const QWidget &widget)
{
    const auto *area = qobject_cast<const QAbstractScrollArea *>(widget.parentWidget());
    if (isInner(widget) || widget.inherits("QHeaderView") || (area && area->viewport() == &widget))
        return false;
    return qobject_cast<const QAbstractButton *>(&widget) || qobject_cast<const QComboBox *>(&widget)
           || qobject_cast<const QLineEdit *>(&widget) || qobject_cast<const QAbstractSpinBox *>(&widget)
           || qobject_cast<const QPlainTextEdit *>(&widget) || qobject_cast<const QTextEdit *>(&widget)
           || qobject_cast<const QAbstractItemView *>(&widget) || qobject_cast<const QTabBar *>(&widget)
           || qobject_cast<const QKeySequenceEdit *>(&widget) || widget.focusPolicy() == Qt::StrongFocus;
}

/// What a screen reader says of it: its own name, else the text on it, else that of its label.
QString spokenName(const QWidget &widget)
{
    if (!widget.accessibleName().isEmpty())
        return widget.accessibleName();
    if (const auto *button = qobject_cast<const QAbstractButton *>(&widget); button && !button->text().isEmpty())
        return button->text();
    for (const QLabel *label : widget.window()->findChildren<QLabel *>())
        if (label->buddy() == &widget)
            return label->text();
    return {};
}

QString described(const QWidget &widget)
{
    QStringList path;
    for (const QWidget *part = &widget; part; part = part->isWindow() ? nullptr : part->parentWidget())
        path.prepend(QLatin1String(part->metaObject()->className()) + QLatin1Char('#') + part->objectName());
    return QStringLiteral("“%1” (%2)").arg(spokenName(widget), path.join(QLatin1Char('/')));
}

/// How many points of two pictures of the same size differ so much that it is seen.
int countSeen(const QImage &one, const QImage &other)
{
    constexpr int Seen = 24; // of 255, in one of the colours
    int count = 0;
    for (int y = 0; y < one.height(); ++y)
        for (int x = 0; x < one.width(); ++x) {
            const QColor a = one.pixelColor(x, y), b = other.pixelColor(x, y);
            count +=
                std::max({std::abs(a.red() - b.red()), std::abs(a.green() - b.green()), std::abs(a.blue() - b.blue())})
                > Seen;
        }
    return count;
}

} // namespace

class TestLooks : public WindowTest
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        QSettings().clear();
        m_folder = std::make_unique<QTemporaryDir>();
        QSettings().setValue(QStringLiteral("recent"),
                             QStringList{path("a pipeline of mine.millrace"), path("second.millrace")});
        write("a pipeline of mine.millrace", "{}");
        m_window = makeWindow();
    }

    void cleanup()
    {
        m_window.reset();
        m_folder.reset();
    }

    void everythingIsLookedAt_data()
    {
        QTest::addColumn<bool>("isDark");
        QTest::addColumn<QSize>("size");
        for (const bool isDark : {false, true})
            for (const QSize size : {QSize(1440, 900), QSize(1024, 700)})
                QTest::addRow("%s-%d", isDark ? "dark" : "light", size.width()) << isDark << size;
    }

    void everythingIsLookedAt()
    {
        QFETCH(bool, isDark);
        QFETCH(QSize, size);
        m_window->resize(size);
        m_theme.setKind(isDark ? ThemeKind::Dark : ThemeKind::Light);
        m_window->showWelcome(true);
        look(*m_window, "window-welcome");
        openAndRun("earthquakes");
        for (const char *id : {"quakes", "away", "felt"}) {
            m_window->canvas().canvas().select({id});
            look(*m_window, QByteArray("window-").append(id).constData());
        }
        m_window->action("view.history")->trigger();
        for (const auto &[tab, name] : {std::pair{BottomPanel::Tab::Log, "log"},
                                        {BottomPanel::Tab::Problems, "problems"},
                                        {BottomPanel::Tab::Throughput, "throughput"},
                                        {BottomPanel::Tab::Runs, "runs"},
                                        {BottomPanel::Tab::Data, "data"},
                                        {BottomPanel::Tab::Steps, "steps"}}) {
            m_window->bottom().showTab(tab);
            look(*m_window, QByteArray("window-tab-").append(name).constData());
        }
        for (const char *title :
             {"File", "Edit", "View", "Run", "Tools", "Help", "Select", "Arrange", "Theme", "Frame's colour"}) {
            QMenu *menu = m_window->findChild<Actions *>()->menu(title);
            Q_EMIT menu->aboutToShow();
            menu->popup({0, 0});
            look(*menu, QByteArray("menu-").append(QByteArray(title).replace(' ', "")).constData());
            menu->hide();
        }
        eachDialog([this](QWidget &dialog, const char *name) { look(dialog, name); });
    }

    void everyControlHasAName()
    {
        openAndRun("earthquakes");
        m_window->action("view.history")->trigger();
        checkNames(*m_window, "the window");
        m_window->showWelcome(true);
        checkNames(*m_window, "the welcome page");
        m_window->showWelcome(false);
        eachDialog([](QWidget &dialog, const char *name) {
            QVERIFY2(!dialog.accessibleName().isEmpty() || !dialog.windowTitle().isEmpty()
                         || qobject_cast<QMenu *>(&dialog),
                     name);
            checkNames(dialog, name);
        });
    }

    void longTextsAreCutWithDotsAndSaidInTheToolTip()
    {
        m_window->resize(1024, 700);
        openAndRun("earthquakes");
        m_window->canvas().canvas().select({"away"});
        QCoreApplication::sendPostedEvents();
        auto *inspector = m_window->findChild<QWidget *>(QStringLiteral("inspectorCard"));
        TextField *name = nullptr;
        for (auto *field : inspector->findChildren<TextField *>())
            if (field->accessibleName() == QLatin1String("Name of the step") && field->isVisible())
                name = field;
        QVERIFY(name);
        QVERIFY(name->text().startsWith(name->shownText().chopped(1)));
        QVERIFY2(name->shownText().endsWith(QChar(0x2026)), qPrintable(name->shownText()));
        const QImage cut = name->grab().toImage();
        QHelpEvent help(QEvent::ToolTip, {5, 5}, name->mapToGlobal(QPoint(5, 5)));
        QApplication::sendEvent(name, &help);
        QVERIFY2(QToolTip::text().startsWith(name->text()), qPrintable(QToolTip::text()));
        name->setFocus();
        QVERIFY(name->grab().toImage() != cut); // all of it is there for who writes
        for (auto *choice : inspector->findChildren<ChoiceField *>())
            if (choice->isVisible() && choice->accessibleName() == QLatin1String("On error")) {
                choice->setFixedWidth(110);
                QVERIFY2(choice->shownText().endsWith(QChar(0x2026)), qPrintable(choice->shownText()));
            }
        m_window->canvas().setFocus();
        QVERIFY(savePicture(*inspector, QStringLiteral("inspector-cut")));
    }

    void aMissingValueIsCalledAsItsLabelIs()
    {
        m_window->document().edit({}, {}, [](Pipeline &pipeline) {
            PipelineStep step;
            step.id = "orders";
            step.type = "read.csv";
            pipeline.steps.push_back(step);
        });
        const auto found = [this]() -> const Problem * {
            for (const Problem &problem : m_window->document().problems())
                if (problem.param == "path")
                    return &problem;
            return nullptr;
        };
        QTRY_VERIFY_WITH_TIMEOUT(found(), 60'000);
        QVERIFY2(found()->text.starts_with("“File” is needed"), found()->text.c_str());
        m_window->bottom().showTab(BottomPanel::Tab::Problems);
        bool isListed = false;
        for (const auto *table : m_window->bottom().findChildren<QTableView *>())
            for (int row = 0; row < table->model()->rowCount(); ++row)
                isListed = isListed || table->model()->index(row, 2).data() == QLatin1String("File");
        QVERIFY(isListed);
        QVERIFY(savePicture(*m_window, QStringLiteral("missing-value")));
    }

    void theZoomMenuSaysHowLargeItIs()
    {
        openAndRun("earthquakes");
        m_window->canvas().setZoom(1.5);
        QMenu *menu = zoomButton()->menu();
        Q_EMIT menu->aboutToShow();
        for (const QAction *entry : menu->actions())
            if (entry->isCheckable())
                QCOMPARE(entry->isChecked(), entry->text() == QLatin1String("150 %"));
    }

    void theThemeThatIsOnIsTickedInEveryWindow()
    {
        const auto other = makeWindow();
        m_window->action("theme.dark")->trigger();
        for (const MainWindow *window : {m_window.get(), other.get()}) {
            QVERIFY(window->action("theme.dark")->isChecked());
            QVERIFY(!window->action("theme.light")->isChecked());
        }
        QSettings().remove(QStringLiteral("theme"));
    }

    void tabReachesEveryControlOfADialogAndIsSeen_data() { themes(); }
    void tabReachesEveryControlOfADialogAndIsSeen()
    {
        QFETCH(bool, isDark);
        m_theme.setKind(isDark ? ThemeKind::Dark : ThemeKind::Light);
        openAndRun("earthquakes");
        eachDialog([this](QWidget &dialog, const char *name) {
            if (!qobject_cast<QMenu *>(&dialog))
                checkTabs(dialog, name);
        });
    }

    void tabReachesEveryControlOfTheDocksAndIsSeen_data() { themes(); }
    void tabReachesEveryControlOfTheDocksAndIsSeen()
    {
        QFETCH(bool, isDark);
        m_theme.setKind(isDark ? ThemeKind::Dark : ThemeKind::Light);
        m_window->resize(1440, 900);
        openAndRun("earthquakes");
        m_window->action("view.history")->trigger();
        for (const char *id : {"quakes", "away", "felt"}) {
            m_window->canvas().canvas().select({id});
            checkTabs(*m_window->findChild<QWidget *>(QStringLiteral("inspectorCard")), id);
        }
        m_window->canvas().canvas().select({});
        m_window->action("edit.settings")->trigger();
        checkTabs(*m_window->findChild<QWidget *>(QStringLiteral("inspectorCard")), "the pipeline's settings");
        checkTabs(*m_window->findChild<QWidget *>(QStringLiteral("rail")), "rail");
        m_window->action("view.palette")->trigger();
        checkTabs(*m_window->findChild<QWidget *>(QStringLiteral("palette")), "palette");
        checkTabs(*m_window->findChild<QDockWidget *>(QStringLiteral("history")), "history");
        for (const auto tab :
             {BottomPanel::Tab::Log, BottomPanel::Tab::Problems, BottomPanel::Tab::Data, BottomPanel::Tab::Steps}) {
            m_window->bottom().showTab(tab);
            checkTabs(*m_window->findChild<QDockWidget *>(QStringLiteral("bottom")), "bottom");
        }
        m_window->showWelcome(true);
        checkTabs(*m_window->centralWidget(), "welcome");
    }

private:
    static void themes()
    {
        QTest::addColumn<bool>("isDark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }

    static void checkNames(const QWidget &within, const char *where)
    {
        QStringList nameless;
        for (const QWidget *widget : within.findChildren<QWidget *>())
            if (isControl(*widget) && spokenName(*widget).isEmpty())
                nameless << described(*widget);
        QVERIFY2(nameless.isEmpty(),
                 qPrintable(QLatin1String(where) + QStringLiteral(": ") + nameless.join(QStringLiteral(", "))));
    }

    /// Walks through all controls by Tab: each is come by, from above to below, and looks otherwise with the keyboard than
    /// without.
    void checkTabs(QWidget &within, const char *where)
    {
        QCoreApplication::sendPostedEvents();
        QCoreApplication::processEvents();
        within.window()->activateWindow();
        if (within.window()->windowType() != Qt::Popup)
            QVERIFY(QTest::qWaitForWindowActive(within.window()));
        QList<QWidget *> wanted;
        for (QWidget *widget : within.findChildren<QWidget *>())
            if (isControl(*widget) && widget->isVisibleTo(within.window()) && widget->isEnabled()
                && !widget->size().isEmpty() && (widget->focusPolicy() & Qt::TabFocus || !isDrivenBySearch(*widget)))
                wanted << widget;
        QList<QWidget *> come;
        QList<std::pair<QRect, QRect>>
            places; // of the one before and of each, when it is come to: what has scrolled may do so again
        QWidget *first = nullptr;
        for (QWidget *widget = within.nextInFocusChain(); widget != &within; widget = widget->nextInFocusChain())
            if (wanted.contains(widget) && (widget->focusPolicy() & Qt::TabFocus)) {
                first = widget;
                break;
            }
        QVERIFY2(first || wanted.isEmpty(), where);
        if (!first)
            return;
        first->setFocus(Qt::TabFocusReason);
        QVERIFY2(first->hasFocus(), where);
        for (int i = 0; i < 200; ++i) {
            QWidget *now = QApplication::focusWidget();
            if (!now || !within.isAncestorOf(now) || come.contains(now))
                break;
            QCoreApplication::sendPostedEvents();
            const QWidget *const last = come.isEmpty() ? now : come.last();
            places << std::pair(QRect(last->mapTo(&within, QPoint()), last->size()),
                                QRect(now->mapTo(&within, QPoint()), now->size()));
            come << now;
            QTest::keyClick(now, Qt::Key_Tab);
        }
        QStringList missed;
        for (QWidget *widget : wanted)
            if (!come.contains(widget) && !(widget->focusProxy() && come.contains(widget->focusProxy())))
                missed << described(*widget);
        QVERIFY2(missed.isEmpty(),
                 qPrintable(QLatin1String(where) + QStringLiteral(" misses ") + missed.join(QStringLiteral(", "))));
        for (qsizetype i = 1; i < come.size(); ++i) {
            const auto &[before, now] = places[i];
            QVERIFY2(now.bottom() > before.top() || now.left() > before.right(),
                     qPrintable(QLatin1String(where) + QStringLiteral(": after ") + described(*come[i - 1])
                                + QStringLiteral(" comes ") + described(*come[i])));
        }
        if (come.size() < 2)
            return;
        QStringList unseen;
        for (qsizetype i = 0; i < come.size(); ++i) {
            come[i]->setFocus(Qt::TabFocusReason);
            const QImage with = come[i]->grab().toImage();
            come[(i + 1) % come.size()]->setFocus(Qt::TabFocusReason);
            if (countSeen(with, come[i]->grab().toImage()) < 12)
                unseen << described(*come[i]);
        }
        QVERIFY2(unseen.isEmpty(), qPrintable(QLatin1String(where) + QStringLiteral(" doesn't show the keyboard in ")
                                              + unseen.join(QStringLiteral(", "))));
    }

    /// A list that the arrows of the field above it go through.
    static bool isDrivenBySearch(const QWidget &widget)
    {
        return widget.focusPolicy() == Qt::NoFocus && qobject_cast<const QAbstractItemView *>(&widget)
               && widget.parentWidget()->findChild<QLineEdit *>();
    }

    void openAndRun(const char *example)
    {
        const auto file = unpackExample(QLatin1String(example), m_folder->path());
        QVERIFY(file);
        m_window->openAndRun(*file, true);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->bridge().hasSamples() && !m_window->bridge().isUnderWay(), 60'000);
    }

    void look(QWidget &widget, const char *name)
    {
        QCoreApplication::sendPostedEvents();
        QCoreApplication::processEvents();
        QVERIFY(savePicture(
            widget, QStringLiteral("looks-%1-%2").arg(QLatin1String(QTest::currentDataTag()), QLatin1String(name))));
    }

    using Visit = std::function<void(QWidget &, const char *)>;

    /// Calls an action that waits for an answer to a question, and looks at the question.
    void ask(const char *id, const char *name, const Visit &visit)
    {
        bool isSeen = false;
        QTimer::singleShot(0, this, [&] {
            QWidget *dialog = QApplication::activeModalWidget();
            QVERIFY(dialog);
            visit(*dialog, name);
            isSeen = true;
            dialog->close();
        });
        m_window->action(id)->trigger();
        QVERIFY2(isSeen, name);
    }

    void eachDialog(const Visit &visit)
    {
        m_window->action("edit.find")->trigger();
        visit(*m_window->findChild<FindBar *>(), "find");
        m_window->findChild<FindBar *>()->hide();
        m_window->messages().show(MessageBar::Kind::Error,
                                  QStringLiteral("“out.csv” can't be written: the disk is full. Make room there."),
                                  {{QStringLiteral("Save as…"), [] {}}, {QStringLiteral("Try again"), [] {}}});
        visit(m_window->messages(), "message");
        m_window->messages().hide();
        ask("file.open", "dialog-open", visit);
        ask("file.saveAs", "dialog-save", visit);
        ask("file.export", "dialog-export", visit);
        ask("help.about", "dialog-about", visit);
        m_window->document().edit(QStringLiteral("Note"), {},
                                  [](Pipeline &pipeline) { pipeline.notes.emplace_back(); });
        ask("file.revert", "dialog-revert", visit);
        const auto leave = std::exchange(m_window->askLeaving, {});
        m_window->action("tools.commands")->trigger();
        visit(*m_window->findChild<CommandPalette *>(), "commands");
        m_window->findChild<CommandPalette *>()->hide();
        m_window->action("edit.add")->trigger();
        for (QWidget *popup : m_window->findChildren<QWidget *>(QStringLiteral("quickAdd")))
            if (popup->isVisible()) {
                visit(*popup, "quick-add");
                popup->hide();
            }
        m_window->askLeaving = leave;
        m_window->action("tools.shortcuts")->trigger();
        visit(*m_window->findChild<ShortcutEditor *>(), "keys");
        m_window->findChild<ShortcutEditor *>()->hide();
        m_window->action("view.gaugeLimits")->trigger();
        visit(*m_window->findChild<GaugeLimitsWindow *>(), "gauge-limits");
        m_window->findChild<GaugeLimitsWindow *>()->hide();
        m_window->action("run.tune")->trigger();
        visit(*m_window->findChild<TuneWindow *>(), "tune");
        m_window->findChild<TuneWindow *>()->hide();
        m_window->canvas().canvas().select({"away"});
        m_window->action("help.step")->trigger();
        visit(*m_window->findChild<HelpWindow *>(), "help");
        m_window->findChild<HelpWindow *>()->hide();
        TrustSheet sheet(QStringLiteral("orders.millrace"),
                         {{{Permission::Kind::Execute,
                            "a",
                            "Geocode",
                            "program",
                            true,
                            "python3 geocode.py --all",
                            {},
                            {},
                            {},
                            true,
                            false,
                            {{"geocode.py", ""}},
                            {}},
                           {"geocode.py has changed"}},
                          {{Permission::Kind::Write,
                            "b",
                            "Report",
                            "write.csv",
                            false,
                            "/home/me/.bashrc",
                            "outside its folder; replaces a file that it hasn't made",
                            {},
                            {},
                            true,
                            false,
                            {},
                            {}},
                           {}}},
                         QString(64, QLatin1Char('0')), m_window.get());
        sheet.show();
        visit(sheet, "trust");
        sheet.hide();
        auto *zoom = zoomButton();
        zoom->menu()->popup({0, 0});
        visit(*zoom->menu(), "menu-zoom");
        zoom->menu()->hide();
        auto *context = m_window->findChild<CanvasMenu *>();
        m_window->canvas().canvas().select({"away"});
        context->open({0, 0});
        visit(*context, "menu-step");
        context->hide();
        m_window->canvas().canvas().select({});
        context->open({0, 0});
        visit(*context, "menu-canvas");
        context->hide();
    }

    QToolButton *zoomButton() const
    {
        for (auto *button : m_window->findChildren<QToolButton *>())
            if (button->accessibleName() == QLatin1String("Zoom"))
                return button;
        return nullptr;
    }
};

} // namespace millrace::tst_looks

QTEST_MAIN(millrace::tst_looks::TestLooks)
#include "tst_looks.moc"

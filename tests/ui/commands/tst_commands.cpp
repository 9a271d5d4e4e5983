// SPDX-License-Identifier: MIT
// What belongs to the whole window: its actions and their keys, the help, the welcome page, names for those who can't see.
#include "canvas/CanvasScene.h"
#include "canvas/CanvasView.h"
#include "commands/Actions.h"
#include "commands/CommandPalette.h"
#include "commands/ShortcutEditor.h"
#include "commands/Shortcuts.h"
#include "document/Document.h"
#include "editing/CanvasMenu.h"
#include "editing/FindBar.h"
#include "model/StepHelp.h"
#include "theme/Text.h"
#include "ui/support/WindowTest.h"
#include "window/BottomPanel.h"
#include "window/HelpWindow.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QDockWidget>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QMenuBar>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableView>
#include <QTest>
#include <QTextBrowser>
#include <QToolButton>
#include <QTreeWidget>

#include <map>
#include <utility>

namespace millrace::tst_commands {

namespace {

bool isControl(const QWidget &widget)
{
    return qobject_cast<const QAbstractButton *>(&widget) || qobject_cast<const QComboBox *>(&widget)
           || qobject_cast<const QLineEdit *>(&widget) || qobject_cast<const QAbstractSpinBox *>(&widget)
           || qobject_cast<const QPlainTextEdit *>(&widget) || qobject_cast<const QAbstractItemView *>(&widget);
}

/// What a screen reader says of it: its own name, else the text on it.
QString spokenName(const QWidget &widget)
{
    if (!widget.accessibleName().isEmpty())
        return widget.accessibleName();
    const auto *button = qobject_cast<const QAbstractButton *>(&widget);
    return button ? button->text() : QString();
}

/// Parts of a control that Qt makes itself.
bool isInner(const QWidget &widget)
{
    const QWidget *parent = widget.parentWidget();
    return widget.objectName().startsWith(QLatin1String("qt_")) || qobject_cast<const QComboBox *>(parent)
           || qobject_cast<const QAbstractSpinBox *>(parent) || qobject_cast<const QLineEdit *>(parent)
           || qobject_cast<const QKeySequenceEdit *>(parent) || qobject_cast<const QAbstractItemView *>(parent)
           || widget.inherits("QComboBoxPrivateContainer") || widget.inherits("QHeaderView")
           || (parent
               && (parent->inherits("QComboBoxPrivateContainer") || parent->inherits("QTabBar")
                   || parent->inherits("QToolBar") || parent->inherits("QMenuBar")));
}

} // namespace

class TestCommands : public WindowTest
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        QSettings().clear();
        m_window = makeWindow();
        m_window->resize(1440, 900);
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    }

    void cleanup() { m_window.reset(); }

    void everyActionHasANameAKeyAMenuAndADrawing()
    {
        QHash<QString, QString> holders;
        for (const QAction *action : actions().all()) {
            const QString id = action->objectName();
            QVERIFY2(!action->text().isEmpty(), qPrintable(id));
            QVERIFY2(!action->shortcut().isEmpty() || action->isCheckable(), qPrintable(id));
            QVERIFY2(!actions().menuOf(action).isEmpty(), qPrintable(id));
            for (const QKeySequence &key : action->shortcuts()) {
                QVERIFY2(!holders.contains(key.toString()), qPrintable(id + holders.value(key.toString())));
                holders.insert(key.toString(), id);
            }
            QVERIFY2(action->isCheckable() || !action->icon().isNull(), qPrintable(id));
            QVERIFY2(action->icon().isNull() || !action->icon().pixmap(16, 16).isNull(), qPrintable(id));
        }
        QVERIFY(holders.size() > 40);
    }

    void everyActionHasADrawingOfItsOwn()
    {
        std::map<QByteArray, QString> drawn;
        for (const QAction *action : actions().all()) {
            const QImage image = action->icon().pixmap(32, 32, QIcon::Normal).toImage();
            const QByteArray key(reinterpret_cast<const char *>(image.constBits()), image.sizeInBytes());
            const auto [same, isNew] = drawn.try_emplace(key, action->objectName());
            QVERIFY2(isNew, qPrintable(action->objectName() + QStringLiteral(" looks like ") + same->second));
        }
    }

    void whatIsOnHasATickInItsMenu()
    {
        for (const QAction *action : actions().all())
            QCOMPARE(action->isIconVisibleInMenu(), !action->isCheckable());
        m_window->action("view.minimap")->setChecked(true);
        QMenu *menu = actions().menu("View");
        menu->popup({0, 0});
        QVERIFY(savePicture(*menu, QStringLiteral("menu-view")));
        const QImage on = menu->grab(menu->actionGeometry(m_window->action("view.minimap"))).toImage();
        m_window->action("view.minimap")->setChecked(false);
        QVERIFY(menu->grab(menu->actionGeometry(m_window->action("view.minimap"))).toImage() != on);
        menu->hide();
        m_window->action("view.minimap")->setChecked(true);
    }

    void theKeyOfAPanelShowsOrHidesItAtOnce()
    {
        struct Panel
        {
            const char *action, *widget;
            Qt::Key key;
        };
        for (const auto &[id, widget, key] : {Panel{"view.palette", "palette", Qt::Key_1},
                                              {"view.inspector", "inspectorCard", Qt::Key_2},
                                              {"view.bottom", "dataIn", Qt::Key_3},
                                              {"view.history", "history", Qt::Key_4}}) {
            const auto *dock = m_window->findChild<QWidget *>(QLatin1String(widget));
            if (key == Qt::Key_3)
                dock = dock->parentWidget()->parentWidget(); // the page, whatever is on it
            const QAction *action = m_window->action(id);
            const bool wasVisible = dock->isVisible();
            QCOMPARE(action->isChecked(), wasVisible);
            for (const bool isVisible : {!wasVisible, wasVisible}) {
                QTest::keyClick(m_window.get(), key, Qt::ControlModifier | Qt::ShiftModifier);
                QCOMPARE(dock->isVisible(), isVisible);
                QCOMPARE(action->isChecked(), isVisible);
            }
        }
    }

    void leavingTheSearchLeadsToTheCanvasAndNowhereElse()
    {
        m_window->showWelcome(false);
        auto *quickAdd = m_window->findChild<QWidget *>(QStringLiteral("quickAdd"));
        auto *find = m_window->findChild<FindBar *>();
        for (const bool isByKey : {true, false}) {
            QTest::keyClick(&m_window->canvas(), Qt::Key_F, Qt::ControlModifier);
            QVERIFY(find->isVisible());
            auto *field = find->findChild<QLineEdit *>();
            QTRY_VERIFY(field->hasFocus());
            QTest::keyClicks(field, QStringLiteral("numbers"));
            QVERIFY(savePicture(*find, QStringLiteral("find-bar")));
            if (isByKey)
                QTest::keyClick(field, Qt::Key_Escape);
            else
                for (auto *close : find->findChildren<QToolButton *>())
                    if (close->accessibleName() == QLatin1String("Close the search"))
                        QTest::mouseClick(close, Qt::LeftButton);
            QVERIFY(!find->isVisible());
            QVERIFY(m_window->canvas().hasFocus());
            QVERIFY(!quickAdd || !quickAdd->isVisible());
        }
    }

    void theIconOfASelectedRowCanBeSeen()
    {
        for (const ThemeKind kind : {ThemeKind::Light, ThemeKind::Dark}) {
            m_theme.setKind(kind);
            ShortcutEditor &editor = openEditor("Fit all");
            auto *list = editor.findChild<QTreeWidget *>();
            QVERIFY(list->currentItem());
            const QRect row = list->visualItemRect(list->currentItem());
            const QImage icon = list->viewport()->grab(QRect(row.topLeft(), QSize(28, row.height()))).toImage();
            int ink = 0;
            for (int y = 0; y < icon.height(); ++y)
                for (int x = 0; x < icon.width(); ++x)
                    ink += icon.pixelColor(x, y).rgb() == m_theme.colors().text.rgb();
            QVERIFY2(ink > 8, qPrintable(QString::number(ink)));
        }
    }

    void everyMenuWithinAMenuHasADrawing()
    {
        int count = 0;
        const auto check = [&](const QMenu &menu) {
            for (const QAction *action : menu.actions())
                if (action->menu()) {
                    ++count;
                    QVERIFY2(!action->icon().isNull(), qPrintable(action->text()));
                }
        };
        for (const QAction *title : m_window->menuBar()->actions())
            check(*title->menu());
        QVERIFY(count >= 5);
        m_window->document().edit({}, {}, [](Pipeline &pipeline) {
            for (const char *id : {"a", "b"}) {
                PipelineStep step;
                step.id = id;
                step.type = "formula";
                pipeline.steps.push_back(step);
            }
        });
        m_window->action("select.all")->trigger();
        m_window->action("edit.frame")->trigger();
        m_window->action("select.all")->trigger();
        auto *context = m_window->findChild<CanvasMenu *>();
        context->open({0, 0});
        count = 0;
        check(*context);
        QCOMPARE(count, 2);
        context->hide();
    }

    void everyActionIsInAMenu()
    {
        QSet<QAction *> found;
        QList<QMenu *> menus = m_window->menuBar()->findChildren<QMenu *>();
        for (QMenu *menu : menus)
            for (QAction *action : menu->actions())
                found << action;
        for (QAction *action : actions().all())
            QVERIFY2(found.contains(action), qPrintable(action->objectName()));
    }

    void thePaletteListsEveryActionWithItsKey()
    {
        m_window->action("tools.commands")->trigger();
        auto *palette = m_window->findChild<CommandPalette *>();
        auto *list = palette->findChild<QListWidget *>();
        QVERIFY(palette->isVisible());
        QCOMPARE(size_t(list->count()), actions().all().size());
        QVERIFY(savePicture(*palette, QStringLiteral("command-palette")));
        for (int row = 0; row < list->count(); ++row) {
            const QString key = actions().all()[size_t(row)]->shortcut().toString(QKeySequence::NativeText);
            QCOMPARE(list->item(row)->data(Qt::UserRole).toString(), key);
        }
        auto *search = palette->findChild<QLineEdit *>();
        const int whole = palette->height(), top = palette->y();
        QTest::keyClicks(search, QStringLiteral("add note"));
        QCOMPARE(list->count(), 1);
        QCOMPARE(list->height(), list->sizeHintForRow(0) + 2 * list->frameWidth());
        QVERIFY2(palette->height() < whole / 3, qPrintable(QString::number(palette->height())));
        QCOMPARE(palette->y(), top);
        QVERIFY(savePicture(*palette, QStringLiteral("command-palette-few")));
        QTest::keyClicks(search, QStringLiteral(" to the moon"));
        QVERIFY(!list->isVisible());
        QVERIFY(labelled(*palette, QStringLiteral("No action")));
        for (int i = 0; i < 12; ++i)
            QTest::keyClick(search, Qt::Key_Backspace);
        QTest::keyClick(search, Qt::Key_Return);
        QVERIFY(!palette->isVisible());
        QCOMPARE(m_window->document().pipeline().notes.size(), size_t(1));
    }

    void theKeysSayWhatTheMouseDoesOnTheCanvas()
    {
        ShortcutEditor &editor = openEditor("Ctrl+drag");
        const auto *list = editor.findChild<QTreeWidget *>();
        QVERIFY(list->currentItem());
        QCOMPARE(list->currentItem()->text(0), QStringLiteral("Duplicate what is dragged"));
        QVERIFY(list->currentItem()->text(2).contains(QLatin1String("Alt+drag")));
        QVERIFY(!editor.findChild<QKeySequenceEdit *>()->isEnabled()); // not to be changed
        editor.hide();
    }

    void aKeyIsChangedByPressingItAndKept()
    {
        ShortcutEditor &editor = openEditor("Fit all");
        QVERIFY(savePicture(editor, QStringLiteral("shortcut-editor")));
        auto *key = editor.findChild<QKeySequenceEdit *>();
        key->setFocus();
        QTest::keyClick(key, Qt::Key_F9);
        // Qt waits a second for further keys.
        QTRY_COMPARE(m_window->action("view.fitAll")->shortcut(), QKeySequence(Qt::Key_F9));
        QCOMPARE(QSettings().value(QStringLiteral("keys/view.fitAll")).toString(), QStringLiteral("F9"));
        MainWindow other(m_registry, m_theme);
        QCOMPARE(other.action("view.fitAll")->shortcut(), QKeySequence(Qt::Key_F9));
        QTest::mouseClick(button(editor, "&Default"), Qt::LeftButton);
        QCOMPARE(m_window->action("view.fitAll")->shortcut(), QKeySequence(QStringLiteral("Ctrl+1")));
        QCOMPARE(other.action("view.fitAll")->shortcut(), QKeySequence(QStringLiteral("Ctrl+1")));
        QVERIFY(!QSettings().contains(QStringLiteral("keys/view.fitAll")));
    }

    void aKeyThatIsTakenIsSaidBeforeItIsTakenAway()
    {
        ShortcutEditor &editor = openEditor("Fit all");
        auto *key = editor.findChild<QKeySequenceEdit *>();
        key->setFocus();
        QTest::keyClick(key, Qt::Key_F5);
        QTRY_VERIFY(labelled(editor, QStringLiteral("F5 is the key of “Run”")));
        QCOMPARE(m_window->action("view.fitAll")->shortcut(), QKeySequence(QStringLiteral("Ctrl+1")));
        QVERIFY(savePicture(editor, QStringLiteral("shortcut-conflict")));
        QTest::mouseClick(button(editor, "&Take the key"), Qt::LeftButton);
        QCOMPARE(m_window->action("view.fitAll")->shortcut(), QKeySequence(Qt::Key_F5));
        QVERIFY(m_window->action("run.start")->shortcuts().isEmpty());
        QTest::mouseClick(button(editor, "&No key"), Qt::LeftButton);
        QVERIFY(m_window->action("view.fitAll")->shortcuts().isEmpty());
        QTest::mouseClick(button(editor, "&All to default"), Qt::LeftButton);
        QCOMPARE(m_window->action("run.start")->shortcut(), QKeySequence(Qt::Key_F5));
        QCOMPARE(m_window->action("view.fitAll")->shortcut(), QKeySequence(QStringLiteral("Ctrl+1")));
    }

    void everyStepHasAPageThatNamesEachParameter()
    {
        for (const StepType &type : m_registry.types()) {
            const QString page = helpPage(type);
            QVERIFY(page.contains(toQString(type.title).toHtmlEscaped()));
            QVERIFY2(page.contains(toQString(type.help).toHtmlEscaped()), type.id.c_str());
            for (const Param &param : type.params) {
                const std::string name = type.id + '.' + param.name;
                QVERIFY2(page.contains(QStringLiteral("<code>%1</code>").arg(toQString(param.name))), name.c_str());
                QVERIFY2(!param.help.empty() && page.contains(toQString(param.help).toHtmlEscaped()), name.c_str());
            }
            for (const std::string &port : type.outputPorts)
                QVERIFY2(page.contains(QStringLiteral("<b>%1</b>").arg(toQString(port))), type.id.c_str());
        }
    }

    void f1OpensTheSelectedStepsHelp()
    {
        m_window->document().edit({}, {}, [](Pipeline &pipeline) {
            PipelineStep step;
            step.id = "price";
            step.type = "formula";
            pipeline.steps.push_back(step);
        });
        m_window->action("select.all")->trigger();
        QTest::keyClick(&m_window->canvas(), Qt::Key_F1);
        auto *help = m_window->findChild<HelpWindow *>();
        QTRY_VERIFY(help->isVisible());
        QVERIFY(help->findChild<QTextBrowser *>()->toPlainText().contains(QLatin1String("Formula")));
        QVERIFY(savePicture(*help, QStringLiteral("step-help")));
        QTRY_VERIFY(help->isActiveWindow() && help->findChild<QTextBrowser *>()->hasFocus());
        QTest::keyClick(help->findChild<QTextBrowser *>(), Qt::Key_Escape);
        QTRY_VERIFY(!help->isVisible());
    }

    void aProblemTravelsToItsStepAndItsField()
    {
        m_window->document().edit({}, {}, [](Pipeline &pipeline) {
            PipelineStep step;
            step.id = "price";
            step.type = "formula";
            step.setParam("expression", Value("1 +"));
            step.setParam("field", Value("price"));
            pipeline.steps.push_back(step);
        });
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->document().problems().empty(), 30'000);
        m_window->bottom().showTab(BottomPanel::Tab::Problems);
        QTableView *table = nullptr;
        for (QTableView *found : m_window->bottom().findChildren<QTableView *>())
            if (found->accessibleName() == QLatin1String("What is wrong with the drawing"))
                table = found;
        QVERIFY(table);
        QModelIndex row;
        for (int i = 0; i < table->model()->rowCount(); ++i)
            if (table->model()->index(i, 2).data().toString() == QLatin1String("Expression"))
                row = table->model()->index(i, 3);
        QVERIFY(row.isValid());
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(row).center());
        QTest::mouseDClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(row).center());
        QTRY_VERIFY(qobject_cast<QPlainTextEdit *>(QApplication::focusWidget()));
        QCOMPARE(static_cast<QPlainTextEdit *>(QApplication::focusWidget())->toPlainText(), QStringLiteral("1 +"));
        QVERIFY(savePicture(*m_window, QStringLiteral("window-problems")));
    }

    void everyControlHasANameForThoseWhoCantSee()
    {
        m_window->showWelcome(true);
        openEditor("Fit all");
        m_window->document().edit({}, {}, [this](Pipeline &pipeline) {
            for (const StepType &type : m_registry.types()) {
                PipelineStep step;
                step.id = "s" + std::to_string(pipeline.steps.size());
                step.type = type.id;
                pipeline.steps.push_back(step);
            }
        });
        for (const PipelineStep &step : m_window->document().pipeline().steps) {
            m_window->canvas().canvas().select({step.id});
            checkNames(step.type);
        }
        m_window->canvas().canvas().select({});
        checkNames("the pipeline");
    }

private:
    void checkNames(const std::string &where)
    {
        for (const QWidget *widget : m_window->findChildren<QWidget *>())
            if (isControl(*widget) && !isInner(*widget) && spokenName(*widget).isEmpty())
                QFAIL(qPrintable(QStringLiteral("%1 in %2 (%3) has no name")
                                     .arg(QLatin1String(widget->metaObject()->className()),
                                          QLatin1String(widget->parentWidget()->metaObject()->className()),
                                          toQString(where))));
    }

    const Actions &actions() const { return *m_window->findChild<Actions *>(); }

    ShortcutEditor &openEditor(const char *search)
    {
        m_window->action("tools.shortcuts")->trigger();
        auto *editor = m_window->findChild<ShortcutEditor *>();
        editor->findChild<QLineEdit *>()->setText(QLatin1String(search));
        return *editor;
    }

    static QPushButton *button(const QWidget &widget, const char *text)
    {
        for (QPushButton *found : widget.findChildren<QPushButton *>())
            if (found->text() == QLatin1String(text))
                return found;
        return nullptr;
    }

    static bool labelled(const QWidget &widget, const QString &part)
    {
        for (const QLabel *label : widget.findChildren<QLabel *>())
            if (label->isVisible() && label->text().contains(part))
                return true;
        return false;
    }
};

} // namespace millrace::tst_commands

QTEST_MAIN(millrace::tst_commands::TestCommands)
#include "tst_commands.moc"

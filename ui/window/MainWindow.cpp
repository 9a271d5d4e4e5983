// SPDX-License-Identifier: MIT
#include "window/MainWindow.h"

#include "canvas/CanvasScene.h"
#include "canvas/CanvasView.h"
#include "commands/Actions.h"
#include "commands/CommandPalette.h"
#include "commands/Shortcuts.h"
#include "document/Document.h"
#include "document/HistoryPanel.h"
#include "document/Recovery.h"
#include "document/RecoveryBar.h"
#include "editing/CanvasCommands.h"
#include "editing/CanvasEditor.h"
#include "editing/CanvasMenu.h"
#include "editing/FindBar.h"
#include "editing/NoteCommands.h"
#include "inspector/InspectorPanel.h"
#include "monitor/LimitBox.h"
#include "monitor/NowTiles.h"
#include "palette/PalettePanel.h"
#include "run/RunBridge.h"
#include "run/WrittenFiles.h"
#include "theme/Fields.h"
#include "trust/TrustGate.h"
#include "window/BottomPanel.h"
#include "window/HelpWindow.h"
#include "window/MessageBar.h"
#include "window/RunMonitor.h"
#include "window/TopBar.h"
#include "window/WindowLayout.h"

#include <QAbstractButton>
#include <QApplication>
#include <QCloseEvent>
#include <QDockWidget>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QMouseEvent>
#include <QPushButton>
#include <QSettings>
#include <QStatusBar>
#include <QToolBar>
#include <QToolButton>
#include <QUrl>
#include <QVBoxLayout>

#include <cmath>

namespace millrace {

MainWindow::MainWindow(const StepRegistry &registry, Theme &theme)
    : m_registry(registry)
    , m_theme(theme)
    , m_document(new Document(registry, this))
    , m_recovery(new Recovery(*m_document, recoveryFolder(), this))
    , m_bridge(new RunBridge(registry, this))
    , m_gate(new TrustGate(*m_document, this))
    , m_scene(new CanvasScene(theme, this))
    , m_view(new CanvasView(*m_scene, this))
    , m_actions(new Actions(theme, *this, *m_view))
    , m_shortcuts(new Shortcuts(*m_actions, this))
    , m_topBar(new TopBar(*m_actions, theme))
    , m_messages(new MessageBar(theme))
    , m_recoveryBar(new RecoveryBar(theme))
    , m_palette(new PalettePanel(registry, theme))
    , m_inspector(new InspectorPanel(registry, theme))
    , m_tiles(new NowTiles(theme))
    , m_limitBox(new LimitBox(theme))
    , m_bottom(new BottomPanel(theme))
    , m_find(new FindBar(*m_document, *m_view, theme, m_view))
    , m_history(new HistoryPanel(*m_document, theme))
    , m_commands(new CommandPalette(*m_actions, theme, this))
    , m_help(new HelpWindow(this))
    , m_editor(new CanvasEditor(*m_document, *m_view, theme, this))
    , m_canvasCommands(new CanvasCommands(*m_document, *m_view, this))
    , m_noteCommands(new NoteCommands(*m_document, *m_view, this))
    , m_monitor(new RunMonitor(*m_bridge, *m_document, {*m_scene, *m_topBar, *m_bottom, *m_tiles, *m_limitBox}, this))
    , m_titleLabel(makeLabel({}, "muted"))
    , m_counts(makeLabel())
    , m_memory(makeLabel())
    , m_saved(makeLabel())
    , m_zoom(new QToolButton)
    , m_written(new WrittenButton(theme))
    , m_recent(new QMenu(tr("Open &recent"), this))
    , m_contextMenu(new CanvasMenu(*m_actions, *m_scene, this))
{
    setObjectName(QStringLiteral("mainWindow"));
    setAttribute(Qt::WA_DeleteOnClose);
    setAcceptDrops(true);
    setWindowIcon(theme.windowIcon());
    confirm = [this](const QString &question, const QString &yes) {
        QMessageBox box(QMessageBox::Question, tr("Millrace"), question, QMessageBox::Cancel, this);
        box.setTextFormat(Qt::PlainText);
        QPushButton *accept = box.addButton(yes, QMessageBox::AcceptRole);
        box.setDefaultButton(QMessageBox::Cancel);
        box.exec();
        return box.clickedButton() == static_cast<QAbstractButton *>(accept);
    };
    askLeaving = [this](const QString &question, bool isDirty, bool isRunning) {
        return askWithBox(question, isDirty, isRunning);
    };
    layOut();
    joinDocument();
    joinSafety();
    joinCanvas();
    joinRun();
    joinActions();
    joinView();
    joinArrange();
    joinOpening();
    restoreLayout();
    updateTitle();
    updateStatus();
    updateRunActions();
    inspect();
    m_view->setFocus();
}

MainWindow::~MainWindow()
{
    hide(); // while it is whole: whoever loses the focus may have something to tell
}

QAction *MainWindow::action(const char *id) const
{
    return (*m_actions)[id];
}

void MainWindow::layOut()
{
    m_actions->fill(*menuBar());
    m_actions->menu("File")->insertMenu(action("file.save"), m_recent);
    m_actions->menu("File")->insertSeparator(action("file.save"));
    connect(m_actions->menu("File"), &QMenu::aboutToShow, this, &MainWindow::fillRecent);
    m_recent->setIcon(m_theme.icon(QStringLiteral("files")));
    // The menu bar lays its corner out once: room for long names from the start.
    m_titleLabel->setContentsMargins(0, 0, 10, 0);
    m_titleLabel->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_titleLabel->setFixedSize(480, menuBar()->sizeHint().height() - 2);
    menuBar()->setCornerWidget(m_titleLabel, Qt::TopRightCorner);

    auto *bar = new QToolBar;
    bar->setObjectName(QStringLiteral("topBarHolder"));
    bar->setMovable(false);
    bar->setContextMenuPolicy(Qt::PreventContextMenu);
    bar->toggleViewAction()->setEnabled(false);
    bar->addWidget(m_topBar);
    m_topBar->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    addToolBar(Qt::TopToolBarArea, bar);

    auto *center = new QWidget;
    auto *column = new QVBoxLayout(center);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_recoveryBar);
    column->addWidget(m_messages);
    column->addWidget(m_view, 1);
    setCentralWidget(center);

    m_inspector->setUndoActions(action("edit.undo"), action("edit.redo"));
    m_inspector->addBelow(m_tiles);
    m_inspector->addBelow(m_limitBox);
    setCorner(Qt::BottomLeftCorner, Qt::BottomDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::BottomDockWidgetArea);
    addDock("palette", m_palette, Qt::LeftDockWidgetArea, "view.palette");
    addDock("inspector", m_inspector, Qt::RightDockWidgetArea, "view.inspector");
    addDock("history", m_history, Qt::RightDockWidgetArea, "view.history");
    findChild<QDockWidget *>(QStringLiteral("history"))->hide();
    addDock("bottom", m_bottom, Qt::BottomDockWidgetArea, "view.bottom");
    makeStatusBar();
    setContextMenuPolicy(Qt::NoContextMenu);
}

void MainWindow::addDock(const char *name, QWidget *content, Qt::DockWidgetArea area, const char *actionId)
{
    auto *dock = new QDockWidget(action(actionId)->text().remove(QLatin1Char('&')));
    dock->setObjectName(QLatin1String(name));
    dock->setFeatures(QDockWidget::NoDockWidgetFeatures);
    dock->setTitleBarWidget(new QWidget(dock)); // no title bar: the content says what it is
    dock->setWidget(content);
    addDockWidget(area, dock);
    QAction *toggle = action(actionId);
    connect(toggle, &QAction::triggered, dock, &QDockWidget::setVisible);
    const auto follow = [dock, toggle] { toggle->setChecked(!dock->isHidden()); };
    connect(dock, &QDockWidget::visibilityChanged, toggle, follow);
    // A dock that is hidden before the window is shown says nothing about it.
    connect(this, &MainWindow::layoutRestored, toggle, follow);
}

void MainWindow::makeStatusBar()
{
    auto *bar = statusBar();
    bar->setObjectName(QStringLiteral("statusBar"));
    bar->setSizeGripEnabled(false);
    // In one widget, which gives way to a message as a whole: the bar hides what it holds only when a message begins.
    auto *labels = new QWidget;
    auto *row = new QHBoxLayout(labels);
    row->setContentsMargins(0, 0, 0, 0);
    for (QLabel *label : {m_counts, m_memory, m_saved}) {
        label->setContentsMargins(8, 0, 6, 0);
        row->addWidget(label);
    }
    bar->addWidget(labels);
    auto *menu = new QMenu(m_zoom);
    for (const int percent : {25, 50, 75, 100, 150, 200, 300}) {
        QAction *zoom = menu->addAction(tr("%1 %").arg(percent));
        zoom->setCheckable(true);
        connect(zoom, &QAction::triggered, this, [this, percent] { m_view->setZoom(percent / 100.0); });
        connect(menu, &QMenu::aboutToShow, zoom,
                [this, zoom, percent] { zoom->setChecked(int(std::lround(m_view->zoom() * 100)) == percent); });
    }
    menu->addSeparator();
    for (const char *id : {"view.zoomIn", "view.zoomOut", "view.fitAll", "view.fitSelection"})
        menu->addAction(action(id));
    m_zoom->setMenu(menu);
    m_zoom->setPopupMode(QToolButton::InstantPopup);
    m_zoom->setAccessibleName(tr("Zoom"));
    m_zoom->setToolTip(tr("Zoom"));
    m_zoom->setText(QStringLiteral("100 %"));
    bar->addPermanentWidget(m_written);
    m_written->hide(); // adding has shown it
    bar->addPermanentWidget(m_zoom);
}

void MainWindow::restoreLayout()
{
    m_layout = new WindowLayout(*this, m_theme.fontScale());
    m_layout->restore();
    Q_EMIT layoutRestored();
    const QSettings settings;
    const bool hasMap = settings.value(QStringLiteral("canvas/minimap"), true).toBool();
    m_view->setMinimapShown(hasMap);
    action("view.minimap")->setChecked(hasMap);
    const bool pans = settings.value(QStringLiteral("canvas/wheelPans"), false).toBool();
    m_view->setWheelPans(pans);
    action("view.wheelPans")->setChecked(pans);
    fillRecent();
}

bool MainWindow::event(QEvent *event)
{
    // Between docks and canvas there is nothing but what docks are made larger or smaller by.
    if (event->type() == QEvent::MouseButtonPress && !childAt(static_cast<QMouseEvent *>(event)->position().toPoint()))
        m_layout->grip();
    if (event->type() == QEvent::MouseButtonRelease)
        m_layout->release();
    if (event->type() == QEvent::KeyPress && m_view->isVisible() && leadsBack(static_cast<QKeyEvent *>(event)->key())) {
        m_view->setFocus();
        return true;
    }
    return QMainWindow::event(event);
}

/// Whether a key leads to the canvas that came from a field which has no use for it itself.
bool MainWindow::leadsBack(int key) const
{
    const QWidget *field = QApplication::focusWidget();
    const bool isDone = (key == Qt::Key_Return || key == Qt::Key_Enter) && field && m_inspector->isAncestorOf(field)
                        && !qobject_cast<const QAbstractButton *>(field);
    return key == Qt::Key_Escape || isDone;
}

void MainWindow::resizeEvent(QResizeEvent *event)
{
    QMainWindow::resizeEvent(event);
    if (m_layout)
        m_layout->share(event->size());
}

void MainWindow::setThemeKind(ThemeKind kind)
{
    m_theme.setKind(kind);
    QSettings().setValue(QStringLiteral("theme"), int(kind));
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    if (!mayClose()) {
        event->ignore();
        return;
    }
    m_layout->keep();
    event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent *event)
{
    const auto urls = event->mimeData()->urls();
    event->setAccepted(urls.size() == 1 && urls.front().toLocalFile().endsWith(QLatin1String(".millrace")));
}

void MainWindow::dropEvent(QDropEvent *event)
{
    openFile(event->mimeData()->urls().front().toLocalFile());
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "window/MainWindow.h"

#include "canvas/CanvasScene.h"
#include "canvas/CanvasView.h"
#include "commands/Actions.h"
#include "commands/CommandPalette.h"
#include "commands/ShortcutEditor.h"
#include "commands/Shortcuts.h"
#include "document/Document.h"
#include "document/HistoryPanel.h"
#include "document/RecoveryBar.h"
#include "editing/CanvasActions.h"
#include "editing/CanvasCommands.h"
#include "editing/CanvasEditor.h"
#include "editing/CanvasMenu.h"
#include "editing/FindBar.h"
#include "editing/NoteCommands.h"
#include "editing/StepAdder.h"
#include "inspector/InspectorPanel.h"
#include "log/LogPanel.h"
#include "monitor/LimitBox.h"
#include "monitor/NowTiles.h"
#include "monitor/TimeBar.h"
#include "palette/PalettePanel.h"
#include "palette/StepRail.h"
#include "preview/DataPanel.h"
#include "run/KeptLook.h"
#include "run/RunBridge.h"
#include "theme/Fields.h"
#include "theme/PlainText.h"
#include "theme/Text.h"
#include "trust/TrustGate.h"
#include "window/BottomPanel.h"
#include "window/commands/FileCard.h"
#include "window/commands/FileCommands.h"
#include "window/commands/HistoryCommands.h"
#include "window/commands/NestingCommands.h"
#include "window/commands/OwnSteps.h"
#include "window/commands/StepEdits.h"
#include "window/commands/StepGuide.h"
#include "window/commands/ViewCommands.h"
#include "window/floats/FloatLayout.h"
#include "window/floats/InspectorHost.h"
#include "window/HelpWindow.h"
#include "window/MessageBar.h"
#include "window/monitors/DataMonitor.h"
#include "window/monitors/HangMonitor.h"
#include "window/monitors/LogOpener.h"
#include "window/monitors/MendOffer.h"
#include "window/monitors/RunMonitor.h"
#include "window/monitors/RunsMonitor.h"
#include "window/runs/ClusterCommands.h"
#include "window/runs/RunCommands.h"
#include "window/runs/RunPageSaver.h"
#include "window/runs/TuneCommands.h"
#include "window/runs/WhatIf.h"
#include "window/Safety.h"
#include "window/StatusLine.h"
#include "window/TopBar.h"
#include "window/WelcomeHost.h"
#include "window/WindowLayout.h"

#include <QAbstractButton>
#include <QApplication>
#include <QCloseEvent>
#include <QDockWidget>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QMimeData>
#include <QMouseEvent>
#include <QStatusBar>
#include <QStatusTipEvent>
#include <QToolBar>
#include <QUrl>
#include <QVBoxLayout>

namespace millrace {

MainWindow::MainWindow(const StepRegistry &registry, Theme &theme)
    : Questions(askedInBoxes(this))
    , m_ownRegistry(new OwnRegistry(registry, this))
    , m_registry(m_ownRegistry->types)
    , m_theme(theme)
    , m_document(new Document(m_registry, this))
    , m_bridge(new RunBridge(m_registry, this))
    , m_gate(new TrustGate(*m_document, this))
    , m_scene(new CanvasScene(theme, this))
    , m_view(new CanvasView(*m_scene, this))
    , m_kept(new KeptLook(this))
    , m_actions(new Actions(theme, *this, *m_view))
    , m_shortcuts(new Shortcuts(*m_actions, this))
    , m_topBar(new TopBar(*m_actions, theme))
    , m_messages(new MessageBar(theme))
    , m_recoveryBar(new RecoveryBar(theme))
    , m_palette(new PalettePanel(m_registry, theme))
    , m_inspector(new InspectorPanel(m_registry, theme))
    , m_tiles(new NowTiles(theme))
    , m_limitBox(new LimitBox(theme))
    , m_timeBar(new TimeBar(theme))
    , m_bottom(new BottomPanel(theme))
    , m_find(new FindBar(*m_document, *m_view, theme, m_view))
    , m_history(new HistoryPanel(*m_document, theme))
    , m_commands(new CommandPalette(*m_actions, theme, this))
    , m_help(new HelpWindow(this))
    , m_contextMenu(new CanvasMenu(*m_actions, *m_scene, this))
    , m_titleLabel(makeLabel({}, "muted"))
    , m_editor(new CanvasEditor(*m_document, *m_view, theme, this))
    , m_canvasCommands(new CanvasCommands(*m_document, *m_view, this))
    , m_noteCommands(new NoteCommands(*m_document, *m_view, this))
    , m_ownSteps(new OwnSteps(m_registry, *m_document, this))
    , m_monitor(new RunMonitor(
          *m_bridge, *m_document, {*m_scene, *m_topBar, *m_bottom, *m_tiles, *m_limitBox, *m_timeBar}, this))
    , m_data(new DataMonitor({*m_document, *m_bridge, *m_gate, *m_bottom, *m_scene}, this))
    , m_files(new FileCommands({*m_document, *m_bridge, *m_actions, *m_messages, *this}, this))
    , m_layout(new WindowLayout(*this, theme.fontScale()))
{
    setObjectName(QStringLiteral("mainWindow"));
    setAttribute(Qt::WA_DeleteOnClose);
    setAcceptDrops(true);
    setWindowIcon(theme.windowIcon());
    layOut();
    makeCommands();
    joinDocument();
    joinCanvas();
    joinRun();
    joinMessages();
    joinActions();
    m_layout->restore();
    m_views->restore();
    m_files->fillRecentMenu();
    updateTitle();
    m_runs->updateActions();
    m_guide->inspect();
    m_view->setFocus();
}

MainWindow::~MainWindow()
{
    hide();          // while it is whole: whoever loses the focus may have something to tell
    delete m_floats; // before its cards, which go in any order and lose the focus then
    m_ownRegistry->setParent(nullptr);
    m_ownRegistry->setParent(this); // the last of its children now
}

QAction *MainWindow::action(const char *id) const
{
    return (*m_actions)[id];
}

WrittenButton &MainWindow::written() const
{
    return m_status->written();
}

void MainWindow::open(const QString &path)
{
    m_files->open(path);
}

void MainWindow::openAndRun(const QString &path, bool runs, const QString &select)
{
    m_files->openThen(path, [this, runs, select] {
        if (!select.isEmpty())
            m_guide->showStep(toUtf8(select));
        if (runs)
            run();
    });
}

void MainWindow::run()
{
    m_runs->run();
}

void MainWindow::showWelcome(bool isShown)
{
    m_welcome->show(isShown);
}

bool MainWindow::isWelcomeShown() const
{
    return m_welcome->isShown();
}

void MainWindow::offerUnsavedWork()
{
    m_safety->offerUnsavedWork();
}

void MainWindow::layOut()
{
    layOutMenus();
    layOutTopBar();
    layOutCenter();
    layOutDocks();
    m_status =
        new StatusLine({m_theme, *m_document, *m_bridge, *m_monitor, *m_view, *m_actions}, m_bottom->statusBar(), this);
    m_bottom->orderStops();
    setContextMenuPolicy(Qt::NoContextMenu);
}

void MainWindow::layOutMenus()
{
    m_actions->fill(*menuBar());
    m_actions->menu("File")->insertMenu(action("file.save"), &m_files->recentMenu());
    m_actions->menu("File")->insertSeparator(action("file.save"));
    connect(m_actions->menu("File"), &QMenu::aboutToShow, m_files, &FileCommands::fillRecentMenu);
    m_files->recentMenu().setIcon(m_theme.icon(QStringLiteral("files")));
    // The menu bar lays its corner out once: room for long names from the start.
    m_titleLabel->setContentsMargins(0, 0, 10, 0);
    m_titleLabel->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_titleLabel->setFixedSize(480, menuBar()->sizeHint().height() - 2);
    menuBar()->setCornerWidget(m_titleLabel, Qt::TopRightCorner);
}

void MainWindow::layOutTopBar()
{
    auto *bar = new QToolBar;
    bar->setObjectName(QStringLiteral("topBarHolder"));
    bar->setMovable(false);
    bar->setContextMenuPolicy(Qt::PreventContextMenu);
    bar->toggleViewAction()->setEnabled(false);
    bar->addWidget(m_topBar);
    m_topBar->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    addToolBar(Qt::TopToolBarArea, bar);
}

void MainWindow::layOutCenter()
{
    auto *center = new QWidget;
    auto *column = new QVBoxLayout(center);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_recoveryBar);
    column->addWidget(m_messages);
    column->addWidget(m_view, 1);
    setCentralWidget(center);
}

void MainWindow::layOutDocks()
{
    m_inspector->setUndoActions(action("edit.undo"), action("edit.redo"));
    m_inspector->addBelow(m_tiles);
    m_inspector->addBelow(m_limitBox);
    setCorner(Qt::BottomLeftCorner, Qt::BottomDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::BottomDockWidgetArea);
    QDockWidget &inspector = m_layout->addDock("inspector", tr("Inspector"), Qt::RightDockWidgetArea);
    QDockWidget &history = m_layout->addDock("history", tr("History"), Qt::RightDockWidgetArea);
    history.setWidget(m_history);
    history.hide();
    m_layout->joinDock(history, *action("view.history"));
    m_layout->remember(
        "historyShown", [&history] { return !history.isHidden(); },
        [&history](bool isShown) { history.setVisible(isShown); });
    m_bottom->setFolded(true);
    m_layout->addDock("bottom", tr("Data, log and charts"), Qt::BottomDockWidgetArea).setWidget(m_bottom);
    connect(action("view.bottom"), &QAction::triggered, m_bottom,
            [this](bool isOpen) { m_bottom->setFolded(!isOpen); });
    connect(m_bottom, &BottomPanel::folded, this, [this](bool isFolded) {
        action("view.bottom")->setChecked(!isFolded);
        m_layout->share(size());
    });
    const auto *opener = new LogOpener(*m_bridge, *m_bottom, *m_view, this);
    m_layout->remember(
        "bottomOpen", [this, opener] { return !m_bottom->isFolded() && opener->isPersonsChoice(); },
        [this](bool isOpen) { m_bottom->setFolded(!isOpen); });
    layOutFloats(inspector);
}

void MainWindow::layOutFloats(QDockWidget &inspector)
{
    QWidget *canvas = centralWidget();
    QAction *pinned = action("view.pinInspector");
    auto *rail = new StepRail(m_registry, m_theme, canvas);
    m_inspectorHost = new InspectorHost(*m_inspector, inspector, *action("view.inspector"), *pinned, m_theme, canvas);
    m_timeBar->setParent(canvas);
    m_floats = new FloatLayout(
        {*m_view, *rail, *m_palette, *m_inspectorHost, *m_timeBar, *action("view.palette"), m_theme}, this);
    // The welcome page has the window to itself.
    connect(m_floats, &FloatLayout::canvasShown, m_bottom->parentWidget(), &QWidget::setVisible);
    m_layout->remember(
        "inspectorPinned", [pinned] { return pinned->isChecked(); },
        [pinned](bool isPinned) { pinned->setChecked(isPinned); });
    m_layout->remember(
        "inspectorWanted", [this] { return m_inspectorHost->isWanted(); },
        [this](bool isWanted) { m_inspectorHost->setWanted(isWanted); });
}

void MainWindow::makeCommands()
{
    auto &column = static_cast<QVBoxLayout &>(*centralWidget()->layout());
    m_guide = new StepGuide({*m_document, *m_bridge, *m_scene, *m_view, *m_editor, *m_monitor, *m_inspector, *m_bottom,
                             *m_help, *m_actions},
                            this);
    m_runs = new RunCommands({m_theme, *m_document, *m_bridge, *m_gate, *m_editor, *m_monitor, *m_guide, *m_actions,
                              *m_topBar, *m_messages, m_status->written()},
                             this);
    new ClusterCommands({m_theme, *m_document, *m_bridge, *m_runs, *m_files, *m_actions, *m_messages}, this);
    m_pages = new RunPageSaver({*m_document, *m_bridge, *m_actions, *m_messages}, this);
    m_views = new ViewCommands({m_theme, *m_view, *m_actions, *m_data}, this);
    m_safety = new Safety({*m_document, *m_bridge, *m_files, *m_messages, *m_recoveryBar, *this}, this);
    m_welcome = new WelcomeHost({m_theme, *m_document, *m_gate, *m_view, *m_files, *m_runs, *m_messages, column}, this);
    const auto *mends = new MendOffer({*m_document, m_bottom->log(), *m_monitor, *m_messages}, this);
    connect(mends, &MendOffer::runWanted, m_runs, &RunCommands::run);
    new HistoryCommands({*m_document, *m_actions}, this);
    m_nesting = new NestingCommands({*m_document, *m_scene, *m_view, *m_gate, *m_files, *m_messages, *m_actions}, this);
    connect(m_nesting, &NestingCommands::insideWanted, this, &MainWindow::openInside);
    auto *hang = new HangMonitor(
        {*m_document, *m_bridge, *m_scene, *m_messages},
        [this](const std::string &step) { return m_monitor->nameOf(step); }, this);
    connect(hang, &HangMonitor::stepWanted, m_guide, &StepGuide::showStep);
    new RunsMonitor(
        *m_document, *m_bridge, *m_bottom, [this](const std::string &step) { return m_monitor->nameOf(step); }, this);
    new WhatIf(
        {m_theme, *m_document, *m_bridge, *m_actions},
        [this](const std::string &step) { return m_monitor->nameOf(step); }, this);
    new TuneCommands(
        {m_theme, *m_document, *m_bridge, *m_runs, *m_actions, *m_messages},
        [this](const std::string &step) { return m_monitor->nameOf(step); }, this);
    connect(m_limitBox, &LimitBox::whatIfWanted, action("run.whatIf"), &QAction::trigger);
    new StepEdits({*m_document, *m_editor, *m_inspector, *m_limitBox}, this);
}

template <typename Slot>
void MainWindow::on(const char *id, Slot slot)
{
    connect(action(id), &QAction::triggered, this, slot);
}

void MainWindow::joinDocument()
{
    connect(m_document, &Document::opened, this, [this] {
        m_bridge->forget();
        m_runs->forgetFit();
        m_monitor->clear();
        m_data->clear();
        m_scene->clearSelection();
        m_messages->hide();
        m_view->showFromSource();
    });
    connect(m_document, &Document::historyChanged, this, &MainWindow::updateTitle);
    connect(m_document, &Document::changed, m_guide, &StepGuide::inspect);
    connect(m_document, &Document::problemsChanged, this, [this] {
        m_guide->showProblems();
        m_guide->inspect();
        m_runs->updateActions();
        m_runs->proceed();
    });
    connect(qApp, &QApplication::focusChanged, m_document, &Document::endGesture);
    connect(m_safety, &Safety::otherWindowWanted, this,
            [this](const FoundWork &work) { newWindow().m_safety->recover(work); });
    connect(m_ownSteps, &OwnSteps::changed, m_palette, &PalettePanel::refill);
    connect(m_ownSteps, &OwnSteps::warned, this,
            [this](const QString &sentence) { m_messages->show(MessageBar::Kind::Warning, sentence); });
    connect(m_document, &Document::opened, m_ownSteps, &OwnSteps::tell);
    const auto lookForKept = [this] { m_kept->look(m_document->path()); };
    connect(m_document, &Document::opened, m_kept, lookForKept);
    connect(m_document, &Document::saved, m_kept, lookForKept);
    connect(m_bridge, &RunBridge::keptChanged, m_kept, lookForKept);
    m_scene->linkHelp = [this](const LinkView &link) { return m_kept->textOf(link); };
    // Last of all that looks at a file that was opened.
    connect(m_document, &Document::opened, m_files, &FileCommands::followOpened);
}

void MainWindow::joinCanvas()
{
    new FileCard({*m_document, *m_view, m_theme, m_editor->adder(), *m_inspector}); // the view's child
    connect(m_editor, &CanvasEditor::selectionChanged, this, [this] {
        m_guide->inspect();
        m_monitor->setSelection(m_editor->selection());
        m_floats->chooseSide(!m_editor->selection().empty());
    });
    connect(m_scene, &QGraphicsScene::selectionChanged, m_data,
            [this] { m_data->setSelection(m_scene->selectedSteps(), m_scene->selectedLinks()); });
    connect(m_view, &CanvasView::menuRequested, m_contextMenu, &CanvasMenu::open);
    connect(m_palette, &PalettePanel::chosen, &m_editor->adder(), &StepAdder::append);
    connect(m_canvasCommands, &CanvasCommands::pasting, m_gate, &TrustGate::noteForeign);
}

void MainWindow::joinRun()
{
    connect(m_bridge, &RunBridge::finished, m_gate, &TrustGate::noteFinished);
    connect(m_monitor, &RunMonitor::needsRestartChanged, m_guide, &StepGuide::inspect);
    connect(m_guide, &StepGuide::inspectorWanted, m_inspectorHost, &InspectorHost::ask);
    connect(m_runs, &RunCommands::saveAsWanted, m_files, &FileCommands::saveAs);
    connect(m_gate, &TrustGate::failed, this,
            [this](const QString &sentence) { m_messages->show(MessageBar::Kind::Warning, sentence); });
}

void MainWindow::joinMessages()
{
    const auto tell = [this](const QString &sentence) { m_bottom->statusBar().showMessage(sentence); };
    connect(m_editor, &CanvasEditor::told, this, tell);
    connect(m_canvasCommands, &CanvasCommands::told, this, tell);
    connect(m_noteCommands, &NoteCommands::told, this, tell);
    connect(m_view, &CanvasView::told, this, tell);
    connect(&m_bottom->log(), &LogPanel::told, this, tell);
    connect(&m_bottom->data(), &DataPanel::told, this, tell);
    connect(&m_bottom->log(), &LogPanel::retryWanted, m_runs, &RunCommands::retry);
    connect(m_files, &FileCommands::told, &m_bottom->statusBar(), &QStatusBar::showMessage);
    connect(m_nesting, &NestingCommands::told, &m_bottom->statusBar(), &QStatusBar::showMessage);
    connect(m_guide, &StepGuide::told, &m_bottom->statusBar(), &QStatusBar::showMessage);
    connect(m_runs, &RunCommands::told, &m_bottom->statusBar(), &QStatusBar::showMessage);
}

void MainWindow::joinActions()
{
    joinCanvasActions(*m_actions, {*m_view, *m_editor, *m_canvasCommands, *m_noteCommands});
    on("file.newWindow", [this] { newWindow(); });
    on("file.close", [this] { close(); });
    on("file.quit", [] { QApplication::closeAllWindows(); });
    on("view.minimap", [this] { m_floats->place(); });
    on("edit.find", [this] { m_find->open(); });
    on("tools.commands", [this] { m_commands->open(); });
    on("tools.shortcuts", [this] { editShortcuts(); });
    on("help.welcome", [this] { showWelcome(!isWelcomeShown()); });
    on("help.about", [this] { tellAbout(); });
}

void MainWindow::updateTitle()
{
    const QString mark = m_document->isDirty() ? QStringLiteral(" •") : QString();
    const QString title = tr("%1%2 — Millrace").arg(m_document->title(), mark);
    setWindowTitle(title);
    m_titleLabel->setText(m_titleLabel->fontMetrics().elidedText(title, Qt::ElideMiddle, m_titleLabel->width() - 16));
    m_titleLabel->setToolTip(plainToolTip(m_document->path()));
}

void MainWindow::editShortcuts()
{
    auto *editor = findChild<ShortcutEditor *>();
    (editor ? editor : new ShortcutEditor(*m_actions, *m_shortcuts, m_theme, this))->open();
}

void MainWindow::tellAbout()
{
    QMessageBox::about(
        this, tr("About Millrace"),
        tr("<b>Millrace %1</b><p style=\"white-space:pre\">Queued streaming pipelines, seen while they run.</p>"
           "<p>MIT licence.</p>")
            .arg(QApplication::applicationVersion()));
}

MainWindow &MainWindow::newWindow()
{
    auto *window = new MainWindow(m_registry, m_theme);
    // Beside this one, not over it.
    if (!isMaximized() && !isFullScreen())
        window->move(pos() + QPoint(30, 30));
    window->show();
    return *window;
}

/// In a window of its own, so that a run here goes on to be seen.
void MainWindow::openInside(const QString &file, const QString &step)
{
    if (auto *shown = qobject_cast<MainWindow *>(FileCommands::windowOf(file))) {
        FileCommands::bringUp(*shown);
        if (shown != this)
            shown->m_nesting->setAround(*this, *m_document, step);
        return;
    }
    MainWindow &window = newWindow();
    window.showWelcome(false);
    window.m_files->openThen(file, [&window, around = QPointer<MainWindow>(this), step] {
        if (around)
            window.m_nesting->setAround(*around, *around->m_document, step);
    });
}

bool MainWindow::event(QEvent *event)
{
    if (event->type() == QEvent::WindowActivate)
        m_ownSteps->look(); // somebody may have written one meanwhile
    if (event->type() == QEvent::StatusTip) {
        m_bottom->statusBar().showMessage(static_cast<QStatusTipEvent *>(event)->tip());
        return true;
    }
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
    m_layout->share(event->size());
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    if (!m_files->mayLeave()) {
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
    m_files->openHere(event->mimeData()->urls().front().toLocalFile());
}

} // namespace millrace

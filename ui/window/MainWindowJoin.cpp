// SPDX-License-Identifier: MIT
// What follows what in the main window.
#include "canvas/CanvasScene.h"
#include "canvas/CanvasView.h"
#include "commands/Actions.h"
#include "commands/CommandPalette.h"
#include "commands/ShortcutEditor.h"
#include "document/Document.h"
#include "editing/CanvasCommands.h"
#include "editing/CanvasEditor.h"
#include "editing/CanvasMenu.h"
#include "editing/FindBar.h"
#include "editing/NoteCommands.h"
#include "editing/StepAdder.h"
#include "inspector/InspectorPanel.h"
#include "log/LogPanel.h"
#include "model/Format.h"
#include "model/layout/Layout.h"
#include "model/ProblemText.h"
#include "monitor/GaugeLimitsWindow.h"
#include "monitor/LimitBox.h"
#include "palette/PalettePanel.h"
#include "run/RunBridge.h"
#include "theme/PlainText.h"
#include "theme/Text.h"
#include "window/BottomPanel.h"
#include "window/HelpWindow.h"
#include "window/MainWindow.h"
#include "window/MessageBar.h"
#include "window/RunMonitor.h"
#include "window/TopBar.h"

#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QDir>
#include <QDockWidget>
#include <QLabel>
#include <QMessageBox>
#include <QSettings>
#include <QStatusBar>
#include <QToolButton>

#include <algorithm>
#include <array>
#include <cmath>

namespace millrace {

void MainWindow::joinDocument()
{
    connect(m_document, &Document::opened, this, [this] {
        m_bridge->forget();
        m_runsWhenFitted = false;
        m_monitor->clear();
        m_scene->clearSelection();
        m_messages->hide();
        noteRecent(m_document->path());
        m_view->fitAll();
    });
    connect(m_document, &Document::saved, this, [this] {
        noteRecent(m_document->path());
        m_messages->hide();
        statusBar()->showMessage(tr("Saved as %1.").arg(QDir::toNativeSeparators(m_document->path())), 3000);
    });
    connect(m_document, &Document::failed, this,
            [this](const QString &sentence) { m_messages->show(MessageBar::Kind::Error, sentence); });
    connect(m_document, &Document::warned, this, [this](const QStringList &sentences) {
        const QString more = sentences.size() > 1 ? tr(" (and %1 more)").arg(sentences.size() - 1) : QString();
        m_messages->show(MessageBar::Kind::Warning, tr("The file was opened. %1%2").arg(sentences.front(), more));
    });
    connect(m_document, &Document::historyChanged, this, &MainWindow::updateTitle);
    connect(m_document, &Document::changed, this, &MainWindow::updateStatus);
    connect(m_document, &Document::changed, this, &MainWindow::inspect);
    connect(m_document, &Document::problemsChanged, this, [this] {
        // Where nothing is drawn yet the canvas says how to begin: that is no problem to be counted.
        const bool isEmpty = m_document->pipeline().steps.empty();
        m_bottom->setProblems(
            isEmpty ? Problems() : m_document->problems(),
            [this](const std::string &step) { return m_monitor->nameOf(step); },
            [this](const Problem &problem) {
                const PipelineStep *step = m_document->pipeline().step(problem.step);
                return settingTitle(step ? m_registry.find(step->type) : nullptr, problem.param);
            });
        inspect();
        updateRunActions();
        runChecked();
    });
    connect(qApp, &QApplication::focusChanged, m_document, &Document::endGesture);
}

void MainWindow::joinCanvas()
{
    connect(m_editor, &CanvasEditor::selectionChanged, this, [this] {
        inspect();
        m_monitor->setSelection(m_editor->selection());
    });
    const auto tell = [this](const QString &sentence) {
        sentence.isEmpty() ? statusBar()->clearMessage() : statusBar()->showMessage(sentence);
    };
    connect(m_editor, &CanvasEditor::told, this, tell);
    connect(m_canvasCommands, &CanvasCommands::told, this, tell);
    connect(m_noteCommands, &NoteCommands::told, this, tell);
    connect(m_view, &CanvasView::told, this, tell);
    connect(m_view, &CanvasView::menuRequested, m_contextMenu, &CanvasMenu::open);
    connect(m_view, &CanvasView::zoomChanged, this,
            [this](double zoom) { m_zoom->setText(tr("%1 %").arg(int(std::lround(zoom * 100)))); });
    connect(&m_bottom->log(), &LogPanel::told, this, tell);
    connect(m_palette, &PalettePanel::chosen, &m_editor->adder(), &StepAdder::append);
    connect(m_inspector, &InspectorPanel::edited, this,
            [this](const QString &caption, const QString &key, const InspectorPanel::Edit &edit) {
                const QString named = captionOf(caption, m_document->pipeline(), m_editor->selection(), m_registry);
                m_document->edit(named, key, edit);
            });
    connect(
        m_inspector, &InspectorPanel::codeEdited, this,
        [this](const std::string &step, const QString &caption, const QString &key, const InspectorPanel::Edit &edit) {
            m_document->edit(captionOf(caption, m_document->pipeline(), {step}, m_registry), key, edit);
        });
    connect(m_inspector, &InspectorPanel::codeWanted, this,
            [this](const std::string &step, const std::string &param) { openCode(step, param); });
    connect(m_view, &CanvasView::codeWanted, this, [this](const std::string &step) { openCode(step); });
    connect(&m_bottom->log(), &LogPanel::recordWanted, this, &MainWindow::showCodeOf);
    connect(m_inspector, &InspectorPanel::helpRequested, this, &MainWindow::showHelp);
    connect(m_bottom, &BottomPanel::stepWanted, this, &MainWindow::showStep);
    connect(m_bottom, &BottomPanel::problemWanted, this, &MainWindow::showProblem);
    connect(m_limitBox, &LimitBox::workerWanted, this, [this](const std::string &id) {
        const QString caption = captionOf(tr("Add a worker"), m_document->pipeline(), {id}, m_registry);
        m_document->edit(caption, {}, [&](Pipeline &pipeline) {
            if (PipelineStep *step = pipeline.step(id))
                step->workers = pipeline.workersOf(*step) + 1;
        });
    });
}

void MainWindow::joinRun()
{
    connect(m_bridge, &RunBridge::stateChanged, this, &MainWindow::updateRunActions);
    connect(m_bridge, &RunBridge::sampled, this, &MainWindow::updateStatus);
    connect(m_bridge, &RunBridge::finished, this, &MainWindow::showOutcome);
    connect(m_bridge, &RunBridge::stateChanged, this, &MainWindow::showWritten);
    connect(m_bridge, &RunBridge::refused, this, &MainWindow::showRefusal);
    connect(m_bridge, &RunBridge::fitted, this, &MainWindow::showFitted);
    connect(m_monitor, &RunMonitor::needsRestartChanged, this, &MainWindow::updateStatus);
    connect(m_monitor, &RunMonitor::needsRestartChanged, this, &MainWindow::inspect);
}

void MainWindow::joinActions()
{
    const auto on = [this](const char *id, auto &&slot) { connect(action(id), &QAction::triggered, this, slot); };
    on("file.new", [this] { newFile(); });
    on("file.open", [this] { openWithDialog(); });
    on("file.save", [this] { save(); });
    on("file.saveAs", [this] { saveAs(); });
    on("file.revert", [this] { revert(); });
    on("file.export", [this] { exportPicture(); });
    on("file.newWindow", [this] { newWindow(); });
    on("file.close", [this] { close(); });
    on("file.quit", [] { QApplication::closeAllWindows(); });
    on("edit.undo", [this] { m_document->undo(); });
    on("edit.redo", [this] { m_document->redo(); });
    on("edit.add", [this] { m_editor->adder().openQuickAdd(m_view->handPosition()); });
    on("edit.note", [this] { m_noteCommands->addNote(); });
    on("edit.frame", [this] { m_noteCommands->addFrame(); });
    on("edit.rename", [this] { m_canvasCommands->rename(); });
    on("edit.settings", [this] { goToSettings(); });
    on("edit.link", [this] {
        m_view->setFocus();
        m_view->startKeyboardLink();
    });
    on("edit.cut", [this] { m_canvasCommands->cut(); });
    on("edit.copy", [this] { m_canvasCommands->copy(); });
    on("edit.paste", [this] { m_canvasCommands->paste(); });
    on("edit.duplicate", [this] { m_canvasCommands->duplicate({40, 40}); });
    on("edit.delete", [this] { m_canvasCommands->removeSelection(); });
    on("edit.dissolve", [this] { m_canvasCommands->dissolveSelection(); });
    on("edit.enable", [this] { m_canvasCommands->toggleEnabled(); });
    on("edit.bypass", [this] { m_canvasCommands->toggleBypassed(); });
    on("edit.moreWorkers", [this] { m_canvasCommands->changeWorkers(1); });
    on("edit.fewerWorkers", [this] { m_canvasCommands->changeWorkers(-1); });
    on("edit.find", [this] { m_find->open(); });
    on("run.start", [this] { run(); });
    on("run.pause", [this] { pauseOrResume(); });
    on("run.stop", [this] { m_bridge->stop(); });
    on("run.upTo", [this] { runUpToSelection(); });
    on("run.fit", [this] { fit(); });
    on("run.check", [this] {
        m_isCheckWanted = true;
        m_document->check();
    });
    on("run.nextProblem", [this] { goToNextProblem(); });
    on("tools.commands", [this] { m_commands->open(); });
    on("tools.shortcuts", [this] { editShortcuts(); });
    on("help.step", [this] {
        const auto &selection = m_editor->selection();
        const PipelineStep *step = selection.empty() ? nullptr : m_document->pipeline().step(*selection.begin());
        if (step)
            showHelp(toQString(step->type));
        else
            statusBar()->showMessage(tr("Select a step to see its help."), 4000);
    });
    on("help.welcome", [this] { showWelcome(!isWelcomeShown()); });
    on("help.about", [this] {
        QMessageBox::about(
            this, tr("About Millrace"),
            tr("<b>Millrace %1</b><p style=\"white-space:pre\">Queued streaming pipelines, seen while they run.</p>"
               "<p>MIT licence.</p>")
                .arg(QApplication::applicationVersion()));
    });
}

void MainWindow::joinView()
{
    const auto on = [this](const char *id, auto &&slot) { connect(action(id), &QAction::triggered, this, slot); };
    on("view.zoomIn", [this] { m_view->setZoom(m_view->zoom() * 1.2); });
    on("view.zoomOut", [this] { m_view->setZoom(m_view->zoom() / 1.2); });
    on("view.zoom100", [this] { m_view->setZoom(1); });
    on("view.fitAll", [this] { m_view->fitAll(); });
    on("view.fitSelection", [this] { m_view->fitSelection(); });
    on("view.minimap", [this](bool isOn) {
        m_view->setMinimapShown(isOn);
        QSettings().setValue(QStringLiteral("canvas/minimap"), isOn);
    });
    on("view.wheelPans", [this](bool isOn) {
        m_view->setWheelPans(isOn);
        QSettings().setValue(QStringLiteral("canvas/wheelPans"), isOn);
    });
    m_scene->setGaugeLimits(GaugeLimitsWindow::kept());
    on("view.gaugeLimits", [this] {
        auto *limits = findChild<GaugeLimitsWindow *>();
        if (!limits) {
            limits = new GaugeLimitsWindow(this);
            connect(limits, &GaugeLimitsWindow::changed, m_scene, &CanvasScene::setGaugeLimits);
        }
        limits->open();
    });
    auto *themes = new QActionGroup(this);
    const std::pair<const char *, ThemeKind> kinds[] = {
        {"theme.system", ThemeKind::System}, {"theme.light", ThemeKind::Light}, {"theme.dark", ThemeKind::Dark}};
    for (const auto &[id, kind] : kinds) {
        themes->addAction(action(id));
        action(id)->setChecked(m_theme.kind() == kind);
        on(id, [this, k = kind] { setThemeKind(k); });
    }
    // Another window may choose it, too.
    connect(&m_theme, &Theme::changed, this, [this, kinds = std::to_array(kinds)] {
        for (const auto &[id, kind] : kinds)
            action(id)->setChecked(m_theme.kind() == kind);
    });
}

void MainWindow::joinArrange()
{
    const auto on = [this](const char *id, auto &&slot) { connect(action(id), &QAction::triggered, this, slot); };
    on("select.all", [this] { m_canvasCommands->selectAll(); });
    on("select.upstream", [this] { m_canvasCommands->selectReachable(true, false); });
    on("select.downstream", [this] { m_canvasCommands->selectReachable(false, true); });
    on("select.connected", [this] { m_canvasCommands->selectReachable(true, true); });
    on("select.nextFrame", [this] { m_noteCommands->selectNextFrame(); });
    on("select.nextLink", [this] { m_canvasCommands->selectNextLink(); });
    on("select.nextNote", [this] { m_noteCommands->selectNextNote(); });
    on("arrange.wider", [this] { m_noteCommands->resizeSelection({grid::Step, 0}); });
    on("arrange.narrower", [this] { m_noteCommands->resizeSelection({-grid::Step, 0}); });
    on("arrange.higher", [this] { m_noteCommands->resizeSelection({0, grid::Step}); });
    on("arrange.lower", [this] { m_noteCommands->resizeSelection({0, -grid::Step}); });
    for (const QString &color : frameColorWords())
        on(qPrintable(QStringLiteral("frame.") + color), [this, color] { m_noteCommands->setFrameColor(color); });
    on("arrange.layout", [this] { m_canvasCommands->layOut(); });
    on("arrange.left", [this] { m_canvasCommands->arrange(CanvasCommands::Line::Left); });
    on("arrange.top", [this] { m_canvasCommands->arrange(CanvasCommands::Line::Top); });
    on("arrange.right", [this] { m_canvasCommands->arrange(CanvasCommands::Line::Right); });
    on("arrange.bottom", [this] { m_canvasCommands->arrange(CanvasCommands::Line::Bottom); });
    on("arrange.center", [this] { m_canvasCommands->arrange(CanvasCommands::Line::Center); });
    on("arrange.middle", [this] { m_canvasCommands->arrange(CanvasCommands::Line::Middle); });
    on("arrange.across", [this] { m_canvasCommands->arrange(CanvasCommands::Line::Across); });
    on("arrange.down", [this] { m_canvasCommands->arrange(CanvasCommands::Line::Down); });
}

void MainWindow::updateTitle()
{
    const QString mark = m_document->isDirty() ? QStringLiteral(" •") : QString();
    const QString title = tr("%1%2 — Millrace").arg(m_document->title(), mark);
    setWindowTitle(title);
    m_titleLabel->setText(m_titleLabel->fontMetrics().elidedText(title, Qt::ElideMiddle, m_titleLabel->width() - 16));
    m_titleLabel->setToolTip(plainToolTip(m_document->path()));
    QStringList captions = m_document->captions();
    captions.replaceInStrings(QStringLiteral("&"), QStringLiteral("&&")); // a name's own, no key of the menu
    const auto at = qsizetype(m_document->historyIndex());
    action("edit.undo")->setEnabled(m_document->canUndo());
    action("edit.undo")->setText(m_document->canUndo() ? tr("&Undo: %1").arg(captions[at]) : tr("&Undo"));
    action("edit.redo")->setEnabled(m_document->canRedo());
    action("edit.redo")->setText(m_document->canRedo() ? tr("&Redo: %1").arg(captions[at + 1]) : tr("&Redo"));
    for (const char *id : {"edit.undo", "edit.redo"})
        action(id)->setToolTip(plainToolTip(action(id)->text().remove(QLatin1Char('&'))));
    action("file.revert")->setEnabled(m_document->isDirty() && !m_document->path().isEmpty());
    updateStatus();
}

void MainWindow::updateStatus()
{
    const Pipeline &pipeline = m_document->pipeline();
    uint64_t workers = 0;
    for (const PipelineStep &step : pipeline.steps)
        workers += uint64_t(pipeline.workersOf(step));
    m_counts->setText(QStringLiteral("%1 · %2").arg(formatNoun(pipeline.steps.size(), QStringLiteral("step")),
                                                    formatNoun(workers, QStringLiteral("worker"))));
    const uint64_t memory = m_bridge->hasSamples() ? m_bridge->reader().last().peakMemoryBytes : 0;
    m_memory->setText(memory ? tr("Peak memory %1").arg(formatBytes(memory)) : QString());
    m_saved->setText(m_monitor->needsRestart()      ? tr("Some changes apply at the next run")
                     : m_document->isDirty()        ? tr("Not saved")
                     : m_document->path().isEmpty() ? QString()
                                                    : tr("Saved"));
    for (QLabel *label : {m_memory, m_saved})
        label->setVisible(!label->text().isEmpty()); // else it takes room between the others
}

void MainWindow::updateRunActions()
{
    const bool isUnderWay = m_bridge->isUnderWay(), isPaused = m_bridge->isPaused();
    action("run.start")->setEnabled(!isUnderWay && !m_document->pipeline().steps.empty());
    action("run.pause")->setEnabled(isUnderWay && !m_bridge->isStopping());
    action("run.pause")->setText(isPaused ? tr("&Resume") : tr("&Pause"));
    action("run.pause")->setIcon(m_theme.icon(isPaused ? QStringLiteral("run") : QStringLiteral("pause")));
    action("run.stop")->setEnabled(isUnderWay);
    action("run.stop")->setText(m_bridge->isStopping() ? tr("&Stop now") : tr("&Stop"));
    action("run.stop")
        ->setToolTip(m_bridge->isStopping() ? tr("Drop what is under way")
                                            : tr("Stop the sources; what is under way finishes"));
    action("run.upTo")->setEnabled(!isUnderWay);
    action("run.fit")->setEnabled(!isUnderWay && !m_document->pipeline().steps.empty());
    action("run.nextProblem")->setEnabled(!m_document->problems().empty());
    m_topBar->setHighlight(isUnderWay ? TopBar::Highlight::Pause : TopBar::Highlight::Run);
}

void MainWindow::inspect()
{
    m_inspector->inspect({m_document->pipeline(), m_editor->selection(), m_document->problems(), m_document->fields(),
                          toUtf8(m_document->folder()), m_bridge->isUnderWay(), m_monitor->pending(),
                          m_editor->newSteps()});
    updateRunActions();
}

void MainWindow::showStep(const std::string &step)
{
    m_scene->select({step});
    m_view->showStep(step);
}

void MainWindow::showHelp(const QString &typeId)
{
    if (const StepType *type = m_registry.find(toUtf8(typeId)))
        m_help->showStep(*type);
}

void MainWindow::goToSettings()
{
    if (m_editor->selection().size() != 1) {
        statusBar()->showMessage(tr("Select the step whose settings you want."), 4000);
        return;
    }
    findChild<QDockWidget *>(QStringLiteral("inspector"))->show();
    inspect();
    m_inspector->focusFirst();
}

void MainWindow::editShortcuts()
{
    auto *editor = findChild<ShortcutEditor *>();
    (editor ? editor : new ShortcutEditor(*m_actions, *m_shortcuts, m_theme, this))->open();
}

void MainWindow::goToNextProblem()
{
    const Problems &problems = m_document->problems();
    if (problems.empty())
        return;
    const Problem &problem = problems[m_problemAt++ % problems.size()];
    showProblem(problem);
}

void MainWindow::showProblem(const Problem &problem)
{
    if (!problem.step.empty()) {
        showStep(problem.step);
        // The panel shows the step at the latest now; the keyboard goes where the problem is.
        inspect();
        m_inspector->focusParam(problem.param);
    }
    statusBar()->showMessage(toQString(problem.text), 8000);
}

} // namespace millrace

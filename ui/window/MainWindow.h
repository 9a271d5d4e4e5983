// SPDX-License-Identifier: MIT
#pragma once

#include "model/Edits.h"
#include "pipeline/Problem.h"
#include "steps/StepType.h"
#include "theme/Theme.h"

#include <QMainWindow>

#include <functional>

class QLabel;
class QMenu;
class QToolButton;

namespace millrace {

class Actions;
class BottomPanel;
class CanvasCommands;
class CanvasEditor;
class CanvasMenu;
class CanvasScene;
class CanvasView;
class CommandPalette;
class Document;
class FindBar;
class HelpWindow;
class HistoryPanel;
class InspectorPanel;
class LimitBox;
class MessageBar;
class NoteCommands;
class NowTiles;
class PalettePanel;
class Recovery;
class RecoveryBar;
class RunBridge;
class RunMonitor;
class Shortcuts;
class TopBar;
class TrustGate;
class WelcomePage;
class WindowLayout;
class WrittenButton;
struct FoundWork;
struct LogRecord;
struct Pipeline;

/// One pipeline in a window: palette, canvas, inspector, log. Lays the parts out and joins them; each part does its own work.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    MainWindow(const StepRegistry &registry, Theme &theme);
    ~MainWindow() override;

    Document &document() const { return *m_document; }
    RunBridge &bridge() const { return *m_bridge; }
    CanvasView &canvas() const { return *m_view; }
    CanvasEditor &editor() const { return *m_editor; }
    WrittenButton &written() const { return *m_written; }
    BottomPanel &bottom() const { return *m_bottom; }
    MessageBar &messages() const { return *m_messages; }
    QAction *action(const char *id) const;

    void open(const QString &path);
    /// Opens, then runs and selects a step where that is asked for.
    void openAndRun(const QString &path, bool runs, const QString &select = {});
    /// As the Run button: checks first, and goes to the first problem where there is one.
    void run();
    /// Shows the welcome page in the canvas's place, or the canvas again.
    void showWelcome(bool isShown);
    bool isWelcomeShown() const;
    /// Asked before something is thrown away; tests answer in a person's place. Returns whether to go on.
    std::function<bool(const QString &question, const QString &yes)> confirm;
    enum class Leaving : uint8_t { Save, Leave, Cancel };
    /// Asked once before a run or unsaved changes are left.
    std::function<Leaving(const QString &question, bool isDirty, bool isRunning)> askLeaving;
    /// Looks for what earlier sessions left unsaved, and offers it above the canvas.
    void offerUnsavedWork();

Q_SIGNALS:
    /// What is shown of docks is as it was when the program ended.
    void layoutRestored();

protected:
    void closeEvent(QCloseEvent *event) override;
    bool event(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    // MainWindow.cpp: what there is and where
    void layOut();
    void addDock(const char *name, QWidget *content, Qt::DockWidgetArea area, const char *action);
    void makeStatusBar();
    void restoreLayout();
    bool leadsBack(int key) const;
    void setThemeKind(ThemeKind kind);
    // MainWindowJoin.cpp: what follows what
    void joinDocument();
    void joinCanvas();
    void joinRun();
    void joinActions();
    void joinView();
    void joinArrange();
    void joinOpening();
    void updateTitle();
    void updateStatus();
    void updateRunActions();
    void inspect();
    void showStep(const std::string &step);
    /// Code of a step in a window of its own, at that place; both 0: where it was.
    void openCode(const std::string &step, std::string param = {}, int line = 0, int column = 0);
    /// Where the message names a line of the step's code, that line.
    void showCodeOf(const LogRecord &record);
    void showHelp(const QString &typeId);
    void editShortcuts();
    void goToNextProblem();
    void goToSettings();
    void showProblem(const Problem &problem);
    // MainWindowFiles.cpp
    void newFile();
    void openWithDialog();
    void openFile(const QString &path);
    /// Opens a file and does something as soon as it is there: not where it can't be opened, or another one is opened before.
    void openThen(const QString &path, std::function<void()> then);
    void save();
    void saveAs();
    QString pathToSaveAs();
    void revert();
    void exportPicture();
    MainWindow &newWindow();
    bool mayClose();
    Leaving askWithBox(const QString &question, bool isDirty, bool isRunning);
    void noteRecent(const QString &path);
    void fillRecent();
    // MainWindowSafety.cpp: what is never to be lost
    void joinSafety();
    void showConflict(const QString &path);
    void showForeignChange();
    void recover(const FoundWork &work);
    bool isPristine() const;
    // MainWindowWelcome.cpp
    void makeWelcome();
    void openExample(const QString &id);
    // MainWindowRun.cpp
    void runChecked();
    void runUpToSelection();
    void fit();
    /// Whether it has steps that learn from data before they can work.
    bool mustFit(const Pipeline &pipeline) const;
    /// As run(), after a fit where there has been none and one is needed.
    void fitAndRun();
    void showFitted(const QString &folder);
    void showRefusal(const QString &sentence);
    QString fittedFolder() const;
    void startRun();
    /// What of the drawing takes part in the run or fit that is wanted: all but strays that are wrong, or what the step is fed by.
    StepIds stepsToRun() const;
    /// The drawing without what takes no part.
    Pipeline pipelineToRun() const;
    /// What the log says of strays that take no part.
    Problems remarksOnStrays() const;
    void tellOfStrays(const Problems &remarks);
    void pauseOrResume();
    void showOutcome();
    void showWritten();
    void hideMessages();

    const StepRegistry &m_registry;
    Theme &m_theme;
    Document *m_document;
    Recovery *m_recovery;
    RunBridge *m_bridge;
    TrustGate *m_gate;
    CanvasScene *m_scene;
    CanvasView *m_view;
    Actions *m_actions;
    Shortcuts *m_shortcuts;
    TopBar *m_topBar;
    MessageBar *m_messages;
    RecoveryBar *m_recoveryBar;
    PalettePanel *m_palette;
    InspectorPanel *m_inspector;
    NowTiles *m_tiles;
    LimitBox *m_limitBox;
    BottomPanel *m_bottom;
    FindBar *m_find;
    HistoryPanel *m_history;
    CommandPalette *m_commands;
    HelpWindow *m_help;
    CanvasEditor *m_editor;
    CanvasCommands *m_canvasCommands;
    NoteCommands *m_noteCommands;
    RunMonitor *m_monitor;
    WindowLayout *m_layout = nullptr; ///< made when there are docks
    WelcomePage *m_welcome = nullptr; ///< made when it is first shown
    QLabel *m_titleLabel, *m_counts, *m_memory, *m_saved;
    QToolButton *m_zoom;
    WrittenButton *m_written;
    QMenu *m_recent;
    CanvasMenu *m_contextMenu;
    struct
    {
        QString path;
        std::function<void()> then;
    } m_opening;                ///< what is done once that file is there
    bool m_isRunWanted = false; ///< as soon as the check is over
    bool m_isFitWanted = false;
    bool m_runsWhenFitted = false; ///< one click on an example that learns first
    bool m_isCheckWanted = false;  ///< its result shall be told
    std::string m_runUpTo;         ///< step; empty: all
    size_t m_problemAt = 0;
};

} // namespace millrace

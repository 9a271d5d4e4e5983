// SPDX-License-Identifier: MIT
#pragma once

#include "steps/StepType.h"
#include "theme/Theme.h"
#include "window/commands/Questions.h"

#include <QMainWindow>

class QLabel;

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
class FileCommands;
class FindBar;
class DataMonitor;
class HelpWindow;
class FloatLayout;
class HistoryPanel;
class InspectorHost;
class InspectorPanel;
class KeptLook;
class LimitBox;
class MessageBar;
class NestingCommands;
class NoteCommands;
class NowTiles;
class OwnSteps;
class PalettePanel;
class RecoveryBar;
class RunBridge;
class RunCommands;
class RunMonitor;
class RunPageSaver;
class Safety;
class Shortcuts;
class StatusLine;
class StepGuide;
class TimeBar;
class TopBar;
class TrustGate;
class ViewCommands;
class WelcomeHost;
class WindowLayout;
class WrittenButton;

/// One pipeline in a window: palette, canvas, inspector, log. Says what there is, where it stands, and what follows what; each
/// part does its own work. Tests answer its questions in a person's place.
class MainWindow : public QMainWindow, public Questions
{
    Q_OBJECT

public:
    MainWindow(const StepRegistry &registry, Theme &theme);
    ~MainWindow() override;

    Document &document() const { return *m_document; }
    RunBridge &bridge() const { return *m_bridge; }
    CanvasView &canvas() const { return *m_view; }
    CanvasEditor &editor() const { return *m_editor; }
    WrittenButton &written() const;
    BottomPanel &bottom() const { return *m_bottom; }
    RunPageSaver &pages() const { return *m_pages; }
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
    /// Looks for what earlier sessions left unsaved, and offers it above the canvas.
    void offerUnsavedWork();

protected:
    void closeEvent(QCloseEvent *event) override;
    bool event(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    // What there is, and where.
    void layOut();
    void layOutMenus();
    void layOutTopBar();
    void layOutCenter();
    void layOutDocks();
    void layOutFloats(QDockWidget &inspector);
    // What does the window's work.
    void makeCommands();
    // What follows what.
    template <typename Slot>
    void on(const char *action, Slot slot);
    void joinDocument();
    void joinCanvas();
    void joinRun();
    void joinMessages();
    void joinActions();

    void updateTitle();
    bool leadsBack(int key) const;
    void editShortcuts();
    void tellAbout();
    MainWindow &newWindow();
    void openInside(const QString &file, const QString &step);

    /// All other children know it, and threads of theirs: it goes last.
    struct OwnRegistry : QObject
    {
        OwnRegistry(const StepRegistry &given, QObject *parent) : QObject(parent), types(given) {}
        StepRegistry types; ///< with the steps of the pipeline's folder
    };
    OwnRegistry *m_ownRegistry;
    StepRegistry &m_registry;
    Theme &m_theme;
    Document *m_document;
    RunBridge *m_bridge;
    TrustGate *m_gate;
    CanvasScene *m_scene;
    CanvasView *m_view;
    KeptLook *m_kept;
    Actions *m_actions;
    Shortcuts *m_shortcuts;
    TopBar *m_topBar;
    MessageBar *m_messages;
    RecoveryBar *m_recoveryBar;
    PalettePanel *m_palette;
    InspectorPanel *m_inspector;
    NowTiles *m_tiles;
    LimitBox *m_limitBox;
    TimeBar *m_timeBar;
    BottomPanel *m_bottom;
    FindBar *m_find;
    HistoryPanel *m_history;
    CommandPalette *m_commands;
    HelpWindow *m_help;
    CanvasMenu *m_contextMenu;
    QLabel *m_titleLabel;
    CanvasEditor *m_editor;
    CanvasCommands *m_canvasCommands;
    NoteCommands *m_noteCommands;
    OwnSteps *m_ownSteps;
    RunMonitor *m_monitor;
    DataMonitor *m_data;
    FileCommands *m_files;
    WindowLayout *m_layout;
    InspectorHost *m_inspectorHost = nullptr;
    FloatLayout *m_floats = nullptr;
    // Made when there is what they work on.
    StepGuide *m_guide = nullptr;
    RunCommands *m_runs = nullptr;
    RunPageSaver *m_pages = nullptr;
    ViewCommands *m_views = nullptr;
    Safety *m_safety = nullptr;
    WelcomeHost *m_welcome = nullptr;
    NestingCommands *m_nesting = nullptr;
    StatusLine *m_status = nullptr;
};

} // namespace millrace

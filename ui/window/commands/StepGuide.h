// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/Problem.h"

#include <QObject>

#include <cstddef>
#include <string>

namespace millrace {

class Actions;
class BottomPanel;
class CanvasEditor;
class CanvasScene;
class CanvasView;
class Document;
class HelpWindow;
class InspectorPanel;
class RunBridge;
class RunMonitor;
struct LogRecord;

/// Leads to a step: to its card, its settings, its code, its problems and its help. Keeps the inspector at what is selected.
class StepGuide : public QObject
{
    Q_OBJECT

public:
    struct Parts
    {
        Document &document;
        RunBridge &bridge;
        CanvasScene &scene;
        CanvasView &view;
        CanvasEditor &editor;
        RunMonitor &monitor;
        InspectorPanel &inspector;
        BottomPanel &bottom;
        HelpWindow &help;
        Actions &actions;
    };

    StepGuide(Parts parts, QObject *parent);

    /// Shows in the inspector what there is now.
    void inspect();
    /// Shows in the list of problems what the last check has found.
    void showProblems();
    /// Selects the step and brings it into view.
    void showStep(const std::string &step);
    /// Puts the keyboard on the first setting of the only selected step.
    void showSettings();
    /// Goes to the step, puts the keyboard on the setting, and says what is wrong there.
    void showProblem(const Problem &problem);
    void showNextProblem();
    void showHelp(const QString &typeId);
    void showHelpOfSelected();
    /// Code of a step in a window of its own, at that place, from 1; both 0: where it was. An empty `param` is the first with
    /// code.
    void openCode(const std::string &step, const std::string &param = {}, int line = 0, int column = 0);
    /// Where the message names a line of the step's code, that line.
    void showCodeOf(const LogRecord &record);

Q_SIGNALS:
    /// The inspector is to be seen, whatever was hidden.
    void inspectorWanted();
    /// A sentence for the status bar, for so long.
    void told(const QString &sentence, int milliseconds);

private:
    Parts m_parts;
    size_t m_problemAt = 0;
};

} // namespace millrace

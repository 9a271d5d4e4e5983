// SPDX-License-Identifier: MIT
#pragma once

#include "failures/RetryChoice.h"
#include "model/Edits.h"
#include "pipeline/Problem.h"
#include "theme/Theme.h"
#include "window/MessageBar.h"

#include <QObject>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace millrace {

class Actions;
class BrokenOffLook;
class CanvasEditor;
class Document;
class RunBridge;
class RunMonitor;
class StepGuide;
class TopBar;
class TrustGate;
class WrittenButton;
struct RunScope;

/// Run, fit, check, pause and stop, from the action to what is told of the outcome. Whatever is to be started is checked first:
/// it begins when the check is over, and the first problem is gone to where there is one.
class RunCommands : public QObject
{
    Q_OBJECT

public:
    struct Parts
    {
        Theme &theme;
        Document &document;
        RunBridge &bridge;
        TrustGate &gate;
        CanvasEditor &editor;
        RunMonitor &monitor;
        StepGuide &guide;
        Actions &actions;
        TopBar &topBar;
        MessageBar &messages;
        WrittenButton &written;
    };

    RunCommands(Parts parts, QObject *parent);

    void run();
    /// With the steps that can be there on this cluster, as behind `--on`.
    void runOn(const QString &cluster);
    void runUpToSelection();
    /// Goes on where the last run of the file was broken off.
    void goOn();
    /// As run(), but from the sources, whatever links have kept.
    void runFresh();
    void fit();
    /// As run(), after a fit where there has been none and one is needed.
    void fitAndRun();
    /// Tries failed items of the last run again, as the pipeline is now.
    void retry(const RetryChoice &choice);
    /// Checks, and tells the result.
    void check();
    void pauseOrResume();
    /// A check of the document is over: starts what waits for it.
    void proceed();
    /// The document is another one: nothing follows a fit of the one before.
    void forgetFit() { m_runsWhenFitted = false; }
    /// Enables the actions that can do something now, and calls them what they do.
    void updateActions();

Q_SIGNALS:
    void saveAsWanted();
    /// The run that was wanted isn't begun, since something stands in its way, which is shown; a sentence.
    void notBegun(const QString &sentence);
    /// A sentence for the status bar, for so long; empty: nothing to say any more.
    void told(const QString &sentence, int milliseconds);

private:
    /// What the end of the check starts; of several that are asked for, the last of this list.
    enum class Wanted : uint8_t { Nothing, Check, Retry, Run, Fit, FitAndRun };
    void want(Wanted wanted);
    /// Of a fit, unless there is nothing to fit or nowhere to keep it.
    void wantFit(Wanted wanted);
    RunScope currentScope() const;
    /// Goes to the first problem that keeps what is wanted from being done; false where there is none.
    bool showFirstProblem(Wanted wanted, const StepIds &steps);
    void startRun();
    void startRetry();
    void startFit(bool runsWhenFitted);
    void tellChecked();
    void tellOfStrays(const Problems &remarks);
    void showFitted(const QString &folder);
    /// The folder of what the pipeline's steps have learnt; empty: none learns. Nothing, and said why, where they haven't yet.
    std::optional<QString> knowledgeFor(const RunScope &scope);
    void showRefusal(const QString &sentence);
    void showOutcome();
    void showFailure(std::vector<MessageBar::Answer> answers);
    /// Of a run that was broken off: what was there when the file was opened, or this window's own.
    void offerToGoOn();
    void lookForBrokenOff();
    static QString fromTheBeginning();
    void showWritten();
    void hideMessages();
    QString fittedFolder() const;
    StepIds learners() const;
    QString placeOf(const std::string &step) const;

    Parts m_parts;
    BrokenOffLook *m_brokenOff;
    Wanted m_wanted = Wanted::Nothing;
    bool m_runsWhenFitted = false; ///< of the fit under way: one click on an example that learns first
    std::string m_runUpTo;         ///< step; empty: all
    QString m_cluster;             ///< of the run that is wanted; empty: none that was chosen
    bool m_goesOn = false;         ///< the run that is wanted, or was started
    bool m_isFresh = false;        ///< the run that is wanted
    RetryChoice m_retryChoice;
};

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "window/runs/TuneCommands.h"

#include "commands/Actions.h"
#include "document/Document.h"
#include "model/Format.h"
#include "monitor/tuning/TuneWindow.h"
#include "run/RunBridge.h"
#include "theme/Text.h"
#include "window/MessageBar.h"
#include "window/runs/RunCommands.h"

#include <QAction>
#include <QThreadPool>

#include <map>
#include <utility>

namespace millrace {

namespace {

constexpr int LookInterval = 100; // milliseconds
constexpr double NotableGain = 1.5;

} // namespace

TuneCommands::TuneCommands(Parts parts, std::function<QString(const std::string &)> nameOf, QWidget *window)
    : QObject(window), m_parts(parts), m_nameOf(std::move(nameOf)), m_window(window), m_settings(parts.document)
{
    m_timer.setInterval(LookInterval);
    connect(&m_timer, &QTimer::timeout, this, &TuneCommands::look);
    connect(m_parts.actions["run.tune"], &QAction::triggered, this, &TuneCommands::open);
    connect(&m_parts.bridge, &RunBridge::started, this, &TuneCommands::begin);
    connect(&m_parts.bridge, &RunBridge::stateChanged, this, &TuneCommands::updateAction);
    connect(&m_parts.bridge, &RunBridge::finished, this, [this] { end(tr("The run is over.")); });
    connect(&m_parts.bridge, &RunBridge::refused, this, &TuneCommands::end);
    connect(&m_parts.runs, &RunCommands::notBegun, this, [this](const QString &why) {
        if (m_wish)
            end(why);
    });
    connect(&m_parts.document, &Document::changed, this, &TuneCommands::noteChange);
    connect(&m_parts.document, &Document::opened, this, &TuneCommands::abandon);
    updateAction();
}

QString TuneCommands::quoted(const std::string &step) const
{
    return QStringLiteral("“%1”").arg(m_nameOf(step));
}

void TuneCommands::updateAction()
{
    const RunBridge &bridge = m_parts.bridge;
    m_parts.actions["run.tune"]->setEnabled(!m_parts.document.pipeline().steps.empty() && !bridge.isAttached()
                                            && !bridge.isFitting());
    if (m_view)
        m_view->setStartsRun(!bridge.isUnderWay());
}

void TuneCommands::open()
{
    if (!m_view) {
        m_view = new TuneWindow(m_parts.theme, m_parts.bridge.cores(), m_window);
        connect(m_view, &TuneWindow::startWanted, this, &TuneCommands::start);
        connect(m_view, &TuneWindow::stopWanted, this, [this] { end(tr("Stopped.")); });
        connect(m_view, &TuneWindow::keepWanted, this, &TuneCommands::keep);
        connect(m_view, &TuneWindow::takeBackWanted, this, &TuneCommands::takeBack);
        updateAction();
    }
    m_view->open();
}

void TuneCommands::start(const TuneWish &wish)
{
    m_settings.keep(); // of an earlier tuning
    m_view->clearLines();
    m_wish = wish;
    m_view->setPhase(TuneWindow::Phase::UnderWay, tr("Waits for the run to begin…"));
    if (!m_parts.bridge.isUnderWay())
        m_parts.runs.run();
    else if (m_parts.bridge.hasSamples())
        begin();
}

void TuneCommands::begin()
{
    if (!m_wish || m_parts.bridge.isFitting())
        return;
    if (!m_parts.bridge.cluster().isNull()) {
        m_wish.reset();
        m_view->setPhase(TuneWindow::Phase::Ready,
                         tr("This run has its workers on a cluster: start more of them there."));
        return;
    }
    const Pipeline &running = m_parts.bridge.pipeline();
    std::map<std::string, std::string> names;
    for (const PipelineStep &step : running.steps)
        names.emplace(step.id, toUtf8(quoted(step.id)));
    m_tuning = std::make_shared<Tuning>(*m_wish, running, m_parts.document.registry(), m_parts.bridge.cores(),
                                        [names = std::move(names)](const std::string &id) {
                                            const auto found = names.find(id);
                                            return found == names.end() ? id : found->second;
                                        });
    m_settings.begin(running, m_wish->goal == TuneGoal::Throughput ? tr("Tune for items a second")
                                                                   : tr("Tune for the time of an item"));
    m_wish.reset();
    m_why.clear();
    m_view->setPhase(TuneWindow::Phase::UnderWay, tr("Looks at the run…"));
    m_timer.start();
}

void TuneCommands::look()
{
    const std::vector<TuneMove> moves = m_tuning->look(m_parts.bridge.reader().last());
    if (const std::string verdict = m_tuning->takeVerdict(); !verdict.empty())
        say({}, verdict);
    if (!moves.empty())
        make(moves);
    if (m_tuning->isDone())
        finish();
    else if (!m_why.isEmpty())
        m_view->setPhase(TuneWindow::Phase::UnderWay, tr("Ends…"));
    else if (m_parts.bridge.isPaused())
        m_view->setPhase(TuneWindow::Phase::UnderWay, tr("The run is paused, and so is tuning."));
    else if (m_tuning->isThinking())
        m_view->setPhase(TuneWindow::Phase::UnderWay, tr("Plays the run through with other settings…"));
    else
        m_view->setPhase(TuneWindow::Phase::UnderWay,
                         m_tuning->moves().empty() ? tr("Looks at the run…") : tr("Looks at what comes of it…"));
}

void TuneCommands::say(const std::string &step, const std::string &sentence)
{
    m_parts.bridge.note(step, tr("Tuning: %1").arg(toQString(sentence)));
    m_view->addLine(toQString(sentence));
}

void TuneCommands::make(const std::vector<TuneMove> &moves)
{
    for (const TuneMove &move : moves)
        say(move.step, move.why);
    m_isMaking = true;
    m_settings.make(moves);
    m_isMaking = false;
}

/// The document has changed.
void TuneCommands::noteChange()
{
    updateAction();
    if (m_isMaking)
        return;
    if (m_tuning) {
        if (const auto step = m_settings.changedByHand(); step && m_why.isEmpty())
            end(tr("%1 was changed by hand.").arg(quoted(*step)));
    } else if (m_view && m_view->phase() == TuneWindow::Phase::Ended && !m_settings.hasChanges()) {
        settle(tr("All is as it was."));
    }
}

/// Ends it before it is through; what is thought now is waited for elsewhere.
void TuneCommands::end(const QString &why)
{
    if (m_wish) { // the run hasn't begun
        m_wish.reset();
        m_view->setPhase(TuneWindow::Phase::Ready, why);
    }
    if (!m_tuning || !m_why.isEmpty())
        return;
    m_why = why;
    m_tuning->giveUp();
    if (m_tuning->isDone())
        finish();
}

void TuneCommands::finish()
{
    m_timer.stop();
    const QString told = m_why.isEmpty() ? outcome() : m_why + QLatin1Char(' ') + outcome();
    m_parts.bridge.note({}, tr("Tuned: %1").arg(told));
    m_tuning.reset();
    if (!m_settings.hasChanges()) {
        m_view->setPhase(TuneWindow::Phase::Ready, told);
        return;
    }
    m_view->setPhase(TuneWindow::Phase::Ended, told);
    if (m_view->isVisible())
        return;
    m_asked = tr("Tuned: %1").arg(told);
    m_parts.messages.show(MessageBar::Kind::Info, m_asked,
                          {{tr("Keep"), [this] { keep(); }}, {tr("Take back"), [this] { takeBack(); }}});
}

/// The document is another one, or goes: nothing is told of it.
void TuneCommands::abandon()
{
    m_wish.reset();
    m_timer.stop();
    m_settings.keep();
    if (m_tuning) {
        m_tuning->giveUp();
        QThreadPool::globalInstance()->start([tuning = std::exchange(m_tuning, {})]() mutable { tuning.reset(); });
    }
    if (m_view)
        settle({});
}

/// What was reached, by what was measured.
QString TuneCommands::outcome() const
{
    const Tuner &tuner = m_tuning->tuner();
    if (!m_settings.hasChanges()) {
        const bool wasTried = !m_tuning->moves().empty();
        if (!m_why.isEmpty())
            return wasTried ? tr("Nothing of what was tried is left.") : tr("Nothing was changed.");
        return wasTried ? tr("Nothing that was tried helped; all is as it was.")
                        : tr("Nothing was found that would help within this budget.");
    }
    QString text;
    if (m_tuning->goal() == TuneGoal::Latency && tuner.latencyAfter() > 0)
        text = tr("95 % of the items are through in %1, %2 before.")
                   .arg(formatNanoseconds(tuner.latencyAfter() * 1e9), formatNanoseconds(tuner.latencyBefore() * 1e9));
    else
        text = tuner.rateAfter() > tuner.rateBefore() * NotableGain
                   ? tr("%1 items a second, %2 before: %3 times as many.")
                         .arg(formatShort(tuner.rateAfter()), formatShort(tuner.rateBefore()),
                              formatShort(tuner.rateAfter() / tuner.rateBefore()))
                   : tr("%1 items a second, %2 before.")
                         .arg(formatShort(tuner.rateAfter()), formatShort(tuner.rateBefore()));
    return tuner.isOnTrial() ? text + QLatin1Char(' ') + tr("What came of the last change wasn’t measured any more.")
                             : text;
}

void TuneCommands::keep()
{
    m_settings.keep();
    settle(tr("Kept: it goes into the file when you save it."));
}

void TuneCommands::takeBack()
{
    m_isMaking = true;
    m_settings.takeBack();
    m_isMaking = false;
    settle(tr("Taken back: all is as it was."));
}

void TuneCommands::settle(const QString &sentence)
{
    if (!m_asked.isEmpty() && m_parts.messages.sentence() == m_asked)
        m_parts.messages.hide();
    m_asked.clear();
    m_view->setPhase(TuneWindow::Phase::Ready, sentence);
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "analysis/Tuning.h"
#include "theme/Theme.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QListWidget;
class QPushButton;
class QSpinBox;

namespace millrace {

/// Asks what a run is to be tuned for and within which bounds, shows what was changed and what came of it, and asks in the end whether
/// it is kept. A window beside the work; Escape leaves it, and the tuning goes on. GUI thread.
class TuneWindow : public QWidget
{
    Q_OBJECT

public:
    enum class Phase : uint8_t {
        Ready,    ///< to be started
        UnderWay, ///< to be stopped
        Ended     ///< to be kept or taken back
    };

    /// `cores`: of the machine.
    TuneWindow(Theme &theme, int cores, QWidget *window);

    void open();
    TuneWish wish() const;
    Phase phase() const { return m_phase; }
    /// `status`: what goes on, or came out, in a sentence or two.
    void setPhase(Phase phase, const QString &status);
    /// Whether starting it starts the run as well.
    void setStartsRun(bool startsRun);
    QString status() const;
    /// A line of what was done.
    void addLine(const QString &line);
    void clearLines();

Q_SIGNALS:
    void startWanted(const millrace::TuneWish &wish);
    void stopWanted();
    void keepWanted();
    void takeBackWanted();

private:
    QWidget *makeFields(int cores);
    void makeButtons();
    void press();
    void showButtons();

    Theme &m_theme;
    Phase m_phase = Phase::Ready;
    bool m_startsRun = true;
    QComboBox *m_goal;
    QSpinBox *m_workers, *m_memory, *m_freeCores;
    QWidget *m_fields;
    QLabel *m_status;
    QListWidget *m_lines;
    QPushButton *m_go, *m_takeBack, *m_keep;
};

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "theme/Theme.h"

#include <QWidget>

class QAction;
class QLabel;
class QPushButton;

namespace millrace {

class Actions;
class RunProgress;

/// The row below the menus: run, pause, stop, undo, redo, how far the run is, and, once it is over, its page.
class TopBar : public QWidget
{
    Q_OBJECT

public:
    TopBar(Actions &actions, Theme &theme, QWidget *parent = nullptr);

    RunProgress &progress() const { return *m_progress; }
    /// "CPU 1.9 of 2"; empty: no run is shown.
    void setCpu(const QString &text);
    enum class Highlight : uint8_t { Run, Pause };
    void setHighlight(Highlight highlight);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void showPage();
    QPushButton *addButton(QAction *action, bool hasText);
    QWidget *addLine();

    QPushButton *m_run, *m_pause, *m_page = nullptr;
    QAction *m_save = nullptr;
    RunProgress *m_progress;
    QLabel *m_cpu;
    QWidget *m_runLine = nullptr; ///< before the progress
};

} // namespace millrace

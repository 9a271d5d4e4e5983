// SPDX-License-Identifier: MIT
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

namespace millrace {

class BottomPanel;
class CanvasView;
class RunBridge;

/// Opens the folded panel at the log when a run has ended with something that must be seen: once for each run, when hands are at
/// rest, and not where a person has folded it during the run.
class LogOpener : public QObject
{
    Q_OBJECT

public:
    static constexpr int TypingPause = 1500; ///< milliseconds without a key after which nobody types any more

    LogOpener(RunBridge &bridge, BottomPanel &bottom, CanvasView &view, QObject *parent);

    /// Whether a person has opened the panel, and not this.
    bool isPersonsChoice() const { return !m_hasOpened; }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void begin();
    void noteFolded(bool isFolded);
    void finish();
    bool isAtWork() const;
    void open();

    RunBridge &m_bridge;
    BottomPanel &m_bottom;
    CanvasView &m_view;
    bool m_wasFolded = false; ///< by a person, during this run
    bool m_isOpening = false, m_hasOpened = false;
    QElapsedTimer m_sinceKey; ///< since something was typed into a field
    QTimer m_rest;            ///< looks whether the hands rest
};

} // namespace millrace

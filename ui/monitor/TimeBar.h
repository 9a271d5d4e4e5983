// SPDX-License-Identifier: MIT
#pragma once

#include "model/recording/RunRecording.h"
#include "theme/Theme.h"

#include <QElapsedTimer>
#include <QFrame>
#include <QTimer>

#include <functional>
#include <optional>
#include <string>

class QLabel;
class QToolButton;

namespace millrace {

class TimeTrack;

/// The seconds of a run in a card: which of them is shown, a way back to an earlier one, on from there, and to now. It says what
/// is wanted, and shows nothing of the moment itself.
class TimeBar : public QFrame
{
    Q_OBJECT

public:
    explicit TimeBar(Theme &theme, QWidget *parent = nullptr);

    /// Borrowed: must live as long as the bar. `nameOf` turns a step's id into what people read.
    void setRecording(const RunRecording *recording, std::function<QString(const std::string &)> nameOf);
    /// Whose queue is drawn beside the items a second; empty: none.
    void setQueueStep(const std::string &step);
    /// Low, for a small canvas.
    void setSlim(bool isSlim);
    /// In pixels.
    int heightFor(bool isSlim) const;

    /// Another run begins, or there is none any more: now is shown.
    void clear();
    /// The recording has more; or the run is over, and it has all.
    void follow(bool isUnderWay);
    /// Whether there is a run whose seconds could be shown.
    bool hasRun() const { return m_hasRun; }

    void showNow();
    /// The moment of the recording that is shown; nothing: now.
    std::optional<size_t> moment() const;

Q_SIGNALS:
    /// Another moment is to be shown.
    void momentChanged();
    /// There is a run to show from now on, or none any more.
    void arranged();

private:
    QToolButton *addButton(const char *name);
    void setPlaying(bool isPlaying);
    void playOn();
    void showText();
    void showLegend();

    Theme &m_theme;
    const RunRecording *m_recording = nullptr;
    std::function<QString(const std::string &)> m_nameOf;
    std::string m_queueStep;
    QToolButton *m_play, *m_live;
    TimeTrack *m_track;
    QLabel *m_text, *m_legend;
    QTimer m_player; ///< runs while it plays
    QElapsedTimer m_sinceStep;
    bool m_hasRun = false, m_isUnderWay = false, m_isSlim = false;
};

} // namespace millrace

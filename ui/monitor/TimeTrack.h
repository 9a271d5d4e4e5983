// SPDX-License-Identifier: MIT
#pragma once

#include "model/recording/RunRecording.h"
#include "theme/Theme.h"

#include <QAbstractSlider>

#include <functional>
#include <optional>
#include <string>

class QPainter;

namespace millrace {

/// A slider over the seconds of a run: items a second, the queue of one step, a mark for each change, and a handle at the moment
/// that is shown. At its end the handle is at now, and stays there while the run goes on. Its values are tenths of a second.
class TimeTrack : public QAbstractSlider
{
    Q_OBJECT

public:
    explicit TimeTrack(Theme &theme, QWidget *parent = nullptr);

    /// Borrowed: must live as long as the track. `nameOf` turns a step's id into what people read.
    void setRecording(const RunRecording *recording, std::function<QString(const std::string &)> nameOf);
    /// Whose queue is drawn beside the items a second; empty, or a step without a bound on its queue: none.
    void setQueueStep(const std::string &step);
    /// Only a groove with marks.
    void setSlim(bool isSlim);
    /// The recording has more, or another one has begun.
    void follow(bool isUnderWay);

    /// The second that is shown; nothing: now.
    std::optional<double> past() const { return m_past; }
    void setPast(std::optional<double> seconds);
    /// Of this moment at the handle, in words.
    QString momentText() const;
    /// How long the run is so far, in the same manner.
    QString endText() const;

Q_SIGNALS:
    /// Another moment is shown.
    void momentChanged();
    void playWanted();

protected:
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;

private:
    double end() const { return m_recording ? m_recording->length() : 0; }
    double shownSecond() const { return m_past.value_or(end()); }
    QRectF plot() const;
    double xOf(double seconds) const;
    double secondsAt(double x) const;
    void updateAxis();
    void updateRange();
    void moveTo(double x);
    QString toolTipAt(QPointF at) const;
    QPolygonF curve(const std::function<std::optional<double>(size_t)> &valueOf, double most) const;
    double mostItemsPerSecond() const;
    void paintCurves(QPainter &painter) const;
    void paintGroove(QPainter &painter) const;
    void paintMarks(QPainter &painter) const;
    void paintHandle(QPainter &painter) const;

    const Theme &m_theme;
    const RunRecording *m_recording = nullptr;
    std::function<QString(const std::string &)> m_nameOf;
    std::string m_queueStep;
    std::optional<double> m_past;
    double m_axis = 10; ///< seconds from the left end to the right
    bool m_isUnderWay = false, m_isSlim = false, m_isFollowing = false;
};

} // namespace millrace

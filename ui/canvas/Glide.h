// SPDX-License-Identifier: MIT
#pragma once

#include <QPointF>
#include <QRectF>
#include <QVariantAnimation>

#include <map>
#include <string>
#include <vector>

namespace millrace {

class CanvasScene;

/// Lets cards, notes and frames that an edit has put elsewhere glide there from where they were: the drawing already says where
/// they belong. Where the desktop has switched animations off, they are there at once.
class Glide final : public QObject
{
public:
    static constexpr int Duration = 220; ///< milliseconds

    explicit Glide(CanvasScene &scene);

    /// Where things are seen; notes and frames in the order of the drawing. In pixels at 100 %.
    struct Places
    {
        std::map<std::string, QPointF> steps, notes;
        std::map<std::string, QRectF> frames;
    };
    Places places() const;
    /// Things that aren't there any more, or weren't then, are left as they are.
    void from(Places before);
    /// Ends it: everything is where the drawing says.
    void settle();
    /// How long the next one takes.
    void setDuration(int milliseconds) { m_animation.setDuration(milliseconds); }
    bool isRunning() const { return m_animation.state() == QAbstractAnimation::Running; }

private:
    /// `part`: of the way, from 0 to 1.
    void show(double part);

    CanvasScene &m_scene;
    Places m_before;
    QVariantAnimation m_animation;
};

} // namespace millrace

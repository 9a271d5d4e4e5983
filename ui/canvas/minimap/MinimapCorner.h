// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <QPointF>
#include <QRect>
#include <QTimer>

#include <optional>

namespace millrace {

class CanvasPane;
class Minimap;

/// The minimap's place in the corner of the canvas. It is there where there is more than is in view, and gives way to what a hand
/// carries near it. Where it would cover cards or notes, it folds to a sign when the paper has come to rest, and unfolds under
/// the pointer and while the paper moves. On a small canvas it is smaller.
class MinimapCorner : public QObject
{
    Q_OBJECT

public:
    explicit MinimapCorner(CanvasPane &pane);

    void setWanted(bool isWanted);
    bool isWanted() const { return m_isWanted; }
    /// Puts it where it belongs now.
    void place();
    /// What has just been selected, added or looked for isn't covered, whatever has brought it into view.
    void rest();
    /// What a hand carries is there now, in the viewport's pixels; nothing: the hand is empty again.
    void carry(std::optional<QPointF> viewPoint);
    /// Its place, where the map would cover what is drawn.
    std::optional<QRect> covered() const;

    /// Unfolded, in the pane's pixels.
    QRect area() const;

private:
    bool isSmall() const;
    /// Whether a card or a note stands under that part of the canvas, in its pixels.
    bool coversSomething(const QRect &area) const;
    /// A selected card, which is what somebody works on, or has just added.
    bool coversSelected(const QRect &area) const;
    bool coversFrame(const QRect &area) const;

    CanvasPane &m_pane;
    Minimap *m_map;
    QTimer m_travel; ///< runs until the paper has been at rest for a while
    std::optional<QPointF> m_carried;
    bool m_isWanted = true;
};

} // namespace millrace

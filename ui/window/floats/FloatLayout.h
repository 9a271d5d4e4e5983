// SPDX-License-Identifier: MIT
#pragma once

#include "steps/StepType.h"

#include <QObject>
#include <QRect>

#include <optional>

class QAction;
class QFrame;

namespace millrace {

class CanvasView;
class InspectorHost;
class PalettePanel;
class StepRail;
class Theme;
class TimeBar;

/// What floats over the canvas: at its left edge the rail and the palette that it unfolds; at its right edge the inspector, or at
/// the left where it would cover what is selected; at its lower edge, while there is a run, the time bar. The cards are the view's siblings, so that neither keys nor the wheel reach the
/// drawing through them.
class FloatLayout : public QObject
{
    Q_OBJECT

public:
    struct Parts
    {
        CanvasView &view;
        StepRail &rail;
        PalettePanel &palette;
        InspectorHost &inspector;
        TimeBar &timeBar;
        QAction &paletteAction; ///< checked while the palette is unfolded
        Theme &theme;
    };

    FloatLayout(Parts parts, QObject *parent);

    /// Puts everything where it belongs now.
    void place();
    /// After another selection: the inspector beside what is selected, or away.
    void chooseSide(bool isSelected);

Q_SIGNALS:
    /// The canvas comes, or gives way to another page.
    void canvasShown(bool isShown);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void unfold();
    void fold();
    void toggle(bool isUnfolded);
    void showFamily(Family family);
    void followFocus(const QWidget *now);
    void placePalette();
    void placeInspector();
    void placeTimeBar();
    bool isLow() const;
    int timeBarRoom() const;
    QRect inspectorPlace(bool isLeft) const;
    int scaled(int pixels) const;

    Parts m_parts;
    QFrame *m_card; ///< around the palette
    std::optional<Family> m_family;
    bool m_isLeft = false;
};

} // namespace millrace

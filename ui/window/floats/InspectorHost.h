// SPDX-License-Identifier: MIT
#pragma once

#include "theme/Theme.h"

#include <QFrame>

class QAction;
class QDockWidget;
class QToolButton;

namespace millrace {

class InspectorPanel;

/// Where the inspector is: a card that floats on the canvas while something is selected, or, pinned, a dock beside it.
class InspectorHost : public QFrame
{
    Q_OBJECT

public:
    /// `shown` is checked while it is to be seen, `pinned` while it is in the dock.
    InspectorHost(
        InspectorPanel &panel, QDockWidget &dock, QAction &shown, QAction &pinned, Theme &theme, QWidget *parent);

    /// Whether a person wants it where something is selected, and always where it is pinned.
    bool isWanted() const { return m_isWanted; }
    void setWanted(bool isWanted);
    bool isPinned() const;
    /// Something is selected on the canvas, or nothing any more.
    void setSelected(bool isSelected);
    /// Whether there is a canvas to be seen; without one there is no card.
    void setOnCanvas(bool isOnCanvas);
    /// It is to be seen, whatever was hidden and whatever is selected.
    void ask();
    /// What it needs at that width; in pixels.
    int heightFor(int width) const;

Q_SIGNALS:
    /// The card comes or goes, or needs another height.
    void arranged();

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    QToolButton *addCorner(const QString &icon, const QString &name);
    void toggle();
    void moveIn();
    void arrange();

    InspectorPanel &m_panel;
    QDockWidget &m_dock;
    QAction &m_shown, &m_pinned;
    Theme &m_theme;
    QToolButton *m_pin, *m_close;
    bool m_isWanted = true, m_isSelected = false, m_isAsked = false, m_isOnCanvas = true;
};

} // namespace millrace

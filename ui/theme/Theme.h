// SPDX-License-Identifier: MIT
#pragma once

#include "steps/StepType.h"

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QObject>
#include <QPixmap>

#include <map>
#include <tuple>

namespace millrace {

class DesktopLook;

enum class ThemeKind : uint8_t { System, Light, Dark };

/// The colours of one look. Each has one meaning; nothing else is coloured.
struct Colors
{
    bool isDark = false;
    QColor window, canvas, canvasDot, card, field, selection, track;
    QColor line, edge; ///< what only divides; what shows where a field, a button or a card is
    QColor text, muted, accent, onAccent;
    QColor calm, warn, bad, onWarn; ///< gauges and levels: all is well, filling up, failed
    QColor full;                    ///< a queue without room: deeper than warn, and no fault
    QColor warnText;                ///< the same as warn, for words
    QColor link, hover;

    bool operator==(const Colors &) const = default;
};

Colors lightColors();
Colors darkColors();

enum class FontRole : uint8_t { Body, Strong, Small, SmallStrong, Heading, Large, Code };

/// Colours, fonts and icons of the window. Made by main(), handed down; lives on the GUI's thread. The kind "system" follows
/// the desktop while the program runs: what its portal says, or else how light the palette is that it gives to programs.
class Theme : public QObject
{
    Q_OBJECT

public:
    explicit Theme(QObject *parent = nullptr);

    ThemeKind kind() const { return m_kind; }
    void setKind(ThemeKind kind);
    const Colors &colors() const { return m_colors; }
    static QColor familyColor(Family family);

    /// Sized in pixels at 100 %, times the scale that the desktop's own font asks for.
    QFont font(FontRole role) const;
    double fontScale() const { return m_fontScale; }

    /// An action's icon: follows the theme by itself, sharp at every size and resolution.
    QIcon icon(const QString &name) const;
    QIcon mutedIcon(const QString &name) const;
    /// The same drawing in one colour, for painters. Kept, so it may be asked for in every paint.
    QPixmap glyph(const QString &name, const QColor &color, int size, double devicePixelRatio) const;
    /// A family's tile as in the palette: rounded square in the family's colour with a white drawing.
    QPixmap tile(const QString &name, Family family, int size, double devicePixelRatio) const;
    QIcon windowIcon() const;

    /// Gives the application palette, font and style sheet.
    void apply();

    bool eventFilter(QObject *watched, QEvent *event) override;

Q_SIGNALS:
    void changed();

private:
    bool isDark() const;
    void lookAtPalette();
    void followDesktop();
    QString styleSheet() const;

    ThemeKind m_kind = ThemeKind::System;
    DesktopLook *m_desktop;
    bool m_isPaletteDark = false, m_hasStyle = false;
    bool m_isOwnPalette = false; ///< while the palette that changes is given by this object
    double m_fontScale = 1;
    QString m_family, m_codeFamily;
    Colors m_colors;
    mutable std::map<std::tuple<QString, QRgb, int>, QPixmap> m_glyphs;
    mutable std::map<std::tuple<QString, Family, int>, QPixmap> m_tiles;
};

} // namespace millrace

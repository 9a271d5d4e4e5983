// SPDX-License-Identifier: MIT
#include "theme/Theme.h"

#include "theme/DesktopLook.h"
#include "theme/GlyphEngine.h"
#include "theme/Style.h"

#include <QApplication>
#include <QEvent>
#include <QFile>
#include <QFontDatabase>
#include <QFontInfo>
#include <QPainter>
#include <QPalette>
#include <QScopedValueRollback>
#include <QScreen>
#include <QTimer>

#include <algorithm>
#include <cmath>

namespace millrace {

namespace {

QString firstInstalled(const QStringList &wanted, const QString &otherwise)
{
    const QStringList installed = QFontDatabase::families();
    for (const QString &family : wanted)
        if (installed.contains(family))
            return family;
    return otherwise;
}

QPalette paletteOf(const Colors &colors)
{
    QPalette palette;
    palette.setColor(QPalette::Window, colors.window);
    palette.setColor(QPalette::WindowText, colors.text);
    palette.setColor(QPalette::Base, colors.window);
    palette.setColor(QPalette::AlternateBase, colors.field);
    palette.setColor(QPalette::Text, colors.text);
    palette.setColor(QPalette::PlaceholderText, colors.muted);
    palette.setColor(QPalette::Button, colors.window);
    palette.setColor(QPalette::ButtonText, colors.text);
    palette.setColor(QPalette::ToolTipBase, colors.text);
    palette.setColor(QPalette::ToolTipText, colors.window);
    palette.setColor(QPalette::Highlight, colors.accent);
    palette.setColor(QPalette::HighlightedText, colors.onAccent);
    palette.setColor(QPalette::Link, colors.accent);
    palette.setColor(QPalette::Light, colors.line);
    palette.setColor(QPalette::Midlight, colors.line);
    palette.setColor(QPalette::Mid, colors.line);
    palette.setColor(QPalette::Dark, colors.line);
    palette.setColor(QPalette::Shadow, colors.line);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
        QColor faded = colors.muted;
        faded.setAlphaF(0.6F);
        palette.setColor(QPalette::Disabled, role, faded);
    }
    return palette;
}

bool isDarkPalette(const QPalette &palette)
{
    return palette.color(QPalette::Window).lightness() < 128;
}

} // namespace

Colors lightColors()
{
    Colors colors;
    colors.window = QColor(0xffffff);
    colors.canvas = QColor(0xf8f9fb);
    colors.canvasDot = QColor(0xd9dde3);
    colors.card = QColor(0xffffff);
    colors.field = QColor(0xf4f5f7);
    colors.line = QColor(0xdfe2e7);
    colors.edge = QColor(0x868e9b);
    colors.selection = QColor(0xe8f0fe);
    colors.track = QColor(0xe8ebf0);
    colors.text = QColor(0x1d2430);
    colors.muted = QColor(0x5c6573);
    colors.accent = QColor(0x2563dd);
    colors.onAccent = QColor(0xffffff);
    colors.calm = QColor(0x188a58);
    colors.warn = QColor(0xb87300);
    colors.full = QColor(0xb04c00);
    colors.warnText = QColor(0x8a5a00);
    colors.bad = QColor(0xc0362e);
    colors.onWarn = QColor(0x1d1606);
    colors.link = QColor(0x5f8ae6);
    colors.hover = QColor(0xf1f2f5);
    return colors;
}

Colors darkColors()
{
    Colors colors;
    colors.isDark = true;
    colors.window = QColor(0x22262e);
    colors.canvas = QColor(0x1a1d22);
    colors.canvasDot = QColor(0x2c313a);
    colors.card = QColor(0x262b34);
    colors.field = QColor(0x1b1e24);
    colors.line = QColor(0x343a45);
    colors.edge = QColor(0x6f7988);
    colors.selection = QColor(0x283247);
    colors.track = QColor(0x343a45);
    colors.text = QColor(0xe6e9ee);
    colors.muted = QColor(0x98a2b3);
    colors.accent = QColor(0x6ba1ff);
    colors.onAccent = QColor(0x14181f);
    colors.calm = QColor(0x4cc38a);
    colors.warn = colors.warnText = QColor(0xf0b03f);
    colors.full = QColor(0xe5801a);
    colors.bad = QColor(0xff6b61);
    colors.onWarn = QColor(0x1d1606);
    colors.link = QColor(0x6284c4);
    colors.hover = QColor(0x2b303a);
    return colors;
}

Theme::Theme(QObject *parent)
    : QObject(parent), m_desktop(new DesktopLook(this)), m_isPaletteDark(isDarkPalette(QApplication::palette()))
{
    const QFont system = QApplication::font();
    // Desktops ask for 9 to 11 points at 96 dots an inch; more means that the person wants larger text.
    const double points = system.pointSizeF() > 0 ? system.pointSizeF() : 10;
    const QScreen *screen = QGuiApplication::primaryScreen();
    const double dots = screen ? screen->logicalDotsPerInchY() / 96 : 1;
    m_fontScale = std::clamp(std::max(points, 9.0) * dots / 10, 1.0, 2.0);
    m_family = firstInstalled({QStringLiteral("Inter"), QStringLiteral("Noto Sans"), QStringLiteral("Cantarell"),
                               QStringLiteral("Ubuntu"), QStringLiteral("DejaVu Sans")},
                              system.family());
    m_codeFamily = firstInstalled({QStringLiteral("JetBrains Mono"), QStringLiteral("Hack"),
                                   QStringLiteral("DejaVu Sans Mono"), QStringLiteral("Noto Sans Mono")},
                                  QFontDatabase::systemFont(QFontDatabase::FixedFont).family());
    m_colors = lightColors();
    qApp->installEventFilter(this);
    connect(m_desktop, &DesktopLook::changed, this, &Theme::followDesktop);
}

void Theme::setKind(ThemeKind kind)
{
    m_kind = kind;
    m_colors = isDark() ? darkColors() : lightColors();
    m_glyphs.clear();
    apply();
    Q_EMIT changed();
}

bool Theme::isDark() const
{
    return m_kind == ThemeKind::System ? m_desktop->wantsDark().value_or(m_isPaletteDark) : m_kind == ThemeKind::Dark;
}

bool Theme::eventFilter(QObject *watched, QEvent *event)
{
    // Desktops give programs another palette, or only say that there is another one.
    if (m_hasStyle && !m_isOwnPalette
        && ((event->type() == QEvent::ApplicationPaletteChange && watched == qApp)
            || (event->type() == QEvent::ThemeChange && watched->isWindowType())))
        // Afterwards: Qt is still telling the widgets of it.
        QTimer::singleShot(0, this, &Theme::lookAtPalette);
    return QObject::eventFilter(watched, event);
}

void Theme::lookAtPalette()
{
    const QPalette own = paletteOf(m_colors);
    const bool isGiven = QApplication::palette().color(QPalette::Window) != own.color(QPalette::Window);
    {
        const QScopedValueRollback<bool> guard(m_isOwnPalette, true);
        // Ours hides the desktop's, so it is put aside for a moment.
        if (!isGiven)
            QApplication::setPalette(QPalette());
        m_isPaletteDark = isDarkPalette(QApplication::palette());
        QApplication::setPalette(own);
    }
    followDesktop();
}

void Theme::followDesktop()
{
    if (isDark() != m_colors.isDark)
        setKind(m_kind);
}

QColor Theme::familyColor(Family family)
{
    switch (family) {
    case Family::Source: return QColor(0x3d7dd8);
    case Family::Transform: return QColor(0x7a5bd0);
    case Family::Filter: return QColor(0x7a5bd0);
    case Family::Script: return QColor(0xb0568f);
    case Family::Combine: return QColor(0x2d9aa0);
    case Family::Model: return QColor(0xc2703a);
    case Family::Sink: return QColor(0x4f8a3c);
    case Family::Simulate: return QColor(0x66748a);
    }
    return QColor(0x66748a);
}

QFont Theme::font(FontRole role) const
{
    QFont font(role == FontRole::Code ? m_codeFamily : m_family);
    double pixels = 13;
    switch (role) {
    case FontRole::Body: break;
    case FontRole::Strong: font.setWeight(QFont::DemiBold); break;
    case FontRole::Small: pixels = 11; break;
    case FontRole::SmallStrong:
        pixels = 11;
        font.setWeight(QFont::DemiBold);
        break;
    case FontRole::Heading:
        pixels = 11;
        font.setWeight(QFont::DemiBold);
        font.setLetterSpacing(QFont::AbsoluteSpacing, 0.4);
        break;
    case FontRole::Large:
        pixels = 14;
        font.setWeight(QFont::DemiBold);
        break;
    case FontRole::Code: pixels = 11; break;
    }
    font.setPixelSize(int(std::lround(pixels * m_fontScale)));
    return font;
}

QIcon Theme::icon(const QString &name) const
{
    return QIcon(new GlyphEngine(*this, name, false));
}

QIcon Theme::mutedIcon(const QString &name) const
{
    return QIcon(new GlyphEngine(*this, name, true));
}

QPixmap Theme::glyph(const QString &name, const QColor &color, int size, double devicePixelRatio) const
{
    const int pixels = int(std::ceil(size * devicePixelRatio));
    QPixmap &kept = m_glyphs[{name, color.rgba(), pixels}];
    if (kept.isNull())
        kept = renderGlyph(name, color, pixels);
    QPixmap result = kept;
    result.setDevicePixelRatio(devicePixelRatio);
    return result;
}

QPixmap Theme::tile(const QString &name, Family family, int size, double devicePixelRatio) const
{
    const int pixels = int(std::ceil(size * devicePixelRatio));
    QPixmap &kept = m_tiles[{name, family, pixels}];
    if (kept.isNull()) {
        kept = QPixmap(pixels, pixels);
        kept.fill(Qt::transparent);
        QPainter painter(&kept);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(familyColor(family));
        painter.drawRoundedRect(QRectF(0, 0, pixels, pixels), pixels * 0.24, pixels * 0.24);
        const int inner = int(std::lround(pixels * 0.78));
        const QPixmap drawing = renderGlyph(name, Qt::white, inner);
        painter.drawPixmap((pixels - inner) / 2, (pixels - inner) / 2, drawing);
    }
    QPixmap result = kept;
    result.setDevicePixelRatio(devicePixelRatio);
    return result;
}

QIcon Theme::windowIcon() const
{
    return QIcon(QStringLiteral(":/icons/millrace.svg"));
}

QString Theme::styleSheet() const
{
    QFile file(QStringLiteral(":/studio.qss"));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QString text = QString::fromUtf8(file.readAll());
    const auto put = [&text](const char *token, const QString &value) {
        text.replace(QLatin1Char('@') + QLatin1String(token) + QLatin1Char('@'), value);
    };
    const Colors &c = m_colors;
    const std::pair<const char *, QColor> colors[] = {
        {"window", c.window},       {"canvas", c.canvas},     {"field", c.field}, {"line", c.line},
        {"selection", c.selection}, {"track", c.track},       {"text", c.text},   {"muted", c.muted},
        {"accent", c.accent},       {"onAccent", c.onAccent}, {"warn", c.warn},   {"bad", c.bad},
        {"hover", c.hover},         {"card", c.card},         {"edge", c.edge},
    };
    for (const auto &[token, color] : colors)
        put(token, color.name());
    put("disabled",
        QStringLiteral("rgba(%1, %2, %3, 0.5)").arg(c.muted.red()).arg(c.muted.green()).arg(c.muted.blue()));
    put("tint", c.isDark ? QStringLiteral("dark") : QStringLiteral("light"));
    for (const int pixels : {11, 12, 13})
        put(QByteArray("px").append(QByteArray::number(pixels)).constData(),
            QString::number(int(std::lround(pixels * m_fontScale))) + QStringLiteral("px"));
    put("code", m_codeFamily);
    return text;
}

void Theme::apply()
{
    const QScopedValueRollback<bool> guard(m_isOwnPalette, true);
    if (!m_hasStyle)
        QApplication::setStyle(new Style);
    m_hasStyle = true;
    QApplication::setPalette(paletteOf(m_colors));
    QApplication::setFont(font(FontRole::Body));
    qApp->setStyleSheet(styleSheet());
}

} // namespace millrace

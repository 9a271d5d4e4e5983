// SPDX-License-Identifier: MIT
#pragma once

#include <QIconEngine>
#include <QPixmap>
#include <QString>

namespace millrace {

class Theme;

/// A drawing of the program's set as a square picture in one colour; empty where there is no such drawing.
QPixmap renderGlyph(const QString &name, const QColor &color, int pixels);

/// Paints an action's icon in the theme's colours of the moment, so icons follow a change of theme by themselves.
class GlyphEngine final : public QIconEngine
{
public:
    GlyphEngine(const Theme &theme, QString name, bool isMuted)
        : m_theme(&theme), m_name(std::move(name)), m_isMuted(isMuted)
    {}

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State state) override;
    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override;
    QPixmap scaledPixmap(const QSize &size, QIcon::Mode mode, QIcon::State state, qreal scale) override;
    QIconEngine *clone() const override { return new GlyphEngine(*m_theme, m_name, m_isMuted); }

private:
    QColor color(QIcon::Mode mode) const;

    const Theme *m_theme;
    QString m_name;
    bool m_isMuted;
};

} // namespace millrace

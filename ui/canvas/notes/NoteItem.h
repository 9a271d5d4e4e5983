// SPDX-License-Identifier: MIT
#pragma once

#include "model/Drawing.h"
#include "theme/Theme.h"

#include <QGraphicsItem>
#include <QTextDocument>

#include <string>

namespace millrace {

/// A note on the scene: Markdown beside a bar in the accent colour.
class NoteItem final : public QGraphicsItem
{
public:
    enum { Type = UserType + 3 };
    static constexpr QSizeF Least{60, 20}; ///< pixels at 100 % that a hand can make it small to

    NoteItem(const Theme &theme, const NoteView &view);

    int type() const override { return Type; }
    QRectF boundingRect() const override { return QRectF(QPointF(), m_view.rect.size()).adjusted(-3, -3, 3, 3); }
    void paint(QPainter *painter, const QStyleOptionGraphicsItem *option, QWidget *) override;

    const std::string &id() const { return m_view.id; }
    const NoteView &view() const { return m_view; }
    void setView(const NoteView &view);
    void refresh();

private:
    void layOut();
    /// In place of a text that is too small to read.
    void paintLines(QPainter &painter) const;

    const Theme &m_theme;
    NoteView m_view;
    QTextDocument m_text;
    double m_shown = 0; ///< height of the lines that fit; negative: all do
};

} // namespace millrace

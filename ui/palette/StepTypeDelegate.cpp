// SPDX-License-Identifier: MIT
#include "palette/StepTypeDelegate.h"

#include "palette/StepTypeModel.h"

#include <QPainter>

namespace millrace {

namespace {

constexpr int TileSize = 20;
constexpr int Left = 12;

} // namespace

void StepTypeDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const Colors &colors = m_theme.colors();
    const QString title = index.data(Qt::DisplayRole).toString();
    const QRect rect = option.rect;
    if (index.data(StepTypeModel::HeadingRole).toBool()) {
        painter->setFont(m_theme.font(FontRole::Heading));
        painter->setPen(colors.muted);
        painter->drawText(rect.adjusted(Left, 0, -8, -4), Qt::AlignLeft | Qt::AlignBottom, title.toUpper());
        return;
    }
    if (option.state & (QStyle::State_Selected | QStyle::State_MouseOver))
        painter->fillRect(rect, option.state & QStyle::State_Selected ? colors.selection : colors.hover);
    const double ratio = painter->device()->devicePixelRatioF();
    const auto family = Family(index.data(StepTypeModel::FamilyRole).toInt());
    painter->drawPixmap(rect.left() + Left, rect.top() + (rect.height() - TileSize) / 2,
                        m_theme.tile(index.data(StepTypeModel::IconRole).toString(), family, TileSize, ratio));
    const QFont font = m_theme.font(FontRole::Body);
    const QFontMetrics metrics(font);
    QRect text = rect.adjusted(Left + TileSize + 9, 0, -8, 0);
    painter->setFont(font);
    painter->setPen(colors.text);
    painter->drawText(text, Qt::AlignVCenter, metrics.elidedText(title, Qt::ElideRight, text.width()));
    text.setLeft(text.left() + metrics.horizontalAdvance(title) + 10);
    const QFont small = m_theme.font(FontRole::Small);
    const QFontMetrics smallMetrics(small);
    painter->setFont(small);
    painter->setPen(colors.muted);
    // Equal titles are told apart by their family: a file is read, or written.
    if (const QString name = index.data(StepTypeModel::FamilyNameRole).toString();
        smallMetrics.horizontalAdvance(name) < text.width()) {
        painter->drawText(text, Qt::AlignVCenter | Qt::AlignRight, name);
        text.setRight(text.right() - smallMetrics.horizontalAdvance(name) - 12);
    }
    if (m_showsHelp && text.width() >= 60)
        painter->drawText(
            text, Qt::AlignVCenter,
            smallMetrics.elidedText(index.data(StepTypeModel::HelpRole).toString(), Qt::ElideRight, text.width()));
}

QSize StepTypeDelegate::sizeHint(const QStyleOptionViewItem &, const QModelIndex &index) const
{
    const int base = QFontMetrics(m_theme.font(FontRole::Body)).height() + 12;
    return {120, index.data(StepTypeModel::HeadingRole).toBool() ? base + 3 : std::max(base, TileSize + 8)};
}

} // namespace millrace

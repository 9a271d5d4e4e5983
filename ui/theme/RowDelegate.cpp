// SPDX-License-Identifier: MIT
#include "theme/RowDelegate.h"

#include <QIcon>
#include <QPainter>
#include <QWidget>

namespace millrace {

void RowDelegate::initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    if (const QVariant color = index.data(Qt::ForegroundRole); color.isValid())
        option->palette.setColor(QPalette::HighlightedText, color.value<QColor>());
    // Selected rows are only tinted here: an icon made for the accent colour wouldn't be seen on them.
    if (!option->icon.isNull() && option->state.testFlag(QStyle::State_Selected)) {
        const double ratio = option->widget ? option->widget->devicePixelRatioF() : 1;
        const QPixmap same = option->icon.pixmap(option->decorationSize, ratio);
        option->icon = QIcon(same);
        option->icon.addPixmap(same, QIcon::Selected);
    }
}

void RowDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    if (const QVariant tint = index.data(Qt::BackgroundRole); tint.isValid())
        painter->fillRect(option.rect, tint.value<QColor>());
    QStyledItemDelegate::paint(painter, option, index);
}

} // namespace millrace

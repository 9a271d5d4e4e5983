// SPDX-License-Identifier: MIT
#include "theme/RowDelegate.h"

namespace millrace {

void RowDelegate::initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    if (const QVariant color = index.data(Qt::ForegroundRole); color.isValid())
        option->palette.setColor(QPalette::HighlightedText, color.value<QColor>());
}

} // namespace millrace

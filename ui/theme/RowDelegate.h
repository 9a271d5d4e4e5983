// SPDX-License-Identifier: MIT
#pragma once

#include <QStyledItemDelegate>

namespace millrace {

/// Cells that keep their own colours, which the style sheet would paint over or hide while their row is selected: an error stays red,
/// and a tint is seen.
class RowDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override;
};

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include <QStyledItemDelegate>

namespace millrace {

/// Cells that keep their own colour while their row is selected: an error stays red.
class RowDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override;
};

} // namespace millrace

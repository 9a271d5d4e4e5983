// SPDX-License-Identifier: MIT
#pragma once

#include "theme/Theme.h"

#include <QStyledItemDelegate>

namespace millrace {

/// Paints a step type: its tile and title, and its help behind them where there is room; a heading for its family.
class StepTypeDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    StepTypeDelegate(const Theme &theme, bool showsHelp, QObject *parent = nullptr)
        : QStyledItemDelegate(parent), m_theme(theme), m_showsHelp(showsHelp)
    {}

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    const Theme &m_theme;
    bool m_showsHelp;
};

} // namespace millrace

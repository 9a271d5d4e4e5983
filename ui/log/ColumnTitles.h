// SPDX-License-Identifier: MIT
#pragma once

#include <QStringList>
#include <QVariant>

namespace millrace {

/// What the header of a table says in that role: the titles of its columns, from the left, each at the left of its column.
inline QVariant columnTitle(const QStringList &titles, int column, Qt::Orientation orientation, int role)
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant(Qt::AlignLeft | Qt::AlignVCenter);
    return role == Qt::DisplayRole ? QVariant(titles.value(column)) : QVariant();
}

} // namespace millrace

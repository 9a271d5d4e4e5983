// SPDX-License-Identifier: MIT
#pragma once

#include "data/Value.h"

#include <QAbstractTableModel>
#include <QStringList>

#include <vector>

namespace millrace {

/// Items as a table: a column for each field that any of them has, in the order in which they first come up.
class ItemsModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    explicit ItemsModel(QObject *parent = nullptr) : QAbstractTableModel(parent) {}

    void setItems(std::vector<Value> items);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<Value> m_items;
    std::vector<std::string> m_fields;
};

} // namespace millrace

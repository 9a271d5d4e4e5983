// SPDX-License-Identifier: MIT
#include "preview/ItemsModel.h"

#include "model/Format.h"
#include "theme/Text.h"

#include <unordered_set>

namespace millrace {

namespace {

constexpr size_t MostShown = 400; // characters of a cell

} // namespace

void ItemsModel::setItems(std::vector<Value> items)
{
    std::vector<std::string> fields;
    std::unordered_set<std::string> seen;
    for (const Value &item : items)
        if (item.isObject())
            for (const auto &[name, value] : item.toObject())
                if (seen.insert(name).second)
                    fields.push_back(name);
    // The same columns are kept, so that widths and the place of the scroll bar are.
    if (fields == m_fields && items.size() == m_items.size()) {
        m_items = std::move(items);
        if (!m_items.empty() && !m_fields.empty())
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1), {Qt::DisplayRole});
        return;
    }
    beginResetModel();
    m_items = std::move(items);
    m_fields = std::move(fields);
    endResetModel();
}

int ItemsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_items.size());
}

int ItemsModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_fields.size());
}

QVariant ItemsModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Value *value = m_items[size_t(index.row())].member(m_fields[size_t(index.column())]);
    if (role == Qt::DisplayRole)
        return value ? toQString(toPlain(*value).substr(0, MostShown)) : QString();
    if (role == Qt::TextAlignmentRole && value && value->isNumber())
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    return {};
}

QVariant ItemsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role == Qt::TextAlignmentRole)
        return QVariant(Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    if (orientation == Qt::Vertical)
        return formatCount(uint64_t(section) + 1);
    return size_t(section) < m_fields.size() ? toQString(m_fields[size_t(section)]) : QString();
}

} // namespace millrace

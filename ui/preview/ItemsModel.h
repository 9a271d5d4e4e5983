// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/SampledItems.h"
#include "preview/FieldProfile.h"
#include "preview/ItemPictures.h"
#include "theme/Theme.h"

#include <QAbstractTableModel>
#include <QStringList>

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace millrace {

/// Items as a table: a column for each field that any of them has, in the order in which they first come up. Cells that a step has changed
/// or added are tinted.
class ItemsModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    /// What became of a field on its way through the step.
    enum class Fate : uint8_t { Kept, New };

    explicit ItemsModel(const Theme &theme, QObject *parent = nullptr);

    /// `before`: the items as they came to the step, whose like they are compared with by their ids; empty: with none.
    void setItems(std::vector<SampledItem> items, const std::vector<SampledItem> &before = {});
    const std::vector<SampledItem> &items() const { return m_items; }
    /// Whether the items have more fields than are shown.
    bool hasMoreFields() const { return m_hasMoreFields; }
    /// Whether any of their bytes are pictures, which are shown as such.
    bool hasPictures() const { return m_hasPictures; }
    /// Found when it is first asked for.
    const FieldProfile &profile(int column) const;
    Fate fate(int column) const { return m_fates[size_t(column)]; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    using Places = std::unordered_map<std::string_view, size_t>;

    void lookUp(const Places &places);
    QVariant pictureOf(const Value &value) const;
    void compare(const std::vector<SampledItem> &before, const Places &places);
    const Value *valueAt(size_t row, size_t column) const { return m_values[row * m_fields.size() + column]; }

    const Theme &m_theme;
    std::vector<SampledItem> m_items;
    std::vector<std::string> m_fields;
    std::vector<const Value *> m_values; ///< by row and column; null: the item hasn't got the field
    mutable std::vector<std::optional<FieldProfile>> m_profiles; ///< by field
    std::vector<Fate> m_fates;                                   ///< by field
    std::vector<bool> m_isChanged;                               ///< by row and column
    bool m_hasMoreFields = false, m_hasPictures = false;
    ItemPictures *m_pictures;
};

} // namespace millrace

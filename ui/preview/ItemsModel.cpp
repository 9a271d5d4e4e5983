// SPDX-License-Identifier: MIT
#include "preview/ItemsModel.h"

#include "model/Format.h"
#include "theme/Text.h"

#include <QIcon>
#include <QPixmap>

#include <algorithm>

namespace millrace {

namespace {

constexpr size_t MostShown = 400;    // characters of a cell
constexpr size_t MostFields = 1'000; // columns
constexpr int TintAlpha = 40;        // of a cell that was changed

} // namespace

ItemsModel::ItemsModel(const Theme &theme, QObject *parent)
    : QAbstractTableModel(parent), m_theme(theme), m_pictures(new ItemPictures(this))
{
    connect(m_pictures, &ItemPictures::ready, this, [this] {
        if (m_hasPictures)
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1), {Qt::DecorationRole});
    });
}

void ItemsModel::setItems(std::vector<SampledItem> items, const std::vector<SampledItem> &before)
{
    std::vector<std::string> fields;
    Places places;
    m_hasMoreFields = false;
    for (const SampledItem &sampled : items) {
        if (!sampled.item.isObject())
            continue;
        for (const auto &[name, value] : sampled.item.toObject()) {
            if (fields.size() == MostFields && !places.contains(name))
                m_hasMoreFields = true;
            else if (places.try_emplace(name, fields.size()).second)
                fields.push_back(name);
        }
    }
    // The same columns are kept, so that widths and the place of the scroll bar are.
    const bool isSameShape = fields == m_fields && items.size() == m_items.size();
    if (!isSameShape)
        beginResetModel();
    m_items = std::move(items);
    m_fields = std::move(fields);
    lookUp(places);
    m_hasPictures = std::ranges::any_of(
        m_values, [this](const Value *value) { return value && value->isBytes() && m_pictures->factsOf(*value); });
    m_profiles.assign(m_fields.size(), std::nullopt);
    compare(before, places);
    if (!isSameShape) {
        endResetModel();
    } else if (!m_items.empty() && !m_fields.empty()) {
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
        Q_EMIT headerDataChanged(Qt::Horizontal, 0, columnCount() - 1);
    }
}

/// Once for all cells: to look for a member by its name costs its place among them.
void ItemsModel::lookUp(const Places &places)
{
    m_values.assign(m_items.size() * m_fields.size(), nullptr);
    for (size_t row = 0; row < m_items.size(); ++row) {
        if (!m_items[row].item.isObject())
            continue;
        for (const auto &[name, value] : m_items[row].item.toObject())
            if (const auto found = places.find(name); found != places.end())
                m_values[row * m_fields.size() + found->second] = &value;
    }
}

void ItemsModel::compare(const std::vector<SampledItem> &before, const Places &places)
{
    m_fates.assign(m_fields.size(), before.empty() ? Fate::Kept : Fate::New);
    m_isChanged.assign(m_items.size() * m_fields.size(), false);
    if (before.empty())
        return;
    std::unordered_map<std::string, const Value *> byId;
    for (const SampledItem &sampled : before) {
        byId.emplace(toJson(sampled.id), &sampled.item);
        if (sampled.item.isObject())
            for (const auto &[name, value] : sampled.item.toObject())
                if (const auto found = places.find(name); found != places.end())
                    m_fates[found->second] = Fate::Kept;
    }
    std::vector<const Value *> then(m_fields.size());
    for (size_t row = 0; row < m_items.size(); ++row) {
        const auto found = byId.find(toJson(m_items[row].id));
        if (found == byId.end() || !found->second->isObject())
            continue;
        std::ranges::fill(then, nullptr);
        for (const auto &[name, value] : found->second->toObject())
            if (const auto place = places.find(name); place != places.end())
                then[place->second] = &value;
        for (size_t column = 0; column < m_fields.size(); ++column) {
            if (m_fates[column] == Fate::New)
                continue;
            const Value *now = valueAt(row, column);
            m_isChanged[row * m_fields.size() + column] =
                now && then[column] ? *now != *then[column] : now != then[column];
        }
    }
}

const FieldProfile &ItemsModel::profile(int column) const
{
    std::optional<FieldProfile> &profile = m_profiles[size_t(column)];
    if (!profile) {
        std::vector<const Value *> values(m_items.size());
        for (size_t row = 0; row < values.size(); ++row)
            values[row] = valueAt(row, size_t(column));
        profile = profileOf(values);
    }
    return *profile;
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
    const auto row = size_t(index.row()), column = size_t(index.column());
    const Value *value = valueAt(row, column);
    const auto picture = value && value->isBytes() ? m_pictures->factsOf(*value) : std::nullopt;
    if (role == Qt::DisplayRole && picture)
        return tr("%1, %2 × %3").arg(picture->format).arg(picture->size.width()).arg(picture->size.height());
    if (role == Qt::DecorationRole && picture)
        return pictureOf(*value);
    if (role == Qt::DisplayRole)
        return value ? toQString(toPlain(*value).substr(0, MostShown)) : QString();
    if (role == Qt::TextAlignmentRole && value && value->isNumber())
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role == Qt::BackgroundRole && (m_fates[column] == Fate::New || m_isChanged[row * m_fields.size() + column])) {
        QColor tint = m_fates[column] == Fate::New ? m_theme.colors().calm : m_theme.colors().warn;
        tint.setAlpha(TintAlpha);
        return tint;
    }
    return {};
}

/// As large as a row has room for; nothing until it is made.
QVariant ItemsModel::pictureOf(const Value &value) const
{
    const QImage image = m_pictures->picture(value);
    return image.isNull() ? QVariant() : QVariant(QIcon(QPixmap::fromImage(image))); // an icon: no larger than its row
}

QVariant ItemsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (section < 0 || section >= (orientation == Qt::Vertical ? rowCount() : columnCount()))
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant(Qt::AlignLeft | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole && orientation == Qt::Horizontal)
        return profile(section).text();
    if (role != Qt::DisplayRole)
        return {};
    if (orientation == Qt::Vertical)
        return toQString(toPlain(m_items[size_t(section)].id));
    return toQString(m_fields[size_t(section)]);
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "palette/StepTypeModel.h"

#include "model/Drawing.h"
#include "model/StepSearch.h"
#include "theme/PlainText.h"
#include "theme/Text.h"

#include <QMimeData>

#include <algorithm>

namespace millrace {

StepTypeModel::StepTypeModel(const StepRegistry &registry, QObject *parent)
    : QAbstractListModel(parent), m_registry(registry)
{
    fill();
}

void StepTypeModel::setSearch(const QString &typed)
{
    if (typed == m_search)
        return;
    m_search = typed;
    fill();
}

void StepTypeModel::setChoice(std::function<bool(const StepType &)> fits, std::function<int(const StepType &)> rank)
{
    m_fits = std::move(fits);
    m_rank = std::move(rank);
    fill();
}

void StepTypeModel::fill()
{
    beginResetModel();
    m_rows.clear();
    m_hasHeadings = m_search.trimmed().isEmpty() && !m_rank;
    if (!m_hasHeadings) {
        fillFound();
    } else {
        for (const StepType &type : m_registry.types()) {
            if (m_fits && !m_fits(type))
                continue;
            if (m_rows.empty() || m_rows.back().family != type.family)
                m_rows.push_back({nullptr, type.family});
            m_rows.push_back({&type, type.family});
        }
    }
    endResetModel();
}

void StepTypeModel::fillFound()
{
    std::vector<std::pair<int, const StepType *>> found;
    for (const StepType *type : searchSteps(m_registry, m_search))
        if (!m_fits || m_fits(*type)) {
            // What is usual here moves up, but never over a better match of the words.
            const int score = m_search.trimmed().isEmpty() ? 1 : searchScore(*type, m_search);
            found.emplace_back(score * 100 + (m_rank ? std::clamp(m_rank(*type), 0, 99) : 0), type);
        }
    std::ranges::stable_sort(found, std::greater(), &std::pair<int, const StepType *>::first);
    for (const auto &[score, type] : found)
        m_rows.push_back({type, type->family});
}

const StepType *StepTypeModel::typeAt(int row) const
{
    return row >= 0 && size_t(row) < m_rows.size() ? m_rows[size_t(row)].type : nullptr;
}

int StepTypeModel::firstType() const
{
    const auto found = std::ranges::find_if(m_rows, [](const Row &row) { return row.type != nullptr; });
    return found == m_rows.end() ? -1 : int(found - m_rows.begin());
}

int StepTypeModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

QVariant StepTypeModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row &row = m_rows[size_t(index.row())];
    switch (role) {
    case Qt::DisplayRole: return row.type ? toQString(row.type->title) : toQString(familyName(row.family));
    case Qt::ToolTipRole:
        return row.type
                   ? plainToolTip(QStringLiteral("%1\n%2").arg(toQString(row.type->title), toQString(row.type->help)))
                   : QVariant();
    case Qt::AccessibleDescriptionRole: return row.type ? toQString(row.type->help) : QVariant();
    case HeadingRole: return row.type == nullptr;
    case TypeIdRole: return row.type ? toQString(row.type->id) : QVariant();
    case HelpRole: return row.type ? toQString(row.type->help) : QVariant();
    case IconRole: return row.type ? iconNameOf(*row.type) : QVariant();
    case FamilyRole: return int(row.family);
    case FamilyNameRole: return row.type && !m_hasHeadings ? toQString(familyName(row.family)) : QVariant();
    default: return {};
    }
}

Qt::ItemFlags StepTypeModel::flags(const QModelIndex &index) const
{
    if (!index.isValid() || !typeAt(index.row()))
        return Qt::NoItemFlags;
    return Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsDragEnabled | Qt::ItemNeverHasChildren;
}

QMimeData *StepTypeModel::mimeData(const QModelIndexList &indexes) const
{
    if (indexes.isEmpty() || !typeAt(indexes.front().row()))
        return nullptr;
    auto *data = new QMimeData;
    data->setData(QLatin1String(StepMimeType), QByteArray::fromStdString(typeAt(indexes.front().row())->id));
    return data;
}

QStringList StepTypeModel::mimeTypes() const
{
    return {QLatin1String(StepMimeType)};
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "steps/StepType.h"

#include <QAbstractListModel>

#include <functional>
#include <vector>

namespace millrace {

/// The step types as a list: under headings of their families while nothing is typed, else those that are found, best first.
class StepTypeModel : public QAbstractListModel
{
    Q_OBJECT

public:
    /// FamilyNameRole: only where no heading says it.
    enum Role { TypeIdRole = Qt::UserRole, HeadingRole, IconRole, FamilyRole, FamilyNameRole, HelpRole };

    explicit StepTypeModel(const StepRegistry &registry, QObject *parent = nullptr);

    void setSearch(const QString &typed);
    QString search() const { return m_search; }
    /// Only types for which this is true; a rank above 0 comes first among equally good ones. Both may be empty.
    void setChoice(std::function<bool(const StepType &)> fits, std::function<int(const StepType &)> rank);
    /// The registry has other types now.
    void refill() { fill(); }
    /// Null for a heading.
    const StepType *typeAt(int row) const;
    /// The first row that is no heading, or -1.
    int firstType() const;

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;
    QMimeData *mimeData(const QModelIndexList &indexes) const override;
    QStringList mimeTypes() const override;

private:
    struct Row
    {
        const StepType *type = nullptr; ///< null: a heading
        Family family = Family::Transform;
    };
    void fill();
    void fillFound();

    const StepRegistry &m_registry;
    QString m_search;
    std::function<bool(const StepType &)> m_fits;
    std::function<int(const StepType &)> m_rank;
    std::vector<Row> m_rows;
    bool m_hasHeadings = false;
};

} // namespace millrace

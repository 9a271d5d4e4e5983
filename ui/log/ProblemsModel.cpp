// SPDX-License-Identifier: MIT
#include "log/ProblemsModel.h"

#include "log/ColumnTitles.h"
#include "theme/PlainText.h"
#include "theme/Text.h"

namespace millrace {

void ProblemsModel::setProblems(Problems problems,
                                std::function<QString(const std::string &)> nameOf,
                                std::function<QString(const Problem &)> settingOf)
{
    beginResetModel();
    m_problems = std::move(problems);
    m_nameOf = std::move(nameOf);
    m_settingOf = std::move(settingOf);
    endResetModel();
}

const Problem *ProblemsModel::problem(int row) const
{
    return row >= 0 && size_t(row) < m_problems.size() ? &m_problems[size_t(row)] : nullptr;
}

int ProblemsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_problems.size());
}

int ProblemsModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant ProblemsModel::data(const QModelIndex &index, int role) const
{
    const Problem *found = index.isValid() ? problem(index.row()) : nullptr;
    if (!found)
        return {};
    const bool isError = found->severity == Severity::Error;
    if (role == Qt::DisplayRole) {
        switch (index.column()) {
        case Level: return isError ? tr("Error") : tr("Warning");
        case Step: return found->step.empty() ? tr("—") : m_nameOf(found->step);
        case Setting: return m_settingOf ? m_settingOf(*found) : toQString(found->param);
        case Text: return toQString(found->text);
        default: return {};
        }
    }
    if (role == Qt::ToolTipRole)
        return plainToolTip(toQString(found->text));
    if (role == Qt::ForegroundRole && index.column() == Level)
        return isError ? m_theme.colors().bad : m_theme.colors().warnText;
    if (role == Qt::FontRole && index.column() == Level)
        return m_theme.font(FontRole::Strong);
    return {};
}

QVariant ProblemsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    return columnTitle({tr("Level"), tr("Step"), tr("Setting"), tr("What is wrong, and what to do")}, section,
                       orientation, role);
}

} // namespace millrace

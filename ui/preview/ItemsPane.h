// SPDX-License-Identifier: MIT
#pragma once

#include "preview/StepData.h"
#include "theme/Theme.h"

#include <QWidget>

#include <cstdint>
#include <set>
#include <string>

class QComboBox;
class QLabel;
class QPlainTextEdit;
class QSortFilterProxyModel;
class QStackedWidget;
class QTableView;

namespace millrace {

class ItemsModel;

/// One side of a step: its items as a table or as JSON, with how many there are, by which port, and which of them are shown.
class ItemsPane : public QWidget
{
    Q_OBJECT

public:
    ItemsPane(const QString &title, const Theme &theme, QWidget *parent = nullptr);

    /// `before`: whose items these are compared with; null: nobody's.
    void setData(const SideData &data, const ItemsPane *before = nullptr);
    /// The items that are shown, unfiltered.
    const std::vector<SampledItem> &items() const;
    /// Shows rows that have this text in any cell.
    void setFilter(const QString &text);
    void setJson(bool isJson);
    /// The rows that are selected, or all: tab-separated with a line of names, or as JSON Lines.
    QString copiedText() const;
    /// All rows that the filter lets through, in their order, as a file's text.
    std::string exportedText(bool isJson) const;

Q_SIGNALS:
    /// Another port, or others of its items, are chosen.
    void chosen();

private:
    void fillPorts();
    void showItems();
    void showCount(const PortData &port, size_t shown);
    void showJson();
    void fitColumns();
    void showNewFields();

    const QString m_title;
    QLabel *m_heading;
    SideData m_data;
    const ItemsPane *m_before = nullptr;
    ItemsModel *m_model;
    QSortFilterProxyModel *m_filtered;
    QTableView *m_table;
    QPlainTextEdit *m_json;
    QLabel *m_count, *m_empty;
    QComboBox *m_port, *m_which;
    QStackedWidget *m_views;
    QStringList m_fitted;      ///< the columns that were made as wide as their cells
    std::set<int> m_ownWidths; ///< columns that a person made wider or narrower
    bool m_isFitting = false, m_isJson = false;
    /// Which items the model has, and which they were compared with.
    struct Shown
    {
        uint64_t version = 0;
        int which = 0;
        uint64_t beforeVersion = 0;
        int beforeWhich = 0;

        bool operator==(const Shown &) const = default;
    };
    Shown m_shown;
};

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "data/Value.h"

#include <QStringList>
#include <QWidget>

#include <set>
#include <string>
#include <vector>

class QComboBox;
class QLabel;
class QTableView;

namespace millrace {

class ItemsModel;

/// The newest items that a `view` step keeps, as a table.
class DataPanel : public QWidget
{
    Q_OBJECT

public:
    explicit DataPanel(QWidget *parent = nullptr);

    /// The steps to choose from, with the names that people read.
    void setSteps(const std::vector<std::pair<std::string, QString>> &steps);
    std::string currentStep() const;
    void showStep(const std::string &step);
    void setItems(std::vector<Value> items);
    QWidget *chooser() const;

Q_SIGNALS:
    void stepChosen();

private:
    void fitColumns();

    ItemsModel *m_model;
    QTableView *m_table;
    QComboBox *m_step;
    QLabel *m_empty;
    QStringList m_fitted;      ///< the columns that were made as wide as their cells
    std::set<int> m_ownWidths; ///< columns that a person made wider or narrower
    bool m_isFitting = false;
};

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "data/Value.h"

#include <QWidget>

#include <vector>

class QGridLayout;
class QLabel;
class QLineEdit;
class QPushButton;

namespace millrace {

/// What single workers of a step get instead of its parameters: a line of JSON for each worker. Folded away until there is
/// something to see. What is no JSON object is said below, and not told.
class WorkerArgumentsEditor : public QWidget
{
    Q_OBJECT

public:
    explicit WorkerArgumentsEditor(QWidget *parent = nullptr);

    /// What could stand in a line, as JSON; empty: there is nothing to show.
    void setExample(const QString &example);
    /// As many lines as there are workers or arguments, up to a number that still fits a form.
    void setArguments(const std::vector<Members> &arguments, int workers);

Q_SIGNALS:
    void edited(const std::vector<millrace::Members> &arguments);

private:
    struct Row
    {
        QLabel *label;
        QLineEdit *field;
    };
    void setRowCount(size_t count);
    void read(size_t row);
    void showRows();

    QPushButton *m_unfold;
    QGridLayout *m_grid;
    QLabel *m_fault;
    std::vector<Row> m_rows;
    std::vector<Members> m_arguments; ///< beyond the lines shown, too
    QString m_example;
    bool m_isUnfolded = false;
};

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include <QLabel>
#include <QWidget>

class QGridLayout;

namespace millrace {

/// Labels at the left, fields at the right, a line for what is wrong below each field.
class FormGrid : public QWidget
{
    Q_OBJECT

public:
    explicit FormGrid(QWidget *parent = nullptr);

    /// A section's heading, with a remark at the right.
    void addHeading(const QString &text, const QString &remark = {});
    /// Returns the line for what is wrong with the field; hidden until it has a text.
    QLabel *addRow(const QString &label, QWidget *field, const QString &toolTip = {}, bool isWide = false);
    void clear();

private:
    QGridLayout *m_grid;
    int m_row = 0;
};

/// Shows the sentence, or nothing where it is empty.
void showProblem(QLabel &line, const QString &sentence);

} // namespace millrace

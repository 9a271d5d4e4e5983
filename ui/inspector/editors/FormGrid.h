// SPDX-License-Identifier: MIT
#pragma once

#include <QLabel>
#include <QWidget>

#include <vector>

class QGridLayout;
class QLineEdit;

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
    /// Shows or hides the row of a field with its label; a hidden row's problem is hidden too.
    void setRowVisible(QWidget *field, bool isVisible);
    void clear();
    /// What Tab comes by, from above to below.
    QList<QWidget *> stops() const;

private:
    int labelWidth() const;

    struct Row
    {
        QWidget *field;
        QLabel *label, *problem;
    };

    QGridLayout *m_grid;
    std::vector<Row> m_rows;
    int m_row = 0;
};

/// Changes a field's text only where it differs, so that a cursor in it stays; a long text that nobody writes in is seen
/// from its beginning.
void showText(QLineEdit &field, const QString &text);
/// Shows the sentence, or nothing where it is empty.
void showProblem(QLabel &line, const QString &sentence);
/// The same for what can stay as it is, said in words and not by the colour alone.
void showWarning(QLabel &line, const QString &sentence);
/// Says that the field's change applies at the next run, in words and for who hears the field described.
void showPending(QLabel &line);
/// What is said of a field to who doesn't see it: its help, and whether its change waits for the next run.
void describe(QWidget &field, const QString &help, bool isPending);
/// The same for a remark that says nothing bad.
void showRemark(QLabel &line, const QString &sentence);

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "inspector/editors/FormGrid.h"

#include "theme/Fields.h"
#include "theme/PlainText.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QStyle>

namespace millrace {

namespace {

constexpr double LabelWidth = 5.6; // heights of the text

void showLine(QLabel &line, const char *role, const QString &sentence)
{
    if (line.property("role").toString() != QLatin1String(role)) {
        line.setProperty("role", QLatin1String(role));
        line.style()->unpolish(&line);
        line.style()->polish(&line);
    }
    line.setText(sentence);
    line.setVisible(!sentence.isEmpty());
}

} // namespace

FormGrid::FormGrid(QWidget *parent) : QWidget(parent), m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(8);
    m_grid->setVerticalSpacing(5);
    m_grid->setColumnMinimumWidth(0, labelWidth());
    m_grid->setColumnStretch(1, 1);
}

int FormGrid::labelWidth() const
{
    return int(LabelWidth * fontMetrics().height());
}

void FormGrid::addHeading(const QString &text, const QString &remark)
{
    auto *row = new QWidget;
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, m_row > 0 ? 8 : 0, 0, 2);
    layout->addWidget(makeHeading(text));
    layout->addStretch(1);
    if (!remark.isEmpty())
        layout->addWidget(makeLabel(remark, "small"));
    m_grid->addWidget(row, m_row++, 0, 1, 2);
}

QLabel *FormGrid::addRow(const QString &label, QWidget *field, const QString &toolTip, bool isWide)
{
    auto *name = makeLabel(label, "muted");
    name->setWordWrap(true);
    name->setToolTip(plainToolTip(toolTip));
    name->setBuddy(field);
    field->setToolTip(plainToolTip(toolTip));
    field->setMinimumWidth(60); // a range of a million must not make the panel wide
    QSizePolicy policy = field->sizePolicy();
    policy.setHorizontalPolicy(QSizePolicy::Expanding);
    field->setSizePolicy(policy);
    if (isWide) {
        m_grid->addWidget(name, m_row++, 0, 1, 2);
        m_grid->addWidget(field, m_row++, 0, 1, 2);
    } else {
        name->setFixedWidth(labelWidth()); // else the forms above each other differ
        name->setMinimumHeight(fontMetrics().height() + 10);
        m_grid->addWidget(name, m_row, 0, Qt::AlignTop);
        m_grid->addWidget(field, m_row++, 1);
    }
    auto *problem = makeLabel({}, "problem");
    problem->setWordWrap(true);
    problem->hide();
    m_grid->addWidget(problem, m_row++, 0, 1, 2);
    m_rows.push_back({field, name, problem});
    return problem;
}

void FormGrid::setRowVisible(QWidget *field, bool isVisible)
{
    for (const Row &row : m_rows)
        if (row.field == field) {
            field->setVisible(isVisible);
            row.label->setVisible(isVisible);
            row.problem->setVisible(isVisible && !row.problem->text().isEmpty());
        }
}

QList<QWidget *> FormGrid::stops() const
{
    QList<QWidget *> found;
    const auto add = [&found](const auto &self, QWidget *widget) -> void {
        if (widget->focusPolicy() & Qt::TabFocus) {
            found << widget; // what it is made of isn't come by on its own
            return;
        }
        for (QObject *child : widget->children())
            if (child->isWidgetType())
                self(self, static_cast<QWidget *>(child));
    };
    for (const Row &row : m_rows)
        add(add, row.field);
    return found;
}

void FormGrid::clear()
{
    while (QLayoutItem *item = m_grid->takeAt(0)) {
        if (QWidget *widget = item->widget()) {
            widget->hide();
            widget->deleteLater();
        }
        delete item;
    }
    m_rows.clear();
    m_row = 0;
}

void showText(QLineEdit &field, const QString &text)
{
    if (field.text() == text)
        return;
    const QSignalBlocker blocker(field);
    field.setText(text);
    if (!field.hasFocus())
        field.setCursorPosition(0);
}

void showProblem(QLabel &line, const QString &sentence)
{
    showLine(line, "problem", sentence);
}

void showWarning(QLabel &line, const QString &sentence)
{
    showLine(line, "warning", FormGrid::tr("Warning: %1").arg(sentence));
}

void showPending(QLabel &line)
{
    showLine(line, "pending", FormGrid::tr("↻ Applies at the next run"));
}

void describe(QWidget &field, const QString &help, bool isPending)
{
    field.setAccessibleDescription(isPending ? FormGrid::tr("Applies at the next run. %1").arg(help).trimmed() : help);
}

void showRemark(QLabel &line, const QString &sentence)
{
    showLine(line, "small", sentence);
}

} // namespace millrace

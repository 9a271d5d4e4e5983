// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/Pipeline.h"

#include <QWidget>

#include <functional>
#include <vector>

class QGridLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QToolButton;

namespace millrace {

/// The parameters of a pipeline: a line each, with its name and its default. A name that can't be one, or is another's,
/// is said below and not told.
class ParametersEditor : public QWidget
{
    Q_OBJECT

public:
    using Parameters = std::vector<PipelineParameter>;

    explicit ParametersEditor(QWidget *parent = nullptr);

    void show(const Parameters &parameters);

Q_SIGNALS:
    /// The key merges edits of one gesture; empty: each is a step of its own.
    void edited(const QString &caption,
                const QString &key,
                const std::function<void(std::vector<millrace::PipelineParameter> &)> &edit);

private:
    struct Row
    {
        QLineEdit *name, *value;
        QToolButton *remove;
    };
    void setRowCount(size_t count);
    void addRow();
    QWidget *stopBefore() const;
    void add();
    void remove(size_t index);
    void readName(size_t index);
    void readValue(size_t index);
    std::string freeName() const;

    QGridLayout *m_grid;
    QLabel *m_fault;
    QPushButton *m_add;
    std::vector<Row> m_rows;
    Parameters m_parameters;
};

} // namespace millrace

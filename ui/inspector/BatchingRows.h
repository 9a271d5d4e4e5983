// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/Pipeline.h"

#include <QObject>

#include <functional>

class QComboBox;
class QLineEdit;
class QSpinBox;

namespace millrace {

class FormGrid;

/// The rows of a form that say how a stream is cut into batches. What padded items hold is asked only where there are any.
class BatchingRows : public QObject
{
    Q_OBJECT

public:
    /// Adds its rows to the grid.
    explicit BatchingRows(FormGrid *grid);

    void show(const Batching &batching);
    void setVisible(bool isVisible);

Q_SIGNALS:
    /// The key merges edits of one gesture; empty: each is a step of its own.
    void edited(const QString &caption, const QString &key, const std::function<void(millrace::Batching &)> &edit);

private:
    QLineEdit *addPadRow(const QString &label, const QString &name, const QString &toolTip);
    void connectFields();
    void connectPad(QLineEdit *field, const QString &key, Value Batching::*member);

    FormGrid *m_grid;
    QSpinBox *m_size;
    QComboBox *m_incomplete;
    QLineEdit *m_padInputs, *m_padOutputs;
    bool m_isVisible = true, m_pads = false;
};

} // namespace millrace

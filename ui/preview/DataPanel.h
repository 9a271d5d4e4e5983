// SPDX-License-Identifier: MIT
#pragma once

#include "preview/StepData.h"
#include "theme/Theme.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QSplitter;
class QToolButton;

namespace millrace {

class ItemsPane;

/// The data of the selected step: what came in beside what went out.
class DataPanel : public QWidget
{
    Q_OBJECT

public:
    explicit DataPanel(Theme &theme, QWidget *parent = nullptr);

    void setData(const StepData &data);
    /// Where the data come from, what is shown of them and how: for the row of tabs.
    QWidget *corner() const { return m_corner; }
    /// Writes what is shown of the side that is in use, JSON Lines where the name ends so, else CSV.
    void exportTo(const QString &path);

Q_SIGNALS:
    /// A sentence.
    void told(const QString &sentence);

private:
    QWidget *makeCorner();
    void arrange();
    void compare();
    ItemsPane &chosenPane() const;
    void copy();
    void exportWithDialog();

    Theme &m_theme;
    StepData m_data;
    QLabel *m_remark, *m_empty;
    QComboBox *m_sides, *m_form;
    QLineEdit *m_filter;
    QToolButton *m_copy, *m_export;
    ItemsPane *m_in, *m_out;
    QSplitter *m_splitter;
    QWidget *m_corner;
};

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "data/Value.h"
#include "failures/RetryChoice.h"
#include "theme/Theme.h"

#include <QDialog>
#include <QString>

class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace millrace {

/// A sheet with a failed item's data as JSON, to be changed before the item is tried again. What isn't JSON can't be tried: the sheet says
/// where it is wrong.
class ItemEditor : public QDialog
{
    Q_OBJECT

public:
    /// `why`: what was wrong with the item. Deletes itself once it is closed.
    ItemEditor(Theme &theme, const Value &item, const QString &why, QWidget *window);

Q_SIGNALS:
    void tryWanted(const millrace::ItemChange &change);

private:
    void check();

    Value m_before, m_after;
    QPlainTextEdit *m_text;
    QLabel *m_problem;
    QPushButton *m_try;
};

} // namespace millrace

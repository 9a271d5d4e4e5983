// SPDX-License-Identifier: MIT
#pragma once

#include "steps/StepType.h"
#include "theme/Theme.h"

#include <QFrame>

#include <functional>

class QLabel;
class QLineEdit;
class QListView;

namespace millrace {

class StepTypeModel;

/// A search at the pointer: type, arrows choose, Enter adds, Esc leaves. Ranked by what fits and is usual there.
class QuickAdd : public QFrame
{
    Q_OBJECT

public:
    QuickAdd(const StepRegistry &registry, Theme &theme, QWidget *parent);

    /// Opens at a point of the screen, within the window's canvas where that has room; no higher than what is found.
    void open(QPoint global, std::function<bool(const StepType &)> fits, std::function<int(const StepType &)> rank);

Q_SIGNALS:
    void chosen(const QString &typeId);
    void left();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void accept(const QModelIndex &index);
    void move(int by);
    QRect room() const;
    void showFound();

    StepTypeModel *m_model;
    QLineEdit *m_search;
    QListView *m_list;
    QLabel *m_nothing;
    double m_scale;
    int m_mostHeight = 320; ///< pixels
};

} // namespace millrace

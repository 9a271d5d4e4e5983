// SPDX-License-Identifier: MIT
#pragma once

#include "steps/StepType.h"
#include "theme/Theme.h"

#include <QWidget>

class QKeyEvent;
class QLineEdit;
class QListView;

namespace millrace {

class StepTypeModel;

/// All step types in their families, with a search by name, synonym and description. Drag one to the canvas; a double click
/// or Enter appends it to the selection.
class PalettePanel : public QWidget
{
    Q_OBJECT

public:
    PalettePanel(const StepRegistry &registry, Theme &theme, QWidget *parent = nullptr);

    void focusSearch();
    /// The registry has other types now.
    void refill();
    /// Puts the keyboard into the search, with that typed.
    void search(const QString &text);
    /// Shows that family from its first step on, with nothing searched for, and puts the keyboard there.
    void showFamily(Family family);

Q_SIGNALS:
    void chosen(const QString &typeId);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void choose(const QModelIndex &index);
    bool takesSearchKey(int key);
    bool takesListKey(const QKeyEvent &event);

    StepTypeModel *m_model;
    QLineEdit *m_search;
    QListView *m_list;
};

} // namespace millrace

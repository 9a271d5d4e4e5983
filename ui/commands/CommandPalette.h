// SPDX-License-Identifier: MIT
#pragma once

#include "theme/Theme.h"

#include <QFrame>

class QLabel;
class QLineEdit;
class QListWidget;

namespace millrace {

class Actions;

/// Every action with its key, found by typing: Enter does it, Esc leaves. No higher than what is found.
class CommandPalette : public QFrame
{
    Q_OBJECT

public:
    CommandPalette(const Actions &actions, Theme &theme, QWidget *window);

    void open();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void fill(const QString &typed);
    void accept();

    const Actions &m_actions;
    Theme &m_theme;
    QLineEdit *m_search;
    QListWidget *m_list;
    QLabel *m_nothing;
};

} // namespace millrace

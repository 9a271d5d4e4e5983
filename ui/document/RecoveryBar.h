// SPDX-License-Identifier: MIT
#pragma once

#include "document/Recovery.h"
#include "theme/Theme.h"

#include <QFrame>

#include <functional>

class QLabel;
class QVBoxLayout;

namespace millrace {

/// What an earlier session left unsaved: a row for each drawing with what it holds, to be opened or thrown away. What is left
/// unanswered is offered again at the next start.
class RecoveryBar : public QFrame
{
    Q_OBJECT

public:
    explicit RecoveryBar(Theme &theme, QWidget *parent = nullptr);

    /// Shows itself where there is something to offer.
    void offer(std::vector<FoundWork> found);

    /// Asked before work is thrown away for good; by its name.
    std::function<bool(const QString &name)> mayDiscard;

Q_SIGNALS:
    void openChosen(const millrace::FoundWork &work);

private:
    QWidget *makeRow(const FoundWork &work);
    void drop(QWidget *row);
    void refill();

    Theme &m_theme;
    QVBoxLayout *m_rows;
    QLabel *m_more;
    std::vector<FoundWork> m_waiting; ///< for a row
    int m_shown = 0;
};

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "steps/StepType.h"
#include "theme/Theme.h"

#include <QFrame>

#include <optional>
#include <vector>

class QToolButton;
class QVBoxLayout;

namespace millrace {

/// The palette folded: a button for the search and one for each family that has steps.
class StepRail : public QFrame
{
    Q_OBJECT

public:
    StepRail(const StepRegistry &registry, Theme &theme, QWidget *parent = nullptr);

    /// Marks the family whose steps are shown; none: the palette is folded, or shows what was searched for.
    void setShown(std::optional<Family> family);
    /// In as few columns as make it at most so high; in pixels.
    void fitHeight(int most);

Q_SIGNALS:
    void searchWanted();
    void familyWanted(millrace::Family family);
    /// Something was typed while a button had the keyboard.
    void typed(const QString &text);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QToolButton *addButton(const QString &name);
    void arrange(int columns);

    Theme &m_theme;
    std::vector<std::pair<Family, QToolButton *>> m_families;
    std::vector<QToolButton *> m_buttons;
    int m_columns = 0;
};

} // namespace millrace

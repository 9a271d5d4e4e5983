// SPDX-License-Identifier: MIT
#pragma once

#include "theme/Theme.h"
#include "welcome/ExampleCard.h"

#include <QScrollArea>
#include <QStringList>

#include <vector>

class QGridLayout;
class QPushButton;
class QVBoxLayout;

namespace millrace {

/// What the page shows of one example.
struct WelcomeExample
{
    using Need = ExampleCard::Need;

    QString id, title, text;
    Need need;
    ExampleCard::Draw draw;
};

/// What a person sees at the first start: examples with pictures, each opened and run by one click, recent files, and the
/// two ways to begin. All of it is reached by Tab.
class WelcomePage : public QScrollArea
{
    Q_OBJECT

public:
    explicit WelcomePage(Theme &theme, QWidget *parent = nullptr);

    void setExamples(const std::vector<WelcomeExample> &examples);
    /// Paths of files, newest first; those that are gone are left out.
    void setRecent(const QStringList &paths);
    void focusFirst();

Q_SIGNALS:
    void exampleChosen(const QString &id);
    void recentChosen(const QString &path);
    void newChosen();
    void openChosen();
    /// Esc: back to the drawing.
    void left();

protected:
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void addHead(QVBoxLayout &column);
    void arrange();

    Theme &m_theme;
    QPushButton *m_new, *m_open;
    QWidget *m_recentHeading;
    QVBoxLayout *m_recent;
    QGridLayout *m_grid;
    std::vector<ExampleCard *> m_cards;
    int m_columns = 0;
};

} // namespace millrace

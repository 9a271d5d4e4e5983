// SPDX-License-Identifier: MIT
#pragma once

#include "theme/Theme.h"

#include <QWidget>

class QListWidget;
class QListWidgetItem;

namespace millrace {

class Document;

/// What was done to the document, oldest first: a click or Enter goes back or forth to there.
class HistoryPanel : public QWidget
{
    Q_OBJECT

public:
    HistoryPanel(Document &document, Theme &theme, QWidget *parent = nullptr);

protected:
    void showEvent(QShowEvent *event) override;

private:
    void fill();
    void goTo(const QListWidgetItem *item);

    Document &m_document;
    const Theme &m_theme;
    QListWidget *m_list;
};

} // namespace millrace

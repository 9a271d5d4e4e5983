// SPDX-License-Identifier: MIT
#pragma once

#include "theme/Theme.h"

#include <QDialog>
#include <QString>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace millrace {

/// Asks for a cluster: one of this user's, an address, or a new one that is kept among the user's.
class ClusterDialog : public QDialog
{
    Q_OBJECT

public:
    enum class For : uint8_t { Run, Attach };

    ClusterDialog(Theme &theme, For purpose, QWidget *window);

    /// As behind `--on`.
    QString cluster() const;

Q_SIGNALS:
    void chosen(const QString &cluster);

private:
    QWidget *makeNew(Theme &theme);
    void fill();
    void check();
    void keepNew();
    void showNew(bool isShown);

    QComboBox *m_cluster;
    QLabel *m_problem;
    QPushButton *m_go, *m_add;
    QWidget *m_new;
    QLineEdit *m_name, *m_address, *m_user, *m_secretFile;
};

} // namespace millrace

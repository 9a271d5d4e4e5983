// SPDX-License-Identifier: MIT
#pragma once

#include "theme/Theme.h"

#include <QFrame>

#include <functional>

class QLabel;
class QPushButton;

namespace millrace {

/// A sentence above the canvas, with an action where there is one to take. It stays until it is closed or answered; nothing
/// is modal.
class MessageBar : public QFrame
{
    Q_OBJECT

public:
    enum class Kind : uint8_t { Info, Warning, Error };

    explicit MessageBar(Theme &theme, QWidget *parent = nullptr);

    void show(Kind kind, const QString &sentence, const QString &action = {}, std::function<void()> answer = {});
    QString sentence() const;

private:
    void restyle();

    const Theme &m_theme;
    Kind m_kind = Kind::Info;
    QLabel *m_text;
    QPushButton *m_action;
    std::function<void()> m_answer;
};

} // namespace millrace

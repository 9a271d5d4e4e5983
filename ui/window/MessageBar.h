// SPDX-License-Identifier: MIT
#pragma once

#include "theme/Theme.h"

#include <QFrame>

#include <functional>
#include <vector>

class QHBoxLayout;
class QLabel;
class QPushButton;

namespace millrace {

/// A sentence above the canvas, with what can be done about it. It stays until it is closed or answered; nothing is modal.
class MessageBar : public QFrame
{
    Q_OBJECT

public:
    enum class Kind : uint8_t { Info, Warning, Error };

    explicit MessageBar(Theme &theme, QWidget *parent = nullptr);

    /// One of the things that can be done about it.
    struct Answer
    {
        QString text;
        std::function<void()> act;
    };

    void show(Kind kind, const QString &sentence, std::vector<Answer> answers);
    void show(Kind kind, const QString &sentence, const QString &action = {}, std::function<void()> answer = {});
    QString sentence() const;

private:
    void restyle();

    const Theme &m_theme;
    Kind m_kind = Kind::Info;
    QLabel *m_text;
    QHBoxLayout *m_buttons;
};

} // namespace millrace

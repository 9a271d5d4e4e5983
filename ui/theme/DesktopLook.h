// SPDX-License-Identifier: MIT
#pragma once

#include <QDBusVariant>
#include <QObject>

#include <optional>

class QDBusConnection;

namespace millrace {

/// Whether the desktop wants dark windows, as its portal says: org.freedesktop.appearance, color-scheme. Nothing here waits for
/// an answer, and where there is no session bus or no portal, nothing is known.
class DesktopLook : public QObject
{
    Q_OBJECT

public:
    explicit DesktopLook(QObject *parent = nullptr);

    /// Nothing while the desktop hasn't answered, or has no wish.
    std::optional<bool> wantsDark() const { return m_wantsDark; }

Q_SIGNALS:
    void changed();

private Q_SLOTS:
    void onSetting(const QString &area, const QString &key, const QDBusVariant &value);

private:
    void ask(QDBusConnection bus);
    void take(const QVariant &value);

    std::optional<bool> m_wantsDark;
};

} // namespace millrace

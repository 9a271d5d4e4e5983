// SPDX-License-Identifier: MIT
#include "theme/DesktopLook.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QFileInfo>

namespace millrace {

namespace {

// https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.Settings.html
const QString service = QStringLiteral("org.freedesktop.portal.Desktop");
const QString object = QStringLiteral("/org/freedesktop/portal/desktop");
const QString settings = QStringLiteral("org.freedesktop.portal.Settings");
const QString appearance = QStringLiteral("org.freedesktop.appearance");
const QString colorScheme = QStringLiteral("color-scheme");
constexpr uint PreferDark = 1, PreferLight = 2;

/// Without an address, the bus' library would start a program to look for one.
bool hasSessionBus()
{
    return !qEnvironmentVariableIsEmpty("DBUS_SESSION_BUS_ADDRESS")
           || (qEnvironmentVariableIsSet("XDG_RUNTIME_DIR")
               && QFileInfo::exists(qEnvironmentVariable("XDG_RUNTIME_DIR") + QStringLiteral("/bus")));
}

} // namespace

DesktopLook::DesktopLook(QObject *parent) : QObject(parent)
{
    if (!hasSessionBus())
        return;
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return;
    qRegisterMetaType<QDBusVariant>(); // Qt 6.4 looks the slot's types up by name, and doesn't name this one itself
    // Of any sender: naming the service would wait for the bus to say who that is.
    bus.connect({}, object, settings, QStringLiteral("SettingChanged"), this,
                SLOT(onSetting(QString, QString, QDBusVariant)));
    ask(bus);
}

void DesktopLook::ask(QDBusConnection bus)
{
    QDBusMessage question = QDBusMessage::createMethodCall(service, object, settings, QStringLiteral("Read"));
    question << appearance << colorScheme;
    auto *answer = new QDBusPendingCallWatcher(bus.asyncCall(question), this);
    connect(answer, &QDBusPendingCallWatcher::finished, this, [this, answer] {
        const QDBusPendingReply<QDBusVariant> reply = *answer;
        if (!reply.isError())
            take(reply.value().variant());
        answer->deleteLater();
    });
}

void DesktopLook::onSetting(const QString &area, const QString &key, const QDBusVariant &value)
{
    if (area == appearance && key == colorScheme)
        take(value.variant());
}

void DesktopLook::take(const QVariant &value)
{
    // "Read" wraps its answer twice.
    const QVariant inner = value.canConvert<QDBusVariant>() ? qvariant_cast<QDBusVariant>(value).variant() : value;
    const uint scheme = inner.toUInt();
    const std::optional<bool> wanted = scheme == PreferDark    ? std::optional(true)
                                       : scheme == PreferLight ? std::optional(false)
                                                               : std::nullopt;
    if (wanted == m_wantsDark)
        return;
    m_wantsDark = wanted;
    Q_EMIT changed();
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "theme/Theme.h"

#include <QtDBus/QDBusConnection>
#include <QtDBus/QDBusVariant>

#include <QApplication>
#include <QPalette>
#include <QProcess>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTest>
#include <QWidget>

namespace millrace::tst_desktoplook {

/// The desktop's portal, as far as it says how light windows should be.
class Portal : public QObject
{
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.portal.Settings")

public:
    uint scheme = 0;
    int questions = 0;

    void say(uint wanted)
    {
        scheme = wanted;
        Q_EMIT SettingChanged(QStringLiteral("org.freedesktop.appearance"), QStringLiteral("color-scheme"),
                              QDBusVariant(scheme));
    }

public Q_SLOTS:
    QDBusVariant Read(const QString &area, const QString &key)
    {
        ++questions;
        return area == QLatin1String("org.freedesktop.appearance") && key == QLatin1String("color-scheme")
                   ? QDBusVariant(QVariant::fromValue(QDBusVariant(scheme)))
                   : QDBusVariant(QString());
    }

Q_SIGNALS:
    void SettingChanged(const QString &area, const QString &key, const QDBusVariant &value);
};

class TestDesktopLook : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
        QSKIP("the thread of Qt's D-Bus hides its locks from the sanitizer");
#endif
#endif
        const QString program = QStandardPaths::findExecutable(QStringLiteral("dbus-daemon"));
        if (program.isEmpty())
            QSKIP("dbus-daemon is not installed");
        m_bus.start(program,
                    {QStringLiteral("--session"), QStringLiteral("--nofork"), QStringLiteral("--print-address")});
        QVERIFY(m_bus.waitForStarted(-1) && m_bus.waitForReadyRead(-1));
        const QByteArray address = m_bus.readLine().trimmed();
        QVERIFY(!address.isEmpty());
        qputenv("DBUS_SESSION_BUS_ADDRESS", address);
        QDBusConnection bus = QDBusConnection::connectToBus(QString::fromUtf8(address), QStringLiteral("the portal's"));
        QVERIFY(bus.registerObject(QStringLiteral("/org/freedesktop/portal/desktop"), &m_portal,
                                   QDBusConnection::ExportAllSlots | QDBusConnection::ExportAllSignals));
        QVERIFY(bus.registerService(QStringLiteral("org.freedesktop.portal.Desktop")));
    }

    void cleanupTestCase()
    {
        QDBusConnection::disconnectFromBus(QStringLiteral("the portal's"));
        QDBusConnection::disconnectFromBus(QStringLiteral("qt_default_session_bus"));
        m_bus.terminate();
        m_bus.waitForFinished(-1);
    }

    void theSystemsThemeIsThePortals()
    {
        m_portal.scheme = 1;
        Theme theme;
        theme.setKind(ThemeKind::System);
        QTRY_VERIFY(theme.colors().isDark);
        m_portal.say(2);
        QTRY_VERIFY(!theme.colors().isDark);
        QCOMPARE(QApplication::palette().color(QPalette::Window), lightColors().window);
        m_portal.say(1);
        QTRY_VERIFY(theme.colors().isDark);
        QCOMPARE(QApplication::palette().color(QPalette::Window), darkColors().window);
        QCOMPARE(QApplication::topLevelWidgets().size(), 0);
        m_portal.say(2);
        QTRY_VERIFY(!theme.colors().isDark);
    }

    void aThemeThatThePersonChoseStays()
    {
        m_portal.scheme = 1;
        m_portal.questions = 0;
        Theme chosen, follower;
        chosen.setKind(ThemeKind::Light);
        follower.setKind(ThemeKind::System);
        QTRY_COMPARE(m_portal.questions, 2);
        QTRY_VERIFY(follower.colors().isDark);
        m_portal.say(2);
        QTRY_VERIFY(!follower.colors().isDark); // so the other one has heard of it, too
        m_portal.say(1);
        QTRY_VERIFY(follower.colors().isDark);
        QVERIFY(!chosen.colors().isDark);
        chosen.setKind(ThemeKind::System);
        QVERIFY(chosen.colors().isDark);
        m_portal.say(2);
        QTRY_VERIFY(!chosen.colors().isDark);
    }

    void aDesktopWithoutAWishLeavesItToThePalette()
    {
        m_portal.scheme = 1;
        Theme theme;
        theme.setKind(ThemeKind::System);
        QTRY_VERIFY(theme.colors().isDark);
        m_portal.say(0);
        QTRY_VERIFY(!theme.colors().isDark);
    }

private:
    QProcess m_bus;
    Portal m_portal;
};

} // namespace millrace::tst_desktoplook

QTEST_MAIN(millrace::tst_desktoplook::TestDesktopLook)
#include "tst_desktoplook.moc"

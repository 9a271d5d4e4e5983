// SPDX-License-Identifier: MIT
#pragma once

#include <QApplication>
#include <QDir>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QWidget>

namespace millrace {

/// Writes a picture of a widget into the build folder's pictures, to be looked at. Returns whether it was written.
inline bool savePicture(QWidget &widget, const QString &name)
{
    QCoreApplication::sendPostedEvents(); // what is new is shown and laid out by events
    const QString folder = qEnvironmentVariable("MILLRACE_PICTURES", QDir::tempPath());
    return QDir().mkpath(folder) && widget.grab().save(QStringLiteral("%1/%2.png").arg(folder, name));
}

/// Settings of their own for a test program: nothing of the person's is read or changed.
class OwnSettings
{
public:
    OwnSettings()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(QStringLiteral("Millrace tests"));
        qputenv("XDG_STATE_HOME", QFile::encodeName(m_folder.path()));
        qputenv("XDG_DATA_HOME", QFile::encodeName(m_folder.path()));
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_folder.path());
    }

    QString path() const { return m_folder.path(); }

private:
    QTemporaryDir m_folder;
};

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "document/RecoveryFile.h"

#include "pipeline/PipelineFile.h"
#include "theme/Text.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QUuid>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace millrace {

namespace {

constexpr char WorkEnding[] = ".millrace-unsaved", LockEnding[] = ".lock", DraftEnding[] = ".draft";
constexpr int Version = 1;

QString with(const QString &stem, const char *ending)
{
    return stem + QLatin1String(ending);
}

Failure cannot(const QString &path)
{
    const QString reason =
        errno == ENOSPC ? QStringLiteral("the disk is full") : QString::fromLocal8Bit(std::strerror(errno));
    return failure(ErrorKind::Io,
                   toUtf8(QStringLiteral("“%1” can't be written: %2").arg(QDir::toNativeSeparators(path), reason)));
}

/// The descriptor of a lock that is held now, or -1.
int lockAt(const QString &path)
{
    const int descriptor = ::open(QFile::encodeName(path).constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor >= 0 && ::flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        return descriptor;
    const int reason = errno;
    if (descriptor >= 0)
        ::close(descriptor);
    errno = reason;
    return -1;
}

/// The first line says what it is; the rest is the pipeline as in its own file.
QByteArray textOf(const UnsavedWork &work)
{
    const QJsonObject head{{QStringLiteral("millraceUnsaved"), Version},
                           {QStringLiteral("path"), work.path},
                           {QStringLiteral("written"), work.written.toUTC().toString(Qt::ISODateWithMs)},
                           {QStringLiteral("edits"), work.edits}};
    return QJsonDocument(head).toJson(QJsonDocument::Compact) + '\n'
           + QByteArray::fromStdString(writePipeline(work.pipeline));
}

} // namespace

QString recoveryFolder()
{
    QString state = qEnvironmentVariable("XDG_STATE_HOME");
    if (!QDir::isAbsolutePath(state))
        state = QDir::home().filePath(QStringLiteral(".local/state"));
    return QDir(state).filePath(QStringLiteral("millrace/unsaved"));
}

Result<std::unique_ptr<RecoveryFile>> RecoveryFile::create(const QString &folder)
{
    QDir().mkpath(folder);
    QFile::setPermissions(folder, QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner);
    const QString stem = QDir(folder).filePath(QUuid::createUuid().toString(QUuid::Id128));
    const int lock = lockAt(with(stem, LockEnding));
    if (lock < 0)
        return cannot(folder);
    return std::unique_ptr<RecoveryFile>(new RecoveryFile(stem, lock));
}

std::vector<std::unique_ptr<RecoveryFile>> RecoveryFile::abandoned(const QString &folder)
{
    std::vector<std::unique_ptr<RecoveryFile>> found;
    QStringList names;
    for (const QFileInfo &entry : QDir(folder).entryInfoList(QDir::Files, QDir::Time | QDir::Reversed))
        if (const QString name = entry.completeBaseName(); !names.contains(name))
            names << name;
    for (const QString &name : names) {
        const QString stem = QDir(folder).filePath(name);
        const int lock = lockAt(with(stem, LockEnding));
        if (lock < 0)
            continue; // whose it is lives
        std::unique_ptr<RecoveryFile> file(new RecoveryFile(stem, lock));
        // Only with the lock held is it certain what there is.
        if (QFile::exists(with(stem, WorkEnding)))
            found.push_back(std::move(file));
        else
            file->remove();
    }
    return found;
}

RecoveryFile::~RecoveryFile()
{
    if (m_lock >= 0)
        ::close(m_lock);
}

Result<> RecoveryFile::write(const UnsavedWork &work)
{
    // Renamed before it is forced to the disk: a kill loses nothing that was renamed, and a slow disk delays nobody.
    const QString draft = with(m_stem, DraftEnding), target = with(m_stem, WorkEnding);
    QFile file(draft);
    const QByteArray text = textOf(work);
    if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate) || file.write(text) != text.size() || !file.flush())
        return cannot(draft);
    file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    if (std::rename(QFile::encodeName(draft).constData(), QFile::encodeName(target).constData()) != 0)
        return cannot(target);
    ::fdatasync(file.handle());
    return {};
}

Result<UnsavedWork> RecoveryFile::read() const
{
    QFile file(with(m_stem, WorkEnding));
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorKind::Io, "It can't be opened.");
    const QJsonObject head = QJsonDocument::fromJson(file.readLine()).object();
    if (head.value(QLatin1String("millraceUnsaved")).toInt() != Version)
        return failure(ErrorKind::Parse, "It holds no unsaved work of this version.");
    auto loaded = parsePipeline(file.readAll().toStdString());
    if (!loaded)
        return loaded.forward();
    return UnsavedWork{head.value(QLatin1String("path")).toString(),
                       QDateTime::fromString(head.value(QLatin1String("written")).toString(), Qt::ISODateWithMs),
                       head.value(QLatin1String("edits")).toInt(), std::move(loaded->pipeline)};
}

void RecoveryFile::remove()
{
    // The lock goes last: who waits for it finds nothing any more.
    for (const char *ending : {WorkEnding, DraftEnding, LockEnding})
        QFile::remove(with(m_stem, ending));
}

} // namespace millrace

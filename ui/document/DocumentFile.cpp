// SPDX-License-Identifier: MIT
#include "document/DocumentFile.h"

#include "theme/Text.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStringList>
#include <QtConcurrentRun>

#include <utility>

namespace millrace {

namespace {

constexpr int LookDelay = 150; // milliseconds after news of the file: who writes it shall be done

QByteArray printOf(QByteArrayView text)
{
    QCryptographicHash hash(QCryptographicHash::Sha1);
    hash.addData(text);
    return hash.result();
}

/// Of what is in the file; empty where there is none.
QByteArray printOfFile(const QString &path)
{
    QFile file(path);
    QCryptographicHash hash(QCryptographicHash::Sha1);
    return QFileInfo(path).isFile() && file.open(QIODevice::ReadOnly) && hash.addData(&file) ? hash.result()
                                                                                             : QByteArray();
}

/// A file that its owner closed to writing isn't replaced either, though the folder would allow it.
bool isReadOnly(const QString &path)
{
    constexpr auto anyone = QFileDevice::WriteOwner | QFileDevice::WriteGroup | QFileDevice::WriteOther;
    const QFileInfo file(path);
    return file.isFile() && (!(file.permissions() & anyone) || !file.isWritable());
}

} // namespace

DocumentFile::DocumentFile(QObject *parent) : QObject(parent)
{
    m_lookTimer.setSingleShot(true);
    m_lookTimer.setInterval(LookDelay);
    connect(&m_lookTimer, &QTimer::timeout, this, &DocumentFile::look);
    connect(&m_looking, &QFutureWatcherBase::finished, this, &DocumentFile::finishLooking);
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, &m_lookTimer, QOverload<>::of(&QTimer::start));
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, &m_lookTimer, QOverload<>::of(&QTimer::start));
    connect(&m_loading, &QFutureWatcherBase::finished, this, [this] { Q_EMIT loaded(m_loading.result()); });
    connect(&m_saving, &QFutureWatcherBase::finished, this, &DocumentFile::finishSaving);
}

DocumentFile::~DocumentFile()
{
    m_pool.waitForDone();
}

void DocumentFile::setPath(const QString &path)
{
    m_path = path;
    m_print.clear();
    m_lastSeenDigest.clear();
    watch();
}

void DocumentFile::load(const QString &path, Purpose purpose)
{
    const QString absolute = path.isEmpty() ? QString() : QFileInfo(path).absoluteFilePath();
    m_loading.setFuture(QtConcurrent::run(&m_pool, [path = absolute, purpose] {
        // The print first: what changes between the two is noticed when the file is looked at again.
        const QByteArray print = printOfFile(path);
        auto result = path.isEmpty() ? Result<LoadedPipeline>(LoadedPipeline()) : loadPipeline(toUtf8(path));
        return Loaded{path, purpose, print, std::make_shared<Result<LoadedPipeline>>(std::move(result))};
    }));
}

void DocumentFile::save(std::shared_ptr<const Pipeline> state, const QString &path, bool mayOverwrite)
{
    // One after the other, or an older state could be written over a newer one.
    m_saving.waitForFinished();
    finishSaving();
    const QString target = QFileInfo(path).absoluteFilePath();
    const bool isOwn = target == m_path;
    m_isSavingDone = false;
    m_saving.setFuture(QtConcurrent::run(
        &m_pool, [target, state = std::move(state), known = m_print, isAllowed = mayOverwrite || !isOwn] {
            Saved saved{target, {}, false, false, {}, state};
            const QByteArray found = printOfFile(target);
            saved.hasConflict = !isAllowed && !found.isEmpty() && found != known;
            if (saved.hasConflict)
                return saved;
            if (isReadOnly(target)) {
                saved.error = tr("“%1” is read-only. Save under another name, or allow writing to it first.")
                                  .arg(QFileInfo(target).fileName());
                return saved;
            }
            if (const auto done = savePipeline(*state, toUtf8(target)); !done)
                saved.error = tr("Not saved: %1.").arg(toQString(done.error().message));
            saved.print = printOf(QByteArray::fromStdString(writePipeline(*state)));
            return saved;
        }));
}

bool DocumentFile::finishNow()
{
    m_saving.waitForFinished();
    const Saved done = m_saving.result();
    finishSaving();
    return done.isWritten();
}

void DocumentFile::finishSaving()
{
    if (m_isSavingDone)
        return; // finishNow() was here before
    m_isSavingDone = true;
    Saved done = m_saving.result();
    if (done.isWritten()) {
        done.hasMoved = m_path != done.path;
        m_path = done.path;
        m_print = m_lastSeenDigest = done.print;
        watch();
    }
    Q_EMIT saved(done);
}

void DocumentFile::watch()
{
    const QStringList watched = m_watcher.files() + m_watcher.directories();
    QStringList wanted;
    if (!m_path.isEmpty())
        // The folder too: who replaces a file makes a new one under the old name.
        for (const QString &path : {m_path, QFileInfo(m_path).absolutePath()})
            if (QFileInfo::exists(path))
                wanted << path;
    if (watched == wanted)
        return;
    if (!watched.isEmpty())
        m_watcher.removePaths(watched);
    if (!wanted.isEmpty())
        m_watcher.addPaths(wanted);
}

void DocumentFile::look()
{
    if (m_path.isEmpty())
        return;
    if (isBusy() || !m_isSavingDone || m_looking.isRunning()) {
        m_lookTimer.start();
        return;
    }
    m_looking.setProperty("path", m_path);
    m_looking.setFuture(QtConcurrent::run(&m_pool, [path = m_path] { return printOfFile(path); }));
}

void DocumentFile::finishLooking()
{
    const QByteArray print = m_looking.result();
    if (m_looking.property("path").toString() != m_path || isBusy() || !m_isSavingDone)
        return;
    watch();
    if (print == m_lastSeenDigest)
        return;
    m_lastSeenDigest = print;
    if (print == m_print)
        return;
    if (print.isEmpty())
        Q_EMIT vanishedFromDisk();
    else
        Q_EMIT changedOnDisk();
}

} // namespace millrace

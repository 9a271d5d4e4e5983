// SPDX-License-Identifier: MIT
// The document and its file: reading, writing, and noticing what others do to it.
#include "document/Document.h"
#include "theme/Text.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QtConcurrentRun>

namespace millrace {

namespace {

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

/// What was thrown away with the file's name is put before it again: "It is empty." becomes "“x” is empty."
QString withName(const QString &sentence, const QString &path)
{
    const QString name = QStringLiteral("“%1”").arg(QFileInfo(path).fileName());
    return sentence.startsWith(QLatin1String("It ")) ? name + sentence.mid(2) : name + QStringLiteral(": ") + sentence;
}

} // namespace

void Document::open(const QString &path)
{
    load(path, Purpose::Open);
}

void Document::reload()
{
    if (!m_path.isEmpty())
        load(m_path, Purpose::Reload);
}

void Document::recover(const Pipeline &pipeline, const QString &path, int edits)
{
    m_recovered = std::make_shared<const Pipeline>(pipeline);
    m_recoveredEdits = edits;
    load(path, Purpose::Recover);
}

void Document::load(const QString &path, Purpose purpose)
{
    const QString absolute = path.isEmpty() ? QString() : QFileInfo(path).absoluteFilePath();
    m_loading.setFuture(QtConcurrent::run(&m_pool, [path = absolute, purpose] {
        // The print first: what changes between the two is noticed when the file is looked at again.
        const QByteArray print = printOfFile(path);
        auto result = path.isEmpty() ? Result<LoadedPipeline>(LoadedPipeline()) : loadPipeline(toUtf8(path));
        return Loaded{path, purpose, print, std::make_shared<Result<LoadedPipeline>>(std::move(result))};
    }));
}

void Document::finishLoading()
{
    const Loaded loaded = m_loading.result();
    if (loaded.purpose == Purpose::Recover) {
        finishRecovering(loaded);
        return;
    }
    if (!*loaded.result) {
        Q_EMIT failed(withName(toQString(loaded.result->error().message), loaded.path));
        return;
    }
    if (loaded.purpose == Purpose::Open)
        begin(loaded.result->value().pipeline, loaded.path);
    else if (loaded.path != m_path)
        return; // another file was opened meanwhile
    m_print = m_lastSeenDigest = loaded.print;
    if (loaded.purpose == Purpose::Reload) {
        m_clean = std::make_shared<const Pipeline>(loaded.result->value().pipeline);
        if (*m_clean != pipeline())
            push(tr("Reload the file"), {}, m_clean);
        m_edits = 0;
        Q_EMIT reloaded();
        Q_EMIT historyChanged();
    } else {
        tellChanged();
        Q_EMIT opened();
    }
    QStringList sentences;
    for (const Problem &problem : loaded.result->value().problems)
        sentences << (problem.step.empty() ? QString() : toQString(problem.step) + QStringLiteral(": "))
                         + toQString(problem.text);
    if (!sentences.isEmpty())
        Q_EMIT warned(sentences);
}

void Document::finishRecovering(const Loaded &loaded)
{
    const bool hasFile = loaded.result->has_value();
    begin(hasFile ? loaded.result->value().pipeline : Pipeline(), loaded.path);
    m_print = m_lastSeenDigest = loaded.print;
    if (!hasFile)
        m_clean.reset(); // the file is gone or can't be read: what was recovered is all there is
    push(tr("Recover unsaved changes"), {}, m_recovered);
    m_edits = m_recoveredEdits;
    m_recovered.reset();
    Q_EMIT opened();
}

void Document::save(const QString &path, bool overwrites)
{
    // One after the other, or an older state could be written over a newer one.
    m_saving.waitForFinished();
    finishSaving();
    const QString target = QFileInfo(path).absoluteFilePath();
    const bool isOwn = target == m_path;
    m_isSavingDone = false;
    m_saving.setFuture(
        QtConcurrent::run(&m_pool, [target, state = state(), known = m_print, mayOverwrite = overwrites || !isOwn] {
            Saved saved{target, {}, false, {}, state};
            const QByteArray found = printOfFile(target);
            saved.hasConflict = !mayOverwrite && !found.isEmpty() && found != known;
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

bool Document::saveNow(const QString &path)
{
    save(path);
    m_saving.waitForFinished();
    const Saved done = m_saving.result();
    finishSaving();
    return done.error.isEmpty() && !done.hasConflict;
}

void Document::finishSaving()
{
    if (m_isSavingDone)
        return; // saveNow() was here before
    m_isSavingDone = true;
    const Saved done = m_saving.result();
    if (done.hasConflict) {
        Q_EMIT conflicted(done.path);
        return;
    }
    if (!done.error.isEmpty()) {
        Q_EMIT saveFailed(done.error);
        return;
    }
    const bool hasMoved = m_path != done.path;
    m_path = done.path;
    m_clean = done.pipeline;
    m_print = m_lastSeenDigest = done.print;
    endGesture();
    if (!isDirty())
        m_edits = 0;
    watchFile();
    if (hasMoved)
        m_checkTimer.start();
    Q_EMIT saved();
    Q_EMIT historyChanged();
}

void Document::watchFile()
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

void Document::lookAtFile()
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

void Document::finishLooking()
{
    const QByteArray print = m_looking.result();
    if (m_looking.property("path").toString() != m_path || isBusy() || !m_isSavingDone)
        return;
    watchFile();
    if (print == m_lastSeenDigest)
        return;
    m_lastSeenDigest = print;
    if (print == m_print)
        return;
    m_clean.reset();
    Q_EMIT historyChanged();
    if (print.isEmpty())
        Q_EMIT vanishedFromDisk();
    else
        Q_EMIT changedOnDisk();
}

void Document::keepMine()
{
    m_print = m_lastSeenDigest;
    m_clean.reset();
    Q_EMIT historyChanged();
}

} // namespace millrace

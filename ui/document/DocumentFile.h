// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "pipeline/Pipeline.h"
#include "pipeline/PipelineFile.h"

#include <QByteArray>
#include <QFileSystemWatcher>
#include <QFutureWatcher>
#include <QObject>
#include <QString>
#include <QThreadPool>
#include <QTimer>

#include <memory>

namespace millrace {

/// The file of a document: reads and writes it on threads of its own, and notices what others do to it. Knows nothing of edits:
/// what it is told to write is a state, and what it has read is handed out by a signal. Lives on the GUI's thread.
class DocumentFile : public QObject
{
    Q_OBJECT

public:
    enum class Purpose : uint8_t { Open, Reload, Recover };
    struct Loaded
    {
        QString path;
        Purpose purpose = Purpose::Open;
        QByteArray print;
        std::shared_ptr<Result<LoadedPipeline>> result; ///< shared because QFuture copies
    };
    struct Saved
    {
        QString path, error; ///< a sentence, where it isn't written
        bool hasConflict = false;
        bool hasMoved = false; ///< it is the document's file only from now on
        QByteArray print;
        std::shared_ptr<const Pipeline> pipeline;

        bool isWritten() const { return error.isEmpty() && !hasConflict; }
    };

    explicit DocumentFile(QObject *parent = nullptr);
    ~DocumentFile() override;

    /// Empty: there is none.
    const QString &path() const { return m_path; }
    /// From now on it is that file, of which nothing has been read yet.
    void setPath(const QString &path);
    /// What is in it is what was read: others' changes are told from that on.
    void takeRead(const Loaded &loaded) { m_print = m_lastSeenDigest = loaded.print; }
    /// What somebody else wrote into it may be overwritten.
    void keepMine() { m_print = m_lastSeenDigest; }
    bool isBusy() const { return m_loading.isRunning() || m_saving.isRunning(); }

    /// loaded() follows. An empty path gives an empty pipeline.
    void load(const QString &path, Purpose purpose);
    /// Writes the state, unless somebody else has changed the file meanwhile; saved() follows. `mayOverwrite`: in any case.
    void save(std::shared_ptr<const Pipeline> state, const QString &path, bool mayOverwrite);
    /// Ends what is being written, with saved(): returns whether it was written.
    bool finishNow();

Q_SIGNALS:
    void loaded(const millrace::DocumentFile::Loaded &loaded);
    void saved(const millrace::DocumentFile::Saved &saved);
    void changedOnDisk();
    /// Somebody else removed the file, or its folder.
    void vanishedFromDisk();

private:
    void finishSaving();
    void watch();
    void look();
    void finishLooking();

    QString m_path;
    QByteArray m_print;          ///< of the file as it was read or written; empty: there was none
    QByteArray m_lastSeenDigest; ///< of the file as it was last looked at: everything is told once
    QTimer m_lookTimer;
    QFileSystemWatcher m_watcher;
    QFutureWatcher<Loaded> m_loading;
    QFutureWatcher<Saved> m_saving;
    QFutureWatcher<QByteArray> m_looking;
    bool m_isSavingDone = true;
    QThreadPool m_pool; ///< last: waits for its threads before the rest goes
};

} // namespace millrace

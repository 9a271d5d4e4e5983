// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "pipeline/Pipeline.h"

#include <QDateTime>
#include <QString>

#include <memory>
#include <vector>

namespace millrace {

/// What is kept of a document with unsaved changes.
struct UnsavedWork
{
    QString path; ///< of the document's file; empty: it has none yet
    QDateTime written;
    int edits = 0; ///< since the file was saved
    Pipeline pipeline;
};

/// A file in the user's state folder that holds one document's unsaved work. Its lock is the kernel's: a process that dies,
/// however it does, lets go of it, and only then may another one take the work over. Any thread, one at a time.
class RecoveryFile
{
public:
    /// Makes a new one that is locked and has nothing in it yet.
    static Result<std::unique_ptr<RecoveryFile>> create(const QString &folder);
    /// Those whose process has ended, locked for the caller: nobody else is offered them. Those with nothing to read in them
    /// are removed.
    static std::vector<std::unique_ptr<RecoveryFile>> abandoned(const QString &folder);
    /// Lets go of the lock, and leaves the file to be found.
    ~RecoveryFile();
    RecoveryFile(const RecoveryFile &) = delete;
    RecoveryFile &operator=(const RecoveryFile &) = delete;

    /// All of it or nothing, under the same name.
    Result<> write(const UnsavedWork &work);
    Result<UnsavedWork> read() const;
    void remove();

private:
    RecoveryFile(QString stem, int lock) : m_stem(std::move(stem)), m_lock(lock) {}

    QString m_stem; ///< path without an ending: ".millrace-unsaved" holds the work, ".lock" is locked
    int m_lock;     ///< descriptor
};

/// $XDG_STATE_HOME/millrace/unsaved.
QString recoveryFolder();

} // namespace millrace

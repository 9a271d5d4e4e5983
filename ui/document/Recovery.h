// SPDX-License-Identifier: MIT
#pragma once

#include "document/RecoveryFile.h"

#include <QFutureWatcher>
#include <QObject>
#include <QThreadPool>
#include <QTimer>

#include <memory>
#include <vector>

namespace millrace {

class Document;

/// Keeps a document's unsaved changes in a file of their own, at most a second late, so that a crash or a kill costs no more.
/// Where nothing is unsaved there is no file. Writes on a thread of its own; lives on the GUI's thread.
class Recovery : public QObject
{
    Q_OBJECT

public:
    Recovery(Document &document, QString folder, QObject *parent);
    /// The document was closed by a person: nothing of it is kept.
    ~Recovery() override;

    /// Goes on in a file that was found: it stays as it is until there is something newer.
    void adopt(std::shared_ptr<RecoveryFile> file);
    /// True while something unsaved is not in the file yet.
    bool isBehind() const { return m_timer.isActive() || m_isStale || m_writing.isRunning(); }

Q_SIGNALS:
    /// Unsaved changes can't be kept: a sentence. Told once, until it works again.
    void failed(const QString &sentence);

private:
    struct Written
    {
        std::shared_ptr<RecoveryFile> file;
        QString problem; ///< a sentence's part, or empty
    };
    void note();
    void write();
    void finish();

    Document &m_document;
    const QString m_folder;
    std::shared_ptr<RecoveryFile> m_file; ///< shared with the thread that writes; null: nothing was unsaved yet
    QTimer m_timer;
    QFutureWatcher<Written> m_writing;
    bool m_isStale = false, m_hasFailed = false;
    QThreadPool m_pool; ///< last: waits for its thread before the rest goes
};

/// What was found after a session that ended badly, with the file as it is saved.
struct FoundWork
{
    std::shared_ptr<RecoveryFile> file; ///< shared because QFuture copies
    UnsavedWork work;
    QString what; ///< "12 edits not saved · 9 steps · differs from the saved file in 2 steps"
};

/// Looks for work that others left, and forgets what is saved already. Any thread; newest first.
std::vector<FoundWork> findUnsavedWork(const QString &folder);

/// In how far a drawing is another than it was: "2 steps added, 1 step changed"; empty: not at all.
QString differenceText(const Pipeline &before, const Pipeline &after);

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "document/DocumentFile.h"
#include "pipeline/check/Checker.h"
#include "pipeline/Pipeline.h"

#include <QFutureWatcher>
#include <QObject>
#include <QStringList>
#include <QThreadPool>
#include <QTimer>

#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

namespace millrace {

/// The pipeline that is edited: a value, its history, its file. An edit is a function on a copy with a caption; undo is the
/// copy before. Checking happens on a thread of its own, what is done to the file in DocumentFile; both end in a signal.
/// Lives on the GUI's thread.
class Document : public QObject
{
    Q_OBJECT

public:
    using Edit = std::function<void(Pipeline &)>;

    explicit Document(const StepRegistry &registry, QObject *parent = nullptr);
    ~Document() override;

    const Pipeline &pipeline() const { return *m_history[m_now].pipeline; }
    /// The same, for threads that look at it while it is edited on.
    std::shared_ptr<const Pipeline> state() const { return m_history[m_now].pipeline; }
    const StepRegistry &registry() const { return m_registry; }

    /// Applies the edit to a copy. Edits in a row with the same key become one undo step, until endGesture(). Returns false,
    /// and leaves no trace, where the edit changes nothing.
    bool edit(const QString &caption, const QString &gestureKey, const Edit &edit);
    void endGesture();
    /// Adds the edit to what was done last, as one undo step with it, whatever gesture that was; where both together change nothing, no
    /// trace of them is left. Returns false where the edit changes nothing, or nothing was done yet.
    bool amend(const Edit &edit);
    /// What is known of steps is another: everything looks at the pipeline again.
    void lookAgain() { tellChanged(); }
    bool canUndo() const { return m_now > 0; }
    bool canRedo() const { return m_now + 1 < m_history.size(); }
    void undo() { goTo(m_now - 1); }
    void redo() { goTo(m_now + 1); }
    /// What each state was reached by, oldest first; the first is the beginning.
    QStringList captions() const;
    size_t historyIndex() const { return m_now; }
    void goTo(size_t index);

    /// Empty: never saved.
    const QString &path() const { return m_file.path(); }
    /// That relative paths in the pipeline are relative to.
    QString folder() const;
    /// The file's name, or "Untitled".
    QString title() const;
    bool isDirty() const;
    /// Edits, undos and redos since the file was read or written.
    int editsSinceSaved() const { return m_edits; }
    bool isBusy() const { return m_file.isBusy(); }

    void open(const QString &path);
    /// Takes the file's state as an edit, which can be undone.
    void reload();
    /// Begins an empty pipeline, or takes one that has no file yet.
    void reset(Pipeline pipeline = {});
    /// Takes what a session that ended badly left: unsaved edits of the file at that path, or of a drawing without one.
    void recover(const Pipeline &pipeline, const QString &path, int edits);
    /// Writes, with what the last check has guessed of the files that are read, as an edit of its own; unless somebody else has changed the file meanwhile: then conflicted() follows, and nothing is written.
    void save(const QString &path, bool overwrites = false);
    /// The same at once, for when the window closes: returns whether it is written. The signals follow all the same.
    bool saveNow(const QString &path);
    /// What somebody else wrote into the file may be overwritten.
    void keepMine();

    /// What is wrong with the drawing, as of the last check; a new check begins after each edit.
    const Problems &problems() const { return m_problems; }
    const KnownFields &fields() const { return m_fields; }
    bool isChecking() const { return m_checkTimer.isActive() || m_isUnderCheck; }
    /// Checks now; problemsChanged() follows in any case.
    void check();

Q_SIGNALS:
    /// The pipeline is another: an edit, undo, a file.
    void changed();
    void historyChanged();
    void opened();
    /// A file in that folder is taken in next: nothing has looked at it yet. Empty: it has none.
    void beginning(const QString &folder);
    /// The file's state was taken anew.
    void reloaded();
    void saved();
    /// Opening failed: a sentence. What was there stays.
    void failed(const QString &sentence);
    /// Saving failed: a sentence. The file is as it was.
    void saveFailed(const QString &sentence);
    /// save() found another text in the file than was read from it or written into it.
    void conflicted(const QString &path);
    /// Somebody else changed the file.
    void changedOnDisk();
    /// Somebody else removed the file, or its folder.
    void vanishedFromDisk();
    /// What was odd about a file that was opened all the same.
    void warned(const QStringList &sentences);
    void problemsChanged();

private:
    struct State
    {
        QString caption, key;
        std::shared_ptr<const Pipeline> pipeline; ///< shared with checks and saves that run on other threads
    };
    struct Checked
    {
        std::shared_ptr<const Pipeline> state;
        Problems problems;
        KnownFields fields;
    };
    void begin(Pipeline pipeline, const QString &path);
    std::shared_ptr<Pipeline> edited(const Edit &edit) const;
    void push(const QString &caption, const QString &key, std::shared_ptr<const Pipeline> pipeline);
    void tellChanged();
    void finishChecking();
    void takeLoaded(const DocumentFile::Loaded &loaded);
    void finishRecovering(const DocumentFile::Loaded &loaded);
    void takeSaved(const DocumentFile::Saved &done);
    void noteForeignState();
    void writeGuesses();

    const StepRegistry &m_registry;
    std::vector<State> m_history;
    size_t m_now = 0;
    int m_edits = 0;
    std::shared_ptr<const Pipeline> m_clean; ///< as in the file; null: what is in the file is something else
    DocumentFile m_file;
    std::shared_ptr<const Pipeline> m_recovered;
    int m_recoveredEdits = 0;
    Problems m_problems;
    KnownFields m_fields;
    std::shared_ptr<const Pipeline> m_checked; ///< what m_fields is known of; null: nothing was checked yet
    QTimer m_checkTimer;
    QFutureWatcher<Checked> m_checking;
    std::stop_source m_checkStop; ///< of the check under way
    bool m_isUnderCheck = false, m_isCheckStale = false;
    QThreadPool m_pool; ///< last: waits for its threads before the rest goes
};

} // namespace millrace

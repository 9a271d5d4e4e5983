// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "pipeline/Checker.h"
#include "pipeline/Pipeline.h"
#include "pipeline/PipelineFile.h"

#include <QFutureWatcher>
#include <QObject>
#include <QStringList>
#include <QThreadPool>
#include <QTimer>

#include <functional>
#include <memory>
#include <vector>

namespace millrace {

/// The pipeline that is edited: a value, its history, its file. An edit is a function on a copy with a caption; undo is the
/// copy before. Reading, writing and checking happen on threads of their own and end in a signal. Lives on the GUI's thread.
class Document : public QObject
{
    Q_OBJECT

public:
    using Edit = std::function<void(Pipeline &)>;

    explicit Document(const StepRegistry &registry, QObject *parent = nullptr);
    ~Document() override;

    const Pipeline &pipeline() const { return *m_history[m_now].pipeline; }
    const StepRegistry &registry() const { return m_registry; }

    /// Applies the edit to a copy. Edits in a row with the same key become one undo step, until endGesture(). Returns false,
    /// and leaves no trace, where the edit changes nothing.
    bool edit(const QString &caption, const QString &gestureKey, const Edit &edit);
    void endGesture();
    bool canUndo() const { return m_now > 0; }
    bool canRedo() const { return m_now + 1 < m_history.size(); }
    void undo() { goTo(m_now - 1); }
    void redo() { goTo(m_now + 1); }
    /// What each state was reached by, oldest first; the first is the beginning.
    QStringList captions() const;
    size_t historyIndex() const { return m_now; }
    void goTo(size_t index);

    /// Empty: never saved.
    const QString &path() const { return m_path; }
    /// That relative paths in the pipeline are relative to.
    QString folder() const;
    /// The file's name, or "Untitled".
    QString title() const;
    bool isDirty() const;
    bool isBusy() const { return m_loading.isRunning() || m_saving.isRunning(); }

    void open(const QString &path);
    void save(const QString &path);
    /// Begins an empty pipeline, or takes one that has no file yet.
    void reset(Pipeline pipeline = {});

    /// What is wrong with the drawing, as of the last check; a new check begins after each edit.
    const Problems &problems() const { return m_problems; }
    const KnownFields &fields() const { return m_fields; }
    bool isChecking() const { return m_checkTimer.isActive() || m_checking.isRunning(); }
    /// Checks now; problemsChanged() follows in any case.
    void check();

Q_SIGNALS:
    /// The pipeline is another: an edit, undo, a file.
    void changed();
    void historyChanged();
    void opened();
    void saved();
    /// Opening or saving failed: a sentence.
    void failed(const QString &sentence);
    /// What was odd about a file that was opened all the same.
    void warned(const QStringList &sentences);
    void problemsChanged();

private:
    struct State
    {
        QString caption, key;
        std::shared_ptr<const Pipeline> pipeline; ///< shared with checks and saves that run on other threads
    };
    struct Loaded
    {
        QString path;
        std::shared_ptr<Result<LoadedPipeline>> result; ///< shared because QFuture copies
    };
    struct Saved
    {
        QString path, error;
        std::shared_ptr<const Pipeline> pipeline;
    };
    struct Checked
    {
        Problems problems;
        KnownFields fields;
    };
    void begin(Pipeline pipeline, const QString &path);
    void tellChanged();
    void finishLoading();
    void finishSaving();
    void finishChecking();

    const StepRegistry &m_registry;
    std::vector<State> m_history;
    size_t m_now = 0;
    std::shared_ptr<const Pipeline> m_clean; ///< as in the file
    QString m_path;
    Problems m_problems;
    KnownFields m_fields;
    QTimer m_checkTimer;
    QFutureWatcher<Loaded> m_loading;
    QFutureWatcher<Saved> m_saving;
    QFutureWatcher<Checked> m_checking;
    bool m_isCheckStale = false;
    QThreadPool m_pool; ///< last: waits for its threads before the rest goes
};

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "pipeline/Pipeline.h"
#include "trust/Permissions.h"
#include "trust/TrustRecord.h"

#include <QFuture>
#include <QFutureSynchronizer>
#include <QObject>
#include <QPointer>
#include <QThreadPool>

#include <functional>
#include <memory>
#include <set>
#include <string>

class QWidget;

namespace millrace {

class Document;
class TrustSheet;

/// Keeps what somebody else's file brings along from being executed, written or read before the person has seen it. What was in the
/// file as it was opened, or was pasted, is somebody else's, and asked for unless the record has it; what is written in the
/// window is the person's own, and is recorded when it is saved. Lives on the GUI's thread; folders are read on others.
class TrustGate : public QObject
{
    Q_OBJECT

public:
    /// Goes on with the run; for guardStarts().
    using Guard = std::function<Result<>(const std::string &step)>;
    using Go = std::function<void(const Guard &guard)>;

    TrustGate(const Document &document, QWidget *window);
    ~TrustGate() override;

    /// Calls `go` at once where there is nothing to ask, later where folders must be read first, or when the sheet is
    /// answered with "Run and trust".
    void pass(const Pipeline &pipeline, Go go);

    /// Says a little later whether nothing of somebody else's would have to be asked for. Asks nothing, and keeps no run waiting.
    /// `make`: gives the pipeline, on another thread, for it may look at the disk.
    void passQuietly(std::function<Pipeline()> make, const std::function<void(bool isClear)> &go);

    /// What is pasted comes from elsewhere, but for what is there already.
    void noteForeign(const Pipeline &pasted);

    /// These steps of the document were written into the file of that step of the folded document: where they are the person's own, they
    /// are that there, too.
    void noteFolded(const Pipeline &steps, const Pipeline &folded, const std::string &step);

    /// The run is over: its results may be replaced by the next.
    void noteFinished() const;

    /// Records without asking what a pipeline that came with the program itself would do. `isShipped`: whether a file that its
    /// programs could reach, relative to the folder, came with it, too.
    void trustShipped(const Pipeline &pipeline,
                      const PipelinePlace &place,
                      const std::function<bool(const std::string &file)> &isShipped);

Q_SIGNALS:
    /// The record can't be written, so it will be asked again, or a run was refused: a sentence.
    void failed(const QString &sentence);

private:
    struct Found
    {
        PermissionSurvey survey;
        Permissions unknown; ///< of what somebody else brought along
    };
    /// Definitions, by whose they are.
    struct Known
    {
        std::set<std::string> foreign;
        std::set<std::string> folded; ///< the person's own, in files that were made of steps of this document

        bool isOwn(const Permission &permission) const;
    };
    using FoundCall = std::function<void(const Found &found)>;

    PipelinePlace place() const;
    static Found look(const Pipeline &pipeline,
                      const StepRegistry &registry,
                      const PipelinePlace &place,
                      const Known &known);
    /// On another thread where there are programs of somebody else, whose folders may be large.
    void lookThen(const Pipeline &pipeline, FoundCall call);
    void decide(const Pipeline &pipeline, const Found &found, Go go);
    void ask(const Pipeline &pipeline, const Found &found, Go go);
    void begin(const Found &found, const Go &go);
    void recordOwn();
    void tellFailure(const Result<> &result);

    const Document &m_document;
    QWidget *m_window;
    const TrustRecord m_record;
    Known m_known;
    QPointer<TrustSheet> m_sheet;
    bool m_isLooking = false;
    std::vector<std::string> m_outputs; ///< of the run that was begun last
    std::string m_pipeline;             ///< that made them
    QFutureSynchronizer<void> m_recording;
    QFuture<std::shared_ptr<Found>> m_looking;
    QThreadPool m_quietly; ///< for passQuietly(); last, for it waits for its thread before the rest goes
};

} // namespace millrace

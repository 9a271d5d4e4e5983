// SPDX-License-Identifier: MIT
#include "document/Recovery.h"

#include "document/Document.h"
#include "model/Format.h"
#include "pipeline/PipelineFile.h"
#include "theme/Text.h"

#include <QtConcurrentRun>

#include <algorithm>
#include <utility>

namespace millrace {

namespace {

constexpr int WriteDelay = 250; // milliseconds from an edit to its writing; edits meanwhile go along

/// Without what is in the file already, and without what was never more than an empty drawing.
bool isWorthKeeping(const UnsavedWork &work)
{
    if (work.path.isEmpty())
        return work.pipeline != Pipeline();
    const auto saved = loadPipeline(toUtf8(work.path));
    return !saved || saved->pipeline != work.pipeline;
}

QString describe(const UnsavedWork &work)
{
    QStringList parts{
        QObject::tr("%1 not saved").arg(formatNoun(uint64_t(std::max(1, work.edits)), QObject::tr("edit"))),
        formatNoun(work.pipeline.steps.size(), QObject::tr("step"))};
    if (work.path.isEmpty()) {
        parts << QObject::tr("never saved as a file");
    } else if (const auto saved = loadPipeline(toUtf8(work.path)); !saved) {
        parts << QObject::tr("the saved file is gone or can't be read");
    } else {
        parts << QObject::tr("by the saved file: %1").arg(differenceText(saved->pipeline, work.pipeline));
    }
    return parts.join(QStringLiteral(" · "));
}

} // namespace

Recovery::Recovery(Document &document, QString folder, QObject *parent)
    : QObject(parent), m_document(document), m_folder(std::move(folder))
{
    m_pool.setMaxThreadCount(1);
    m_timer.setSingleShot(true);
    m_timer.setInterval(WriteDelay);
    connect(&m_timer, &QTimer::timeout, this, &Recovery::write);
    connect(&m_writing, &QFutureWatcherBase::finished, this, &Recovery::finish);
    connect(&document, &Document::historyChanged, this, &Recovery::note);
}

Recovery::~Recovery()
{
    m_writing.disconnect(this);
    m_pool.waitForDone();
    if (m_file)
        m_file->remove();
    if (m_writing.future().resultCount() > 0 && m_writing.result().file)
        m_writing.result().file->remove(); // was being made
}

void Recovery::adopt(std::shared_ptr<RecoveryFile> file)
{
    m_timer.stop();
    m_writing.waitForFinished();
    m_writing.setFuture({}); // what it has to say is of the file before
    if (m_file)
        m_file->remove();
    m_file = std::move(file);
}

void Recovery::note()
{
    // Not restarted by further edits: who edits without a rest is not to wait.
    if (!m_timer.isActive() && (m_document.isDirty() || m_file))
        m_timer.start();
}

void Recovery::write()
{
    if (m_writing.isRunning()) {
        m_isStale = true;
        return;
    }
    m_isStale = false;
    if (!m_document.isDirty()) {
        if (m_file)
            m_pool.start([file = std::exchange(m_file, {})] { file->remove(); });
        return;
    }
    UnsavedWork work{m_document.path(), QDateTime::currentDateTime(), m_document.editsSinceSaved(), {}};
    m_writing.setFuture(QtConcurrent::run(
        &m_pool, [file = m_file, folder = m_folder, work = std::move(work), state = m_document.state()]() mutable {
            if (!file) {
                auto made = RecoveryFile::create(folder);
                if (!made)
                    return Written{{}, toQString(made.error().message)};
                file = std::move(*made);
            }
            work.pipeline = *state;
            const auto done = file->write(work);
            return Written{file, done ? QString() : toQString(done.error().message)};
        }));
}

void Recovery::finish()
{
    if (m_writing.future().resultCount() == 0)
        return;
    const Written written = m_writing.result();
    m_file = written.file;
    const bool hasFailed = !written.problem.isEmpty();
    if (hasFailed && !m_hasFailed)
        Q_EMIT failed(
            tr("Unsaved changes can't be kept for a crash: %1. Save often, or make room there.").arg(written.problem));
    m_hasFailed = hasFailed;
    // Saved or undone while it was being written: it is to go again.
    if (m_isStale || (m_file && !m_document.isDirty()))
        write();
}

QString differenceText(const Pipeline &before, const Pipeline &after)
{
    uint64_t added = 0, removed = 0, changed = 0;
    for (const PipelineStep &step : after.steps) {
        const PipelineStep *old = before.step(step.id);
        added += !old;
        changed += old && *old != step;
    }
    for (const PipelineStep &step : before.steps)
        removed += !after.step(step.id);
    QStringList parts;
    const auto say = [&parts](uint64_t count, const QString &noun, const QString &what) {
        if (count)
            parts << formatNoun(count, noun) + QLatin1Char(' ') + what;
    };
    const QString step = QObject::tr("step");
    say(added, step, QObject::tr("added"));
    say(removed, step, QObject::tr("removed"));
    say(changed, step, QObject::tr("changed"));
    if (before.links != after.links)
        parts << QObject::tr("other links");
    if (before.notes != after.notes)
        parts << QObject::tr("other notes");
    if (before.frames != after.frames)
        parts << QObject::tr("other frames");
    if (parts.isEmpty() && before != after)
        parts << QObject::tr("other settings of the pipeline");
    return parts.join(QStringLiteral(", "));
}

std::vector<FoundWork> findUnsavedWork(const QString &folder)
{
    std::vector<FoundWork> found;
    for (std::unique_ptr<RecoveryFile> &file : RecoveryFile::abandoned(folder)) {
        auto work = file->read();
        if (!work)
            continue; // of another version, or damaged: left alone
        if (!isWorthKeeping(*work)) {
            file->remove();
            continue;
        }
        const QString what = describe(*work);
        found.push_back({std::move(file), *std::move(work), what});
    }
    std::ranges::sort(found, std::ranges::greater(), [](const FoundWork &one) { return one.work.written; });
    return found;
}

} // namespace millrace

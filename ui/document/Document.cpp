// SPDX-License-Identifier: MIT
#include "document/Document.h"

#include "model/Edits.h"
#include "model/ProblemText.h"
#include "pipeline/NoteIds.h"
#include "pipeline/PlainSecrets.h"
#include "theme/Text.h"

#include <QDir>
#include <QFileInfo>
#include <QtConcurrentRun>

#include <algorithm>
#include <iterator>
#include <utility>

namespace millrace {

namespace {

using Purpose = DocumentFile::Purpose;

constexpr size_t MostStates = 1000;
constexpr int CheckDelay = 120; // milliseconds after the last edit

/// What was thrown away with the file's name is put before it again: "It is empty." becomes "“x” is empty."
QString withName(const QString &sentence, const QString &path)
{
    const QString name = QStringLiteral("“%1”").arg(QFileInfo(path).fileName());
    return sentence.startsWith(QLatin1String("It ")) ? name + sentence.mid(2) : name + QStringLiteral(": ") + sentence;
}

} // namespace

Document::Document(const StepRegistry &registry, QObject *parent) : QObject(parent), m_registry(registry)
{
    m_pool.setMaxThreadCount(2);
    m_checkTimer.setSingleShot(true);
    m_checkTimer.setInterval(CheckDelay);
    connect(&m_checkTimer, &QTimer::timeout, this, &Document::check);
    connect(&m_file, &DocumentFile::loaded, this, &Document::takeLoaded);
    connect(&m_file, &DocumentFile::saved, this, &Document::takeSaved);
    connect(&m_file, &DocumentFile::changedOnDisk, this, [this] {
        noteForeignState();
        Q_EMIT changedOnDisk();
    });
    connect(&m_file, &DocumentFile::vanishedFromDisk, this, [this] {
        noteForeignState();
        Q_EMIT vanishedFromDisk();
    });
    connect(&m_checking, &QFutureWatcherBase::finished, this, &Document::finishChecking);
    begin({}, {});
}

Document::~Document()
{
    m_checkStop.request_stop();
    m_pool.waitForDone();
}

void Document::begin(Pipeline pipeline, const QString &path)
{
    Q_EMIT beginning(path.isEmpty() ? QString() : QFileInfo(path).absolutePath());
    completeNoteIds(pipeline);
    const bool hadSecrets = !removePlainSecrets(pipeline, m_registry).empty();
    m_history.clear();
    m_history.push_back({tr("Begin"), {}, std::make_shared<const Pipeline>(std::move(pipeline))});
    m_now = 0;
    m_clean = hadSecrets ? nullptr : m_history.front().pipeline;
    m_edits = 0;
    m_problems.clear();
    m_fields = {};
    m_file.setPath(path);
}

void Document::reset(Pipeline pipeline)
{
    begin(std::move(pipeline), {});
    tellChanged();
    Q_EMIT opened();
}

void Document::tellChanged()
{
    m_checkStop.request_stop(); // what it would find is of the past
    m_checkTimer.start();
    Q_EMIT changed();
    Q_EMIT historyChanged();
}

bool Document::edit(const QString &caption, const QString &gestureKey, const Edit &edit)
{
    auto next = edited(edit);
    if (!next)
        return false;
    push(caption, gestureKey, std::move(next));
    return true;
}

/// Null where nothing is changed.
std::shared_ptr<Pipeline> Document::edited(const Edit &edit) const
{
    auto next = std::make_shared<Pipeline>(pipeline());
    edit(*next);
    completeNoteIds(*next);
    removePlainSecrets(*next, m_registry);
    return *next == pipeline() ? nullptr : next;
}

bool Document::amend(const Edit &edit)
{
    auto next = m_now > 0 ? edited(edit) : nullptr;
    if (!next)
        return false;
    m_history.resize(m_now + 1);
    if (*next == *m_history[m_now - 1].pipeline) {
        m_history.pop_back();
        --m_now;
    } else {
        m_history[m_now].pipeline = std::move(next);
    }
    ++m_edits;
    tellChanged();
    return true;
}

void Document::push(const QString &caption, const QString &key, std::shared_ptr<const Pipeline> pipeline)
{
    m_history.resize(m_now + 1);
    if (!key.isEmpty() && m_now > 0 && m_history[m_now].key == key) {
        m_history[m_now].pipeline = std::move(pipeline);
    } else {
        m_history.push_back({caption, key, std::move(pipeline)});
        if (m_history.size() > MostStates)
            m_history.erase(m_history.begin());
        m_now = m_history.size() - 1;
    }
    ++m_edits;
    tellChanged();
}

void Document::endGesture()
{
    m_history[m_now].key.clear();
}

QStringList Document::captions() const
{
    QStringList captions;
    for (const State &state : m_history)
        captions << state.caption;
    return captions;
}

void Document::goTo(size_t index)
{
    if (index >= m_history.size() || index == m_now)
        return;
    endGesture();
    m_now = index;
    endGesture();
    ++m_edits;
    tellChanged();
}

QString Document::folder() const
{
    return path().isEmpty() ? QDir::currentPath() : QFileInfo(path()).absolutePath();
}

QString Document::title() const
{
    return path().isEmpty() ? tr("Untitled") : QFileInfo(path()).fileName();
}

bool Document::isDirty() const
{
    return !m_clean || (m_history[m_now].pipeline != m_clean && pipeline() != *m_clean);
}

void Document::open(const QString &path)
{
    m_file.load(path, Purpose::Open);
}

void Document::reload()
{
    if (!path().isEmpty())
        m_file.load(path(), Purpose::Reload);
}

void Document::recover(const Pipeline &pipeline, const QString &path, int edits)
{
    Pipeline recovered = pipeline;
    removePlainSecrets(recovered, m_registry);
    m_recovered = std::make_shared<const Pipeline>(std::move(recovered));
    m_recoveredEdits = edits;
    m_file.load(path, Purpose::Recover);
}

void Document::takeLoaded(const DocumentFile::Loaded &loaded)
{
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
    else if (loaded.path != path())
        return; // another file was opened meanwhile
    m_file.takeRead(loaded);
    if (loaded.purpose == Purpose::Reload) {
        Pipeline read = loaded.result->value().pipeline;
        const bool hadSecrets = !removePlainSecrets(read, m_registry).empty();
        m_clean = std::make_shared<const Pipeline>(std::move(read));
        if (*m_clean != pipeline())
            push(tr("Reload the file"), {}, m_clean);
        if (hadSecrets)
            m_clean.reset();
        m_edits = 0;
        Q_EMIT reloaded();
        Q_EMIT historyChanged();
    } else {
        tellChanged();
        Q_EMIT opened();
    }
    QStringList sentences;
    Problems problems = loaded.result->value().problems;
    std::ranges::move(removePlainSecrets(loaded.result->value().pipeline, m_registry), std::back_inserter(problems));
    for (const Problem &problem : problems)
        sentences << (problem.step.empty() ? QString() : toQString(problem.step) + QStringLiteral(": "))
                         + toQString(problem.text);
    if (!sentences.isEmpty())
        Q_EMIT warned(sentences);
}

void Document::finishRecovering(const DocumentFile::Loaded &loaded)
{
    const bool hasFile = loaded.result->has_value();
    begin(hasFile ? loaded.result->value().pipeline : Pipeline(), loaded.path);
    m_file.takeRead(loaded);
    if (!hasFile)
        m_clean.reset(); // the file is gone or can't be read: what was recovered is all there is
    push(tr("Recover unsaved changes"), {}, m_recovered);
    m_edits = m_recoveredEdits;
    m_recovered.reset();
    Q_EMIT opened();
}

void Document::writeGuesses()
{
    if (m_checked && !m_fields.guesses.empty())
        edit(tr("Keep what was guessed"), {},
             [this](Pipeline &pipeline) { keepGuesses(pipeline, m_registry, *m_checked, m_fields.guesses); });
}

void Document::save(const QString &path, bool overwrites)
{
    writeGuesses();
    m_file.save(state(), path, overwrites);
}

bool Document::saveNow(const QString &path)
{
    save(path);
    return m_file.finishNow();
}

void Document::takeSaved(const DocumentFile::Saved &done)
{
    if (done.hasConflict) {
        Q_EMIT conflicted(done.path);
        return;
    }
    if (!done.error.isEmpty()) {
        Q_EMIT saveFailed(done.error);
        return;
    }
    m_clean = done.pipeline;
    endGesture();
    if (!isDirty())
        m_edits = 0;
    if (done.hasMoved)
        m_checkTimer.start();
    Q_EMIT saved();
    Q_EMIT historyChanged();
}

void Document::keepMine()
{
    m_file.keepMine();
    noteForeignState();
}

/// What is in the file isn't what is drawn.
void Document::noteForeignState()
{
    m_clean.reset();
    Q_EMIT historyChanged();
}

void Document::check()
{
    m_checkTimer.stop();
    if (m_isUnderCheck) {
        m_isCheckStale = true;
        return;
    }
    m_isCheckStale = false;
    m_isUnderCheck = true;
    m_checkStop = std::stop_source();
    m_checking.setFuture(QtConcurrent::run(&m_pool, [state = m_history[m_now].pipeline, &registry = m_registry,
                                                     folder = toUtf8(folder()), stop = m_checkStop.get_token()] {
        Problems problems = checkPipeline(*state, registry, folder, stop);
        std::ranges::move(streamProblems(*state, registry), std::back_inserter(problems));
        return Checked{state, asSeen(std::move(problems), *state, registry),
                       fieldsAlong(*state, registry, folder, stop)};
    }));
}

void Document::finishChecking()
{
    m_isUnderCheck = false;
    if (m_isCheckStale) {
        check();
        return;
    }
    if (m_checkStop.stop_requested())
        return; // by an edit, whose own check begins soon
    const Checked checked = m_checking.result();
    m_problems = checked.problems;
    m_fields = checked.fields;
    m_checked = checked.state;
    Q_EMIT problemsChanged();
}

} // namespace millrace

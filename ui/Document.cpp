// SPDX-License-Identifier: MIT
#include "Document.h"

#include "model/Text.h"

#include <QDir>
#include <QFileInfo>
#include <QtConcurrentRun>

namespace millrace {

namespace {

constexpr size_t MostStates = 1000;
constexpr int CheckDelay = 120; // milliseconds after the last edit

} // namespace

Document::Document(const StepRegistry &registry, QObject *parent) : QObject(parent), m_registry(registry)
{
    m_pool.setMaxThreadCount(2);
    m_checkTimer.setSingleShot(true);
    m_checkTimer.setInterval(CheckDelay);
    connect(&m_checkTimer, &QTimer::timeout, this, &Document::check);
    connect(&m_loading, &QFutureWatcherBase::finished, this, &Document::finishLoading);
    connect(&m_saving, &QFutureWatcherBase::finished, this, &Document::finishSaving);
    connect(&m_checking, &QFutureWatcherBase::finished, this, &Document::finishChecking);
    begin({}, {});
}

Document::~Document()
{
    m_pool.waitForDone();
}

void Document::begin(Pipeline pipeline, const QString &path)
{
    m_history.clear();
    m_history.push_back({tr("Begin"), {}, std::make_shared<const Pipeline>(std::move(pipeline))});
    m_now = 0;
    m_clean = m_history.front().pipeline;
    m_path = path;
    m_problems.clear();
    m_fields = {};
}

void Document::reset(Pipeline pipeline)
{
    begin(std::move(pipeline), {});
    tellChanged();
    Q_EMIT opened();
}

void Document::tellChanged()
{
    m_checkTimer.start();
    Q_EMIT changed();
    Q_EMIT historyChanged();
}

bool Document::edit(const QString &caption, const QString &gestureKey, const Edit &edit)
{
    auto next = std::make_shared<Pipeline>(pipeline());
    edit(*next);
    if (*next == pipeline())
        return false;
    m_history.resize(m_now + 1);
    const bool merges = !gestureKey.isEmpty() && m_now > 0 && m_history[m_now].key == gestureKey;
    if (merges) {
        m_history[m_now].pipeline = std::move(next);
    } else {
        m_history.push_back({caption, gestureKey, std::move(next)});
        if (m_history.size() > MostStates)
            m_history.erase(m_history.begin());
        m_now = m_history.size() - 1;
    }
    tellChanged();
    return true;
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
    tellChanged();
}

QString Document::folder() const
{
    return m_path.isEmpty() ? QDir::currentPath() : QFileInfo(m_path).absolutePath();
}

QString Document::title() const
{
    return m_path.isEmpty() ? tr("Untitled") : QFileInfo(m_path).fileName();
}

bool Document::isDirty() const
{
    return m_history[m_now].pipeline != m_clean && pipeline() != *m_clean;
}

void Document::open(const QString &path)
{
    m_loading.setFuture(QtConcurrent::run(&m_pool, [path = QFileInfo(path).absoluteFilePath()] {
        return Loaded{path, std::make_shared<Result<LoadedPipeline>>(loadPipeline(toUtf8(path)))};
    }));
}

void Document::finishLoading()
{
    const Loaded loaded = m_loading.result();
    if (!*loaded.result) {
        Q_EMIT failed(toQString(loaded.result->error().message));
        return;
    }
    begin(loaded.result->value().pipeline, loaded.path);
    tellChanged();
    Q_EMIT opened();
    QStringList sentences;
    for (const Problem &problem : loaded.result->value().problems)
        sentences << (problem.step.empty() ? QString() : toQString(problem.step) + QStringLiteral(": "))
                         + toQString(problem.text);
    if (!sentences.isEmpty())
        Q_EMIT warned(sentences);
}

void Document::save(const QString &path)
{
    // One after the other, or an older state could be written over a newer one.
    m_saving.waitForFinished();
    m_saving.setFuture(
        QtConcurrent::run(&m_pool, [path = QFileInfo(path).absoluteFilePath(), state = m_history[m_now].pipeline] {
            const auto done = savePipeline(*state, toUtf8(path));
            return Saved{path, done ? QString() : toQString(done.error().message), state};
        }));
}

void Document::finishSaving()
{
    const Saved done = m_saving.result();
    if (!done.error.isEmpty()) {
        Q_EMIT failed(done.error);
        return;
    }
    const bool hasMoved = m_path != done.path;
    m_path = done.path;
    m_clean = done.pipeline;
    endGesture();
    if (hasMoved)
        m_checkTimer.start();
    Q_EMIT saved();
    Q_EMIT historyChanged();
}

void Document::check()
{
    m_checkTimer.stop();
    if (m_checking.isRunning()) {
        m_isCheckStale = true;
        return;
    }
    m_isCheckStale = false;
    m_checking.setFuture(QtConcurrent::run(
        &m_pool, [state = m_history[m_now].pipeline, &registry = m_registry, folder = toUtf8(folder())] {
            return Checked{checkPipeline(*state, registry, folder), fieldsAlong(*state, registry, folder)};
        }));
}

void Document::finishChecking()
{
    if (m_isCheckStale) {
        check();
        return;
    }
    const Checked checked = m_checking.result();
    m_problems = checked.problems;
    m_fields = checked.fields;
    Q_EMIT problemsChanged();
}

} // namespace millrace

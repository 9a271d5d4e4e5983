// SPDX-License-Identifier: MIT
#include "document/Document.h"

#include "model/ProblemText.h"
#include "theme/Text.h"

#include <QDir>
#include <QFileInfo>
#include <QtConcurrentRun>

namespace millrace {

namespace {

constexpr size_t MostStates = 1000;
constexpr int CheckDelay = 120; // milliseconds after the last edit
constexpr int LookDelay = 150;  // milliseconds after news of the file: who writes it shall be done

} // namespace

Document::Document(const StepRegistry &registry, QObject *parent) : QObject(parent), m_registry(registry)
{
    m_pool.setMaxThreadCount(2);
    m_checkTimer.setSingleShot(true);
    m_checkTimer.setInterval(CheckDelay);
    connect(&m_checkTimer, &QTimer::timeout, this, &Document::check);
    m_lookTimer.setSingleShot(true);
    m_lookTimer.setInterval(LookDelay);
    connect(&m_lookTimer, &QTimer::timeout, this, &Document::lookAtFile);
    connect(&m_looking, &QFutureWatcherBase::finished, this, &Document::finishLooking);
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, &m_lookTimer, QOverload<>::of(&QTimer::start));
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, &m_lookTimer, QOverload<>::of(&QTimer::start));
    connect(&m_loading, &QFutureWatcherBase::finished, this, &Document::finishLoading);
    connect(&m_saving, &QFutureWatcherBase::finished, this, &Document::finishSaving);
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
    m_history.clear();
    m_history.push_back({tr("Begin"), {}, std::make_shared<const Pipeline>(std::move(pipeline))});
    m_now = 0;
    m_clean = m_history.front().pipeline;
    m_edits = 0;
    m_path = path;
    m_print.clear();
    m_lastSeenDigest.clear();
    m_problems.clear();
    m_fields = {};
    watchFile();
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
    auto next = std::make_shared<Pipeline>(pipeline());
    edit(*next);
    if (*next == pipeline())
        return false;
    push(caption, gestureKey, std::move(next));
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
    return m_path.isEmpty() ? QDir::currentPath() : QFileInfo(m_path).absolutePath();
}

QString Document::title() const
{
    return m_path.isEmpty() ? tr("Untitled") : QFileInfo(m_path).fileName();
}

bool Document::isDirty() const
{
    return !m_clean || (m_history[m_now].pipeline != m_clean && pipeline() != *m_clean);
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
        return Checked{asSeen(checkPipeline(*state, registry, folder, stop), *state, registry),
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
    Q_EMIT problemsChanged();
}

} // namespace millrace

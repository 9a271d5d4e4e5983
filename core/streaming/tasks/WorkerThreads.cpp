// SPDX-License-Identifier: MIT
#include "streaming/tasks/WorkerThreads.h"

#include "data/errors/ExceptionError.h"
#include "streaming/tasks/TaskWork.h"

#include <algorithm>
#include <utility>

namespace millrace {

namespace {

/// Whose step is at work on this thread.
thread_local const WorkerThreads *t_own = nullptr;

constexpr size_t MostPostponed = 16; ///< tasks that a worker keeps while their items wait to be tried again

std::shared_ptr<const PipelineDefinition> definitionOf(const StepPrototype &step, const QueueWorkerOptions &options)
{
    QueuedStep queued(options.name, options.workers, options.arguments, options.queueSize, step);
    queued.runIn = options.runIn;
    queued.onError = options.onError;
    queued.retries = options.retries;
    queued.timeLimit = options.timeLimit;
    queued.memoryLimit = options.memoryLimit;
    QueuedPipelineOptions around;
    around.queueSize = options.queueSize;
    around.folder = options.folder;
    around.seed = options.seed;
    around.registry = options.registry;
    return PipelineDefinition::make(PipelineDefinition::Kind::Sequence, {std::move(queued)}, std::move(around));
}

const PlannedStep *plannedStep(const PipelineDefinition &definition)
{
    if (definition.stretches.size() != 1)
        return nullptr;
    const auto *compiled = std::get_if<CompiledRun>(&definition.stretches.front());
    if (!compiled)
        return nullptr;
    const auto &steps = compiled->plan.steps;
    const auto found = std::find_if(steps.begin(), steps.end(),
                                    [](const PlannedStep &one) { return one.kind == StepKind::Transform; });
    return found == steps.end() ? nullptr : &*found;
}

std::string settingsProblemOf(const PipelineDefinition &definition,
                              const StepPrototype &step,
                              const QueueWorkerOptions &options,
                              const PlannedStep *planned)
{
    if (!definition.problem.empty())
        return definition.problem;
    if (step.pipeline())
        return "A queue worker has one step; subscribe a worker for each step to the one before it.";
    if (options.onError == ErrorPolicy::Route)
        return "A queue worker has no error port that items could be routed to; use ErrorPolicy::Skip, and look at the "
               "failures of its tasks.";
    return planned ? std::string() : "The step \"" + step.name() + "\" can't work on tasks one by one.";
}

} // namespace

/// Only its own threads can be left: then the last of them is this one.
WorkerThreads::Session::~Session()
{
    for (std::thread &thread : threads)
        if (thread.joinable())
            thread.detach();
}

WorkerThreads::WorkerThreads(StepPrototype step,
                             QueueWorkerOptions given,
                             std::string workerName,
                             std::shared_ptr<TaskQueue> itsQueue,
                             std::shared_ptr<Publisher> itsPublisher)
    : options(std::move(given))
    , prototype(std::move(step))
    , name(std::move(workerName))
    , queue(std::move(itsQueue))
    , publisher(std::move(itsPublisher))
    , m_definition(definitionOf(prototype, options))
    , m_planned(plannedStep(*m_definition))
{
    settingsProblem = settingsProblemOf(*m_definition, prototype, options, m_planned);
}

bool WorkerThreads::isOwnThread() const
{
    return t_own == this;
}

int WorkerThreads::workerCount() const
{
    int count = std::max(1, m_planned->workers);
    if (m_planned->mostWorkers > 0)
        count = std::min(count, m_planned->mostWorkers);
    return m_planned->isOrdered ? 1 : count;
}

Error WorkerThreads::inStep(const Error &error, std::string_view before) const noexcept
{
    try {
        return {error.kind, "In the step \"" + name + "\": " + std::string(before) + error.message};
    } catch (...) {
        return {"memory", {}};
    }
}

bool WorkerThreads::isRunning() const
{
    const std::lock_guard lock(m_mutex);
    return m_state == State::Running || m_state == State::Ending;
}

std::string WorkerThreads::problem() const
{
    if (!settingsProblem.empty())
        return settingsProblem;
    const std::lock_guard lock(m_mutex);
    return m_problem;
}

bool WorkerThreads::refuseToStart()
{
    publisher->setPublishing(true);
    publisher->setPublishing(false, Error{ErrorKind::Settings, settingsProblem});
    queue->close();
    return false;
}

bool WorkerThreads::start()
{
    Lock lock(m_mutex);
    if (isOwnThread())
        return m_state == State::Running;
    if (!settingsProblem.empty())
        return refuseToStart();
    for (;;) {
        // A queue that somebody has closed lets its threads end by themselves.
        m_changed.wait(lock,
                       [this] { return m_state == State::Idle || (m_state == State::Running && !queue->isClosed()); });
        if (m_state == State::Running)
            return true;
        if (!m_session || m_session->isJoined)
            break;
        waitForEnd(lock, m_session);
    }
    const int workers = workerCount();
    const auto session = std::make_shared<Session>();
    m_session = session;
    m_state = State::Starting;
    m_problem.clear();
    publisher->breakOff(false);
    queue->reopen();
    publisher->setPublishing(true);
    std::optional<Error> refused = startThreads(session, workers);
    if (session->workers == 0) {
        session->openError = std::move(refused);
        end(*session);
        return false;
    }
    if (refused)
        m_problem = std::move(refused->message);
    m_changed.wait(lock, [&] { return session->opening == 0; });
    if (session->openError) {
        waitForEnd(lock, session);
        return false;
    }
    return true;
}

std::optional<Error> WorkerThreads::startThreads(const std::shared_ptr<Session> &session, int workers)
{
    const Result<> started = caught([&]() -> Result<> {
        session->threads.reserve(size_t(workers));
        while (session->workers < workers) {
            session->threads.emplace_back(
                [self = shared_from_this(), session, worker = session->workers] { self->run(*session, worker); });
            ++session->workers;
        }
        return {};
    });
    session->opening = session->living = session->workers; // the threads wait for m_mutex
    if (started)
        return {};
    const auto told = caught([&]() -> Result<std::string> {
        const std::string count = std::to_string(workers) + (workers == 1 ? " worker" : " workers");
        return (session->workers == 0 ? "None of " : "Only " + std::to_string(session->workers) + " of ") + count
               + " could be started, for the system gives no more threads (" + started.error().message
               + "); give it fewer workers, or raise the limit.";
    });
    return inStep(told ? Error{ErrorKind::Threads, *told} : told.error());
}

void WorkerThreads::stop()
{
    Lock lock(m_mutex);
    if (!isOwnThread())
        m_changed.wait(lock, [this] { return m_state != State::Starting; });
    queue->close();
    if (m_state == State::Running)
        m_state = State::Ending;
    if (m_session && !isOwnThread())
        waitForEnd(lock, m_session);
}

void WorkerThreads::cancel()
{
    Lock lock(m_mutex);
    queue->close();
    queue->clear();
    publisher->breakOff(true);
    if (!m_session)
        return;
    if (m_state == State::Running)
        m_state = State::Ending;
    m_session->isCancelled = true;
    m_session->interrupt.set();
    m_changed.notify_all();
    if (!isOwnThread())
        waitForEnd(lock, m_session);
}

/// Not on an own thread. Others may start the next session meanwhile.
void WorkerThreads::waitForEnd(Lock &lock, const std::shared_ptr<Session> &waitedFor)
{
    const std::shared_ptr<Session> session = waitedFor;
    m_changed.wait(lock, [&] { return session->isOver; });
    if (std::exchange(session->isJoining, true)) {
        m_changed.wait(lock, [&] { return session->isJoined; });
        return;
    }
    lock.unlock();
    for (std::thread &thread : session->threads)
        thread.join();
    lock.lock();
    session->threads.clear();
    session->isJoined = true;
    m_changed.notify_all();
}

/// No thread works any more. With m_mutex.
void WorkerThreads::end(Session &session)
{
    if (session.openError) {
        queue->close();
        queue->clear();
    }
    const std::optional<Error> &error = session.openError ? session.openError : session.endError;
    if (error)
        (void)caught([&]() -> Result<> {
            m_problem = error->message;
            return {};
        });
    session.isOver = true;
    m_state = State::Idle;
    publisher->setPublishing(false, error);
    m_changed.notify_all();
}

// A worker's thread

void WorkerThreads::run(Session &session, int worker)
{
    t_own = this;
    int workers = 0;
    {
        const std::lock_guard lock(m_mutex);
        workers = session.workers;
    }
    Result<std::unique_ptr<Step>> step = opened(session, worker, workers);
    Result<> worked, closed;
    if (awaitOthers(session, step))
        worked = caught([&]() -> Result<> {
            work(session, **step, worker);
            return {};
        });
    if (step) {
        closed = closeSafely(**step);
        step->reset();
    }
    const std::lock_guard lock(m_mutex);
    if (!worked) { // there was no memory to go on with
        session.isCancelled = true;
        queue->close();
    }
    if (!session.endError && !worked)
        session.endError = inStep(worked.error());
    else if (!session.endError && !closed)
        session.endError = inStep(closed.error(), "When it was closed: ");
    if (--session.living == 0)
        end(session);
}

Result<std::unique_ptr<Step>> WorkerThreads::opened(const Session &session, int worker, int workers) const
{
    return caught([&]() -> Result<std::unique_ptr<Step>> {
        auto made = [&] {
            const std::lock_guard lock(m_makeMutex);
            return m_planned->make(worker);
        }();
        if (!made)
            return made;
        if (!options.learnt.isNull())
            if (auto restored = (*made)->setState(options.learnt); !restored)
                return restored.forward();
        StepContext context;
        context.stepId = name;
        context.worker = worker;
        context.workers = workers;
        context.folder = options.folder;
        context.seed = options.seed;
        context.linkedPorts = {"out"};
        context.cancelFd = session.interrupt.number();
        context.services = &options.services;
        if (auto open = (*made)->open(context); !open)
            return open.forward();
        return made;
    });
}

/// No worker takes a task before all have opened their steps: else a start that fails would have done part of the work.
bool WorkerThreads::awaitOthers(Session &session, const Result<std::unique_ptr<Step>> &step)
{
    Lock lock(m_mutex);
    if (!step && !session.openError)
        session.openError = inStep(step.error());
    if (--session.opening > 0) {
        m_changed.wait(lock, [&] { return session.opening == 0; });
        return !session.openError;
    }
    if (session.isCancelled)
        session.openError = inStep({ErrorKind::Cancelled, {}}, "It was cancelled while it was started.");
    m_state = session.openError ? State::Ending : State::Running;
    m_changed.notify_all();
    return !session.openError;
}

void WorkerThreads::work(Session &session, Step &step, int worker)
{
    TaskWork taskWork(step, *m_planned, name, worker);
    // A step that needs its tasks in order gets no other one before all items of the last one are settled.
    const size_t mostPostponed = m_planned->isOrdered ? 1 : MostPostponed;
    std::vector<std::unique_ptr<TaskAttempt>> postponed; // the one that is due first is the last
    const auto postpone = [&](std::unique_ptr<TaskAttempt> attempt) {
        const auto place = std::find_if(postponed.begin(), postponed.end(),
                                        [&](const auto &other) { return other->due < attempt->due; });
        postponed.insert(place, std::move(attempt));
    };
    while (!session.isCancelled) {
        std::optional<TaskQueue::Entry> entry;
        if (postponed.empty())
            entry = queue->take();
        else if (postponed.size() < mostPostponed && !queue->isClosedAndEmpty())
            entry = queue->takeUntil(postponed.back()->due);
        if (entry) {
            if (auto attempt = taskWork.begin(entry->task))
                postpone(std::move(attempt));
            else
                publisher->notify(std::move(entry->task));
        } else if (postponed.empty()) {
            return;
        }
        if (postponed.empty() || (!entry && !sleepUntil(session, postponed.back()->due))
            || postponed.back()->due > std::chrono::steady_clock::now())
            continue;
        auto attempt = std::move(postponed.back());
        postponed.pop_back();
        if (taskWork.tryAgain(*attempt))
            publisher->notify(std::move(attempt->task));
        else
            postpone(std::move(attempt));
    }
}

/// False: it was cancelled.
bool WorkerThreads::sleepUntil(const Session &session, std::chrono::steady_clock::time_point due)
{
    Lock lock(m_mutex);
    return !m_changed.wait_until(lock, due, [&] { return session.isCancelled.load(); });
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "engine/scheduling/Executor.h"

#include <QThreadPool>

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <new>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

namespace millrace {

namespace {

/// Far above what any run asks for: the engine counts its pumps itself.
constexpr int MostThreads = 4096;
/// Far longer than any thread takes that the system has given.
constexpr std::chrono::seconds LongestStart(5);

/// Whether the system gives a thread now.
bool isThreadToBeHad()
{
    try {
        std::thread([] {}).join();
        return true;
    } catch (const std::system_error &) {
        return false;
    }
}

/// Threads of a QThreadPool of its own. Such a pool doesn't tell that the system refuses a thread, and counts it as one at
/// work for ever. So the system is asked beforehand; where it changes its mind in between, the task is seen not to begin, and the
/// pool is given up: it is never used, nor waited for, again.
class PoolExecutor final : public Executor
{
public:
    PoolExecutor() { m_pool->setMaxThreadCount(MostThreads); }
    ~PoolExecutor() override
    {
        waitForDone();
        if (m_isGivenUp)
            (void)m_pool.release(); // its destructor would wait for the thread that never was
    }

    bool start(std::function<void()> task) override
    {
        const std::lock_guard oneByOne(m_startMutex);
        if (m_isGivenUp)
            return false;
        try {
            if (!isThreadToBeHad())
                return false;
            const auto start = std::make_shared<Start>();
            m_pool->start([tasks = m_tasks, start, work = std::move(task)]() mutable { tasks->run(*start, work); });
            m_isGivenUp = !m_tasks->waitForStart(*start);
            return !m_isGivenUp;
        } catch (const std::bad_alloc &) {
            return false;
        }
    }

    void waitForDone() override
    {
        m_tasks->waitForDone();
        const std::lock_guard oneByOne(m_startMutex);
        if (!m_isGivenUp)
            m_pool->waitForDone();
    }

private:
    struct Start
    {
        bool hasBegun = false, isGivenUp = false;
    };

    /// The tasks that have begun. Shared with them: one that was given up may still come.
    class Tasks
    {
    public:
        /// False: the task hasn't begun, and never will.
        bool waitForStart(Start &start)
        {
            std::unique_lock lock(m_mutex);
            m_changed.wait_for(lock, LongestStart, [&] { return start.hasBegun; });
            start.isGivenUp = !start.hasBegun;
            return start.hasBegun;
        }

        void run(Start &start, std::function<void()> &work)
        {
            {
                const std::lock_guard lock(m_mutex);
                if (start.isGivenUp)
                    return;
                start.hasBegun = true;
                ++m_running;
            }
            m_changed.notify_all();
            work();
            work = nullptr;
            const std::lock_guard lock(m_mutex);
            --m_running;
            m_changed.notify_all();
        }

        void waitForDone()
        {
            std::unique_lock lock(m_mutex);
            m_changed.wait(lock, [this] { return m_running == 0; });
        }

    private:
        std::mutex m_mutex; ///< guards m_running, and each Start
        std::condition_variable m_changed;
        int m_running = 0;
    };

    std::unique_ptr<QThreadPool> m_pool = std::make_unique<QThreadPool>();
    const std::shared_ptr<Tasks> m_tasks = std::make_shared<Tasks>();
    std::mutex m_startMutex; ///< one start at a time: guards m_isGivenUp
    bool m_isGivenUp = false;
};

/// Plain std::threads, for the thread sanitizer.
class ThreadExecutor final : public Executor
{
public:
    ~ThreadExecutor() override { waitForDone(); }

    bool start(std::function<void()> task) override
    {
        const std::lock_guard lock(m_mutex);
        try {
            m_threads.emplace_back(std::move(task));
            return true;
        } catch (const std::system_error &) {
            return false;
        } catch (const std::bad_alloc &) {
            return false;
        }
    }

    void waitForDone() override
    {
        for (;;) {
            std::vector<std::thread> threads;
            {
                const std::lock_guard lock(m_mutex);
                threads.swap(m_threads);
            }
            if (threads.empty())
                return;
            for (std::thread &thread : threads) // a task may start others meanwhile
                thread.join();
        }
    }

private:
    std::mutex m_mutex; ///< guards m_threads
    std::vector<std::thread> m_threads;
};

} // namespace

std::unique_ptr<Executor> makeDefaultExecutor()
{
    // The thread sanitizer sees nothing of what the distribution's Qt does.
    const char *wanted = std::getenv("MILLRACE_EXECUTOR");
    if (wanted && std::string_view(wanted) == "threads")
        return std::make_unique<ThreadExecutor>();
    return std::make_unique<PoolExecutor>();
}

} // namespace millrace

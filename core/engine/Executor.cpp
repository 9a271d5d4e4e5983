// SPDX-License-Identifier: MIT
#include "engine/Executor.h"

#include <QThreadPool>

#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <string_view>
#include <thread>

namespace millrace {

namespace {

/// Far above what any run asks for: the engine counts its pumps itself.
constexpr int MostThreads = 4096;

class PoolExecutor final : public Executor
{
public:
    PoolExecutor() { m_pool.setMaxThreadCount(MostThreads); }
    void start(std::function<void()> task) override { m_pool.start(std::move(task)); }
    void waitForDone() override { m_pool.waitForDone(); }

private:
    QThreadPool m_pool;
};

class ThreadExecutor final : public Executor
{
public:
    ~ThreadExecutor() override { waitForDone(); }
    void start(std::function<void()> task) override
    {
        {
            std::lock_guard lock(m_mutex);
            ++m_running;
        }
        std::thread([this, work = std::move(task)]() mutable {
            work();
            work = nullptr;
            std::lock_guard lock(m_mutex);
            if (--m_running == 0)
                m_idle.notify_all();
        }).detach();
    }
    void waitForDone() override
    {
        std::unique_lock lock(m_mutex);
        m_idle.wait(lock, [this] { return m_running == 0; });
    }

private:
    std::mutex m_mutex; ///< guards m_running
    std::condition_variable m_idle;
    int m_running = 0;
};

} // namespace

std::unique_ptr<Executor> makePoolExecutor()
{
    return std::make_unique<PoolExecutor>();
}

std::unique_ptr<Executor> makeThreadExecutor()
{
    return std::make_unique<ThreadExecutor>();
}

std::unique_ptr<Executor> makeDefaultExecutor()
{
    const char *wanted = std::getenv("MILLRACE_EXECUTOR");
    if (wanted && std::string_view(wanted) == "threads")
        return makeThreadExecutor();
    return makePoolExecutor();
}

} // namespace millrace

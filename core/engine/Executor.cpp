// SPDX-License-Identifier: MIT
#include "engine/Executor.h"

#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <vector>

namespace millrace {

namespace {

/// Plain std::threads: a QThreadPool counts a thread that the system refused as one at work, and waits for it for ever.
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
    return std::make_unique<ThreadExecutor>();
}

} // namespace millrace

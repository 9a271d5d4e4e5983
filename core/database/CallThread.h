// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>

namespace millrace {

/// A thread that does what others ask it to, one call after the other, while they wait: for what has to stay on the thread that made it.
/// Any thread may call. Its constructor throws std::system_error where the system has no thread.
class CallThread
{
public:
    CallThread() : m_thread([this] { work(); }) {}
    CallThread(const CallThread &) = delete;
    CallThread &operator=(const CallThread &) = delete;
    ~CallThread();

    /// What `call` returns, which must not be void; what it throws is thrown here.
    template <class Call>
    std::invoke_result_t<Call &> run(Call &&call)
    {
        std::optional<std::invoke_result_t<Call &>> result;
        std::exception_ptr thrown;
        const auto task = [&] {
            try {
                result.emplace(call());
            } catch (...) {
                thrown = std::current_exception();
            }
        };
        wait(std::cref(task)); // which wants no memory, so that what has to be closed is
        if (thrown)
            std::rethrow_exception(thrown);
        return *std::move(result);
    }

private:
    void wait(const std::function<void()> &call);
    void work();

    std::mutex m_callers; ///< held by the one whose turn it is
    std::mutex m_mutex;   ///< guards what follows
    std::condition_variable m_changed;
    const std::function<void()> *m_call = nullptr; ///< of somebody who waits; null: nothing to do
    bool m_isEnding = false;
    std::thread m_thread; ///< the last, for it uses the others
};

} // namespace millrace

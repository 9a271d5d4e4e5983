// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "steps/Step.h"

#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace millrace {

/// What the workers of one step have in common during a run: a table that was read once, a bucket of tokens. Made by the worker that asks
/// first, gone with the run. Safe on any thread; what it holds has to be so itself.
class SharedState
{
public:
    /// What is kept under that key, always of the same type, or else what `make` makes: a function that gives a
    /// Result<std::shared_ptr<T>>. Others wait meanwhile; after an error whoever asks next tries again.
    template <class T, class Make>
    Result<std::shared_ptr<T>> share(const std::string &key, const Make &make)
    {
        const std::scoped_lock lock(m_mutex);
        if (const auto found = m_kept.find(key); found != m_kept.end())
            return std::const_pointer_cast<T>(std::static_pointer_cast<const T>(found->second));
        Result<std::shared_ptr<T>> made = make();
        if (made)
            m_kept.emplace(key, *made);
        return made;
    }
    void clear()
    {
        const std::scoped_lock lock(m_mutex);
        m_kept.clear();
    }

private:
    std::mutex m_mutex;                                        ///< guards what follows
    std::map<std::string, std::shared_ptr<const void>> m_kept; ///< shared with the workers' steps
};

/// The same for a worker's step; where it is on its own, what `make` makes is its alone.
template <class T, class Make>
Result<std::shared_ptr<T>> sharedBy(const StepContext &context, const std::string &key, const Make &make)
{
    return context.shared ? context.shared->share<T>(key, make) : make();
}

} // namespace millrace

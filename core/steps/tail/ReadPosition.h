// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "data/Value.h"

#include <chrono>
#include <string>

namespace millrace {

struct StepContext;

/// What an endless source remembers from run to run: a small JSON file beside the pipeline, `.STEP.position`, written as a whole. One
/// thread.
class ReadPosition
{
public:
    /// What was remembered of that source by earlier runs; null: nothing. `of`: what must be equal in it, for what else was read with
    /// a step of that name counts for nothing.
    Value open(const StepContext &context, const std::string &of);
    /// From now on that is what the next save() writes.
    void set(Value position)
    {
        m_position = std::move(position);
        m_isSaved = false;
    }
    /// Writes it where that is new; at most once a second, unless it is due. A failure is told once in the log, and is no reason to end.
    void save(const StepContext &context, bool isDue);

private:
    std::string m_path, m_of;
    Value m_position;
    bool m_isSaved = true, m_hasFailed = false;
    std::chrono::steady_clock::time_point m_savedAt{};
};

} // namespace millrace

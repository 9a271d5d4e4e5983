// SPDX-License-Identifier: MIT
#pragma once

#include "steps/Step.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace millrace {

/// Writes into the run's log for one worker of a step that runs a program. Of what the program itself says it takes as much as somebody
/// could read, which is far less than a program can write; the rest is counted. One thread.
class ProgramLog
{
public:
    static constexpr size_t MostLines = 1'000;   ///< a second
    static constexpr size_t LongestLine = 4'000; ///< bytes; longer ones are cut

    ProgramLog() = default;
    explicit ProgramLog(const StepContext &context);

    /// Of the step.
    void add(LogLevel level, std::string kind, std::string_view message) const;
    /// Of the program.
    void addLine(LogLevel level, std::string kind, std::string_view message);
    /// How many of the program's lines weren't taken since this was last said.
    void sayWhatIsLeftOut();

private:
    RunLog *m_log = nullptr;
    std::string m_step;
    int m_worker = 0;
    uint64_t m_second = 0; ///< steady nanoseconds, when it began
    size_t m_lines = 0;    ///< in that second
    size_t m_leftOut = 0;
};

} // namespace millrace

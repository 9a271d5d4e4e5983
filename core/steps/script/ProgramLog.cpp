// SPDX-License-Identifier: MIT
#include "steps/script/ProgramLog.h"

#include "metrics/Clock.h"
#include "metrics/RunLog.h"
#include "steps/script/ProgramMessages.h"

#include <utility>

namespace millrace {

ProgramLog::ProgramLog(const StepContext &context)
    : m_log(context.log), m_step(context.stepId), m_worker(context.worker)
{}

void ProgramLog::add(LogLevel level, std::string kind, std::string_view message) const
{
    if (!m_log)
        return;
    LogRecord record;
    record.level = level;
    record.step = m_step;
    record.worker = m_worker;
    record.kind = std::move(kind);
    record.message = fixedText(message);
    m_log->append(std::move(record));
}

void ProgramLog::addLine(LogLevel level, std::string kind, std::string_view message)
{
    constexpr uint64_t Second = 1'000'000'000;
    const uint64_t now = steadyNanoseconds();
    if (now - m_second >= Second) {
        sayWhatIsLeftOut();
        m_second = now;
        m_lines = 0;
    }
    if (++m_lines > MostLines) {
        ++m_leftOut;
        return;
    }
    const bool isLong = message.size() > LongestLine;
    add(level, std::move(kind), isLong ? std::string(message.substr(0, LongestLine)) + "…" : std::string(message));
}

void ProgramLog::sayWhatIsLeftOut()
{
    if (const size_t lines = std::exchange(m_leftOut, 0); lines > 0)
        add(LogLevel::Warning, "program",
            "The program wrote so much that " + std::to_string(lines) + " lines were left out of the log, which takes "
                + std::to_string(MostLines) + " a second from it.");
}

} // namespace millrace

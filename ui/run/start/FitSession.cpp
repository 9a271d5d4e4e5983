// SPDX-License-Identifier: MIT
#include "run/start/FitSession.h"

#include "engine/RunPlan.h"
#include "learning/Fit.h"
#include "learning/FittedFolder.h"
#include "run/RunDiary.h"
#include "theme/Text.h"

#include <QCoreApplication>

#include <algorithm>
#include <utility>

namespace millrace {

FitSession::FitSession(const Pipeline &pipeline, const QString &saveTo) : m_pipeline(pipeline), m_saveTo(saveTo) {}

FitSession::~FitSession() = default;

StartedRun FitSession::startFirstPass(RunPlan plan, const RunOptions &options, const Problems &warnings)
{
    m_fit = std::make_unique<Fit>(std::move(plan), options);
    if (m_fit->isNeeded())
        return startPass(warnings);
    StartedRun refused;
    refused.error = QCoreApplication::translate(
        "FitSession", "No step of this pipeline learns anything, so there is nothing to fit.");
    return refused;
}

StartedRun FitSession::startNextPass()
{
    return startPass({});
}

StartedRun FitSession::startPass(const Problems &warnings)
{
    if (auto pass = m_fit->nextPass())
        return startLogged(std::move(pass), passText(++m_pass, int(m_fit->passes().size())), warnings);
    if (const auto saved = saveFitted({m_pipeline, m_fit->states()}, toUtf8(m_saveTo)); !saved)
        return refusedRun(saved.error());
    StartedRun over;
    over.isFitSaved = true;
    return over;
}

void FitSession::keepPass(const RunLog &log, uint64_t errors)
{
    constexpr size_t AtOnce = 10'000;
    std::vector<LogRecord> part;
    for (uint64_t seen = 0; !(part = log.after(seen, AtOnce)).empty(); seen = part.back().number)
        for (LogRecord record : part) {
            record.number += m_logCount;
            m_log.push_back(std::move(record));
        }
    if (m_log.size() > MostEarlierLog)
        m_log.erase(m_log.begin(), m_log.end() - ptrdiff_t(MostEarlierLog));
    m_logCount += log.count();
    m_errors += errors;
    m_hasEarlierPass = true;
}

std::vector<LogRecord> FitSession::logAfter(uint64_t number, size_t most) const
{
    const auto next = std::ranges::upper_bound(m_log, number, {}, &LogRecord::number);
    return {next, next + std::min(ptrdiff_t(most), m_log.end() - next)};
}

} // namespace millrace

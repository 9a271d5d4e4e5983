// SPDX-License-Identifier: MIT
#include "log/LogGroups.h"

#include "metrics/ErrorGroup.h"

namespace millrace {

uint32_t LogGroups::groupOf(const LogRecord &record)
{
    if (record.level == LogLevel::Info)
        return None;
    std::string key = errorGroup(record);
    key += record.level == LogLevel::Error ? 'e' : 'w';
    if (const auto found = m_groups.find(key); found != m_groups.end())
        return found->second;
    if (m_groups.size() >= Most)
        return None;
    return m_groups.emplace(std::move(key), uint32_t(m_groups.size())).first->second;
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "metrics/RunLog.h"

#include "metrics/ErrorGroup.h"

#include <chrono>

namespace millrace {

namespace {

constexpr size_t MostGroups = 1000;

int64_t now()
{
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

} // namespace

std::string errorGroup(const LogRecord &record)
{
    std::string key = record.step + '\n' + record.kind + '\n';
    bool isQuoted = false;
    for (const char c : record.message) {
        if (c == '"')
            isQuoted = !isQuoted;
        else if (!isQuoted && (c < '0' || c > '9'))
            key += c;
    }
    return key;
}

void RunLog::append(LogRecord record)
{
    if (record.time == 0)
        record.time = now();
    record.shorten();
    std::string key;
    if (record.level == LogLevel::Error)
        key = errorGroup(record);

    std::lock_guard lock(m_mutex);
    record.number = ++m_count;
    if (!key.empty()) {
        auto found = m_groupIndex.find(key);
        if (found == m_groupIndex.end() && m_groups.size() < MostGroups && m_groupBytes < m_mostBytes / 4) {
            m_groupBytes += key.size() + record.byteSize();
            found = m_groupIndex.emplace(std::move(key), m_groups.size()).first;
            m_groups.push_back(record);
            m_groups.back().count = 0;
        }
        if (found != m_groupIndex.end())
            record.count = ++m_groups[found->second].count;
    }
    m_bytes += record.byteSize();
    m_records.push_back(std::move(record));
    while (m_records.size() > 1 && (m_records.size() > m_limit || m_bytes > m_mostBytes)) {
        m_bytes -= m_records.front().byteSize();
        m_records.pop_front();
    }
}

void RunLog::info(std::string step, std::string message)
{
    LogRecord record;
    record.step = std::move(step);
    record.message = std::move(message);
    append(std::move(record));
}

void RunLog::warn(std::string step, std::string message)
{
    LogRecord record;
    record.level = LogLevel::Warning;
    record.step = std::move(step);
    record.message = std::move(message);
    append(std::move(record));
}

std::vector<LogRecord> RunLog::after(uint64_t number, size_t most) const
{
    std::lock_guard lock(m_mutex);
    std::vector<LogRecord> records;
    const uint64_t first = m_count - m_records.size() + 1;
    const uint64_t begin = number + 1 > first ? number + 1 - first : 0;
    for (size_t i = size_t(begin); i < m_records.size() && records.size() < most; ++i)
        records.push_back(m_records[i]);
    return records;
}

uint64_t RunLog::count() const
{
    std::lock_guard lock(m_mutex);
    return m_count;
}

uint64_t RunLog::dropped() const
{
    std::lock_guard lock(m_mutex);
    return m_count - m_records.size();
}

std::vector<LogRecord> RunLog::errorGroups() const
{
    std::lock_guard lock(m_mutex);
    return m_groups;
}

} // namespace millrace

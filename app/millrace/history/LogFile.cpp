// SPDX-License-Identifier: MIT
#include "millrace/history/LogFile.h"

#include "data/text/Quote.h"
#include "data/text/VisibleText.h"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>

namespace millrace {

namespace {

std::string_view levelName(LogLevel level)
{
    switch (level) {
    case LogLevel::Info: return "info";
    case LogLevel::Warning: return "warning";
    case LogLevel::Error: return "error";
    }
    return {};
}

/// "2026-11-30T02:58:05.123Z"
std::string timeText(int64_t milliseconds)
{
    const std::time_t seconds = milliseconds / 1000;
    std::tm parts{};
    char text[40] = "";
    if (gmtime_r(&seconds, &parts)) {
        const size_t length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
        std::snprintf(text + length, sizeof text - length, ".%03dZ", int(milliseconds % 1000));
    }
    return text;
}

int64_t millisecondsNow()
{
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

/// " (orders.csv line 17, item 731, worker 2, batch 7, 3 tries)", or nothing.
std::string placeText(const LogRecord &record)
{
    std::string text = record.origin;
    const auto add = [&text](const std::string &part) { text += (text.empty() ? "" : ", ") + part; };
    if (record.hasItem && !record.itemId.isNull())
        add("item " + toPlain(record.itemId));
    if (record.worker >= 0)
        add("worker " + std::to_string(record.worker));
    if (record.batch >= 0)
        add("batch " + std::to_string(record.batch));
    if (record.attempts > 1)
        add(std::to_string(record.attempts) + " tries");
    return text.empty() ? text : " (" + text + ')';
}

std::string textLine(const LogRecord &record)
{
    return timeText(record.time) + ' ' + std::string(levelName(record.level)) + ' '
           + (record.step.empty() ? "" : record.step + ": ") + record.message + placeText(record);
}

std::string jsonLine(const LogRecord &record)
{
    Members members{{"time", timeText(record.time)}, {"level", levelName(record.level)}};
    const auto add = [&members](const char *key, Value value, bool isKnown) {
        if (isKnown)
            members.emplace_back(key, std::move(value));
    };
    add("step", record.step, !record.step.empty());
    add("worker", record.worker, record.worker >= 0);
    add("batch", record.batch, record.batch >= 0);
    add("itemId", record.itemId, record.hasItem);
    add("origin", record.origin, !record.origin.empty());
    add("kind", record.kind, !record.kind.empty());
    members.emplace_back("message", record.message);
    add("trace", record.trace, !record.trace.empty());
    add("attempts", record.attempts, record.attempts > 0);
    add("item", record.item, !record.item.isNull());
    return toJson(members);
}

} // namespace

Result<> LogFile::open(const std::string &path)
{
    m_path = path;
    m_isJson = path.ends_with(".jsonl");
    errno = 0;
    m_file.open(path, std::ios::trunc);
    if (!m_file)
        return failure(ErrorKind::Io, "can't write the log to " + inQuotes(path)
                                          + (errno == 0 ? "" : std::string(": ") + std::strerror(errno)) + '.');
    return {};
}

void LogFile::append(const LogRecord &record)
{
    if (record.number > m_last + 1) {
        LogRecord lost;
        lost.time = record.time;
        lost.level = LogLevel::Warning;
        lost.message = std::to_string(record.number - m_last - 1) + " records came too fast to be kept.";
        write(lost);
    }
    m_last = record.number;
    write(record);
}

void LogFile::say(std::string_view message)
{
    LogRecord record;
    record.time = millisecondsNow();
    record.message = message;
    write(record);
}

std::string LogFile::flush()
{
    if (!isOpen())
        return {};
    errno = 0;
    m_file.flush();
    if (m_file)
        return {};
    const int reason = errno;
    m_file.close();
    return "can't write the log to " + inQuotes(m_path) + (reason == 0 ? "" : std::string(": ") + std::strerror(reason))
           + '.';
}

void LogFile::write(const LogRecord &record)
{
    if (isOpen())
        m_file << visibleText(m_isJson ? jsonLine(record) : textLine(record), LineEnds::Escape) << '\n';
}

} // namespace millrace

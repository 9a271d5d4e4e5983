// SPDX-License-Identifier: MIT
#include "engine/journal/RunJournal.h"

#include "data/json/ObjectMembers.h"

#include <cerrno>
#include <cstring>
#include <exception>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace millrace {

namespace {

std::vector<std::string> stepsOf(const std::map<std::string, std::string> &results)
{
    std::vector<std::string> steps;
    for (const auto &[step, result] : results)
        steps.push_back(step);
    return steps;
}

/// What a file holds is on the disk then.
Result<> bringToDisk(const std::string &path)
{
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    const bool isThere = file >= 0 && ::fdatasync(file) == 0;
    const int reason = errno;
    if (file >= 0)
        ::close(file);
    return isThere ? Result<>() : Result<>(failure(ErrorKind::Io, std::strerror(reason)));
}

} // namespace

RunJournal::RunJournal(JournalEntry first,
                       const std::map<std::string, std::string> &results,
                       std::chrono::milliseconds interval)
    : m_sinks(stepsOf(results)), m_interval(interval), m_next(std::move(first))
{
    for (const auto &[step, result] : results)
        m_paths.push_back(journalPathOf(result));
    if (m_next.sequence > 0) {
        if (auto written = write(m_next))
            m_last = m_next;
        else
            end(written.error().message);
    }
    m_next.sinks.clear();
    m_thread = std::thread([this] { work(); });
}

RunJournal::~RunJournal()
{
    stopThread();
}

void RunJournal::stopThread()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isOver = true;
        m_wantsMark.store(false, std::memory_order_relaxed);
        m_awaited.store(NoMark, std::memory_order_release);
    }
    m_changed.notify_all();
    if (m_thread.joinable())
        m_thread.join();
}

void RunJournal::mark(uint64_t sequence, uint64_t items)
{
    const std::lock_guard lock(m_mutex);
    if (!wantsMark() || sequence == 0)
        return;
    m_wantsMark.store(false, std::memory_order_relaxed);
    m_next.sequence = sequence;
    m_next.items = items;
    m_next.sinks.clear();
    m_awaited.store(sequence, std::memory_order_release);
}

bool RunJournal::hasTold(const std::string &sink) const
{
    const std::lock_guard lock(m_mutex);
    return m_next.sinks.contains(sink);
}

void RunJournal::tell(const std::string &sink, Result<Value> state)
{
    {
        const std::lock_guard lock(m_mutex);
        if (awaited() == NoMark)
            return;
        if (!state) {
            end(state.error().message);
            return;
        }
        m_next.sinks.insert_or_assign(sink, *std::move(state));
        if (m_next.sinks.size() < m_sinks.size())
            return;
        m_awaited.store(NoMark, std::memory_order_release);
        m_isComplete = true;
    }
    m_changed.notify_all();
}

/// With the mutex locked.
void RunJournal::end(std::string problem)
{
    m_isOver = true;
    m_wantsMark.store(false, std::memory_order_relaxed);
    m_awaited.store(NoMark, std::memory_order_release);
    m_problem = "The journal of this run, by which it could go on after a crash, has ended: " + std::move(problem);
    m_changed.notify_all();
}

/// The journal's thread: waits a while, asks for a moment, and writes it down.
void RunJournal::work()
{
    std::unique_lock lock(m_mutex);
    const auto isOver = [this] { return m_isOver; };
    while (!m_changed.wait_for(lock, m_interval, isOver)) {
        m_wantsMark.store(true, std::memory_order_relaxed);
        m_changed.wait(lock, [this] { return m_isOver || m_isComplete; });
        if (m_isOver)
            return;
        m_isComplete = false;
        ++m_next.epoch;
        const JournalEntry entry = m_next;
        lock.unlock();
        Result<> written;
        try {
            written = write(entry);
        } catch (const std::exception &exception) {
            written = failure(ErrorKind::Memory, exception.what());
        }
        lock.lock();
        if (written)
            m_last = entry;
        else
            end(written.error().message);
    }
}

Result<> RunJournal::write(const JournalEntry &entry) const
{
    for (const auto &[step, state] : entry.sinks)
        if (const std::string file = textOf(state, "file"); !file.empty())
            if (auto there = bringToDisk(file); !there)
                return there;
    for (const std::string &path : m_paths)
        if (auto written = writeJournal(path, entry); !written)
            return written;
    return {};
}

void RunJournal::complete(std::map<std::string, Value> states)
{
    stopThread();
    if (m_last.sequence == 0)
        return;
    m_last.isComplete = true;
    m_last.sinks = std::move(states);
    if (auto written = write(m_last); !written)
        m_problem = written.error().message;
}

void RunJournal::discard()
{
    stopThread();
    for (const std::string &path : m_paths)
        ::unlink(path.c_str());
}

void RunJournal::close(const std::map<std::string, std::string> &kept)
{
    stopThread();
    if (m_last.sequence == 0)
        return;
    bool canGoOn = true;
    for (auto &[step, state] : m_last.sinks) {
        const auto place = kept.find(step);
        canGoOn = canGoOn && place != kept.end() && !place->second.empty() && state.isObject();
        if (!canGoOn)
            break;
        Members members = state.toObject();
        for (auto &[name, value] : members)
            if (name == "file")
                value = place->second;
        state = std::move(members);
    }
    if (!canGoOn || !write(m_last))
        discard();
}

std::string RunJournal::takeProblem()
{
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_problem, {});
}

} // namespace millrace

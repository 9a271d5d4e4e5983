// SPDX-License-Identifier: MIT
#include "metrics/RunTrace.h"

#include "data/files/AtomicFile.h"
#include "data/text/NumberText.h"
#include "data/Value.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>

namespace millrace {

namespace {

/// `run.json` for the first run of the program that is traced, `run-2.json` for the second, …
std::string pathOfRun(const std::string &path, int number)
{
    if (number == 1)
        return path;
    const size_t name = path.find_last_of('/') + 1; // 0 where there is no folder
    const size_t dot = path.find_last_of('.');
    const size_t end = dot == std::string::npos || dot <= name ? path.size() : dot;
    return path.substr(0, end) + '-' + std::to_string(number) + path.substr(end);
}

std::string pathAskedFor()
{
    const char *const path = std::getenv("MILLRACE_TRACE");
    return path ? path : "";
}

void appendMicroseconds(std::string &text, uint64_t nanoseconds)
{
    text += std::to_string(nanoseconds / 1000);
    const uint64_t rest = nanoseconds % 1000;
    if (rest != 0)
        (text += '.') += std::to_string(1000 + rest).substr(1);
}

std::string jsonOf(std::string_view text)
{
    std::string json;
    appendJsonText(json, text);
    return json;
}

} // namespace

bool RunTrace::isAskedFor()
{
    return !pathAskedFor().empty();
}

std::unique_ptr<RunTrace> RunTrace::fromEnvironment(std::vector<std::string> stages)
{
    static std::atomic<int> runs{0};
    return std::make_unique<RunTrace>(pathOfRun(pathAskedFor(), ++runs), std::move(stages));
}

RunTrace::Track &RunTrace::addTrack(pid_t threadId)
{
    const std::lock_guard lock(m_mutex);
    m_tracks.push_back(std::make_unique<Track>(threadId));
    return *m_tracks.back();
}

std::string RunTrace::textOf(const Track &track, uint64_t start) const
{
    const std::string process = ",\"pid\":" + std::to_string(::getpid());
    const std::string thread = process + ",\"tid\":" + std::to_string(track.m_threadId);
    std::string text = R"({"ph":"M","name":"thread_name")" + thread + ",\"args\":{\"name\":\"pump\"}}";
    if (track.m_left > 0)
        text += ",\n{\"ph\":\"M\",\"name\":\"thread_labels\"" + thread + ",\"args\":{\"labels\":\"without its last "
                + std::to_string(track.m_left) + " turns\"}}";
    for (const Track::Event &event : track.m_events) {
        const uint64_t begin = event.begin - std::min(start, event.begin);
        const std::string &stage = m_stages[event.stage];
        text += ",\n{\"ph\":\"X\",\"cat\":\"stage\",\"name\":" + jsonOf(stage) + thread + ",\"ts\":";
        appendMicroseconds(text, begin);
        text += ",\"dur\":";
        appendMicroseconds(text, event.length);
        text += "},\n{\"ph\":\"C\",\"name\":" + jsonOf("queue of " + stage) + process + ",\"ts\":";
        appendMicroseconds(text, begin + event.length);
        text += ",\"args\":{\"batches\":" + std::to_string(event.queued) + "}}";
    }
    return text;
}

std::string RunTrace::write(uint64_t start) const
{
    AtomicFile file;
    Result<> done = file.open(m_path);
    if (done)
        done = file.append("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n");
    std::string_view before;
    for (const auto &track : m_tracks) {
        if (done)
            done = file.append(before);
        if (done)
            done = file.append(textOf(*track, start));
        before = ",\n";
    }
    if (done)
        done = file.append("\n]}\n");
    if (done)
        done = file.commit();
    return done ? std::string() : done.error().message;
}

} // namespace millrace

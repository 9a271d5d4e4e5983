// SPDX-License-Identifier: MIT
#include "remote/WorkerProcess.h"

#include "data/BatchCodec.h"
#include "data/SpareMemory.h"
#include "process/Channel.h"
#include "process/Child.h"
#include "process/Event.h"
#include "remote/ServedStep.h"
#include "remote/WorkerMessages.h"

#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <atomic>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <thread>

namespace millrace {

namespace {

constexpr int WorkerSocket = 3;
constexpr const char *WorkerVariable = "MILLRACE_WORKER";

std::string ownPath()
{
    char path[PATH_MAX];
    const ssize_t length = ::readlink("/proc/self/exe", path, sizeof path);
    return length > 0 ? std::string(path, size_t(length)) : std::string();
}

bool isSocket(int number)
{
    int type = 0;
    socklen_t size = sizeof type;
    return ::getsockopt(number, SOL_SOCKET, SO_TYPE, &type, &size) == 0;
}

/// Ends this process when the run that started it is gone, even in the middle of a step that never returns.
class Watch
{
public:
    Watch() : m_thread([this] { watch(); }) {}
    ~Watch()
    {
        m_isOver.set();
        m_thread.join();
    }

private:
    void watch() const
    {
        pollfd waited[2] = {{WorkerSocket, POLLRDHUP, 0}, {m_isOver.number(), POLLIN, 0}};
        while (::poll(waited, 2, -1) < 0) {
        }
        if (waited[1].revents == 0)
            ::_exit(1);
    }

    Event m_isOver;
    std::thread m_thread;
};

void limitMemory(int64_t mebibytes)
{
    long pages = 0;
    if (FILE *file = std::fopen("/proc/self/statm", "re")) {
        if (std::fscanf(file, "%ld", &pages) != 1)
            pages = 0;
        std::fclose(file);
    }
    rlimit limit{};
    limit.rlim_cur = limit.rlim_max = rlim_t(pages) * rlim_t(::sysconf(_SC_PAGESIZE)) + (rlim_t(mebibytes) << 20);
    ::setrlimit(RLIMIT_AS, &limit);
    rlimit noCore{};
    ::setrlimit(RLIMIT_CORE, &noCore);
}

class ProcessWorker
{
public:
    explicit ProcessWorker(const StepRegistry &registry) : m_channel(Descriptor(WorkerSocket)), m_step(registry) {}

    int run()
    {
        const Watch watch;
        for (;;) {
            const auto frame = m_channel.receive();
            if (!frame)
                return 1; // whoever waited for our answers is gone
            Result<> done;
            switch (WorkerMessage(frame->kind)) {
            case WorkerMessage::Init: done = init(frame->body); break;
            case WorkerMessage::Batch: done = work(frame->body); break;
            case WorkerMessage::Close: m_step.close(); return 0;
            default: return 1;
            }
            if (!done)
                return 1;
        }
    }

private:
    Result<> init(std::string_view body)
    {
        const auto told = decodeValue(body);
        if (!told)
            return told.forward();
        if (const auto opened = m_step.open(*told); !opened) {
            ServedStep::encodeError(opened.error(), m_bytes);
            return answer(WorkerMessage::Failed, m_bytes);
        }
        if (const int64_t limit = wholeOf(*told, "memoryLimit"); limit > 0) {
            m_step.setMemoryLimit(limit);
            limitMemory(limit);
        }
        return answer(WorkerMessage::Ready, {});
    }

    Result<> work(std::string_view body)
    {
        const bool isDone = m_step.work(body, m_bytes, [this] { m_channel.forget(); });
        Result<> answered = answer(isDone ? WorkerMessage::Done : WorkerMessage::Failed, m_bytes);
        giveBackIfLarge(m_bytes);
        return answered;
    }

    /// With what the step has logged before it.
    Result<> answer(WorkerMessage kind, std::string_view body)
    {
        for (const LogRecord &record : m_step.takeLog()) {
            std::string bytes;
            encodeValue(bytes, Members{{"level", Value(int64_t(record.level))},
                                       {"kind", Value(record.kind)},
                                       {"message", Value(record.message)}});
            if (auto sent = m_channel.send(uint32_t(WorkerMessage::Log), bytes); !sent)
                return sent;
        }
        return m_channel.send(uint32_t(kind), body);
    }

    Channel m_channel;
    ServedStep m_step;
    std::string m_bytes;
};

} // namespace

Result<std::vector<std::string>> workerCommand()
{
    if (const char *named = std::getenv(WorkerVariable); named && *named)
        return std::vector<std::string>{named};
    const std::string own = ownPath();
    const std::string beside = own.substr(0, own.rfind('/') + 1) + "millrace";
    if (own.ends_with("/millrace") || !findProgram(beside).empty())
        return std::vector<std::string>{beside};
    if (std::string found = findProgram("millrace"); !found.empty())
        return std::vector<std::string>{std::move(found)};
    return failure(ErrorKind::Process,
                   "The program \"millrace\", which works in worker processes, is neither beside this program nor "
                   "in PATH; install it, or name it in MILLRACE_WORKER.");
}

int runWorker(const StepRegistry &registry)
{
    if (!isSocket(WorkerSocket)) {
        std::fputs("millrace worker without options is started by a run, not by hand: name a cluster with --on, or set "
                   "\"runIn\" "
                   "to \"processes\" in a pipeline file.\n",
                   stderr);
        return 2;
    }
    return ProcessWorker(registry).run();
}

std::optional<int> runWorkerIfAsked(int argc, const char *const *argv, const StepRegistry &registry)
{
    if (argc == 2 && std::string_view(argv[1]) == "worker" && isSocket(WorkerSocket))
        return runWorker(registry);
    ::setenv(WorkerVariable, ownPath().c_str(), 1);
    return {};
}

} // namespace millrace

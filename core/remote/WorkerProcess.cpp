// SPDX-License-Identifier: MIT
#include "remote/WorkerProcess.h"

#include "data/BatchCodec.h"
#include "data/errors/ExceptionError.h"
#include "data/SpareMemory.h"
#include "process/Channel.h"
#include "process/Child.h"
#include "process/Event.h"
#include "remote/WorkerMessages.h"

#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <atomic>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
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
    explicit ProcessWorker(const StepRegistry &registry) : m_registry(registry), m_channel(Descriptor(WorkerSocket)) {}

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
            case WorkerMessage::Close: close(); return 0;
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
        const auto opened = guarded([&] { return open(*told); });
        return opened ? answer(WorkerMessage::Ready, {}) : fail(opened.error());
    }

    Result<> open(const Value &told)
    {
        m_context.stepId = textOf(told, "step");
        m_context.worker = int(wholeOf(told, "worker"));
        m_context.workers = int(wholeOf(told, "workers"));
        m_context.folder = textOf(told, "folder");
        m_context.seed = uint64_t(wholeOf(told, "seed"));
        m_context.log = &m_log;
        if (const Value *ports = memberOf(told, "ports"); ports && ports->isList())
            for (const Value &port : ports->toList())
                m_context.linkedPorts.emplace_back(port.toText());
        const StepType *type = m_registry.find(textOf(told, "type"));
        if (!type)
            return failure(ErrorKind::Process,
                           "The worker process knows no step \"" + textOf(told, "type")
                               + "\"; start it with the same steps (MILLRACE_WORKER names its program).");
        const Value *params = memberOf(told, "params");
        const Members given = params && params->isObject() ? params->toObject() : Members();
        auto made = type->create(given);
        if (!made)
            return made.forward();
        m_step = *std::move(made);
        if (auto secrets = type->giveSecrets(*m_step, given, m_context.folder); !secrets)
            return secrets;
        if (const Value *state = memberOf(told, "state"); state && !state->isNull()) {
            if (auto set = m_step->setState(*state); !set)
                return set;
        }
        if (auto opened = m_step->open(m_context); !opened)
            return opened;
        m_isOpened = true;
        if (const int64_t limit = wholeOf(told, "memoryLimit"); limit > 0) {
            m_memoryLimit = limit;
            limitMemory(limit);
        }
        return {};
    }

    Result<> work(std::string_view body)
    {
        const auto worked = guarded([&]() -> Result<> {
            if (auto decoded = m_decoder.decode(body, m_batch); !decoded)
                return decoded;
            m_channel.forget();
            m_known.shareFrom(m_batch);
            return m_step->process(m_batch);
        });
        if (!worked)
            return fail(worked.error());
        return guardedAnswer();
    }

    Result<> guardedAnswer()
    {
        const auto encoded = guarded([&]() -> Result<> {
            m_bytes.clear();
            encodeValue(m_bytes, verdicts());
            m_batch.clearVerdicts();
            encodeBatch(m_bytes, m_batch, &m_known);
            return {};
        });
        m_known.letGo();
        // This process waits now, maybe for long: it keeps nothing large meanwhile.
        if (m_batch.byteSize() > MostSpareMemory)
            m_batch.giveBackMemory();
        Result<> answered = encoded ? answer(WorkerMessage::Done, m_bytes) : fail(encoded.error());
        giveBackIfLarge(m_bytes);
        return answered;
    }

    Value verdicts()
    {
        if (!m_batch.hasVerdicts())
            return {};
        Members members;
        if (!m_batch.errors().empty()) {
            List errors;
            for (const ItemError &error : m_batch.errors())
                errors.emplace_back(Members{{"row", Value(int64_t(error.row))},
                                            {"kind", Value(error.kind)},
                                            {"message", Value(error.message)},
                                            {"trace", Value(error.trace)}});
            members.emplace_back("errors", Value(std::move(errors)));
        }
        if (!m_batch.ports().empty())
            members.emplace_back("ports", Value(std::string_view(reinterpret_cast<const char *>(m_batch.ports().data()),
                                                                 m_batch.ports().size())));
        return members;
    }

    template <class Work>
    Result<> guarded(Work work)
    {
        return caught([&]() -> Result<> {
            try {
                return work();
            } catch (const std::bad_alloc &) {
                return failure(ErrorKind::Memory,
                               m_memoryLimit > 0 ? "It needs more memory than the limit of "
                                                       + std::to_string(m_memoryLimit) + " MiB for its worker process."
                                                 : std::string("There is not enough memory for it."));
            }
        });
    }

    Result<> fail(const Error &error)
    {
        m_bytes.clear();
        encodeValue(m_bytes, Members{{"kind", Value(error.kind)}, {"message", Value(error.message)}});
        return answer(WorkerMessage::Failed, m_bytes);
    }

    /// With what the step has logged before it.
    Result<> answer(WorkerMessage kind, std::string_view body)
    {
        if (m_log.count() > m_logged) {
            for (const LogRecord &record : m_log.after(m_logged)) {
                m_logged = record.number;
                std::string bytes;
                encodeValue(bytes, Members{{"level", Value(int64_t(record.level))},
                                           {"kind", Value(record.kind)},
                                           {"message", Value(record.message)}});
                if (auto sent = m_channel.send(uint32_t(WorkerMessage::Log), bytes); !sent)
                    return sent;
            }
        }
        return m_channel.send(uint32_t(kind), body);
    }

    void close()
    {
        if (m_isOpened)
            (void)closeSafely(*m_step); // nobody listens any more
    }

    const StepRegistry &m_registry;
    Channel m_channel;
    StepContext m_context;
    RunLog m_log{1'000};
    uint64_t m_logged = 0;
    std::unique_ptr<Step> m_step;
    bool m_isOpened = false;
    int64_t m_memoryLimit = 0;
    BatchDecoder m_decoder;
    Batch m_batch;
    Batch m_known; ///< as it came in, for what hasn't changed isn't sent back
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
        std::fputs(
            "millrace worker is started by a run, not by hand: set \"runIn\" to \"processes\" in a pipeline file.\n",
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

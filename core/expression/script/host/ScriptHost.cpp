// SPDX-License-Identifier: MIT
#include "expression/script/host/ScriptHost.h"

#include "data/BatchCodec.h"
#include "data/json/ObjectMembers.h"
#include "data/SpareMemory.h"
#include "expression/script/host/ScriptWork.h"
#include "expression/script/ScriptMessages.h"
#include "expression/script/ScriptProcess.h"
#include "metrics/MachineMemory.h"

#include <sys/socket.h>
#include <sys/wait.h>

#include <cstdlib>
#include <malloc.h>
#include <new>
#include <optional>
#include <QCoreApplication>

namespace millrace {

namespace {

constexpr const char *HostVariable = "MILLRACE_SCRIPT_ENGINE";
/// Bytes for each byte of a batch that come on top of what an engine may have: it is decoded, and its results are kept.
constexpr uint64_t ShareOfItems = 4;

bool isSocket(int number)
{
    int type = 0;
    socklen_t size = sizeof type;
    return ::getsockopt(number, SOL_SOCKET, SO_TYPE, &type, &size) == 0;
}

/// The life of a process of script engines: works until whoever started it is gone.
class ScriptHost
{
public:
    ScriptHost() : m_channel(Descriptor(ScriptHostSocket)), m_guard(ScriptHostSocket) {}

    int run()
    {
        giveBackLargeBlocks();
        Result<> done;
        while (done) {
            const auto frame = m_channel.receive();
            if (!frame)
                return 1;
            switch (ScriptMessage(frame->kind)) {
            case ScriptMessage::Expression:
            case ScriptMessage::Function:
            case ScriptMessage::Check: done = open(ScriptMessage(frame->kind), frame->body); break;
            case ScriptMessage::Items: done = work(frame->body); break;
            case ScriptMessage::Close: close(); break;
            default: return 1;
            }
        }
        return 1;
    }

private:
    Result<> open(ScriptMessage kind, std::string_view body)
    {
        const auto told = decodeValue(body);
        if (!told)
            return told.forward();
        const ScriptLimits limits{realOf(*told, "seconds"), wholeOf(*told, "mebibytes")};
        const std::string source = textOf(*told, "source");
        if (kind != ScriptMessage::Expression || !m_isForExpressions)
            m_work.reset();
        Result<> opened;
        if (kind == ScriptMessage::Check)
            opened = checkScript(m_guard, source, limits);
        else
            opened = workFor(kind).open(source, limits);
        ScriptGuard::freeMemory();
        return opened ? m_channel.send(uint32_t(ScriptMessage::Ready), {}) : fail(opened.error());
    }

    ScriptWork &workFor(ScriptMessage kind)
    {
        if (!m_work) {
            m_isForExpressions = kind == ScriptMessage::Expression;
            m_work = m_isForExpressions ? makeExpressionWork(m_guard)
                                        : makeFunctionWork(m_guard, [this](LogLevel level, std::string text) {
                                              say(level, std::move(text));
                                          });
        }
        return *m_work;
    }

    Result<> work(std::string_view body)
    {
        if (!m_work || body.empty())
            return failure(ErrorKind::Protocol, {});
        const bool endsAtFailure = body.front() != '\0';
        body.remove_prefix(1);
        if (auto decoded = m_decoder.decode(body, m_batch); !decoded)
            return decoded;
        m_guard.limitMemory(body.size() * ShareOfItems);
        m_channel.forget();
        m_errors.clear();
        m_known.shareFrom(m_batch);
        const Result<> done = m_work->work(m_batch, endsAtFailure, m_errors);
        ScriptGuard::freeMemory();
        if (!done)
            return fail(done.error());
        m_bytes.clear();
        encodeErrors(m_bytes, m_errors);
        encodeBatch(m_bytes, m_batch, &m_known);
        m_known.letGo();
        m_batch.renew();
        if (m_batch.byteSize() > MostSpareMemory)
            m_batch.giveBackMemory();
        Result<> sent = m_channel.send(uint32_t(ScriptMessage::Done), m_bytes);
        giveBackIfLarge(m_bytes);
        return sent;
    }

    void close()
    {
        const bool hasGrown = m_guard.hasGrown();
        if (m_work && m_work->close() && !hasGrown)
            return; // a new engine takes longer than most checks
        m_work.reset();
        ::malloc_trim(0);
    }

    Result<> fail(const Error &error)
    {
        m_bytes.clear();
        encodeValue(m_bytes, Members{{"kind", Value(error.kind)}, {"message", Value(error.message)}});
        return m_channel.send(uint32_t(ScriptMessage::Failed), m_bytes);
    }

    void say(LogLevel level, std::string text)
    {
        std::string bytes;
        encodeValue(bytes, Members{{"level", Value(int64_t(level))}, {"message", Value(std::move(text))}});
        (void)m_channel.send(uint32_t(ScriptMessage::Log), bytes); // who doesn't listen any more ends this process
    }

    Channel m_channel;
    ScriptGuard m_guard;
    std::unique_ptr<ScriptWork> m_work;
    bool m_isForExpressions = false; ///< m_work
    BatchDecoder m_decoder;
    Batch m_batch;
    Batch m_known; ///< as it came in
    std::vector<ItemError> m_errors;
    std::string m_bytes;
};

/// Before main(), where this process was started as one of a script engine. Nothing that is used here needs what other files set up
/// before main().
[[gnu::constructor]] void runScriptHostIfAsked(int argc, char **argv, char **)
{
    if (!std::getenv(HostVariable) || !isSocket(ScriptHostSocket))
        return;
    ::unsetenv(HostVariable);
    int status = int(ScriptEnding::Crash);
    try {
        const QCoreApplication application(argc, argv);
        status = ScriptHost().run();
    } catch (const std::bad_alloc &) {
        status = int(ScriptEnding::Memory);
    } catch (...) {
        status = int(ScriptEnding::Crash);
    }
    ::_exit(status);
}

} // namespace

std::vector<std::string> scriptHostEnvironment()
{
    return {std::string(HostVariable) + "=1", "TZ=UTC"}; // no result depends on the machine's zone
}

std::string_view scriptHostEnding(int status)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == int(ScriptEnding::Timeout))
        return ErrorKind::Timeout;
    return WIFEXITED(status) && WEXITSTATUS(status) == int(ScriptEnding::Memory) ? ErrorKind::Memory : ErrorKind::Crash;
}

} // namespace millrace

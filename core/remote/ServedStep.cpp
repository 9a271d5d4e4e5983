// SPDX-License-Identifier: MIT
#include "remote/ServedStep.h"

#include "data/errors/ExceptionError.h"
#include "data/json/ObjectMembers.h"
#include "data/SpareMemory.h"

#include <algorithm>
#include <new>
#include <utility>

namespace millrace {

Result<> ServedStep::open(const Value &told, const std::string &folder)
{
    return guarded([&] { return openGuarded(told, folder); });
}

Result<> ServedStep::openGuarded(const Value &told, const std::string &folder)
{
    m_context.stepId = textOf(told, "step");
    m_context.worker = int(wholeOf(told, "worker"));
    m_context.workers = int(wholeOf(told, "workers"));
    m_context.folder = folder.empty() ? textOf(told, "folder") : folder;
    m_context.seed = uint64_t(wholeOf(told, "seed"));
    m_context.log = &m_log;
    if (const Value *ports = memberOf(told, "ports"); ports && ports->isList())
        for (const Value &port : ports->toList())
            m_context.linkedPorts.emplace_back(port.toText());
    const StepType *type = m_registry.find(textOf(told, "type"));
    if (!type)
        return failure(ErrorKind::Process, "The worker process knows no step \"" + textOf(told, "type")
                                               + "\"; start it with the same steps (MILLRACE_WORKER names its "
                                                 "program).");
    const Value *params = memberOf(told, "params");
    const Members given = params && params->isObject() ? params->toObject() : Members();
    if (m_makeApart) {
        RemoteSpec spec{type->id, given, {}, 0, wholeOf(told, "memoryLimit"), type->keepsItemsOnError};
        if (const Value *limit = memberOf(told, "timeLimit"); limit && limit->isNumber())
            spec.timeLimit = limit->toReal();
        m_step = m_makeApart(std::move(spec));
    } else {
        auto made = type->create(given);
        if (!made)
            return made.forward();
        m_step = *std::move(made);
        if (auto secrets = type->giveSecrets(*m_step, given, m_context.folder); !secrets)
            return secrets;
    }
    if (const Value *state = memberOf(told, "state"); state && !state->isNull()) {
        if (auto set = m_step->setState(*state); !set)
            return set;
    }
    if (auto opened = m_step->open(m_context); !opened)
        return opened;
    m_isOpened = true;
    return {};
}

bool ServedStep::work(std::string_view body, std::string &answer, const std::function<void()> &taken)
{
    answer.clear();
    const auto worked = guarded([&]() -> Result<> {
        if (auto decoded = m_decoder.decode(body, m_batch); !decoded)
            return decoded;
        if (taken)
            taken();
        m_known.shareFrom(m_batch);
        return m_step->process(m_batch);
    });
    if (!worked) {
        encodeError(worked.error(), answer);
        return false;
    }
    const auto encoded = guarded([&]() -> Result<> {
        encodeValue(answer, verdicts());
        m_batch.clearVerdicts();
        encodeBatch(answer, m_batch, &m_known);
        return {};
    });
    m_known.letGo();
    // This worker waits now, maybe for long: it keeps nothing large meanwhile.
    if (m_batch.byteSize() > MostSpareMemory)
        m_batch.giveBackMemory();
    if (!encoded)
        encodeError(encoded.error(), answer);
    return encoded.has_value();
}

Value ServedStep::verdicts() const
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
Result<> ServedStep::guarded(Work work) const
{
    return caught([&]() -> Result<> {
        try {
            return work();
        } catch (const std::bad_alloc &) {
            return failure(ErrorKind::Memory, m_memoryLimit > 0
                                                  ? "It needs more memory than the limit of "
                                                        + std::to_string(m_memoryLimit) + " MiB for its worker process."
                                                  : std::string("There is not enough memory for it."));
        }
    });
}

std::vector<LogRecord> ServedStep::takeLog()
{
    if (m_log.count() <= m_logged)
        return {};
    std::vector<LogRecord> records = m_log.after(m_logged);
    if (!records.empty())
        m_logged = records.back().number;
    return records;
}

void ServedStep::encodeError(const Error &error, std::string &answer)
{
    answer.clear();
    encodeValue(answer, Members{{"kind", Value(error.kind)}, {"message", Value(error.message)}});
}

void ServedStep::close()
{
    if (std::exchange(m_isOpened, false))
        (void)closeSafely(*m_step); // nobody listens any more
}

} // namespace millrace

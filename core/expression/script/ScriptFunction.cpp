// SPDX-License-Identifier: MIT
#include "expression/script/ScriptFunction.h"

#include "expression/script/ScriptMessages.h"
#include "expression/script/ScriptProcess.h"

#include <map>
#include <mutex>
#include <optional>

namespace millrace {

namespace {

constexpr size_t MostVerdicts = 64;

/// What was said of the last texts: a window checks after every key.
class Verdicts
{
public:
    static Verdicts &all()
    {
        static Verdicts verdicts;
        return verdicts;
    }
    std::optional<Error> find(const std::string &code)
    {
        const std::lock_guard lock(m_mutex);
        const auto found = m_verdicts.find(code);
        return found == m_verdicts.end() ? std::nullopt : std::optional(found->second);
    }
    void add(const std::string &code, const Error &verdict)
    {
        const std::lock_guard lock(m_mutex);
        if (m_verdicts.size() >= MostVerdicts)
            m_verdicts.clear();
        m_verdicts[code] = verdict;
    }

private:
    std::mutex m_mutex; ///< guards all below
    std::map<std::string, Error> m_verdicts;
};

} // namespace

ScriptFunction::ScriptFunction(Options options) : m_options(std::move(options)) {}

ScriptFunction::~ScriptFunction()
{
    if (m_announced.isEmpty())
        ScriptProcess::giveBack(std::move(m_process));
}

Failure ScriptFunction::explained(const Error &error) const
{
    return explainedEnd(error, "The script", m_options.surroundings.limits);
}

Result<> ScriptFunction::check(std::string_view code)
{
    const std::string text(code);
    if (const auto known = Verdicts::all().find(text))
        return known->message.empty() ? Result<>() : failure(known->kind, known->message);
    auto process = ScriptProcess::take({});
    if (!process)
        return process.forward();
    std::string bytes;
    encodeOpening(bytes, text, CheckLimits);
    const auto checked = (*process)->ask(ScriptMessage::Check, bytes, CheckLimits.seconds);
    ScriptProcess::giveBack(*std::move(process));
    const Error verdict = checked ? Error() : explainedEnd(checked.error(), "To read the script", CheckLimits).error;
    Verdicts::all().add(text, verdict);
    return checked ? Result<>() : failure(verdict.kind, verdict.message);
}

Result<> ScriptFunction::start()
{
    m_announced.clear();
    const ScriptSurroundings &around = m_options.surroundings;
    auto process = ScriptProcess::take(around);
    if (!process)
        return process.forward();
    m_bytes.clear();
    encodeOpening(m_bytes, m_options.code, around.limits);
    if (auto opened = (*process)->ask(ScriptMessage::Function, m_bytes, around.limits.seconds, m_options.say);
        !opened) {
        ScriptProcess::giveBack(*std::move(process));
        return explained(opened.error());
    }
    m_process = *std::move(process);
    return {};
}

std::string &ScriptFunction::encode(const Batch &batch)
{
    const ScriptSurroundings &around = m_options.surroundings;
    m_bytes.assign(1, around.endsAtFailure && around.endsAtFailure() ? '\1' : '\0');
    encodeBatch(m_bytes, batch);
    return m_bytes;
}

double ScriptFunction::secondsFor(size_t items) const
{
    return m_options.surroundings.limits.seconds * double(items + 1);
}

void ScriptFunction::announce(std::span<Batch *const> batches)
{
    if (m_process)
        m_announced.send(*m_process, batches, m_options.surroundings.limits.seconds,
                         [this](const Batch &batch) -> std::string & { return encode(batch); });
}

Result<std::string_view> ScriptFunction::ask(const Batch &batch)
{
    if (m_announced.isNext(batch))
        m_announced.takeNext();
    else if (auto sent = m_process->send(ScriptMessage::Items, encode(batch), secondsFor(batch.size())); !sent)
        return sent.forward();
    return m_process->receive(secondsFor(batch.size()), m_options.say);
}

Result<> ScriptFunction::transform(Batch &batch)
{
    if (m_process && !m_announced.isNext(batch))
        m_announced.discard(*m_process, m_options.surroundings.limits.seconds);
    if (!m_process || !m_process->isRunning()) {
        if (auto started = start(); !started)
            return started;
    }
    auto answer = ask(batch);
    if (!answer)
        return explained(answer.error());
    auto errors = decodeErrors(*answer);
    if (!errors)
        return errors.forward();
    if (auto decoded = m_decoder.decode(*answer, m_answer, &batch); !decoded)
        return decoded;
    m_process->forgetAnswer();
    takeItems(batch, m_answer);
    for (ItemError &error : *errors)
        batch.fail(error.row, std::move(error.kind), std::move(error.message), std::move(error.trace));
    return {};
}

} // namespace millrace

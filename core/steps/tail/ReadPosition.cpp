// SPDX-License-Identifier: MIT
#include "steps/tail/ReadPosition.h"

#include "data/files/AtomicFile.h"
#include "data/files/FilePath.h"
#include "data/json/JsonReader.h"
#include "steps/Step.h"

#include <utility>

namespace millrace {

Value ReadPosition::open(const StepContext &context, const std::string &of)
{
    m_path = resolvePath(context.folder.empty() ? "." : context.folder, '.' + context.stepId + ".position");
    m_of = of;
    m_isSaved = true;
    m_hasFailed = false;
    m_savedAt = {};
    if (!isRegularFile(m_path))
        return {};
    const auto text = readWholeFile(m_path);
    const auto value = text ? parseJson(*text) : Result<Value>(text.forward());
    if (!value || !value->isObject()) {
        if (context.log)
            context.log->warn(context.stepId, m_path + " can't be understood, so it isn't known what was read before.");
        return {};
    }
    Value found;
    bool isOfThis = false;
    for (const auto &[name, member] : value->toObject()) {
        isOfThis = isOfThis || (name == "of" && member == Value(m_of));
        if (name == "position")
            found = member;
    }
    return isOfThis ? found : Value();
}

void ReadPosition::save(const StepContext &context, bool isDue)
{
    constexpr std::chrono::seconds Between{1};
    const auto now = std::chrono::steady_clock::now();
    if (m_isSaved || (!isDue && now - m_savedAt < Between))
        return;
    AtomicFile file;
    Result<> written = file.openOwn(m_path);
    if (written)
        written = file.append(toJson(Value(Members{{"of", Value(m_of)}, {"position", m_position}})) + '\n');
    if (written)
        written = file.commit();
    m_isSaved = true;
    m_savedAt = now;
    if (!written && !std::exchange(m_hasFailed, true) && context.log)
        context.log->warn(context.stepId,
                          "The next run won't know how far this one has come: " + written.error().message);
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "steps/keys/HoldingStep.h"

#include "data/text/ByteSize.h"
#include "steps/StepChecks.h"

namespace millrace {

Result<> HoldingStep::open(const StepContext &context)
{
    m_context = context;
    m_ending.reset();
    note(0, 0);
    const auto memory = sizeOf("memory", m_memory);
    return memory ? Result<>() : memory.forward();
}

void HoldingStep::checkMemory(std::vector<StepProblem> &problems) const
{
    checkSize("memory", m_memory, problems);
}

uint64_t HoldingStep::memoryBytes() const
{
    return byteSizeOf(m_memory).value_or(0);
}

void HoldingStep::note(uint64_t held, uint64_t spilled)
{
    m_gauge.held.store(held, std::memory_order_relaxed);
    m_gauge.spilled.store(spilled, std::memory_order_relaxed);
}

SortKey sortKeyOf(const std::string &text)
{
    return text.starts_with('-') ? SortKey{text.substr(1), true} : SortKey{text, false};
}

Result<> requireFields(const Schema &schema, const std::vector<std::string> &fields)
{
    for (const std::string &field : fields)
        if (!schema.isOpen() && !schema.find(field))
            return failure(ErrorKind::Field, noFieldMessage(field, schema));
    return {};
}

std::string joined(const std::vector<std::string> &words)
{
    std::string text;
    for (const std::string &word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text;
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/LogRecord.h"

#include <cstdint>
#include <string>
#include <unordered_map>

namespace millrace {

/// Numbers kinds of records: those of one step and level whose messages differ in numbers and quoted parts only.
class LogGroups
{
public:
    static constexpr uint32_t None = UINT32_MAX;
    /// Beyond these, a kind that is new has no number: each of its records stands for itself.
    static constexpr size_t Most = 20'000;

    /// What is no warning and no error is of no kind.
    uint32_t groupOf(const LogRecord &record);
    size_t size() const { return m_groups.size(); }
    void clear() { m_groups.clear(); }

private:
    std::unordered_map<std::string, uint32_t> m_groups;
};

} // namespace millrace

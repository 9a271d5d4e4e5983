// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>

namespace millrace {

/// Gives each of many names once: name, name_2, name_3, … where one repeats. However many do, each costs the same.
class UniqueNames
{
public:
    /// A name that is somebody's own: add() gives it to nobody else.
    void reserve(const std::string &name) { m_taken.insert(name); }
    std::string add(std::string name)
    {
        if (m_taken.insert(name).second)
            return name;
        size_t &number = m_numbers.try_emplace(name, 2).first->second; // none below is free any more
        std::string numbered;
        do
            numbered = name + '_' + std::to_string(number++);
        while (!m_taken.insert(numbered).second);
        return numbered;
    }

private:
    std::unordered_set<std::string> m_taken;
    std::unordered_map<std::string, size_t> m_numbers;
};

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace millrace {

/// Which file the rows of a source come from, where it reads several, one behind the other. The source's thread adds, those of the
/// decoders ask; safe on all.
class FileOrigins
{
public:
    /// The rows from that one on are those of this file. Rows ascend.
    void add(int64_t firstRow, std::string name)
    {
        const std::lock_guard lock(m_mutex);
        m_files.emplace_back(firstRow, std::move(name));
    }
    /// The file of a row; empty where none was added.
    std::string nameOf(int64_t row) const
    {
        const std::lock_guard lock(m_mutex);
        const auto behind = std::upper_bound(m_files.begin(), m_files.end(), row,
                                             [](int64_t wanted, const auto &file) { return wanted < file.first; });
        return behind == m_files.begin() ? std::string() : std::prev(behind)->second;
    }
    bool areSeveral() const
    {
        const std::lock_guard lock(m_mutex);
        return m_files.size() > 1;
    }

private:
    mutable std::mutex m_mutex; ///< guards m_files
    std::vector<std::pair<int64_t, std::string>> m_files;
};

} // namespace millrace

// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "process/Descriptor.h"

#include <cstdint>
#include <string>

namespace millrace {

/// A private folder for what memory has no room for. It is removed with this object; what programs that were killed have left of
/// such folders is removed by the next one in the same place. One thread at a time.
class DuckDbFolder
{
public:
    DuckDbFolder() = default;
    ~DuckDbFolder();
    DuckDbFolder(const DuckDbFolder &) = delete;
    DuckDbFolder &operator=(const DuckDbFolder &) = delete;

    /// Makes it in that folder, or where TMPDIR says if nothing can be written there.
    Result<> make(const std::string &folder);
    const std::string &path() const { return m_path; }
    /// Bytes of the files in it.
    uint64_t bytes() const;

private:
    std::string m_path;
    Descriptor m_lock; ///< of the folder itself, for as long as somebody uses it
};

} // namespace millrace

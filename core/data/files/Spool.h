// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"

#include <functional>
#include <string>
#include <string_view>

namespace millrace {

/// Text that is kept until it is its turn: in memory up to a limit, beyond it in a file without a name, which vanishes with
/// this object. One thread at a time.
class Spool
{
public:
    static constexpr size_t MostInMemory = 1 << 20;

    Spool() = default;
    ~Spool();
    Spool(const Spool &) = delete;
    Spool &operator=(const Spool &) = delete;

    /// Empties it. Its file, if it comes to need one, is made in that folder.
    void start(std::string folder);
    Result<> append(std::string_view text);
    /// Gives all of it, piece by piece, until one isn't taken.
    Result<> copyTo(const std::function<Result<>(std::string_view)> &append);

private:
    Result<> spill();
    Result<> write(std::string_view text);
    Failure failed(std::string_view what) const;
    void closeFile();

    std::string m_folder;
    std::string m_text; ///< what isn't in the file yet
    int m_file = -1;
};

} // namespace millrace

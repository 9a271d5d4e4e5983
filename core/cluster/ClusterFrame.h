// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"

#include <string>
#include <string_view>

namespace millrace {

/// What marks bytes in Redis as a batch that this program can read: batches are in the memory layout of the program that wrote them,
/// so only the same build on a machine of the same kind understands them.
class ClusterFrame
{
public:
    static constexpr size_t Size = 16; ///< bytes of the header

    /// `build`: see clusterBuild().
    explicit ClusterFrame(std::string_view build);

    /// The header that comes before each batch.
    std::string_view header() const { return m_header; }
    /// What stands behind the header. An error is a sentence that says what doesn't fit.
    Result<std::string_view> open(std::string_view bytes) const;

private:
    std::string m_header;
};

/// What tells builds of this program apart: sixteen hexadecimal digits, a digest of the program that works in worker processes.
/// Fails where there is none.
Result<std::string> clusterBuild(const std::string &program);

} // namespace millrace

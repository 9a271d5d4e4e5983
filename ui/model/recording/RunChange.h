// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

#include <string>

namespace millrace {

/// A setting that was changed while a run was under way, and that the run has followed.
struct RunChange
{
    enum class Kind : uint8_t { Workers, QueueSize, QueueBytes, ErrorPolicy };

    double seconds = 0; ///< of the run, pauses left out
    std::string step;   ///< id
    Kind kind = Kind::Workers;
    QString before, now; ///< as people read them: "2", "any number of batches", "skip"

    bool operator==(const RunChange &) const = default;
};

/// "2 → 3 workers", "queue 10 → 20 batches".
QString changeText(const RunChange &change);

} // namespace millrace

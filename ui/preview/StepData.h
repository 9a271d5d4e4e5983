// SPDX-License-Identifier: MIT
#pragma once

#include "metrics/SampledItems.h"

#include <QString>

#include <cstdint>
#include <optional>
#include <vector>

namespace millrace {

/// Items of one port, or of one link.
struct PortData
{
    QString name;                  ///< "out", "rejected", "failed"; or the step that they come from
    std::optional<uint64_t> count; ///< all that have passed; nothing: not known
    SampledItems items;
};

/// One side of a step.
struct SideData
{
    std::vector<PortData> ports;
    QString remark; ///< why there is nothing to be seen
};

/// What a step takes and gives, as the data panel shows it.
struct StepData
{
    QString step; ///< its name; empty: no step is selected
    QString
        remark; ///< of all: "before a run, of the first 200 items of each source"; or what to do where there is no step
    std::optional<SideData> in, out;
};

} // namespace millrace

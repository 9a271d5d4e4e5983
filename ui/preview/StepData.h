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
    QString title; ///< empty: "In" or "Out"
    std::vector<PortData> ports;
    QString remark; ///< why there is nothing to be seen
};

/// What a step takes and gives, as the data panel shows it.
struct StepData
{
    bool isShown = false; ///< false: no step is selected
    /// A word of where the data come from, "last run"; or what to do where there is no step.
    QString remark;
    QString explanation; ///< of the remark
    std::optional<SideData> in, out;
};

} // namespace millrace

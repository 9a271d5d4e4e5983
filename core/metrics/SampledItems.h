// SPDX-License-Identifier: MIT
#pragma once

#include "data/Value.h"

#include <cstdint>
#include <vector>

namespace millrace {

/// An item that was looked at on its way.
struct SampledItem
{
    Value id;
    Value item;            ///< an object of its fields; long texts are cut
    uint64_t sequence = 0; ///< of the batch that it came from, as its source counts them
};

/// Some of the items that left a step by one of its ports.
struct SampledItems
{
    std::vector<SampledItem> first;  ///< the first that left, by their place in the stream
    std::vector<SampledItem> latest; ///< those that left when somebody asked last
    uint64_t version = 0;            ///< another one whenever they have changed, and of no other items; 0: not known
};

} // namespace millrace

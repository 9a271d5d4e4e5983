// SPDX-License-Identifier: MIT
#pragma once

#include "data/Value.h"
#include "steps/StepRunner.h"

#include <algorithm>
#include <string>

namespace millrace::fuzz {

/// Those that didn't fail, as JSON, one a line: what is shown of the others depends on the fields of their batch.
inline std::string goodItemsOf(const test::Items &read)
{
    std::string text;
    for (size_t i = 0; i < read.items.size(); ++i)
        if (std::ranges::find(read.failedItems, i) == read.failedItems.end())
            text += toJson(read.items[i]) + '\n';
    return text;
}

} // namespace millrace::fuzz

// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "data/Result.h"

#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// A whole data container as columns: data inputs first, then expected outputs.
struct ContainerColumns
{
    SchemaPtr schema = emptySchema();
    std::vector<Column> columns;
    size_t count = 0; ///< items
    bool hasIds = false;
    Column ids;
};

/// From `{"ids": […], "data_inputs": […], "expected_outputs": […]}`. Fails with a sentence where that isn't its form.
Result<ContainerColumns> containerColumnsOf(const Value &container);

/// What stands before the name of an expected output that a data input has as well.
inline constexpr std::string_view ExpectedPrefix = "expected.";

} // namespace millrace

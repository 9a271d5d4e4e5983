// SPDX-License-Identifier: MIT
#pragma once

#include "steps/MendingStep.h"
#include "steps/read/csv/CsvParams.h"

#include <functional>
#include <string>
#include <vector>

namespace millrace {

/// What a file's fields are, with other parameters; null: it can't be read so.
using CsvLook = std::function<SchemaPtr(const CsvParams &)>;

/// Settings of read.csv that would let a record through which failed: another decimal sign, a null word, a pattern of dates, a wider type,
/// records of other lengths. `look`: how the fields would be taken then.
std::vector<Mend> csvMends(const FailedAt &failed, const CsvParams &params, const CsvLook &look);

} // namespace millrace

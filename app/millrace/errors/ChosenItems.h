// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "metrics/LogRecord.h"
#include "millrace/Arguments.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace millrace {

/// What the call is about: the pipeline, its folder of failed items, and those that are meant.
struct ChosenItems
{
    std::string label; ///< the pipeline as the call names it
    std::string path;
    std::string folder;
    std::vector<LogRecord> all;
    std::vector<bool> isChosen; ///< one for each of them

    std::vector<LogRecord> records() const;
    std::vector<LogRecord> others() const;
};

/// By the words and options of a call of `millrace errors`. An error is a sentence that says what there is none of.
Result<ChosenItems> chooseItems(const Call &call);

/// The number of each item's group, from 1, in the order in which the groups appear.
std::vector<size_t> groupNumbers(const std::vector<LogRecord> &records);

/// Says on standard error why nothing is done. Returns WrongCall.
int refuseItems(const std::string &text);

} // namespace millrace

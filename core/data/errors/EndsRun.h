// SPDX-License-Identifier: MIT
#pragma once

#include <stdexcept>

namespace millrace {

/// Thrown by a step that can't work at all any more, through no fault of any item: the run ends, whatever the step is told to do about
/// items that fail. What it says is a sentence.
class EndsRun : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

} // namespace millrace

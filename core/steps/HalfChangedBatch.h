// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <new>
#include <utility>

namespace millrace {

/// Memory ran out while a step changed a batch in place: some of its fields are as they came in, others aren't. Nobody can tell its
/// items any more, so the run ends, whatever the step is told to do about items that fail.
class HalfChangedBatch : public std::bad_alloc
{
public:
    const char *what() const noexcept override { return "memory ran out while a batch was changed"; }
};

/// For steps that leave failed items as they came in (StepBuilder::keepsItemsOnError) and change several columns: where memory runs
/// out in the work, HalfChangedBatch is thrown.
template <class Work>
void changeInPlace(Work &&work)
{
    try {
        std::forward<Work>(work)();
    } catch (const std::bad_alloc &) {
        throw HalfChangedBatch();
    }
}

} // namespace millrace

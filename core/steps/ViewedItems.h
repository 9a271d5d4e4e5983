// SPDX-License-Identifier: MIT
#pragma once

#include "data/Value.h"

#include <vector>

namespace millrace {

/// A sink that keeps its last items to be looked at while it runs.
class ViewedItems
{
public:
    virtual ~ViewedItems() = default;
    /// As objects of their fields, newest last. Safe on any thread.
    virtual std::vector<Value> items() const = 0;
};

} // namespace millrace

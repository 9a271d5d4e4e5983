// SPDX-License-Identifier: MIT
#pragma once

#include "process/Descriptor.h"

namespace millrace {

/// Something that happens once, for threads that wait for descriptors: number() becomes readable and stays so.
/// Safe on all threads.
class Event
{
public:
    Event();
    void set();
    /// For poll(); -1 where the system has no descriptors left.
    int number() const { return m_descriptor.number(); }

private:
    Descriptor m_descriptor;
};

} // namespace millrace

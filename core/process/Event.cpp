// SPDX-License-Identifier: MIT
#include "process/Event.h"

#include <sys/eventfd.h>

#include <cstdint>

namespace millrace {

Event::Event() : m_descriptor(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void Event::set()
{
    const uint64_t one = 1;
    if (m_descriptor.isOpen())
        (void)!::write(m_descriptor.number(), &one, sizeof one);
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "engine/stages/RetryTickets.h"

#include "engine/workers/RetryPause.h"
#include "metrics/Clock.h"

#include <utility>

namespace millrace {

uint64_t RetryTickets::add(Batch *good, Failures failures)
{
    const uint64_t bytes = good->byteSize() + failures.rows->byteSize() + 2 * sizeof(Batch);
    const uint64_t due = steadyNanoseconds() + retryPause(failures.attempts);
    {
        const std::lock_guard lock(m_mutex);
        m_tickets.emplace(due, Ticket{good, std::move(failures), bytes});
        m_count.fetch_add(1, std::memory_order_release);
    }
    m_bytes.fetch_add(bytes, std::memory_order_relaxed);
    return due;
}

bool RetryTickets::isDue()
{
    const std::lock_guard lock(m_mutex);
    return !m_tickets.empty() && m_tickets.begin()->first <= steadyNanoseconds();
}

std::optional<RetryTickets::Ticket> RetryTickets::take()
{
    const std::lock_guard lock(m_mutex);
    const auto first = m_tickets.begin();
    if (first == m_tickets.end() || first->first > steadyNanoseconds())
        return {};
    std::optional<Ticket> ticket = std::move(first->second);
    m_tickets.erase(first);
    return ticket;
}

void RetryTickets::settle(const Ticket &ticket)
{
    m_bytes.fetch_sub(ticket.bytes, std::memory_order_relaxed);
    m_count.fetch_sub(1, std::memory_order_release);
}

void RetryTickets::drop(BatchPool::Cache &cache)
{
    for (auto &[due, ticket] : m_tickets) {
        cache.give(ticket.good);
        cache.give(ticket.failures.rows);
    }
    m_tickets.clear();
}

} // namespace millrace

// SPDX-License-Identifier: MIT
#include "steps/network/HostLimits.h"

#include <algorithm>
#include <utility>

namespace millrace {

namespace {

constexpr size_t MostHostsKept = 10'000; // idle ones beyond that are forgotten

} // namespace

bool HostLimits::take(const std::string &host, Moment now, Moment &again)
{
    const std::scoped_lock lock(m_mutex);
    if (m_hosts.size() >= MostHostsKept)
        std::erase_if(m_hosts,
                      [now](const auto &one) { return one.second.underWay == 0 && one.second.pausedUntil <= now; });
    Host &its = m_hosts[host];
    if (its.pausedUntil > now) {
        again = its.pausedUntil;
        return false;
    }
    if (its.underWay >= m_most) {
        m_isWaitedFor = true;
        again = Moment::max();
        return false;
    }
    ++its.underWay;
    return true;
}

void HostLimits::release(const std::string &host)
{
    const std::scoped_lock lock(m_mutex);
    --m_hosts[host].underWay;
    if (!std::exchange(m_isWaitedFor, false))
        return;
    for (const auto &[owner, wake] : m_wakers)
        wake();
}

void HostLimits::pauseUntil(const std::string &host, Moment moment)
{
    const std::scoped_lock lock(m_mutex);
    Host &its = m_hosts[host];
    its.pausedUntil = std::max(its.pausedUntil, moment);
}

void HostLimits::addWaker(const void *owner, std::function<void()> wake)
{
    const std::scoped_lock lock(m_mutex);
    m_wakers[owner] = std::move(wake);
}

void HostLimits::removeWaker(const void *owner)
{
    const std::scoped_lock lock(m_mutex);
    m_wakers.erase(owner);
}

} // namespace millrace

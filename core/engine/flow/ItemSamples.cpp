// SPDX-License-Identifier: MIT
#include "engine/flow/ItemSamples.h"

#include <algorithm>
#include <new>
#include <string>

namespace millrace {

namespace {

constexpr size_t MostBytes = 4 << 20; ///< of the first items of a port, about
constexpr size_t MostText = 16 << 10; ///< bytes of a text that is shown
constexpr size_t MostParts = 1'000;   ///< members or elements of a value that is shown

/// A copy that shares nothing with the batch. `bytes`: grows by what it holds, about.
Value shortCopy(const Value &value, size_t &bytes)
{
    bytes += sizeof(Value);
    if (value.isText()) {
        const std::string_view text = value.toText();
        size_t size = std::min(text.size(), MostText);
        while (size < text.size() && size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80)
            --size; // a character whole or not at all
        bytes += size;
        std::string copy(text.substr(0, size));
        if (size < text.size())
            copy += "\u2026 (" + std::to_string(text.size()) + " bytes)";
        return Value(std::move(copy));
    }
    if (value.isList()) {
        List list;
        for (const Value &element : value.toList()) {
            if (list.size() == MostParts)
                break;
            list.push_back(shortCopy(element, bytes));
        }
        return Value(std::move(list));
    }
    if (value.isObject()) {
        Members members;
        for (const auto &[name, member] : value.toObject()) {
            if (members.size() == MostParts)
                break;
            bytes += name.size();
            members.emplace_back(name, shortCopy(member, bytes));
        }
        return Value(std::move(members));
    }
    return value;
}

uint64_t nextVersion()
{
    static std::atomic<uint64_t> last{0};
    return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

SampledItem sampled(const Batch &batch, size_t row, size_t &bytes)
{
    return {batch.id(row), shortCopy(batch.item(row), bytes), batch.origin.sequence};
}

} // namespace

void ItemSamples::take(int port, std::span<Batch *const> batches)
{
    const std::unique_lock lock(m_mutex, std::try_to_lock);
    if (!lock)
        return;
    try {
        const auto [found, isNew] = m_ports.try_emplace(port);
        Port &its = found->second;
        if (isNew)
            its.wantsLatest = m_isAsked;
        const size_t before = its.items.first.size();
        for (const Batch *batch : batches) {
            if (its.isFull)
                break;
            takeFirst(its, *batch);
        }
        const bool hasLatest = its.wantsLatest && takeLatest(its, batches);
        if (hasLatest || its.items.first.size() != before)
            its.items.version = nextVersion();
    } catch (const std::bad_alloc &) { // there is less to look at, then
    }
    m_isWanted.store(
        std::ranges::any_of(m_ports, [](const auto &each) { return !each.second.isFull || each.second.wantsLatest; }),
        std::memory_order_relaxed);
}

void ItemSamples::takeFirst(Port &port, const Batch &batch) const
{
    std::vector<SampledItem> &first = port.items.first;
    for (size_t row = 0; row < batch.size() && !port.isFull; ++row) {
        first.push_back(sampled(batch, row, port.bytes));
        port.isFull = first.size() >= m_most || port.bytes >= MostBytes;
    }
}

bool ItemSamples::takeLatest(Port &port, std::span<Batch *const> batches) const
{
    std::vector<SampledItem> latest;
    size_t bytes = 0;
    for (size_t i = batches.size(); i > 0; --i) {
        const Batch &batch = *batches[i - 1];
        for (size_t row = batch.size(); row > 0 && latest.size() < m_most && bytes < MostBytes; --row)
            latest.push_back(sampled(batch, row - 1, bytes));
    }
    if (latest.empty())
        return false;
    std::ranges::reverse(latest);
    port.items.latest = std::move(latest);
    port.wantsLatest = false;
    return true;
}

void ItemSamples::ask()
{
    const std::lock_guard lock(m_mutex);
    m_isAsked = true;
    for (auto &[port, its] : m_ports)
        its.wantsLatest = true;
    m_isWanted.store(true, std::memory_order_relaxed);
}

std::map<int, SampledItems> ItemSamples::items() const
{
    std::map<int, SampledItems> items;
    {
        const std::lock_guard lock(m_mutex);
        for (const auto &[port, its] : m_ports)
            items.emplace(port, its.items);
    }
    const auto isBefore = [](const SampledItem &a, const SampledItem &b) { return a.sequence < b.sequence; };
    for (auto &[port, its] : items)
        std::ranges::stable_sort(its.first, isBefore);
    return items;
}

} // namespace millrace

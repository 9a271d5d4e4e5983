// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace {

/// Keys (see appendKey()), numbered from 0 as they come: a hash table with open addressing.
class KeyTable
{
public:
    static uint64_t hashOf(std::string_view key) { return std::hash<std::string_view>()(key); }

    /// The key's number; nothing where it isn't known.
    std::optional<uint32_t> find(std::string_view key, uint64_t hash) const
    {
        if (m_slots.empty())
            return std::nullopt;
        for (size_t at = homeOf(hash);; at = (at + 1) & (m_slots.size() - 1)) {
            const Slot &slot = m_slots[at];
            if (slot.number == Free)
                return std::nullopt;
            if (slot.hash == hash && this->key(slot.number) == key)
                return slot.number;
        }
    }
    /// Adds a key that isn't known. It must not be told of more than 4 billion.
    uint32_t add(std::string_view key, uint64_t hash)
    {
        if (2 * (m_ends.size() + 1) > m_slots.size())
            grow();
        m_keys.append(key);
        m_ends.push_back(m_keys.size());
        const auto number = uint32_t(m_ends.size() - 1);
        put({hash, number});
        return number;
    }
    std::string_view key(uint32_t number) const
    {
        const size_t begin = number == 0 ? 0 : m_ends[number - 1];
        return std::string_view(m_keys).substr(begin, m_ends[number] - begin);
    }
    size_t size() const { return m_ends.size(); }
    uint64_t byteSize() const
    {
        return m_slots.capacity() * sizeof(Slot) + m_ends.capacity() * sizeof(size_t) + m_keys.capacity();
    }
    /// Forgets all keys. Keeps memory only where that is little.
    void clear()
    {
        if (m_slots.size() > FewSlots)
            *this = KeyTable();
        m_slots.assign(m_slots.size(), Slot());
        m_ends.clear();
        m_keys.clear();
    }

private:
    static constexpr uint32_t Free = UINT32_MAX;
    static constexpr size_t FewSlots = 64;
    struct Slot
    {
        uint64_t hash = 0;
        uint32_t number = Free;
    };

    /// Where to begin. By the upper bits of a product (Fibonacci hashing, Knuth 6.4): whoever parts keys by the hash's own bits leaves
    /// tables whose keys have some of them in common, which would crowd in the same places.
    size_t homeOf(uint64_t hash) const
    {
        return size_t(hash * 0x9E3779B97F4A7C15 >> (64 - std::countr_zero(m_slots.size())));
    }
    void put(Slot slot)
    {
        size_t at = homeOf(slot.hash);
        while (m_slots[at].number != Free)
            at = (at + 1) & (m_slots.size() - 1);
        m_slots[at] = slot;
    }
    void grow()
    {
        std::vector<Slot> old(m_slots.empty() ? FewSlots : m_slots.size() * 2);
        old.swap(m_slots);
        for (const Slot &slot : old)
            if (slot.number != Free)
                put(slot);
    }

    std::vector<Slot> m_slots;  ///< a power of two of them
    std::vector<size_t> m_ends; ///< of each key in m_keys
    std::string m_keys;
};

} // namespace millrace

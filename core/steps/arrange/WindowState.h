// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "data/Value.h"
#include "steps/arrange/WindowCall.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace millrace {

/// What is known of some values. Integers are summed exactly.
class WindowTotal
{
public:
    void add(const Value &value);
    void add(const WindowTotal &other);
    /// What the function says of them; null where there are none. Fails where a sum has more than 64 bits.
    Result<Value> result(const WindowCall &call) const;

private:
    __extension__ using Wide = __int128; // wider than 64 bits, which ISO C++ doesn't know

    int64_t m_count = 0;
    Wide m_integers = 0;
    double m_reals = 0;
    bool m_hasReals = false;
    Value m_least, m_most;
};

/// The values of a moving window, with their total: a queue made of two stacks, in which nothing is ever taken off a sum, so that reals
/// don't drift (the way is from functional programming: Okasaki, Purely Functional Data Structures, 5.2).
class MovingWindow
{
public:
    void push(const Value &value, int64_t moment);
    void pop();
    size_t size() const { return m_front.size() + m_back.size(); }
    /// Of the oldest value, where there is one.
    int64_t oldest() const { return m_front.empty() ? m_back.front().moment : m_front.back().moment; }
    WindowTotal total() const;

private:
    struct Entry
    {
        Value value;
        int64_t moment = 0;
    };
    struct Summed
    {
        WindowTotal total; ///< of this value and the younger ones of the stack
        int64_t moment = 0;
    };
    std::vector<Summed> m_front; ///< the oldest last
    std::vector<Entry> m_back;   ///< the youngest last
    WindowTotal m_backTotal;
};

/// What one call of window knows of one group.
struct WindowGroup
{
    MovingWindow window;
    WindowTotal total;         ///< where the window has no end
    std::vector<Value> before; ///< of lag: a ring
    size_t oldest = 0;         ///< of that
    std::string key;           ///< of rank: where the last item was in the order
    int64_t count = 0, rank = 0;
};

/// The next item of a group: what the call says of it. `moment`: in microseconds, for windows of time; `key`: the same for items that are
/// equal in the order, for rank. Adds to `held` what it keeps now, in bytes, about.
Result<Value> nextInWindow(const WindowCall &call,
                           WindowGroup &group,
                           const Value &value,
                           int64_t moment,
                           const std::string &key,
                           int64_t &held);

} // namespace millrace

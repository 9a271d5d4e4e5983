// SPDX-License-Identifier: MIT
#include "steps/arrange/WindowState.h"

#include "data/errors/ErrorKind.h"
#include "data/text/Quote.h"
#include "steps/keys/ValueOrder.h"

#include <limits>
#include <utility>

namespace millrace {

namespace {

int64_t bytesOf(const Value &value)
{
    const size_t outside =
        (value.isText() || value.isBytes()) && value.toText().size() > Value::InlineText ? value.toText().size() : 0;
    return int64_t(sizeof(Value) + outside);
}

} // namespace

void WindowTotal::add(const Value &value)
{
    if (value.isNull())
        return;
    if (value.isInteger()) {
        m_integers += value.toInteger();
    } else if (value.isReal()) {
        m_reals += value.toReal();
        m_hasReals = true;
    }
    if (m_count == 0 || compareValues(value, m_least) < 0)
        m_least = value;
    if (m_count == 0 || compareValues(value, m_most) > 0)
        m_most = value;
    ++m_count;
}

void WindowTotal::add(const WindowTotal &other)
{
    if (other.m_count == 0)
        return;
    m_integers += other.m_integers;
    m_reals += other.m_reals;
    m_hasReals |= other.m_hasReals;
    if (m_count == 0 || compareValues(other.m_least, m_least) < 0)
        m_least = other.m_least;
    if (m_count == 0 || compareValues(other.m_most, m_most) > 0)
        m_most = other.m_most;
    m_count += other.m_count;
}

Result<Value> WindowTotal::result(const WindowCall &call) const
{
    if (call.function == WindowFunction::Count)
        return Value(m_count);
    if (m_count == 0)
        return Value();
    switch (call.function) {
    case WindowFunction::Min: return m_least;
    case WindowFunction::Max: return m_most;
    case WindowFunction::Mean: return Value((double(m_integers) + m_reals) / double(m_count));
    default: break;
    }
    if (m_hasReals)
        return Value(double(m_integers) + m_reals);
    if (m_integers < std::numeric_limits<int64_t>::min() || m_integers > std::numeric_limits<int64_t>::max())
        return failure(ErrorKind::Range, "The sum of " + inQuotes(call.field)
                                             + " has more than 64 bits; convert the field to reals before.");
    return Value(int64_t(m_integers));
}

void MovingWindow::push(const Value &value, int64_t moment)
{
    m_back.push_back({value, moment});
    m_backTotal.add(value);
}

void MovingWindow::pop()
{
    if (m_front.empty()) {
        WindowTotal total;
        for (; !m_back.empty(); m_back.pop_back()) {
            total.add(m_back.back().value);
            m_front.push_back({total, m_back.back().moment});
        }
        m_backTotal = WindowTotal();
    }
    m_front.pop_back();
}

WindowTotal MovingWindow::total() const
{
    WindowTotal total = m_front.empty() ? WindowTotal() : m_front.back().total;
    total.add(m_backTotal);
    return total;
}

namespace {

Result<Value> moved(const WindowCall &call, WindowGroup &group, const Value &value, int64_t moment, int64_t &held)
{
    static const Value Item(true); // that there is one is what counts
    const Value &counted = call.field.empty() ? Item : value;
    if (call.rows == 0 && call.microseconds == 0) {
        group.total.add(counted);
        return group.total.result(call);
    }
    constexpr auto EntryBytes = int64_t(sizeof(WindowTotal) + sizeof(int64_t));
    group.window.push(counted, moment);
    held += EntryBytes;
    while (call.microseconds > 0 ? group.window.oldest() <= moment - call.microseconds
                                 : int64_t(group.window.size()) > call.rows) {
        group.window.pop();
        held -= EntryBytes;
    }
    return group.window.total().result(call);
}

} // namespace

Result<Value> nextInWindow(const WindowCall &call,
                           WindowGroup &group,
                           const Value &value,
                           int64_t moment,
                           const std::string &key,
                           int64_t &held)
{
    if (call.isMoving())
        return moved(call, group, value, moment, held);
    if (call.function == WindowFunction::Rank) {
        ++group.count;
        if (group.rank == 0 || key != group.key) {
            group.rank = group.count;
            group.key = key;
        }
        return Value(group.rank);
    }
    // Of lead, too, to which the items come from the last to the first.
    held += bytesOf(value);
    if (int64_t(group.before.size()) < call.rows) {
        group.before.push_back(value);
        return Value();
    }
    Value found = std::exchange(group.before[group.oldest], value);
    group.oldest = (group.oldest + 1) % group.before.size();
    held -= bytesOf(found);
    return found;
}

} // namespace millrace

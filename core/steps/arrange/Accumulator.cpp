// SPDX-License-Identifier: MIT
#include "steps/arrange/Accumulator.h"

#include "data/text/Quote.h"
#include "steps/keys/KeyTable.h"
#include "steps/keys/ValueOrder.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace millrace {

namespace {

// Wider than 64 bits, which ISO C++ doesn't know.
__extension__ using Wide = __int128;

std::string wideText(Wide value)
{
    std::string digits;
    const bool isNegative = value < 0;
    do {
        const int digit = int(value % 10);
        digits += char('0' + (digit < 0 ? -digit : digit));
        value /= 10;
    } while (value != 0);
    if (isNegative)
        digits += '-';
    std::ranges::reverse(digits);
    return digits;
}

/// Calls `with(row, group)` for the items that have a value there.
template <class With>
void forEachValue(const Column *column, std::span<const uint32_t> rows, std::span<const uint32_t> groups, With with)
{
    if (!column)
        return;
    const bool hasNulls = column->hasNulls();
    for (size_t i = 0; i < rows.size(); ++i)
        if (!hasNulls || !column->isNull(rows[i]))
            with(rows[i], groups[i]);
}

/// One state for each group.
template <class State>
class StateAccumulator : public Accumulator
{
public:
    void resize(size_t groups) override { m_states.resize(groups); }
    uint64_t byteSize() const override { return m_states.capacity() * sizeof(State); }
    void clear() override { m_states = {}; }

protected:
    std::vector<State> m_states;
};

class Counting final : public StateAccumulator<int64_t>
{
public:
    explicit Counting(bool ofItems) : m_ofItems(ofItems) {}
    void add(const Column *column, std::span<const uint32_t> rows, std::span<const uint32_t> groups) override
    {
        if (m_ofItems) {
            for (const uint32_t group : groups)
                ++m_states[group];
            return;
        }
        forEachValue(column, rows, groups, [this](uint32_t, uint32_t group) { ++m_states[group]; });
    }
    Result<Value> result(size_t group) const override { return Value(m_states[group]); }

private:
    const bool m_ofItems;
};

/// Integers exactly, reals with what rounding took away (Neumaier, 1974).
struct Sum
{
    Wide integers = 0;
    double reals = 0, lost = 0;
    int64_t count = 0;
    bool hasReals = false;

    void add(double value)
    {
        const double sum = reals + value;
        lost += std::fabs(reals) >= std::fabs(value) ? (reals - sum) + value : (value - sum) + reals;
        reals = sum;
        hasReals = true;
        ++count;
    }
    void add(int64_t value)
    {
        integers += value;
        ++count;
    }
    double total() const
    {
        const double sum = std::isfinite(lost) ? reals + lost : reals;
        return hasReals ? sum + double(integers) : double(integers);
    }
};

class Summing final : public StateAccumulator<Sum>
{
public:
    Summing(std::string field, bool isMean) : m_field(std::move(field)), m_isMean(isMean) {}
    void add(const Column *column, std::span<const uint32_t> rows, std::span<const uint32_t> groups) override
    {
        if (column && column->type() == ColumnType::Integer)
            return forEachValue(column, rows, groups,
                                [this, integers = column->integers()](uint32_t row, uint32_t group) {
                                    m_states[group].add(integers[row]);
                                });
        forEachValue(column, rows, groups, [this, column](uint32_t row, uint32_t group) {
            const Value value = column->value(row);
            if (value.isInteger())
                m_states[group].add(value.toInteger());
            else
                m_states[group].add(value.toReal());
        });
    }
    Result<Value> result(size_t group) const override
    {
        const Sum &sum = m_states[group];
        if (sum.count == 0)
            return Value();
        if (m_isMean)
            return finite(sum.total() / double(sum.count));
        if (sum.hasReals)
            return finite(sum.total());
        if (sum.integers > INT64_MAX || sum.integers < INT64_MIN)
            return failure(ErrorKind::Range, "The sum of " + inQuotes(m_field) + " in a group is "
                                                 + wideText(sum.integers)
                                                 + ", which 64 bits don't hold; convert the field to real before.");
        return Value(int64_t(sum.integers));
    }

private:
    Result<Value> finite(double value) const
    {
        if (std::isfinite(value))
            return Value(value);
        return failure(ErrorKind::Range, "The sum of " + inQuotes(m_field) + " in a group is no finite number.");
    }
    const std::string m_field;
    const bool m_isMean;
};

/// min, max, first and last.
class Choosing final : public Accumulator
{
public:
    explicit Choosing(AggregateFunction which) : m_which(which) {}
    void resize(size_t groups) override { m_values.resize(groups); }
    void add(const Column *column, std::span<const uint32_t> rows, std::span<const uint32_t> groups) override
    {
        forEachValue(column, rows, groups, [this, column](uint32_t row, uint32_t group) {
            Value &best = m_values[group];
            if (m_which == AggregateFunction::First && !best.isNull())
                return;
            Value value = column->value(row);
            if (best.isNull() || m_which == AggregateFunction::Last || isBetter(value, best)) {
                m_outside += value.heapSize() - best.heapSize();
                best = std::move(value);
            }
        });
    }
    Result<Value> result(size_t group) const override { return m_values[group]; }
    uint64_t byteSize() const override { return m_values.capacity() * sizeof(Value) + m_outside; }
    void clear() override
    {
        m_values = {};
        m_outside = 0;
    }

private:
    bool isBetter(const Value &value, const Value &best) const
    {
        const int order = compareValues(value, best);
        return m_which == AggregateFunction::Min ? order < 0 : m_which == AggregateFunction::Max && order > 0;
    }
    const AggregateFunction m_which;
    std::vector<Value> m_values;
    uint64_t m_outside = 0; ///< bytes
};

/// Mean and sum of squares around it (Welford, 1962).
struct Spread
{
    int64_t count = 0;
    double mean = 0, squares = 0;
};

class Spreading final : public StateAccumulator<Spread>
{
public:
    explicit Spreading(bool isRoot) : m_isRoot(isRoot) {}
    void add(const Column *column, std::span<const uint32_t> rows, std::span<const uint32_t> groups) override
    {
        forEachValue(column, rows, groups, [this, column](uint32_t row, uint32_t group) {
            Spread &spread = m_states[group];
            const double value = column->value(row).toReal(), before = value - spread.mean;
            spread.mean += before / double(++spread.count);
            spread.squares += before * (value - spread.mean);
        });
    }
    Result<Value> result(size_t group) const override
    {
        const Spread &spread = m_states[group];
        if (spread.count < 2)
            return Value();
        const double variance = spread.squares / double(spread.count - 1);
        return Value(m_isRoot ? std::sqrt(variance) : variance);
    }

private:
    const bool m_isRoot;
};

/// Keeps all numbers of a group; between two of them what a line between them says (Hyndman and Fan, 1996, definition 7).
class Ranking final : public Accumulator
{
public:
    explicit Ranking(double share) : m_share(share) {}
    void resize(size_t groups) override { m_numbers.resize(groups); }
    void add(const Column *column, std::span<const uint32_t> rows, std::span<const uint32_t> groups) override
    {
        forEachValue(column, rows, groups, [this, column](uint32_t row, uint32_t group) {
            std::vector<double> &numbers = m_numbers[group];
            const size_t before = numbers.capacity();
            numbers.push_back(column->value(row).toReal());
            m_outside += (numbers.capacity() - before) * sizeof(double);
        });
    }
    Result<Value> result(size_t group) const override
    {
        std::vector<double> numbers = m_numbers[group];
        if (numbers.empty())
            return Value();
        const double place = m_share * double(numbers.size() - 1);
        const auto lower = size_t(place);
        const auto middle = numbers.begin() + ptrdiff_t(lower);
        std::nth_element(numbers.begin(), middle, numbers.end());
        const double low = *middle;
        if (lower + 1 >= numbers.size() || place == double(lower))
            return Value(low);
        return Value(std::lerp(low, *std::min_element(middle + 1, numbers.end()), place - double(lower)));
    }
    uint64_t byteSize() const override { return m_numbers.capacity() * sizeof(m_numbers[0]) + m_outside; }
    void clear() override
    {
        m_numbers = {};
        m_outside = 0;
    }

private:
    const double m_share;
    std::vector<std::vector<double>> m_numbers;
    uint64_t m_outside = 0;
};

/// The different values of each group, and how often each came: for distinct and mode.
class Tallying final : public Accumulator
{
public:
    explicit Tallying(bool isMode) : m_isMode(isMode) {}
    void resize(size_t groups) override { m_distinct.resize(groups); }
    void add(const Column *column, std::span<const uint32_t> rows, std::span<const uint32_t> groups) override
    {
        forEachValue(column, rows, groups, [this, column](uint32_t row, uint32_t group) {
            m_key.assign(reinterpret_cast<const char *>(&group), sizeof group);
            appendKey(m_key, column, row);
            const uint64_t hash = KeyTable::hashOf(m_key);
            auto number = m_table.find(m_key, hash);
            if (!number) {
                number = m_table.add(m_key, hash);
                ++m_distinct[group];
                if (m_isMode) {
                    m_tallies.push_back({column->value(row), group});
                    m_outside += m_tallies.back().value.heapSize();
                }
            }
            if (m_isMode)
                ++m_tallies[*number].count;
        });
    }
    Result<Value> result(size_t group) const override
    {
        if (!m_isMode)
            return Value(m_distinct[group]);
        if (m_best.empty())
            chooseBest();
        return m_best[group] ? m_best[group]->value : Value();
    }
    uint64_t byteSize() const override
    {
        return m_table.byteSize() + m_distinct.capacity() * 16 + m_tallies.capacity() * sizeof(Tally) + m_outside;
    }
    void clear() override
    {
        m_table.clear();
        m_distinct.clear();
        m_tallies.clear();
        m_best.clear();
        m_outside = 0;
    }

private:
    struct Tally
    {
        Value value;
        uint32_t group = 0;
        int64_t count = 0;
    };
    /// Of those that came as often the first.
    void chooseBest() const
    {
        m_best.assign(m_distinct.size(), nullptr);
        for (const Tally &tally : m_tallies)
            if (const Tally *&best = m_best[tally.group]; !best || tally.count > best->count)
                best = &tally;
    }
    const bool m_isMode;
    KeyTable m_table;
    std::vector<int64_t> m_distinct;           ///< by group
    std::vector<Tally> m_tallies;              ///< by the key's number
    mutable std::vector<const Tally *> m_best; ///< by group, once results are asked for
    std::string m_key;
    uint64_t m_outside = 0;
};

class Listing final : public Accumulator
{
public:
    void resize(size_t groups) override { m_lists.resize(groups); }
    void add(const Column *column, std::span<const uint32_t> rows, std::span<const uint32_t> groups) override
    {
        forEachValue(column, rows, groups, [this, column](uint32_t row, uint32_t group) {
            List &list = m_lists[group];
            const size_t before = list.capacity();
            list.push_back(column->value(row));
            m_outside += list.back().heapSize() + (list.capacity() - before) * sizeof(Value);
        });
    }
    Result<Value> result(size_t group) const override { return Value(m_lists[group]); }
    uint64_t byteSize() const override { return m_lists.capacity() * sizeof(List) + m_outside; }
    void clear() override
    {
        m_lists = {};
        m_outside = 0;
    }

private:
    std::vector<List> m_lists;
    uint64_t m_outside = 0;
};

struct JoinedText
{
    std::string text;
    bool isEmpty = true;
};

class Joining final : public StateAccumulator<JoinedText>
{
public:
    explicit Joining(std::string separator) : m_separator(std::move(separator)) {}
    void add(const Column *column, std::span<const uint32_t> rows, std::span<const uint32_t> groups) override
    {
        forEachValue(column, rows, groups, [this, column](uint32_t row, uint32_t group) {
            auto &[text, isEmpty] = m_states[group];
            const size_t before = text.capacity();
            if (!isEmpty)
                text += m_separator;
            appendPlain(text, column->value(row));
            isEmpty = false;
            m_outside += text.capacity() - before;
        });
    }
    Result<Value> result(size_t group) const override
    {
        return m_states[group].isEmpty ? Value() : Value(m_states[group].text);
    }
    uint64_t byteSize() const override { return StateAccumulator::byteSize() + m_outside; }
    void clear() override
    {
        StateAccumulator::clear();
        m_outside = 0;
    }

private:
    const std::string m_separator;
    uint64_t m_outside = 0;
};

} // namespace

std::unique_ptr<Accumulator> Accumulator::make(const AggregateCall &call)
{
    switch (call.function) {
    case AggregateFunction::Count: return std::make_unique<Counting>(call.field.empty());
    case AggregateFunction::Sum:
    case AggregateFunction::Mean:
        return std::make_unique<Summing>(call.field, call.function == AggregateFunction::Mean);
    case AggregateFunction::Min:
    case AggregateFunction::Max:
    case AggregateFunction::First:
    case AggregateFunction::Last: return std::make_unique<Choosing>(call.function);
    case AggregateFunction::Stddev:
    case AggregateFunction::Variance: return std::make_unique<Spreading>(call.function == AggregateFunction::Stddev);
    case AggregateFunction::Median:
    case AggregateFunction::Quantile: return std::make_unique<Ranking>(call.share);
    case AggregateFunction::Distinct:
    case AggregateFunction::Mode: return std::make_unique<Tallying>(call.function == AggregateFunction::Mode);
    case AggregateFunction::List: return std::make_unique<Listing>();
    case AggregateFunction::Join: return std::make_unique<Joining>(call.separator);
    }
    return nullptr;
}

} // namespace millrace

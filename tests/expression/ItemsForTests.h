// SPDX-License-Identifier: MIT
#pragma once

#include "expression/ItemExpression.h"
#include "expression/values/Words.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace millrace {

/// A field and the values of its items, all fields equally long.
using FieldValues = std::pair<Field, std::vector<Value>>;

inline Value momentOf(std::string_view text)
{
    Timestamp moment;
    return parseTimestamp(text, moment) ? Value(moment) : Value();
}

inline void fillBatch(Batch &batch, const std::vector<FieldValues> &fields)
{
    std::vector<Field> described;
    for (const auto &[field, values] : fields)
        described.push_back(field);
    batch.reset(std::make_shared<const Schema>(described));
    for (size_t i = 0; i < fields.size(); ++i) {
        for (const Value &value : fields[i].second)
            batch.columnToChange(i).append(value);
    }
    batch.setSize(fields.empty() ? 0 : fields[0].second.size());
    batch.setFirstId(100);
}

/// The value of an expression for each item, or what is wrong as text after "! ".
inline std::vector<Value> computed(std::string_view source,
                                   const Batch &batch,
                                   ItemExpression::Engine engine = ItemExpression::Engine::Fitting)
{
    auto expression = ItemExpression::compile(source, engine);
    if (!expression)
        return std::vector<Value>(batch.size(), Value(joined({"! ", expression.error().message})));
    Column column;
    std::vector<ItemError> errors;
    if (auto done = expression->evaluate(batch, column, errors); !done)
        return std::vector<Value>(batch.size(), Value(joined({"! ", done.error().message})));
    std::vector<Value> values;
    for (size_t row = 0; row < batch.size(); ++row)
        values.push_back(column.value(row));
    for (const ItemError &error : errors)
        values[error.row] = Value(joined({"! ", error.message}));
    return values;
}

/// Equal where a person would say so: NaN is NaN, an integer is its real.
inline bool isSameResult(const Value &a, const Value &b)
{
    if (a.isNumber() && b.isNumber()) {
        const double left = a.toReal(), right = b.toReal();
        constexpr double MostExactReal = 9007199254740992.0;
        if (std::fabs(left) > MostExactReal && (a.isInteger() || b.isInteger()))
            return a == b;
        return left == right ? std::signbit(left) == std::signbit(right) : std::isnan(left) && std::isnan(right);
    }
    if (a.type() != b.type())
        return false;
    if (a.isList()) {
        return std::equal(a.toList().begin(), a.toList().end(), b.toList().begin(), b.toList().end(), isSameResult);
    }
    if (a.isObject()) {
        const auto isSameMember = [](const auto &x, const auto &y) {
            return x.first == y.first && isSameResult(x.second, y.second);
        };
        return std::equal(a.toObject().begin(), a.toObject().end(), b.toObject().begin(), b.toObject().end(),
                          isSameMember);
    }
    return a == b;
}

} // namespace millrace

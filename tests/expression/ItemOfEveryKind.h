// SPDX-License-Identifier: MIT
#pragma once

#include "ItemsForTests.h"

#include <QString>

namespace millrace {

/// One item with a field of every kind.
inline void fillItem(Batch &batch)
{
    const Value moment = momentOf("2024-05-31T23:30:00-02:00");
    fillBatch(batch, {{{"qty", ValueType::Integer}, {Value(3)}},
                      {{"cents", ValueType::Text}, {Value("12,50")}},
                      {{"count", ValueType::Text}, {Value("12")}},
                      {{"name", ValueType::Text}, {Value("Äpfel")}},
                      {{"none", ValueType::Integer}, {Value()}},
                      {{"nothing", ValueType::Text}, {Value()}},
                      {{"when", ValueType::Timestamp}, {moment}},
                      {{"later", ValueType::Timestamp}, {momentOf("2024-06-01T01:30:01Z")}},
                      {{"paid", ValueType::Boolean}, {Value(true)}},
                      {{"tags", ValueType::List}, {Value(List{Value("a"), Value(2)})}},
                      {{"address", ValueType::Object}, {Value(Members{{"city", Value("Ulm")}})}},
                      {{"unit price", ValueType::Real}, {Value(1.5)}},
                      {{"big", ValueType::Integer}, {Value(int64_t(9007199254740993))}}});
}

/// As a person reads it.
inline QString shown(const Value &value)
{
    return value.isNull() ? QStringLiteral("null") : QString::fromStdString(toPlain(value));
}

} // namespace millrace

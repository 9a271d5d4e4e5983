// SPDX-License-Identifier: MIT
#pragma once

#include "data/Batch.h"
#include "duckdb/values/DuckDbType.h"

#include <string>
#include <utility>
#include <vector>

namespace millrace {

/// The type of column that fits all values it has seen. A plain value.
///
/// Whole numbers are BIGINT, with reals among them DOUBLE where that holds all their digits; moments with a zone TIMESTAMPTZ, without TIMESTAMP
/// or DATE; lists of one type and objects are nested. Anything else is text, lists and objects as JSON.
class DuckDbTypeGuess
{
public:
    void note(const Value &value);
    /// `declared`: what the field's type is where no value has come.
    DuckDbType type(ValueType declared = ValueType::Null) const;

private:
    DuckDbType momentType() const;
    DuckDbType structType() const;

    bool m_hasBooleans = false, m_hasIntegers = false, m_hasLong = false, m_hasReals = false, m_hasTexts = false,
         m_hasBytes = false, m_hasZoned = false, m_hasLocal = false, m_hasTimes = false, m_hasNanoseconds = false,
         m_hasLists = false, m_hasObjects = false;
    std::vector<DuckDbTypeGuess> m_element; ///< of lists: one, where there are any
    std::vector<std::pair<std::string, DuckDbTypeGuess>> m_members;
};

/// Empty, or why a column of that type can't hold the value, as the end of a sentence: `is the text "abc", which …`.
std::string duckDbMisfit(const DuckDbType &type, const Value &value);

} // namespace millrace

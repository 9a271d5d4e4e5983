// SPDX-License-Identifier: MIT
#pragma once

#include "data/Column.h"

#include <cstddef>
#include <string>
#include <vector>

class QJSEngine;
class QJSValue;
template <typename T>
class QList;

namespace millrace {

class ScriptValues;

/// Carries columns into a script engine, some rows at a time: numbers as arrays of bytes, texts as a list, and so on. What the values
/// are in the script is an expression over these, which holds for all columns that look like those seen so far.
class ScriptFeed
{
public:
    static constexpr size_t MostRows = 1024;
    static constexpr size_t MostText = 64 * 1024; ///< bytes that go in together, unless one row has more

    /// Both must outlive it.
    ScriptFeed(QJSEngine &engine, ScriptValues &values) : m_engine(engine), m_values(values) {}

    /// For so many columns, of which nothing has been seen.
    void restart(size_t columns) { m_ways.assign(columns, {}); }
    size_t size() const { return m_ways.size(); }
    /// The end of the rows that go in together with the one where they begin.
    static size_t endOf(size_t begin, size_t rows, const std::vector<const Column *> &columns);
    /// Looks at rows of a column (null: it has none but nulls). Whether the expressions for it have changed.
    bool look(size_t place, const Column *column, size_t begin, size_t end);
    /// Appends two arguments for each column, for the parameters of beginning().
    void give(QList<QJSValue> &arguments, const std::vector<const Column *> &columns, size_t begin, size_t end);

    /// Code that declares what the expressions are over, as a part of what scriptTools() makes and names.
    std::string declarations() const;
    std::string parameters() const; ///< each behind a comma
    std::string beginning() const;
    /// The value of row `r`.
    std::string value(size_t place) const;
    /// Whether `b`, an expression, isn't surely the value `a` that value() gave in row `r`, and unchanged.
    std::string differs(size_t place, const std::string &a, const std::string &b) const;

private:
    enum class Kind { None, Number, Text, Boolean, Moment, Mixed };
    struct Way
    {
        Kind kind = Kind::None;
        bool hasNulls = false;
        bool isLossy = false; ///< a text wasn't UTF-8

        bool operator==(const Way &) const = default;
    };
    Kind kindOf(const Column &column, size_t begin, size_t end);
    void lookAtTexts(Way &way, const Column &column, size_t begin, size_t end);
    QJSValue numbers(const Column &column, size_t begin, size_t end);
    QJSValue texts(const Column &column, size_t begin, size_t end);
    QJSValue booleans(const Column &column, size_t begin, size_t end);
    QJSValue nulls(const Column *column, size_t begin, size_t end);
    QJSValue mixed(const Column &column, size_t begin, size_t end);
    void giveMoments(QList<QJSValue> &arguments, const Column &column, size_t begin, size_t end);

    QJSEngine &m_engine;
    ScriptValues &m_values;
    std::vector<Way> m_ways;
};

/// Code of an object with what the expressions of ScriptFeed use: made before any script runs, which might change what is used here.
std::string scriptTools();

} // namespace millrace
